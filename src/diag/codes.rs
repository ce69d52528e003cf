//! The one table of codes, from which reports, `explainer explain` and the manual's page are made.

use super::Level;

macro_rules! codes {
    ($($name:ident $code:literal $level:ident $summary:literal $text:literal)*) => {
        /// The kind of a fault, with its name, level and explanation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $summary] $name),* }

        impl Code {
            /// Every code, in the table's order.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// The name an author meets in reports and writes in `[checks]`.
            pub fn name(self) -> &'static str { match self { $(Code::$name => $code),* } }

            /// The level where the configuration says nothing.
            pub fn level(self) -> Level { match self { $(Code::$name => Level::$level),* } }

            /// What it means, in one sentence.
            pub fn summary(self) -> &'static str { match self { $(Code::$name => $summary),* } }

            /// The explanation, as Markdown: why it matters, an example, what to do.
            pub fn text(self) -> &'static str { match self { $(Code::$name => $text),* } }
        }
    };
}

impl Code {
    /// The code of a name, if there is one.
    pub fn named(name: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.name() == name)
    }
}

codes! {
// ---- notes ----
UndefinedNote "undefined-note" Deny
"A mark calls a note that the file doesn't define."
"Readers would meet a number that leads nowhere, or the mark would be printed as plain text.

    The harvest failed.[^harvest]

Write the note in the same file, or correct the mark's name:

    [^harvest]: Grain figures for 1932."
DoubledNote "doubled-note" Deny
"A note is defined twice in one file."
"Only one of the two texts could be printed; the other would be lost.

    [^1]: The first text.
    [^1]: Another text.

Rename one of them and the marks that mean it. A note may be *called* as often as you like."
UncalledNote "uncalled-note" Warn
"A note is defined but no mark calls it."
"A note that nothing calls isn't printed, and its sources aren't cited by it.

    [^orphan]: See the minutes of 3 May.

Put its mark, `[^orphan]`, behind the words it belongs to, or delete the note."
EmptyNote "empty-note" Deny
"A note has no text."
"    [^3]:

Write what the note says, or delete it and its marks."
NestedNote "nested-note" Deny
"A note is called inside a note."
"Notes on notes can't be numbered in reading order and can't be printed beside the text.
Put the words of the inner note into the outer one. (A citation inside a note is no note and is welcome: `[@key, p. 3]`.)"
UnknownSeries "unknown-series" Deny
"A note's series isn't declared in the configuration."
"A note's label may begin with the name of a series and a colon. Series other than `main` are declared in `explainer.toml`:

    [series.ed]
    title = \"Editors' notes\"
    numbering = \"letters\"

    In the text: …as the minutes show.[^ed:minutes]"
UnknownState "unknown-state" Deny
"A note's state is none of those that exist."
"A note may say in braces how far it has been checked:

    [^4]: {unchecked} Quoted from memory.

The states are `checked`, `unchecked`, `disputed` and `corrected`."
DoubledLabel "doubled-label" Deny
"Two notes of a series that keeps its labels have the same label."
"With `keep_labels = true` readers see the author's own labels, so within an explainer each may stand for one note only. Rename one, or let the series be numbered anew."
UnclosedNote "unclosed-note" Deny
"An inline note is opened with `^[` but never closed in its paragraph."
"    Prices rose^[Ministry figures and then fell.

Close it with `]`. If you mean the two characters themselves, write `^\\[`."

UnreadMark "unread-mark" Warn
"A mark, an inline note or a citation stands where none is read."
"    <div class=\"box\">
    The text.[^1]
    </div>

It is printed as it stands. In raw HTML, a blank line behind the opening tag and one before the
closing tag let Markdown be read between them; or use a component. In the words of a link and the
description of a picture nothing is read: put the note behind them."

// ---- sources and citations ----
MissingSource "missing-source" Deny
"A citation names a source that no source file has."
"    …as he admitted.[@conquest1986, p. 12]

Correct the key or add the source to a file named in `[sources] files`. If it isn't a citation, write `\\@` for the at sign."
UncitedSource "uncited-source" Warn
"A source is never cited."
"It won't stand in the bibliography. Cite it, delete it, or, when the file is your whole library, say so in `explainer.toml`:

    [sources]
    library = true"
DoubledSource "doubled-source" Deny
"Two sources have the same key."
"A citation of that key could mean either. Rename one of them and the citations that mean it."
SourceSyntax "source-syntax" Deny
"A source file's entry can't be read."
"The other entries are read all the same. Common causes: a missing `,` behind a field, a brace that isn't closed, a quotation mark inside quotation marks.
The format is told by the file's ending: `.bib`, `.json` (CSL-JSON), `.yml` or `.yaml` (Hayagriva), `.ris`."
SourceField "source-field" Warn
"A field of a source can't be understood and is left out."
"For example a date that isn't a date (`date = {spring}`) or a `crossref` to an entry that isn't there.
In a RIS file also: an entry without `ID` whose author and year are those of another, so that its key
can't be kept as the file changes."
SourceKind "source-kind" Warn
"A source's kind isn't known; it is formatted as a general document."
"In `.bib` files the kinds of BibLaTeX are known, such as `@book`, `@article`, `@incollection`, `@letter`,
`@online`; in the other formats their own types: `personal_communication` in CSL-JSON, `PCOMM` in RIS."
UntitledSource "untitled-source" Warn
"A source has no title."
"Most styles can't format it so that a reader could find it."
OverlayKey "overlay-key" Deny
"`sources.toml` speaks of a source that no source file has."
"Each table of `sources.toml` is named by the key of a source:

    [weinberg1989]
    checked = \"catalogue\"

Correct the key, or delete the table."
UnknownLocator "unknown-locator" Warn
"What stands behind a citation's key looks like a locator with a word that isn't known."
"    [@key, pagg. 3]

It is printed as it stands. Known are, among others: p., pp., ch., vol., n., fol., l., §, doc., para., sec."
StyleFault "style-fault" Warn
"A citation couldn't be formatted by the style and is shown plainly."
"The style or the formatter failed on the data of this source. The note shows the source's author, title and date instead."
UnknownStyle "unknown-style" Deny
"The citation style's name isn't known."
"Name one of the bundled styles, for example `chicago-notes` or `modern-humanities-research-association`, or the path of a `.csl` file in the site."

// ---- the bibliography as a whole ----
SimilarSources "similar-sources" Warn
"Two sources are probably one work, entered twice."
"They have the same DOI or ISBN, or the same title, year and names, perhaps with a slip or without the subtitle:

    @book{roberts1992, author = {Roberts, Geoffrey}, title = {A Book}, date = {1992}}
    @book{Roberts92,   author = {Roberts, G.},       title = {A Book}, date = {1992}}

The work would stand in the bibliography twice, each time with a part of the places that cite it.
Keep one and let all citations name it. In a `.bib` file the other key can go on working: `ids = {Roberts92}`.
Volumes, editions, translations, and letters of different days aren't reported: if two works are, say
in both what tells them apart."
AuthorVariants "author-variants" Warn
"A person's name is written in two ways."
"    author = {Roberts, Geoffrey}
    author = {Roberts, G.}

Styles take them for two people: works are sorted apart, and initials are added to tell them apart. Only
cited sources are compared. Reported are initials that agree with a name in full, a slip in a longer
name (`Geoffry`), accents, and particles put elsewhere (`de Gaulle`). Initials that could be two people's
(`Smith, J.` beside John and Jane Smith) aren't. Write the name in the fullest way everywhere."
SimilarNames "similar-names" Warn
"Two names in an index are probably one, written in two ways."
"    [Molotov](<person:Molotov, Vyacheslav>) … [Molotov](person:)

The places would be divided between two entries. Reported are names with the same words, names that differ in one
letter of a longer word, and a family name alone beside the only whole name that begins with it. Write the name in
one way; what stands in the brackets is free. If they are two, say `allow = [\"similar-names\"]` in the front matter."
LocatorOutside "locator-outside" Warn
"A locator names a page that the chapter or article doesn't have."
"    …as Roe found.[@roe1985, p. 403]

    @incollection{roe1985, …, pages = {12--34}}

Only pages are compared, and only with chapters and articles, whose `pages` say where they stand.
Ranges may be short (`123-9`) or several, and roman. Correct the locator or the source."
YearMismatch "year-mismatch" Warn
"A year beside an author's name isn't the year of the source that is cited there."
"    Roberts (1992) saw it otherwise.[@roberts1995]

The key or the year is wrong. A year is read only directly behind the family name of an author of the
source that is cited in the sentence (`Roberts (1992)`, `Roberts, 1992;`), in the citation's own words
(`[see Roberts 1992: @roberts1995]`) and in brackets behind its key. The years of the source, of its
original (`origdate`) and of its event are all right."
MissingAccessDate "missing-access-date" Warn
"A page on the web is cited without the day on which it was seen."
"    @online{mill, title = {The Wheel}, url = {https://example.org/wheel}}

Pages change and vanish. Say when you saw it: `urldate = {2026-11-23}`. Reported are pages and sites, and
whatever else has an address but no date; not what has a DOI or the address of a web archive."
MissingArchivePlace "missing-archive-place" Warn
"An archival source doesn't say where it is kept, or under what shelfmark."
"    @letter{smith1932, author = {Smith, Ann}, title = {Letter to Tom Brown}, library = {County Record Office}}

Nobody finds a letter by the archive's name alone. Add the shelfmark, `archive_location = {D 12/3}`; BibLaTeX's
own `library` may say both: `library = {County Record Office, D 12/3}`. A letter, manuscript or picture that names
no archive, address, publisher or other keeper at all is reported too; who has it can be said in `note`."
IncompleteSource "incomplete-source" Warn
"A cited source lacks what the chosen style prints for its kind."
"    @book{roberts1992, author = {Roberts, Geoffrey}, title = {A Book}}

A book needs its publisher, place and date; an article its journal, and the volume or the day; a chapter its book; a
thesis its university. Asked is only for what the style would print: MLA, for example, leaves the place out.
What the work itself doesn't say can be said in words: `year = {n.d.}`, `location = {n.p.}`, `publisher = {privately printed}`."
WrongIdentifier "wrong-identifier" Warn
"A DOI, ISBN, ISSN or web address can't be right."
"    isbn = {978-0-300-11204-8}

The last digit of an ISBN or ISSN is computed from the others, so that slips show. A DOI begins with
`10.` and a number, then `/`. A web address begins with `https://`, `http://` or `ftp://` and holds no
blanks. Several numbers, hyphens, blanks and words such as `(pbk)` are welcome in `isbn`. Look the number up again."

// ---- links, anchors, files ----
BrokenLink "broken-link" Deny
"A link leads to a file of the site that isn't there."
"    [the next section](03-army.md)

Links to other sections name their files, as seen from the file that links, so that they stay right when a URL changes."
BrokenAnchor "broken-anchor" Deny
"A link leads to a heading or anchor that the file doesn't have."
"    [the harvest](02-farms.md#harvest)

Correct what stands behind `#`; the heading's anchor is its words in lower case with `-` between them, or what you give it: `## The harvest {#harvest}`."
UnreadLink "unread-link" Warn
"Something looks like a link but isn't read as one."
"    [the page[^1]](https://example.org)
    [the page](my page.html)

A mark or citation in the words of a link keeps it from being a link: put it behind the link. So does
a space in the address: write `%20`, or `<my page.html>`. If you mean the characters themselves,
write `\\](`."
DoubledAnchor "doubled-anchor" Deny
"The same anchor is given twice in one file."
"    ## Harvest {#grain}
    ## Trade {#grain}

A link to it could mean either. Rename one."
UnsafeLink "unsafe-link" Deny
"A link's address is of a kind that can run a program in the reader's browser."
"`javascript:`, `vbscript:` and `data:` addresses aren't printed. Link to a page or a file."
BrokenPicture "broken-picture" Deny
"A picture can't be read."
"Readers would see a frame with nothing in it. The file is cut off, isn't what its name says, or claims to have more
than 120 million pixels.

    ![The mill](mill.jpg)

Open it in a program for pictures and save it anew."
BrokenCaptions "broken-captions" Deny
"The captions of a film can't be read."
"Browsers would show none and say nothing. Captions are a file of WebVTT:

    WEBVTT

    00:00:01.500 --> 00:00:04.000
    The wheel begins to turn.

It begins with that word, is UTF-8, and has a full stop in its times. The format SubRip (`.srt`), which has commas, is turned
into it by most programs for captions."
MissingFile "missing-file" Deny
"A file that a page shows isn't there."
"    ![The map](map.png)

The path is seen from the file that names it; paths that begin with `/` are seen from the folder `static`.
Tables and texts that components show (`data=\"…\"`, `::: include`) are seen from the folder `data`."

// ---- a house's rules ----
LimitWords "limit-words" Warn
"A section has fewer or more words than the configuration allows."
"    [limits]
    words_min = 400
    words_max = 2500

Words of notes don't count. `explainer report` lists the words of every section. A section that may
break the rule says so in its front matter: `allow = [\"limit-words\"]`."
LimitSources "limit-sources" Warn
"A section cites fewer sources than the configuration asks for."
"    [limits]
    sources_min = 3

A source counts once, however often it is cited."
LimitPrimary "limit-primary" Warn
"Of the sources of a section too few are primary."
"    [limits]
    primary_min = 50

The share is that of the primary sources among those of which it is known; a section with none of
these isn't reported. A source is known to be primary or not by `primary` in `sources.toml`, or by the keyword
`primary` or `secondary` of its entry."
LimitUncited "limit-uncited" Warn
"A section has more paragraphs without a citation than the configuration allows."
"    [limits]
    uncited_max = 2

A paragraph has a citation if one stands in it, or in a note that is called in it. The report points to the
paragraphs."
LimitAnnotation "limit-annotation" Warn
"A source that is cited has no annotation, which the configuration asks for."
"    [limits]
    annotations = true

Annotations stand in `sources.toml`:

    [weinberg1989]
    annotation = \"The standard account; strong on the talks in Moscow.\""

// ---- proofreading ----
Unproofed "unproofed" Allow
"Nobody has ticked this citation as compared with its source."
"`explainer proof tick` ticks it; the file `proofs.toml` keeps the ticks. This check is off unless asked for:

    [checks]
    unproofed = \"warn\"

An edit of the sentence or of the citation takes its tick away."

// ---- text ----
LostMark "lost-mark" Warn
"A number stuck to the end of a word looks like a note mark that lost its raise."
"Texts that were pasted from a word processor keep the digit of a note but not the note:

    deaths of more than 10 million1.

Only numbers that rise as notes' numbers do are reported, beginning with 1.
Make it a mark, `million[^1]`, and write the note. If the digit belongs to the word, say so in the file's front matter or allow the check: `[checks] lost-mark = \"allow\"`."

// ---- components ----
UnknownComponent "unknown-component" Deny
"A component's name isn't known."
"    ::: figur {src=\"map.png\"}

The theme brings `figure`, `aside`, `quote`, `chart`, `map`, `table`, `timeline`, `people`, `glossary` and
`compare`; your own are files in `templates/components/`. `include` shows another file."
UnclosedComponent "unclosed-component" Deny
"A component is opened but not closed."
"    ::: aside
    Text of the aside.
    :::

Each `::: name` needs a line `:::` after its content, in the same list, quotation or note."
StrayClose "stray-close" Deny
"A line `:::` closes a component that isn't open."
"Delete the line, or write the opening line `::: name`."
ComponentArgument "component-argument" Deny
"A component's argument is missing, unknown or of the wrong type."
"    ::: figure {src=\"map.png\" alt=\"A map of the partition\"}

Arguments stand in braces, as `name=\"text\"`, `name=3` or `name=true`."

DataSyntax "data-syntax" Deny
"A file of `data` can't be read as a table."
"    Year,Harvest
    1932,57

A table is a CSV file: the first line names the columns, and every row has as many cells as there are
columns. A cell that holds the separating sign, a line's end or a quotation mark stands in quotation
marks, and a quotation mark in it is written twice."
MissingColumn "missing-column" Deny
"A table lacks a column that a component needs or an argument names."
"    ::: timeline {data=\"events.csv\"}

A timeline needs a column `date`. The manual says what each component needs; columns are named by the
table's first line."
DataValue "data-value" Deny
"A cell of a table isn't what it has to be."
"Where a number is needed, what can't surely be read as one is reported: write `1234`, `1,234.5`, or,
in files with semicolons between the cells, `1234,5`. Dates need a year: `1939`, `1939-08-23`, `c. 1939`.
Terms of a glossary and places on a map may be given once."
IncludeCircle "include-circle" Deny
"A file includes itself, or one that includes it."
"    data/a.md:  ::: include {file=\"b.md\"}
    data/b.md:  ::: include {file=\"a.md\"}

The page would never end. Take one of the two out."

// ---- configuration and front matter ----
Syntax "syntax" Deny
"A TOML or YAML text can't be read."
"Text values need quotation marks in TOML: `title = \"The harvest\"`. Front matter between `+++` lines is TOML, between `---` lines YAML."
UnknownField "unknown-field" Deny
"A name in the configuration or front matter isn't known."
"It would have no effect, so it is probably a misspelling. Data of your own goes under `[extra]`."
WrongType "wrong-type" Deny
"A value is of the wrong type."
"For example a number where text is asked for: `title = 1939` instead of `title = \"1939\"`."
WrongValue "wrong-value" Deny
"A value is none of those that are possible."
"The help names the possible values."
MissingField "missing-field" Deny
"A value that is needed is missing."
"Every site and every section needs a title."
SameUrl "same-url" Deny
"Two files would be published at the same address."
"One would overwrite the other. Rename one of them or give it a `slug`."
AliasTaken "alias-taken" Deny
"An alias is the address of something else."
"    aliases = [\"/old/path/\"]

At an alias stands a small page that leads to the page as it is now. So an alias may be given once
only, and nothing else may be published there. Delete it, or give the other page another address."
EmptySite "empty-site" Warn
"There is no section to publish."
"Sections are Markdown files (`.md`) in the folder `content`. A file whose front matter says `draft = true` isn't published."

LostText "lost-text" Deny
"A text stands where nothing is published."
"The `index.md` of a folder inside an explainer gives a part its title and its order; it has no page
of its own. Put the text into a section of the part."

// ---- templates ----
TemplateSyntax "template-syntax" Deny
"A template can't be read."
"Templates are written in Tera 2. Your own in `templates/` take the place of the theme's of the same name."
TemplateFailed "template-failed" Deny
"A template failed while a page was made with it."
"Most often it names a value that the page doesn't have. The manual lists what each template gets."
MissingTemplate "missing-template" Deny
"A theme lacks templates that pages are made with."
"A theme that inherits another needs only what it changes. Its `theme.toml` says which:

    inherits = \"scholar\""
UnknownTheme "unknown-theme" Deny
"The theme isn't known."
"`theme` in `explainer.toml` and `inherits` in a theme's `theme.toml` name a bundled theme, such as `scholar` or `classroom`, or a folder in `themes`. `explainer theme list` shows all."
ThemeCircle "theme-circle" Deny
"Themes inherit each other in a circle."
"    themes/a/theme.toml:  inherits = \"b\"
    themes/b/theme.toml:  inherits = \"a\"

None of them is the first. Delete one `inherits`, or name a bundled theme in its place."
MissingWord "missing-word" Deny
"A template asks for a word that the messages don't have."
"Words of the pages stand in the theme's `messages/en.toml`; your own in `messages/LANGUAGE.toml` take their place one by one."
DoubledId "doubled-id" Deny
"A page has two elements with the same id."
"A link to it could mean either. Ids come from headings, raw HTML and components."

// ---- files and folders ----
NotText "not-text" Deny
"A text file isn't plain UTF-8 text."
"Save it as UTF-8 in your editor, with lines ended by line feeds (or by both characters, as on Windows). Word processors' files can't be read as they are."
WrongName "wrong-name" Warn
"A Markdown file has a name that doesn't end in `.md`."
"Sections are files whose names end in `.md`, in small letters. Rename the file."
Unreadable "unreadable" Deny
"A file or folder can't be read."
"The system's own message says why; most often rights are missing."
RefusedOutput "refused-output" Deny
"The output folder is refused."
"The output may not be the site's folder, one above it, one of its source folders, a home folder or the root of a disk, and it must be empty or made by explainer. Nothing of yours may be overwritten."
Unwritable "unwritable" Deny
"A page can't be written."
"The system's own message says why; most often the disk is full or rights are missing."
}
