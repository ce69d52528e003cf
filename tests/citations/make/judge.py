"""Names the disagreements of the makers and says whom we follow; the reasons stand in ../README.md by name."""

import re

CHICAGO_18 = ("chicago-notes-bibliography", "chicago-author-date")


def plain(text):
    """Without formatting and without quotation marks."""
    return re.sub(r"</?(?:i|b|sc|sup|sub)>|[“”‘’]", "", text)


def without_case_of_start(text):
    return re.sub(r"\w", lambda found: found[0].lower(), text, count=1)


def parts(text):
    return sorted(re.split(r"; ", text.strip("().")))


def listing(text):
    return sorted(text.split())


def words(text):
    return sorted(set(re.findall(r"(?:[A-Z]\. )?\w+", text)))


def shorter(one, other):
    return "citeproc-js" if len(one) < len(other) else "pandoc"


# A rule: its name; what makes the two texts the same if it alone tells them apart; whom we follow.
RULES = [
    ("note-start", without_case_of_start, "pandoc"),
    ("title-case-hyphen", lambda text: text.replace("e-Mail", "E-Mail"), "citeproc-js"),
    ("title-case", str.casefold, None),
    ("inner-quotation", lambda text: re.sub(r"’([,.])”", r"\1’”", text), "citeproc-js"),
    ("question-comma", lambda text: re.sub(r"([?!]),([”’])", r"\1\2", text), "citeproc-js"),
    ("abbreviation-comma", lambda text: text.replace(".,”", ".”"), "citeproc-js"),
    ("chinese-italics", lambda text: re.sub(r"<i>史記</i>", "史記", text), "citeproc-js"),
    ("chinese-point", lambda text: re.sub(r"(遷)\.(,| \()", r"\1\2", text), "citeproc-js"),
    ("number-label", lambda text: re.sub(r"\bnos\.? ", "", text), "pandoc"),
    ("label-of-nothing", lambda text: re.sub(r"(\(\d+) vol\)", r"\1)", text), "pandoc"),
    ("dash-before-role", lambda text: re.sub(r"^(———|Twice, Tom), editor", "editor", text), "pandoc"),
    ("same-editor-and-translator", lambda text: re.sub(r"[.,] [Tt]rans\w*\.?( by)? Eve Sample", "", text), "citeproc-js"),
    ("near-distance", lambda text: re.sub(r"(NEAR \+near|SUBSEQUENT)", "", text), "citeproc-js"),
    ("lone-locator", lambda text: re.sub(r"[,;] (?=\d{4})", " ", text), "pandoc"),
    ("author-and-editor", lambda text: re.sub(r"(?:; Twice,?|,) (?=1990)", " ", text), "open"),
    ("order-in-cluster", parts, "pandoc"),
    ("same-names", words, shorter),
    ("sub-verbo", lambda text: re.sub(r"(.”) \(\d+\), ", r"\1 ", text.replace(".,”", ".”")), "citeproc-js"),
]
IN_TEXT = ("author-in-text", lambda text: plain(text).replace(" [LP]", ""), "pandoc")
ORDER = ("empty-sort-key", listing, "citeproc-js")


def judged(style, one, other, narrative=False, order=False):
    """The maker we follow and the name of the reason; `open` where we have not decided."""
    rules = ([IN_TEXT] if narrative else []) + ([ORDER] if order else []) + RULES
    for name, same, whom in rules:
        if same(one) == same(other):
            # Chicago's 18th edition and CSL agree on the words; the other manuals keep more words in lower case.
            if name == "title-case":
                whom = "pandoc" if style in CHICAGO_18 else "open"
            if callable(whom):
                whom = whom(one, other)
            return f"{whom} ({name})"
    for name, same, whom in rules:
        for also, and_same, and_whom in rules:
            try:
                if same(and_same(one)) == same(and_same(other)):
                    return f"{whom if whom == and_whom else 'open'} ({name}, {also})"
            except (TypeError, AttributeError):
                continue  # One that makes a list of the text cannot come first.
    return "open"
