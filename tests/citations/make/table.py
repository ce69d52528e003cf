"""Counts the cases and writes the tables of ../README.md anew, between their marks."""

import collections
import pathlib
import re

CASES = pathlib.Path(__file__).resolve().parent.parent
SHORT = {
    "chicago-notes-bibliography": "C18",
    "chicago-notes-bibliography-subsequent-author-title-17th-edition": "C17",
    "chicago-fullnote-bibliography": "C17f",
    "turabian-fullnote-bibliography-8th-edition": "Tur",
    "modern-humanities-research-association-notes": "MHRA",
    "chicago-author-date": "C18ad",
    "modern-language-association": "MLA",
    "apa": "APA",
    "harvard-cite-them-right": "Harv",
    "positions": "Pos",
    "chicago-notes-bibliography.de-DE": "C18de",
    "chicago-notes-bibliography.fr-FR": "C18fr",
}


def count(path):
    """For each case of a file: how many texts, and the verdicts where the makers disagree."""
    cases = {}
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.startswith("# "):
            cases[line[2:]] = collections.Counter()
            now = cases[line[2:]]
        elif found := re.match(r"   (both|citeproc-js|judged): (.*)", line):
            now[found[1]] += 1
            if found[1] == "judged":
                now["judged " + found[2]] += 1
    return cases


def main():
    made = {
        style: {file: count(CASES / style / f"{file}.txt") for file in ("sources", "names", "runs")
                if (CASES / style / f"{file}.txt").exists()}
        for style in SHORT
    }
    first = ["| style | short | sources | names, dates, titles | runs | cases | cases agreed | texts | both agree | disagree | one maker |",
             "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"]
    whole = collections.Counter()
    verdicts = collections.Counter()
    for style, files in made.items():
        all_cases = [case for cases in files.values() for case in cases.values()]
        texts = sum(case["both"] + case["citeproc-js"] for case in all_cases)
        apart = sum(case["judged"] for case in all_cases)
        one = sum(case["citeproc-js"] - case["judged"] for case in all_cases)
        row = [*(len(files.get(file, {})) for file in ("sources", "names", "runs")), len(all_cases),
               sum(not case["citeproc-js"] for case in all_cases), texts, texts - apart - one, apart, one]
        whole.update(dict(enumerate(row)))
        first.append(f"| `{style}` | {SHORT[style]} | " + " | ".join(map(str, row)) + " |")
        for case in all_cases:
            verdicts.update({key[7:]: n for key, n in case.items() if key.startswith("judged ")})
    first.append("| all | | " + " | ".join(str(whole[at]) for at in range(9)) + " |")
    second = ["| judged | texts |", "|---|--:|"]
    second += [f"| {name} | {n} |" for name, n in sorted(verdicts.items(), key=lambda one: (-one[1], one[0]))]
    names = list(dict.fromkeys((file, name) for files in made.values() for file, cases in files.items() for name in cases))
    third = ["| case | " + " | ".join(SHORT.values()) + " |", "|---|" + "--:|" * len(SHORT)]
    for file, name in names:
        cells = []
        for style in SHORT:
            case = made[style].get(file, {}).get(name)
            cells.append("" if case is None else str(case["judged"]) if case["judged"] else
                         "1 maker" if case["citeproc-js"] else "=")
        third.append(f"| {file}: {name} | " + " | ".join(cells) + " |")
    readme = CASES / "README.md"
    text = readme.read_text(encoding="utf-8")
    for mark, lines in (("counts", first), ("verdicts", second), ("cases", third)):
        text = re.sub(f"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", lambda found: found[1] + "\n".join(lines) + "\n" + found[2], text, flags=re.S)
    readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
