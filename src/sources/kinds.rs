//! The kinds of sources: what BibLaTeX calls them, what CSL calls them, what readers call them.

/// What a source is, in the few words that readers can tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KindKey {
    /// A book, a volume, an edition.
    Book,
    /// An article in a journal or magazine.
    Article,
    /// A part of a book.
    Chapter,
    /// An article in a newspaper, or the newspaper.
    Newspaper,
    /// A letter, telegram or other message between people.
    Letter,
    /// A speech, lecture or talk.
    Speech,
    /// A treaty, law or decision of a court.
    Treaty,
    /// A document of an archive, or unpublished.
    Document,
    /// A thesis.
    Thesis,
    /// A page or site on the web.
    Web,
    /// A film.
    Film,
    /// A broadcast or recording.
    Broadcast,
    /// An interview.
    Interview,
    /// A map.
    Map,
    /// A picture.
    Picture,
    /// A report.
    Report,
    /// A work of reference or an article in one.
    Encyclopaedia,
    /// Anything else.
    Other,
}

impl KindKey {
    /// The word by which templates and messages know it.
    pub fn name(self) -> &'static str {
        match self {
            KindKey::Book => "book",
            KindKey::Article => "article",
            KindKey::Chapter => "chapter",
            KindKey::Newspaper => "newspaper",
            KindKey::Letter => "letter",
            KindKey::Speech => "speech",
            KindKey::Treaty => "treaty",
            KindKey::Document => "document",
            KindKey::Thesis => "thesis",
            KindKey::Web => "web",
            KindKey::Film => "film",
            KindKey::Broadcast => "broadcast",
            KindKey::Interview => "interview",
            KindKey::Map => "map",
            KindKey::Picture => "picture",
            KindKey::Report => "report",
            KindKey::Encyclopaedia => "encyclopaedia",
            KindKey::Other => "other",
        }
    }
}

/// Kinds of entries as authors type them (*The biblatex package*, 2.1, and what Zotero's exporters
/// and common extensions add), with the CSL type (CSL 1.0.2, appendix III) and the readers' word.
/// The same words serve as `entrysubtype`.
const KINDS: &[(&str, &str, KindKey)] = &[
    ("archive", "document", KindKey::Document),
    ("article", "article-journal", KindKey::Article),
    ("artwork", "graphic", KindKey::Picture),
    ("audio", "song", KindKey::Broadcast),
    ("book", "book", KindKey::Book),
    ("bookinbook", "chapter", KindKey::Chapter),
    ("booklet", "pamphlet", KindKey::Book),
    ("broadcast", "broadcast", KindKey::Broadcast),
    ("collection", "book", KindKey::Book),
    ("commentary", "book", KindKey::Book),
    ("conference", "paper-conference", KindKey::Chapter),
    ("dataset", "dataset", KindKey::Other),
    ("document", "document", KindKey::Document),
    ("electronic", "webpage", KindKey::Web),
    ("encyclopaedia", "book", KindKey::Encyclopaedia),
    ("encyclopedia", "book", KindKey::Encyclopaedia),
    ("film", "motion_picture", KindKey::Film),
    ("hearing", "hearing", KindKey::Document),
    ("image", "graphic", KindKey::Picture),
    ("inbook", "chapter", KindKey::Chapter),
    ("incollection", "chapter", KindKey::Chapter),
    ("inproceedings", "paper-conference", KindKey::Chapter),
    ("inreference", "entry-encyclopedia", KindKey::Encyclopaedia),
    ("interview", "interview", KindKey::Interview),
    ("jurisdiction", "legal_case", KindKey::Treaty),
    ("legal", "treaty", KindKey::Treaty),
    ("legislation", "legislation", KindKey::Treaty),
    ("letter", "personal_communication", KindKey::Letter),
    ("magazine", "article-magazine", KindKey::Article),
    ("manual", "book", KindKey::Book),
    ("manuscript", "manuscript", KindKey::Document),
    ("map", "map", KindKey::Map),
    ("mastersthesis", "thesis", KindKey::Thesis),
    ("misc", "document", KindKey::Other),
    ("movie", "motion_picture", KindKey::Film),
    ("music", "song", KindKey::Broadcast),
    ("mvbook", "book", KindKey::Book),
    ("mvcollection", "book", KindKey::Book),
    ("mvproceedings", "book", KindKey::Book),
    ("mvreference", "book", KindKey::Encyclopaedia),
    ("newspaper", "article-newspaper", KindKey::Newspaper),
    ("online", "webpage", KindKey::Web),
    ("patent", "patent", KindKey::Other),
    ("performance", "performance", KindKey::Other),
    ("periodical", "periodical", KindKey::Article),
    ("phdthesis", "thesis", KindKey::Thesis),
    ("photograph", "graphic", KindKey::Picture),
    ("picture", "graphic", KindKey::Picture),
    ("presentation", "speech", KindKey::Speech),
    ("proceedings", "book", KindKey::Book),
    ("radio", "broadcast", KindKey::Broadcast),
    ("reference", "book", KindKey::Encyclopaedia),
    ("report", "report", KindKey::Report),
    ("review", "review", KindKey::Article),
    ("software", "software", KindKey::Other),
    ("speech", "speech", KindKey::Speech),
    ("standard", "standard", KindKey::Other),
    ("suppbook", "chapter", KindKey::Chapter),
    ("suppcollection", "chapter", KindKey::Chapter),
    ("suppperiodical", "article-journal", KindKey::Article),
    ("talk", "speech", KindKey::Speech),
    ("techreport", "report", KindKey::Report),
    ("telegram", "personal_communication", KindKey::Letter),
    ("television", "broadcast", KindKey::Broadcast),
    ("thesis", "thesis", KindKey::Thesis),
    ("treaty", "treaty", KindKey::Treaty),
    ("unpublished", "manuscript", KindKey::Document),
    ("video", "motion_picture", KindKey::Film),
    ("webpage", "webpage", KindKey::Web),
    ("www", "webpage", KindKey::Web),
];

/// Whether an entry can be of this kind.
pub fn known(kind: &str) -> bool {
    find(kind).is_some() || kind.eq_ignore_ascii_case("xdata")
}

/// The CSL type and the readers' word of a kind, in any letter case.
pub fn find(kind: &str) -> Option<(&'static str, KindKey)> {
    let kind = kind.to_ascii_lowercase();
    let at = KINDS
        .binary_search_by(|(name, ..)| (*name).cmp(&kind))
        .ok()?;
    KINDS.get(at).map(|(_, csl, key)| (*csl, *key))
}

/// The kinds' names.
pub fn names() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(name, ..)| *name)
}

#[cfg(test)]
#[test]
fn kinds_are_sorted_for_the_search() {
    assert!(KINDS.is_sorted_by(|a, b| a.0 < b.0));
}
