"""Writes the styles and locales of hayagriva's archive (CBOR) as CSL XML, so that other processors can read them.

    archive.py ARCHIVE OUT STYLE... -- LOCALE...

ARCHIVE is the folder `archive` of the crate's sources; OUT receives STYLE.csl and locales-LOCALE.xml. The
archive keeps every element and attribute under its CSL name (`@name` for attributes, `$value` for children in
document order, `$text` for text), so that writing them back needs no knowledge of CSL but for the order of the
children that CBOR keeps by name. Attributes that only spell out CSL's default are left out.
"""

import pathlib
import sys

import cbor2
from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "http://purl.org/net/xbiblio/csl"
ORDER = ["info", "locale", "macro", "citation", "bibliography", "style-options", "date", "terms", "sort", "layout"]
DEFAULTS = {
    ("*", "quotes"): "false",
    ("*", "strip-periods"): "false",
    ("term", "form"): "long",
    ("text", "form"): "long",
    ("text", "plural"): "false",
    ("label", "form"): "long",
    ("label", "plural"): "contextual",
    ("number", "form"): "numeric",
    ("key", "sort"): "ascending",
    ("if", "match"): "all",
    ("else-if", "match"): "all",
    ("name", "form"): "long",
    ("name", "initialize"): "true",
    ("et-al", "term"): "et-al",
    ("citation", "disambiguate-add-givenname"): "false",
    ("citation", "disambiguate-add-names"): "false",
    ("citation", "disambiguate-add-year-suffix"): "false",
    ("citation", "givenname-disambiguation-rule"): "by-cite",
    ("citation", "near-note-distance"): "5",
    ("bibliography", "hanging-indent"): "false",
    ("bibliography", "line-spacing"): "1",
    ("bibliography", "entry-spacing"): "1",
    ("bibliography", "subsequent-author-substitute-rule"): "complete-all",
    ("style", "initialize-with-hyphen"): "true",
    ("style", "demote-non-dropping-particle"): "display-and-sort",
}


def value(of):
    if isinstance(of, bool):
        return "true" if of else "false"
    if isinstance(of, list):
        return " ".join(value(part) for part in of)
    return str(of)


# What citationberg renames in reading, so that the archive holds it under another name than the style did.
# It reads two spellings of one term as one: such a term is written back under both.
TERMS = {
    "sub verbo": ["sub-verbo", "sub verbo"],
    "editor-translator": ["editor-translator", "editortranslator"],
    "and-others": ["and others"],
    "printing-number": ["printing"],
}


def as_in_csl(name, of):
    """An element as often as it has names, under CSL's names."""
    if not isinstance(of, dict):
        return [of]
    if name == "term":
        return [{**of, "@name": spelling} for spelling in TERMS.get(of["@name"], [of["@name"]])]
    if name == "et-al" and of.get("@term") == "et al":
        return [{**of, "@term": "et-al"}]
    if name == "text" and of.get("@term") in TERMS:
        return [{**of, "@term": TERMS[of["@term"]][0]}]
    if "@locator" in of:
        return [{**of, "@locator": [TERMS.get(kind, [kind])[0] for kind in of["@locator"]]}]
    return [of]


def element(name, of, depth):
    """One element as indented lines of XML."""
    pad = "  " * depth
    if not isinstance(of, dict):
        return [f"{pad}<{name}>{escape(value(of))}</{name}>"]
    attributes, children, text, terms = "", [], None, set()

    def add(kind, contents):
        for content in contents if isinstance(contents, list) else [contents]:
            for spelled in as_in_csl(kind, content):
                lines = element(kind, spelled, depth + 1)
                if kind != "term" or tuple(lines) not in terms:
                    children.extend(lines)
                    terms.add(tuple(lines))

    for key in sorted(of, key=lambda key: ORDER.index(key) if key in ORDER else -1):
        inner = of[key]
        if key.startswith("@"):
            written = value(inner)
            if written not in (DEFAULTS.get((name, key[1:])), DEFAULTS.get(("*", key[1:]))):
                attributes += f" {key[1:]}={quoteattr(written)}"
        elif key in ("$value", "$text"):
            if isinstance(inner, list):
                for child in inner:
                    for kind, content in child.items():
                        add(kind, content)
            else:
                text = escape(inner)
        else:
            add(key, inner)
    if text is not None:
        return [f"{pad}<{name}{attributes}>{text}</{name}>"]
    if not children:
        return [f"{pad}<{name}{attributes}/>"]
    return [f"{pad}<{name}{attributes}>", *children, f"{pad}</{name}>"]


def document(name, of):
    lines = element(name, of, 0)
    lines[0] = lines[0].replace(f"<{name}", f'<{name} xmlns="{NAMESPACE}"', 1)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + "\n".join(lines) + "\n"


def main(archive, out, styles, locales):
    archive, out = pathlib.Path(archive), pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    for style in styles:
        held = cbor2.loads((archive / "styles" / f"{style}.cbor").read_bytes())
        (out / f"{style}.csl").write_text(document("style", held), encoding="utf-8")
    for locale in locales:
        held = cbor2.loads((archive / "locales" / f"{locale}.cbor").read_bytes())
        (out / f"locales-{locale}.xml").write_text(document("locale", held), encoding="utf-8")


if __name__ == "__main__":
    split = sys.argv.index("--")
    main(sys.argv[1], sys.argv[2], sys.argv[3:split], sys.argv[split + 1 :])
