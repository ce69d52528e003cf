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
    /// All kinds, in the order in which a bibliography by kind has them.
    pub const ALL: &'static [KindKey] = &[
        KindKey::Book,
        KindKey::Article,
        KindKey::Chapter,
        KindKey::Newspaper,
        KindKey::Letter,
        KindKey::Speech,
        KindKey::Treaty,
        KindKey::Document,
        KindKey::Thesis,
        KindKey::Web,
        KindKey::Film,
        KindKey::Broadcast,
        KindKey::Interview,
        KindKey::Map,
        KindKey::Picture,
        KindKey::Report,
        KindKey::Encyclopaedia,
        KindKey::Other,
    ];

    /// The kind of a name, if there is one.
    pub fn named(name: &str) -> Option<KindKey> {
        let mut all = KindKey::ALL.iter().copied();
        all.find(|kind| kind.name() == name)
    }

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
    ("bill", "bill", KindKey::Treaty),
    ("blog", "post-weblog", KindKey::Web),
    ("blogpost", "post-weblog", KindKey::Web),
    ("book", "book", KindKey::Book),
    ("bookinbook", "chapter", KindKey::Chapter),
    ("booklet", "pamphlet", KindKey::Book),
    ("broadcast", "broadcast", KindKey::Broadcast),
    ("cartoon", "graphic", KindKey::Picture),
    ("case", "legal_case", KindKey::Treaty),
    ("collection", "book", KindKey::Book),
    ("commentary", "book", KindKey::Book),
    ("conference", "paper-conference", KindKey::Chapter),
    ("dataset", "dataset", KindKey::Other),
    ("diary", "manuscript", KindKey::Document),
    ("dictionary", "book", KindKey::Encyclopaedia),
    ("document", "document", KindKey::Document),
    ("drawing", "graphic", KindKey::Picture),
    ("electronic", "webpage", KindKey::Web),
    ("email", "personal_communication", KindKey::Letter),
    ("encyclopaedia", "book", KindKey::Encyclopaedia),
    ("encyclopedia", "book", KindKey::Encyclopaedia),
    ("film", "motion_picture", KindKey::Film),
    ("fonds", "collection", KindKey::Document),
    ("government", "report", KindKey::Report),
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
    ("memo", "personal_communication", KindKey::Letter),
    ("memorandum", "personal_communication", KindKey::Letter),
    ("minutes", "manuscript", KindKey::Document),
    ("misc", "document", KindKey::Other),
    ("movie", "motion_picture", KindKey::Film),
    ("music", "song", KindKey::Broadcast),
    ("mvbook", "book", KindKey::Book),
    ("mvcollection", "book", KindKey::Book),
    ("mvproceedings", "book", KindKey::Book),
    ("mvreference", "book", KindKey::Encyclopaedia),
    ("newspaper", "article-newspaper", KindKey::Newspaper),
    ("online", "webpage", KindKey::Web),
    ("pamphlet", "pamphlet", KindKey::Book),
    ("patent", "patent", KindKey::Other),
    ("performance", "performance", KindKey::Other),
    ("periodical", "periodical", KindKey::Article),
    ("phdthesis", "thesis", KindKey::Thesis),
    ("photograph", "graphic", KindKey::Picture),
    ("picture", "graphic", KindKey::Picture),
    ("podcast", "broadcast", KindKey::Broadcast),
    ("post", "post", KindKey::Web),
    ("poster", "graphic", KindKey::Picture),
    ("preprint", "article", KindKey::Document),
    ("presentation", "speech", KindKey::Speech),
    ("proceedings", "book", KindKey::Book),
    ("radio", "broadcast", KindKey::Broadcast),
    ("reference", "book", KindKey::Encyclopaedia),
    ("regulation", "regulation", KindKey::Treaty),
    ("report", "report", KindKey::Report),
    ("review", "review", KindKey::Article),
    ("software", "software", KindKey::Other),
    ("speech", "speech", KindKey::Speech),
    ("standard", "standard", KindKey::Other),
    ("statute", "legislation", KindKey::Treaty),
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

/// The types of CSL 1.0.2 (appendix III) with the readers' word.
const TYPES: &[(&str, KindKey)] = &[
    ("article", KindKey::Document),
    ("article-journal", KindKey::Article),
    ("article-magazine", KindKey::Article),
    ("article-newspaper", KindKey::Newspaper),
    ("bill", KindKey::Treaty),
    ("book", KindKey::Book),
    ("broadcast", KindKey::Broadcast),
    ("chapter", KindKey::Chapter),
    ("classic", KindKey::Book),
    ("collection", KindKey::Document),
    ("dataset", KindKey::Other),
    ("document", KindKey::Document),
    ("entry", KindKey::Encyclopaedia),
    ("entry-dictionary", KindKey::Encyclopaedia),
    ("entry-encyclopedia", KindKey::Encyclopaedia),
    ("event", KindKey::Other),
    ("figure", KindKey::Picture),
    ("graphic", KindKey::Picture),
    ("hearing", KindKey::Document),
    ("interview", KindKey::Interview),
    ("legal_case", KindKey::Treaty),
    ("legislation", KindKey::Treaty),
    ("manuscript", KindKey::Document),
    ("map", KindKey::Map),
    ("motion_picture", KindKey::Film),
    ("musical_score", KindKey::Other),
    ("pamphlet", KindKey::Book),
    ("paper-conference", KindKey::Chapter),
    ("patent", KindKey::Other),
    ("performance", KindKey::Other),
    ("periodical", KindKey::Article),
    ("personal_communication", KindKey::Letter),
    ("post", KindKey::Web),
    ("post-weblog", KindKey::Web),
    ("regulation", KindKey::Treaty),
    ("report", KindKey::Report),
    ("review", KindKey::Article),
    ("review-book", KindKey::Article),
    ("software", KindKey::Other),
    ("song", KindKey::Broadcast),
    ("speech", KindKey::Speech),
    ("standard", KindKey::Other),
    ("thesis", KindKey::Thesis),
    ("treaty", KindKey::Treaty),
    ("webpage", KindKey::Web),
];

/// The readers' word of a CSL type; `None` if there is no such type.
pub fn of_csl(kind: &str) -> Option<KindKey> {
    let found = TYPES.iter().find(|(name, _)| *name == kind);
    found.map(|(_, key)| *key)
}

/// The names of CSL's types.
pub fn csl_names() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|(name, _)| *name)
}

/// Whether an entry can be of this kind.
pub fn known(kind: &str) -> bool {
    find(kind).is_some()
        || ["set", "xdata"]
            .iter()
            .any(|other| kind.eq_ignore_ascii_case(other))
}

/// The CSL type and the readers' word of a kind, in any letter case.
pub fn find(kind: &str) -> Option<(&'static str, KindKey)> {
    let kind = kind.to_ascii_lowercase();
    let at = KINDS
        .binary_search_by(|(name, ..)| (*name).cmp(&kind))
        .ok()?;
    KINDS.get(at).map(|(_, csl, key)| (*csl, *key))
}

/// The CSL type and the readers' word of what `entrysubtype` and RIS's "type of work" name: a kind,
/// or else a type of CSL that no kind stands for.
pub fn find_subtype(name: &str) -> Option<(&'static str, KindKey)> {
    find(name).or_else(|| {
        let csl = TYPES.iter();
        let mut csl = csl.filter(|(csl, _)| csl.eq_ignore_ascii_case(name));
        csl.next().copied()
    })
}

/// The kinds with their CSL types and the readers' words.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str, KindKey)> {
    KINDS.iter().copied()
}

/// What a kind says beyond its CSL type, as its genre.
pub fn genre(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "cartoon" => "cartoon",
        "diary" => "diary",
        "drawing" => "drawing",
        "email" => "email",
        "mastersthesis" => "master’s thesis",
        "memo" | "memorandum" => "memorandum",
        "minutes" => "minutes",
        "phdthesis" => "PhD diss.",
        "photograph" => "photograph",
        "podcast" => "podcast",
        "poster" => "poster",
        "techreport" => "technical report",
        "telegram" => "telegram",
        _ => return None,
    })
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
