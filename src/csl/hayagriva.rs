//! Formats with the `hayagriva` crate; no other file knows it.
//!
//! Items go in as CSL-JSON, which the crate takes as they are. It escapes nothing and knows no
//! prefixes, suffixes, tags, date ranges or literal dates, so its tree of elements is written as
//! HTML here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use citationberg::json::{
    DateValue, Item as JsonItem, LiteralName, NameItem, NameValue, Value, VecDate, VecDateRange,
};
use citationberg::taxonomy::Locator;
use citationberg::{
    FontStyle, FontVariant, FontWeight, IndependentStyle, LayoutRenderingElement, Locale,
    LocaleCode, Names, NamesChild, ToFormatting, VerticalAlign,
};
use hayagriva::archive::{ArchivedStyle, LOCALES};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest, CitePurpose, Elem,
    ElemChild, ElemMeta, LocatorPayload, Rendered, SpecificLocator,
};

use super::html::{Look, Writer, mark};
use super::quiet::roomy;
use super::{Cite, Cluster, Date, DateParts, Form, Formatted, Item, Name, quietly, xmlcheck as xml};

/// A citation style, ready for use. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Style {
    style: Arc<IndependentStyle>,
    /// What the style puts around a whole citation. It is taken out of the style, for it must
    /// stand outside of the author's own prefixes and suffixes.
    before: String,
    after: String,
    look: Look,
}

/// No bundled style has this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownStyle {
    /// The closest name, if one is close enough to be meant.
    pub nearest: Option<&'static str>,
    /// Every name there is.
    pub known: &'static [&'static str],
}

impl Style {
    /// A bundled style: by the names of `hayagriva`'s archive, such as `chicago-notes`, or by the
    /// last part of its CSL id, such as `chicago-notes-bibliography`.
    ///
    /// Errors: no style has this name.
    pub fn named(name: &str) -> Result<Style, UnknownStyle> {
        let by_id = || {
            let last = |id: &'static str| id.rsplit('/').next();
            ArchivedStyle::all()
                .iter()
                .copied()
                .find(|style| last(style.csl_id()) == Some(name))
        };
        let found = ArchivedStyle::by_name(name)
            .or_else(by_id)
            .map(ArchivedStyle::get);
        match found {
            Some(citationberg::Style::Independent(style)) => Ok(Style::of(style)),
            _ => Err(UnknownStyle {
                nearest: nearest(name, Style::names()),
                known: Style::names(),
            }),
        }
    }

    /// The names of all bundled styles, sorted.
    pub fn names() -> &'static [&'static str] {
        static NAMES: OnceLock<Vec<&'static str>> = OnceLock::new();
        NAMES.get_or_init(|| {
            let names = ArchivedStyle::all().iter().flat_map(|style| style.names());
            names
                .copied()
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect()
        })
    }

    /// A style of the author's own: the text of a `.csl` file (CSL 1.0.2).
    ///
    /// Errors say what is wrong with it.
    pub fn from_xml(text: &str) -> Result<Style, String> {
        xml::check(text)?;
        let style = roomy(|| quietly(|| citationberg::Style::from_xml(text)))?;
        match style.map_err(|error| error.to_string())? {
            citationberg::Style::Independent(style) => Ok(Style::of(style)),
            citationberg::Style::Dependent(style) => {
                let parent = style.parent_link.href;
                Err(format!(
                    "it only refers to another style, {parent}; name that one"
                ))
            }
        }
    }

    fn of(mut style: IndependentStyle) -> Style {
        let layout = &mut style.citation.layout;
        let before = layout.prefix.take().unwrap_or_default();
        let after = layout.suffix.take().unwrap_or_default();
        let formatting = layout.to_formatting();
        let look = Look {
            italic: formatting.font_style == Some(FontStyle::Italic),
            bold: formatting.font_weight == Some(FontWeight::Bold),
            small_caps: formatting.font_variant == Some(FontVariant::SmallCaps),
            sup: formatting.vertical_align == Some(VerticalAlign::Sup),
            sub: formatting.vertical_align == Some(VerticalAlign::Sub),
        };
        let layouts = [
            Some(&mut style.citation.layout),
            style.bibliography.as_mut().map(|b| &mut b.layout),
        ];
        let layouts = layouts
            .into_iter()
            .flatten()
            .flat_map(|layout| &mut layout.elements);
        let macros = style
            .macros
            .iter_mut()
            .flat_map(|called| &mut called.children);
        layouts
            .chain(macros)
            .for_each(|element| hand_down_names(element, None));
        Style {
            style: Arc::new(style),
            before,
            after,
            look,
        }
    }
}

/// Gives `cs:names` without children, inside of `cs:substitute`, the children and options of the
/// names that they stand for (CSL 1.0.2, "Substitute"). The engine does so only where they are
/// direct children of `cs:substitute`; the Chicago styles have them inside of `cs:choose`, and
/// editors would lose their given names and their "eds.".
///
/// Elements are nested as deep as those of the style, which is bounded.
fn hand_down_names(element: &mut LayoutRenderingElement, above: Option<&Names>) {
    match element {
        LayoutRenderingElement::Names(names) => {
            if let Some(above) = above {
                *names = above.from_names_substitute(names);
            }
            let whole = names.clone();
            for child in &mut names.children {
                let NamesChild::Substitute(substitute) = child else {
                    continue;
                };
                for child in &mut substitute.children {
                    let direct = matches!(child, LayoutRenderingElement::Names(_));
                    hand_down_names(child, Some(&whole).filter(|_| !direct));
                }
            }
        }
        LayoutRenderingElement::Group(group) => {
            group
                .children
                .iter_mut()
                .for_each(|child| hand_down_names(child, above));
        }
        LayoutRenderingElement::Choose(choose) => {
            let branches = std::iter::once(&mut choose.if_).chain(&mut choose.else_if);
            let children = branches.flat_map(|branch| &mut branch.children);
            let otherwise = choose
                .otherwise
                .iter_mut()
                .flat_map(|branch| &mut branch.children);
            children
                .chain(otherwise)
                .for_each(|child| hand_down_names(child, above));
        }
        _ => {}
    }
}

/// The closest of `known` to what was typed: the longest common beginning wins among those that
/// differ in up to a third of their letters.
fn nearest(typed: &str, known: &[&'static str]) -> Option<&'static str> {
    let typed = typed.to_lowercase();
    let distance = |name: &str| strsim::damerau_levenshtein(&typed, name);
    let close = known
        .iter()
        .map(|name| (distance(name), *name))
        .filter(|(distance, name)| *distance <= typed.chars().count().max(name.len()) / 3)
        .min()
        .map(|(_, name)| name);
    let begins = || {
        known
            .iter()
            .copied()
            .find(|name| !typed.is_empty() && name.starts_with(&typed))
    };
    close.or_else(begins)
}

/// The code of a language's locale, and the locale files that the engine needs: that one and
/// American English, which has every term. Each is decoded once per process.
pub(super) fn locale_files(language: &str) -> (LocaleCode, &'static [Locale]) {
    static KNOWN: Mutex<BTreeMap<String, &'static [Locale]>> = Mutex::new(BTreeMap::new());
    let find = |code: &str| {
        let code = code.replace('_', "-");
        LOCALES.iter().find_map(|bytes| {
            let known = language_of(bytes)?;
            known.eq_ignore_ascii_case(&code).then_some((known, *bytes))
        })
    };
    let base = language.split(['-', '_']).next().unwrap_or_default();
    let fallback = || {
        LocaleCode(base.to_lowercase())
            .fallback()
            .and_then(|code| find(&code.0))
    };
    let american = LocaleCode::en_us();
    let (code, bytes) = find(language)
        .or_else(fallback)
        .or_else(|| find(base))
        .or_else(|| find(&american.0))
        .unwrap_or_default();
    // What another thread left behind is whole: files are put in when they are decoded.
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(files) = known.get(code) {
        return (LocaleCode(code.to_owned()), files);
    }
    let mut all = vec![bytes];
    if code != american.0 {
        all.extend(find(&american.0).map(|(_, bytes)| bytes));
    }
    let decoded: Vec<Locale> = all
        .into_iter()
        .filter_map(|bytes| ciborium::from_reader(bytes).ok())
        .collect();
    // There are only as many as the archive has locales.
    let files: &'static [Locale] = Box::leak(decoded.into_boxed_slice());
    known.insert(code.to_owned(), files);
    (LocaleCode(code.to_owned()), files)
}

/// The language of an encoded locale file, read without decoding the rest: the text behind the
/// name `@xml:lang` (CBOR, RFC 8949, 3.1: major type 3, its length in the low bits).
fn language_of(bytes: &'static [u8]) -> Option<&'static str> {
    const NAME: &[u8] = b"@xml:lang";
    let at = bytes
        .windows(NAME.len())
        .take(100)
        .position(|window| window == NAME)?;
    let (head, rest) = bytes.get(at + NAME.len()..)?.split_first()?;
    let len = head.checked_sub(0x60).filter(|len| *len < 24)?;
    std::str::from_utf8(rest.get(..usize::from(len))?).ok()
}

/// Formats citations and the bibliography (CSL 1.0.2).
///
/// In: the style; the locale of its terms as a BCP 47 tag; the items, all of which come into the
/// bibliography; the clusters in the order of the document, for styles shorten what was cited
/// before. Out: a text for each cluster and each item. Nothing fails as a whole: an item that the
/// engine fails on is printed plainly and listed. Items that the style leaves out of its
/// bibliography, as Chicago does with letters, are listed by their full citations; a style without
/// a bibliography gets one made of them all, sorted by name and title.
pub fn format(style: &Style, locale: &str, items: &[Item], clusters: &[Cluster]) -> Formatted {
    let json: Vec<JsonItem> = items
        .iter()
        .enumerate()
        .map(|(i, item)| to_json(i, item))
        .collect();
    roomy(|| format_json(style, locale, items, &json, clusters))
}

/// Formats, given the items as the engine takes them too.
pub(super) fn format_json(
    style: &Style,
    locale: &str,
    items: &[Item],
    json: &[JsonItem],
    clusters: &[Cluster],
) -> Formatted {
    let (code, files) = locale_files(locale);
    let options = files.first().and_then(|locale| locale.style_options);
    let inside = options
        .and_then(|options| options.punctuation_in_quote)
        .unwrap_or(false);
    let run = Run {
        style,
        code,
        files,
        inside,
        items,
        json,
    };

    let mut failed: BTreeMap<usize, String> = BTreeMap::new();
    let mut rendered = run.all(clusters, &failed);
    if rendered.is_err() {
        failed = run.culprits(clusters);
        rendered = run.all(clusters, &failed);
    }
    let (cited, listed) = match rendered {
        Ok(rendered) => rendered,
        Err(message) => {
            // Each alone is fine and all together are not: nothing can be told apart.
            failed = (0..items.len()).map(|i| (i, message.clone())).collect();
            (Vec::new(), None)
        }
    };

    let mut bibliography: Vec<(usize, String)> = match listed {
        Some(listed) => listed
            .into_iter()
            .filter_map(|(i, entry)| {
                let entry = if entry.is_empty() {
                    run.entry_of_citation(i, &mut failed)?
                } else {
                    entry
                };
                Some((i, entry.html()))
            })
            .collect(),
        None => run.bibliography_of_citations(&mut failed),
    };
    bibliography.extend(failed.keys().map(|i| (*i, run.plainly(*i, true).html())));
    let clusters = clusters
        .iter()
        .enumerate()
        .map(|(n, cluster)| run.cluster(cluster, cited.get(n), &failed).html());
    Formatted {
        clusters: clusters.collect(),
        bibliography,
        failed: failed.into_iter().collect(),
    }
}

/// The elements of one citation.
type Children = Vec<ElemChild>;
/// The citations, and the bibliography where the style has one.
type Output = (Vec<Children>, Option<Vec<(usize, Writer)>>);

struct Run<'a> {
    style: &'a Style,
    code: LocaleCode,
    files: &'static [Locale],
    /// Whether full stops and commas go inside of quotation marks.
    inside: bool,
    items: &'a [Item],
    json: &'a [JsonItem],
}

impl<'a> Run<'a> {
    fn request(
        &self,
        cites: Vec<CitationItem<'a, JsonItem>>,
        note: Option<u32>,
    ) -> CitationRequest<'a, JsonItem> {
        let note = note.and_then(|note| usize::try_from(note).ok());
        CitationRequest::new(
            cites,
            &self.style.style,
            Some(self.code.clone()),
            self.files,
            note,
        )
    }

    fn drive(&self, requests: Vec<CitationRequest<'a, JsonItem>>) -> Result<Rendered, String> {
        quietly(|| {
            let mut driver = BibliographyDriver::new();
            requests
                .into_iter()
                .for_each(|request| driver.citation(request));
            let code = Some(self.code.clone());
            driver.finish(BibliographyRequest::new(
                &self.style.style,
                code,
                self.files,
            ))
        })
    }

    /// The cluster as the engine wants it, without the items that it fails on.
    fn cites(
        &self,
        cluster: &'a Cluster,
        failed: &BTreeMap<usize, String>,
    ) -> Vec<CitationItem<'a, JsonItem>> {
        let good = cluster
            .cites
            .iter()
            .filter(|cite| !failed.contains_key(&cite.item));
        good.filter_map(|cite| {
            let locator = locator(cite);
            let purpose = (cite.form == Form::AuthorOnly).then_some(CitePurpose::Author);
            Some(CitationItem::new(
                self.json.get(cite.item)?,
                locator,
                None,
                false,
                purpose,
            ))
        })
        .collect()
    }

    /// Everything, without the items that the engine fails on.
    fn all(
        &self,
        clusters: &'a [Cluster],
        failed: &BTreeMap<usize, String>,
    ) -> Result<Output, String> {
        let mut requests: Vec<_> = clusters
            .iter()
            .map(|cluster| self.request(self.cites(cluster, failed), Some(cluster.note)))
            .collect();
        // The engine lists only what is cited; hidden citations behind all others change nothing
        // in those before.
        let cited: BTreeSet<usize> = clusters
            .iter()
            .flat_map(|cluster| &cluster.cites)
            .map(|cite| cite.item)
            .collect();
        let uncited =
            (0..self.items.len()).filter(|i| !cited.contains(i) && !failed.contains_key(i));
        let hidden: Vec<_> = uncited
            .map(|i| CitationItem::new(&self.json[i], None, None, true, None))
            .collect();
        if !hidden.is_empty() {
            requests.push(self.request(hidden, None));
        }
        let rendered = self.drive(requests)?;
        let listed = rendered.bibliography.map(|bibliography| {
            let entry = |item: hayagriva::BibliographyItem| {
                let i: usize = item.key.parse().ok().filter(|i| *i < self.items.len())?;
                let mut writer = Writer::default();
                if let Some(first) = &item.first_field {
                    self.child(first, i, &mut writer);
                    writer.end_marks();
                    writer.plain(" ", Look::default());
                }
                item.content
                    .0
                    .iter()
                    .for_each(|child| self.child(child, i, &mut writer));
                Some((i, writer))
            };
            bibliography.items.into_iter().filter_map(entry).collect()
        });
        Ok((
            rendered
                .citations
                .into_iter()
                .map(|cite| cite.citation.0)
                .collect(),
            listed,
        ))
    }

    /// The items that the engine fails on: each is formatted alone, with its own citations.
    fn culprits(&self, clusters: &'a [Cluster]) -> BTreeMap<usize, String> {
        let mut own: Vec<Vec<&Cite>> = vec![Vec::new(); self.items.len()];
        for cite in clusters.iter().flat_map(|cluster| &cluster.cites) {
            if let Some(own) = own.get_mut(cite.item) {
                own.push(cite);
            }
        }
        let mut failed = BTreeMap::new();
        for (i, own) in own.into_iter().enumerate() {
            let mut requests =
                vec![self.request(vec![CitationItem::with_entry(&self.json[i])], Some(1))];
            for cite in own {
                let item = CitationItem::with_locator(&self.json[i], locator(cite));
                requests.push(self.request(vec![item], Some(1)));
            }
            if let Err(message) = self.drive(requests) {
                failed.insert(i, message);
            }
        }
        failed
    }

    /// A bibliography's entry made of an item's full citation.
    fn entry_of_citation(&self, i: usize, failed: &mut BTreeMap<usize, String>) -> Option<Writer> {
        let cite = CitationItem::with_entry(self.json.get(i)?);
        match self.drive(vec![self.request(vec![cite], Some(1))]) {
            Ok(rendered) => {
                let mut writer = Writer::default();
                for child in rendered.citations.iter().flat_map(|cite| &cite.citation.0) {
                    self.child(child, i, &mut writer);
                }
                writer.end_with(".", Look::default(), self.inside);
                Some(writer)
            }
            Err(message) => {
                failed.insert(i, message);
                None
            }
        }
    }

    /// The bibliography of a style that has none: full citations, sorted by name and title.
    fn bibliography_of_citations(
        &self,
        failed: &mut BTreeMap<usize, String>,
    ) -> Vec<(usize, String)> {
        let mut entries = Vec::new();
        for (i, item) in self.items.iter().enumerate() {
            if failed.contains_key(&i) {
                continue;
            }
            let Some(entry) = self.entry_of_citation(i, failed) else {
                continue;
            };
            let name = item.names.get("author").or(item.names.get("editor"));
            let name = name
                .and_then(|names| names.first())
                .map(|name| name.family.to_lowercase());
            let title = item
                .text
                .get("title")
                .map(|title| bare(title).to_lowercase());
            entries.push((name.or(title.clone()), title, i, entry.html()));
        }
        entries.sort();
        entries
            .into_iter()
            .map(|(_, _, i, html)| (i, html))
            .collect()
    }

    /// One cluster: the engine's citations with the author's words around each, and the items it
    /// failed on printed plainly in their places.
    fn cluster(
        &self,
        cluster: &Cluster,
        children: Option<&Children>,
        failed: &BTreeMap<usize, String>,
    ) -> Writer {
        let known = cluster
            .cites
            .iter()
            .enumerate()
            .filter(|(_, cite)| cite.item < self.items.len());
        let (bad, good): (Vec<_>, Vec<_>) =
            known.partition(|(_, cite)| failed.contains_key(&cite.item));
        let mut out = Writer::default();
        let affixed = cluster
            .cites
            .iter()
            .any(|cite| cite.form != Form::AuthorOnly);
        if affixed && !(good.is_empty() && bad.is_empty()) {
            out.plain(&self.style.before, self.style.look);
        }
        let children = children.map_or(&[][..], Vec::as_slice);
        if bad.is_empty() {
            for child in children {
                match entry(child).and_then(|(n, elem)| Some((good.get(n)?.1, elem))) {
                    Some((cite, elem)) => self.cite(cite, elem, &mut out),
                    // What stands between: the style's delimiter.
                    None => self.child(child, usize::MAX, &mut out),
                }
            }
        } else {
            let mut pieces: BTreeMap<usize, Writer> = BTreeMap::new();
            for (n, elem) in children.iter().filter_map(entry) {
                if let Some((place, cite)) = good.get(n) {
                    self.cite(cite, elem, pieces.entry(*place).or_default());
                }
            }
            for (place, cite) in bad {
                self.plain_cite(cite, pieces.entry(place).or_default());
            }
            for (n, piece) in pieces.into_values().enumerate() {
                if n > 0 {
                    out.plain("; ", self.style.look);
                }
                piece.runs_into(&mut out);
            }
        }
        if affixed && !out.is_empty() {
            out.end_with(&self.style.after, self.style.look, self.inside);
        }
        out
    }

    /// One citation, as the engine made it.
    fn cite(&self, cite: &Cite, elem: &Elem, out: &mut Writer) {
        self.prefix(cite, out);
        if cite.form == Form::SuppressAuthor {
            self.without_author(elem, cite.item, out);
        } else if cite.form == Form::AuthorOnly && elem.children.is_empty() {
            // A source without an author is called by its title.
            let text = self.items.get(cite.item).map(|item| &item.text);
            let title = text.and_then(|text| text.get("title-short").or(text.get("title")));
            out.text(
                &mark(title.map_or("", String::as_str)),
                self.style.look,
                None,
            );
        } else {
            self.children(&elem.children.0, cite.item, out);
        }
        out.end_marks();
        self.suffix(cite, out);
    }

    /// One citation of an item that the engine failed on.
    fn plain_cite(&self, cite: &Cite, out: &mut Writer) {
        self.prefix(cite, out);
        self.plainly(cite.item, false).runs_into(out);
        if let Some((_, locator)) = &cite.locator {
            out.plain(", ", Look::default());
            out.plain(locator, Look::default());
        }
        self.suffix(cite, out);
    }

    fn prefix(&self, cite: &Cite, out: &mut Writer) {
        out.plain(&cite.prefix, self.style.look);
        let open = |c: char| {
            c.is_whitespace() || matches!(c, '(' | '[' | '“' | '‘' | '«' | '„' | '/' | '—')
        };
        if !cite.prefix.is_empty() && !cite.prefix.ends_with(open) {
            out.plain(" ", self.style.look);
        }
    }

    fn suffix(&self, cite: &Cite, out: &mut Writer) {
        let word = |c: char| c.is_alphanumeric() || matches!(c, '(' | '[' | '“' | '‘' | '«' | '„');
        if cite.suffix.starts_with(word) && !out.last().is_none_or(char::is_whitespace) {
            out.plain(" ", self.style.look);
        }
        let doubled = cite.suffix.starts_with('.') && out.last() == Some('.');
        out.punctuate(
            &cite.suffix[usize::from(doubled)..],
            self.style.look,
            self.inside,
        );
    }

    /// A citation without the names it begins with and what divides them from the rest.
    fn without_author(&self, elem: &Elem, item: usize, out: &mut Writer) {
        let mut children = elem.children.0.clone();
        if drop_names(&mut children) {
            trim_start(&mut children);
        }
        self.children(&children, item, out);
    }

    fn children(&self, children: &[ElemChild], item: usize, out: &mut Writer) {
        children
            .iter()
            .for_each(|child| self.child(child, item, out));
    }

    /// Writes an element. Elements are nested as deep as those of the style, which is bounded.
    fn child(&self, child: &ElemChild, item: usize, out: &mut Writer) {
        match child {
            ElemChild::Text(text) => out.text(&text.text, look(&text.formatting), None),
            ElemChild::Link { text, url } => {
                let link = ["http://", "https://"]
                    .iter()
                    .any(|scheme| url.starts_with(scheme));
                out.text(&text.text, look(&text.formatting), link.then_some(url));
            }
            ElemChild::Markup(text) => out.text(text, Look::default(), None),
            ElemChild::Transparent { .. } => {}
            ElemChild::Elem(elem) => {
                if elem.meta == Some(ElemMeta::Date)
                    && let Some(item) = self.items.get(item)
                    && item.dates.values().any(special)
                {
                    self.date(elem, item, out);
                } else {
                    self.children(&elem.children.0, item, out);
                }
                if elem.meta.is_some() {
                    out.end_marks();
                }
            }
        }
    }

    /// Writes a date of an item that has ranges of years or dates in words, which the engine
    /// doesn't know: the year it was given instead is replaced.
    fn date(&self, elem: &Elem, item: &Item, out: &mut Writer) {
        let mut inner = Writer::default();
        self.children(&elem.children.0, usize::MAX, &mut inner);
        let text = inner.bare();
        let replaced = item
            .dates
            .values()
            .filter(|date| special(date))
            .find_map(|date| {
                let year = shown_year(date).abs().to_string();
                text.contains(&year)
                    .then(|| text.replacen(&year, &in_words(date), 1))
            });
        match replaced {
            Some(text) => out.plain(&text, Look::default()),
            None => inner.runs_into(out),
        }
    }

    /// Author, title and date, without any style.
    fn plainly(&self, item: usize, sentence: bool) -> Writer {
        let mut out = Writer::default();
        let Some(item) = self.items.get(item) else {
            return out;
        };
        let names = item.names.get("author").or(item.names.get("editor"));
        let names: Vec<String> = names.into_iter().flatten().map(plain_name).collect();
        let mut parts = 0;
        let mut divide = |out: &mut Writer| {
            if parts > 0 {
                out.plain(", ", Look::default());
            }
            parts += 1;
        };
        if !names.is_empty() {
            divide(&mut out);
            out.plain(&names.join(", "), Look::default());
        }
        if let Some(title) = item.text.get("title") {
            divide(&mut out);
            out.text(
                &mark(title),
                Look {
                    italic: true,
                    ..Look::default()
                },
                None,
            );
            out.end_marks();
        }
        if let Some(date) = item.dates.get("issued") {
            divide(&mut out);
            out.plain(&in_words(date), Look::default());
        }
        if out.is_empty() {
            out.plain(&item.key, Look::default());
        }
        if sentence {
            out.end_with(".", Look::default(), self.inside);
        }
        out
    }
}

/// The citation that an element of a cluster is: its number, and what it holds.
fn entry(child: &ElemChild) -> Option<(usize, &Elem)> {
    match child {
        ElemChild::Elem(
            elem @ Elem {
                meta: Some(ElemMeta::Entry(n)),
                ..
            },
        ) => Some((*n, elem)),
        _ => None,
    }
}

fn locator(cite: &Cite) -> Option<SpecificLocator<'_>> {
    let (label, text) = cite.locator.as_ref()?;
    // CSL 1.0.2 calls these two otherwise, for there are variables of these names.
    let label = match label.as_str() {
        "article" => "article-locator",
        "title" => "title-locator",
        label => label,
    };
    let label = label.parse().unwrap_or(Locator::Custom);
    Some(SpecificLocator(label, LocatorPayload::Str(text)))
}

/// Drops the names that children begin with; whether there were any.
fn drop_names(children: &mut Vec<ElemChild>) -> bool {
    for (n, child) in children.iter_mut().enumerate() {
        match child {
            ElemChild::Elem(Elem {
                meta: Some(ElemMeta::Names(_)),
                ..
            }) => {
                children.remove(n);
                return true;
            }
            ElemChild::Elem(elem) if !elem.children.is_empty() => {
                return drop_names(&mut elem.children.0);
            }
            ElemChild::Text(text) if !text.text.trim().is_empty() => return false,
            ElemChild::Link { .. } | ElemChild::Markup(_) | ElemChild::Transparent { .. } => {
                return false;
            }
            _ => {}
        }
    }
    false
}

/// Drops the blanks and commas that children begin with; whether anything is left to print.
fn trim_start(children: &mut [ElemChild]) -> bool {
    for child in children {
        match child {
            ElemChild::Text(text) => {
                let trimmed = text
                    .text
                    .trim_start_matches([' ', '\u{a0}', ',', '.', ':', ';']);
                text.text = trimmed.to_owned();
                if !text.text.is_empty() {
                    return true;
                }
            }
            ElemChild::Elem(elem) => {
                if trim_start(&mut elem.children.0) {
                    return true;
                }
            }
            _ => return true,
        }
    }
    false
}

fn look(formatting: &hayagriva::Formatting) -> Look {
    Look {
        italic: formatting.font_style == FontStyle::Italic,
        bold: formatting.font_weight == FontWeight::Bold,
        small_caps: formatting.font_variant == FontVariant::SmallCaps,
        sup: formatting.vertical_align == VerticalAlign::Sup,
        sub: formatting.vertical_align == VerticalAlign::Sub,
    }
}

/// A variable's text without its tags.
fn bare(text: &str) -> String {
    let mut writer = Writer::default();
    writer.text(&mark(text), Look::default(), None);
    writer.bare()
}

fn plain_name(name: &Name) -> String {
    let parts = [
        name.given.as_deref(),
        name.dropping_particle.as_deref(),
        name.particle.as_deref(),
    ];
    let mut text: Vec<&str> = parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    text.push(&name.family);
    text.extend(name.suffix.as_deref());
    text.join(" ")
}

/// The year that stands for words where there is no year: it sorts behind all others.
const NO_YEAR: i32 = 32_000;

/// Whether the engine can't print the date as it is: it takes neither ranges nor words.
fn special(date: &Date) -> bool {
    date.literal.is_some() || years_only(date).is_some()
}

/// The last year of a range of years without months.
fn years_only(date: &Date) -> Option<i32> {
    let end = date.end.as_ref()?;
    (date.start.month.is_none() && end.month.is_none()).then_some(end.year)
}

/// The year that the engine gets, as it prints it.
fn shown_year(date: &Date) -> i32 {
    match date.literal {
        Some(_) if date.start.year == 0 => NO_YEAR,
        _ => date.start.year,
    }
}

fn in_words(date: &Date) -> String {
    if let Some(literal) = &date.literal {
        return literal.clone();
    }
    let day = |parts: &DateParts| {
        let rest = [parts.month, parts.day];
        let rest: String = rest
            .into_iter()
            .flatten()
            .map(|n| format!("-{n:02}"))
            .collect();
        format!("{}{rest}", parts.year)
    };
    match &date.end {
        Some(end) if years_only(date).is_some() => {
            format!("{}–{}", date.start.year.abs(), end.year.abs())
        }
        Some(end) => format!("{}–{}", day(&date.start), day(end)),
        None => day(&date.start),
    }
}

pub(super) fn to_json(index: usize, item: &Item) -> JsonItem {
    let mut map = BTreeMap::new();
    // The engine compares whole items to tell them apart, very often. What differs stands first.
    map.insert(
        "!".to_owned(),
        Value::Number(i64::try_from(index).unwrap_or(i64::MAX)),
    );
    for (name, text) in &item.text {
        let value = match name.as_str() {
            "DOI" => doi(text).to_owned(),
            "URL" => text.clone(),
            _ => mark(text),
        };
        map.insert(name.clone(), Value::String(value));
    }
    for (name, names) in &item.names {
        map.insert(
            name.clone(),
            Value::Names(names.iter().map(to_json_name).collect()),
        );
    }
    for (name, date) in &item.dates {
        if let Some(date) = to_json_date(date) {
            map.insert(name.clone(), Value::Date(date));
        }
    }
    map.insert("id".to_owned(), Value::String(index.to_string()));
    map.insert("type".to_owned(), Value::String(item.kind.clone()));
    JsonItem(map)
}

/// A DOI without the addresses that people write before it.
fn doi(text: &str) -> &str {
    let known = [
        "https://doi.org/",
        "http://doi.org/",
        "https://dx.doi.org/",
        "http://dx.doi.org/",
        "doi:",
    ];
    known
        .iter()
        .find_map(|known| text.strip_prefix(known))
        .unwrap_or(text)
}

fn to_json_name(name: &Name) -> NameValue {
    if name.literal
        || name.given.is_none() && name.particle.is_none() && name.dropping_particle.is_none()
    {
        return NameValue::Literal(LiteralName {
            literal: name.family.clone(),
        });
    }
    let text = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    // Where there are no particles, the engine looks for them in the family name ("Blajer de la
    // Garza") unless it is given an empty one.
    let inner = name
        .family
        .split_whitespace()
        .any(|word| word.starts_with(char::is_lowercase));
    let particle = text(&name.particle);
    let dropping = text(&name.dropping_particle);
    let dropping = dropping.or_else(|| (inner && particle.is_none()).then(String::new));
    NameValue::Item(NameItem {
        family: name.family.clone(),
        given: text(&name.given),
        non_dropping_particle: particle,
        dropping_particle: dropping,
        suffix: text(&name.suffix),
        comma_suffix: None,
    })
}

/// The date as the engine takes it; `None` where it can't. Years are counted without a year 0, as
/// in CSL; the engine counts 1 BCE as 0.
fn to_json_date(date: &Date) -> Option<DateValue> {
    let DateParts { month, day, .. } = date.start;
    let year = shown_year(date);
    let year = i16::try_from(if year < 0 { year + 1 } else { year }).ok()?;
    let in_range = |number: Option<u8>, most: u8| number.filter(|n| (1..=most).contains(n));
    let mut parts = vec![year];
    if let Some(month) = in_range(month, 12) {
        parts.push(month.into());
        parts.extend(in_range(day, 31).map(i16::from));
    }
    let season = month
        .filter(|month| (21..=24).contains(month))
        .map(|month| (month - 20).to_string());
    Some(DateValue::DateParts {
        date_parts: VecDateRange(vec![VecDate(parts)]),
        literal: None,
        season,
        circa: date.circa,
    })
}
