"""What citeproc-js and Pandoc take for the work of benches/csl.rs, for scale.

    python benches/csl_peers.py STYLE.csl LOCALES-EN-US.xml NODE PANDOC [CLUSTERS SOURCES]

NODE is a folder in which `npm install citeproc@2.4.63` was run; tests/citations/make/README.md tells how to get all
four. What a maker needs to start, and Pandoc to read the text, is measured apart and taken off. `items` and `cites` make
the same sources and citations as their namesakes in benches/csl.rs.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

REFERENCE = pathlib.Path(__file__).parent.parent / "tests/citations/make/reference.mjs"


def items(count):
    return [item(n) for n in range(count)]


def item(n):
    common = {
        "id": f"k{n}",
        "title": f"The Making of Things: A History in {n} Parts",
        "title-short": f"The Making of Things {n}",
        "author": [{"family": f"Author{n % 400}", "given": ["Ann", "Bob", "Cecil"][n % 3]}],
        "issued": {"date-parts": [[1900 + n % 100, 1 + n % 12, 1 + n % 28]]},
    }
    editors = [{"family": f"Doe{n % 50}", "given": "Jane"}, {"family": "Roe", "given": "Richard"}]
    kinds = [
        {"type": "book", "publisher": "University Press", "publisher-place": "Somewhere"},
        {
            "type": "article-journal",
            "container-title": "Journal of Things",
            "volume": str(n % 60),
            "issue": str(n % 4),
            "page": f"{100 + n % 300}-{120 + n % 300}",
            "DOI": f"10.1000/things.{n}",
        },
        {
            "type": "chapter",
            "container-title": "Essays on <i>Things</i>",
            "publisher": "University Press",
            "page": f"{1 + n % 300}-{20 + n % 300}",
            "editor": editors,
        },
        {
            "type": "article-newspaper",
            "container-title": "The Daily Thing",
            "URL": f"https://example.org/things/{n}",
        },
        {
            "type": "personal_communication",
            "genre": "Letter",
            "archive": "Archive of Things",
            "archive_location": f"box {n % 40}, folder {n % 7}",
        },
    ]
    return common | kinds[n % 5]


def cites(count, sources):
    def cite(n):
        return {
            "id": f"k{n * 7919 % sources}",
            "label": "page",
            "locator": str(n % 500) if n % 4 else "",
            "prefix": "see " if n % 9 == 0 else "",
            "suffix": "",
            "mode": "",
        }

    return [{"note": n + 1, "cites": [cite(n + k * 13) for k in range(1 + n % 7 // 5)]} for n in range(count)]


def timed(command, text, **where):
    start = time.perf_counter()
    subprocess.run(command, input=text, capture_output=True, text=True, check=True, **where)
    return time.perf_counter() - start


def main():
    style, locale, node, pandoc = sys.argv[1:5]
    clusters, sources = map(int, sys.argv[5:] or (1000, 200))
    all_items, all_cites = items(sources), cites(clusters, sources)

    def work(cites):
        return json.dumps({
            "style": pathlib.Path(style).read_text(encoding="utf-8"),
            "locales": {"en-US": pathlib.Path(locale).read_text(encoding="utf-8")},
            "lang": "en-US",
            "note": True,
            "items": all_items,
            "cases": [cites],
        })

    def js(cites):
        return timed(["node", str(REFERENCE)], work(cites), cwd=node)

    def markdown(cite):
        locator = f", {{page {cite['locator']}}}" if cite["locator"] else ""
        return f"{cite['prefix']}@{cite['id']}{locator}"

    text = "\n\n".join(f"Text [{'; '.join(map(markdown, cluster['cites']))}]." for cluster in all_cites)
    with tempfile.TemporaryDirectory() as folder:
        listed = pathlib.Path(folder) / "items.json"
        listed.write_text(json.dumps(all_items), encoding="utf-8")
        plain = [pandoc, "-f", "markdown", "-t", "html"]
        results = {
            "citeproc-js": (js(all_cites), js(all_cites[:1])),
            "Pandoc": (timed([*plain, "--citeproc", "--csl", style, "--bibliography", str(listed)], text), timed(plain, text)),
        }
    for name, (whole, without) in results.items():
        each = (whole - without) / clusters * 1e6
        print(f"{name}: {clusters} clusters of {sources} sources in {whole:.2f} s, {without:.2f} s of it to start: {each:.0f} µs a cluster")


main()
