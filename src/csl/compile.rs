//! Compiles a style's XML into a [`Program`].

use std::collections::HashMap;

use super::markup;
use super::rich::{Display, Fmt, FontStyle, FontWeight, Vertical};
use super::style::*;
use super::vars::{self, Var, Vars};
use super::xml::Node;

/// How many macros one citation may call, all in all. Published styles stay far below.
const CALLS: u64 = 1_000_000;
/// How deep elements may be nested, those of called macros counted in.
const DEPTH: usize = 300;

/// Compiles.
///
/// Errors say in the author's words what is wrong with the style.
pub fn compile(root: &Node) -> Result<Program, String> {
    if root.tag != "style" {
        return Err(format!("its outer element is `{}`, not `style`", root.tag));
    }
    let Some(citation) = root.child("citation") else {
        return Err(match parent(root) {
            Some(parent) => {
                format!("it only refers to another style, {parent}; name that one")
            }
            None => "it has no `citation`".to_owned(),
        });
    };
    let mut names = HashMap::new();
    for (n, node) in root.all("macro").enumerate() {
        names
            .entry(node.get("name").unwrap_or_default())
            .or_insert(n);
    }
    let mut compiler = Compiler {
        vars: Vars::new(),
        macros: names,
    };
    let macros: Vec<Vec<Element>> = root
        .all("macro")
        .map(|node| compiler.elements(&node.children))
        .collect::<Result<_, _>>()?;
    check_calls(root, &compiler.macros)?;
    let citation = compiler.area(citation)?;
    let bibliography = match root.child("bibliography") {
        Some(node) => Some(compiler.area(node)?),
        None => None,
    };
    let used = |layout: &[Element]| {
        let mut used = Used::default();
        collect(layout, &macros, &mut vec![false; macros.len()], &mut used);
        used
    };
    let cites = used(&citation.layout);
    let entries = used(bibliography.as_ref().map_or(&[], |area| &area.layout));
    Ok(Program {
        note: root.get("class") == Some("note"),
        default_locale: root.get("default-locale").map(str::to_owned),
        locales: root
            .all("locale")
            .map(|node| {
                (
                    node.get("lang").or(node.get("xml:lang")).map(str::to_owned),
                    node.detached(),
                )
            })
            .collect(),
        names: name_options(root),
        page_range: match root.get("page-range-format") {
            Some("expanded") => Some(PageRange::Expanded),
            Some("minimal") => Some(PageRange::Minimal),
            Some("minimal-two") => Some(PageRange::MinimalTwo),
            Some("chicago" | "chicago-15") => Some(PageRange::Chicago15),
            Some("chicago-16") => Some(PageRange::Chicago16),
            _ => None,
        },
        demote: match root.get("demote-non-dropping-particle") {
            Some("never") => Demote::Never,
            Some("sort-only") => Demote::SortOnly,
            _ => Demote::DisplayAndSort,
        },
        initialize_with_hyphen: root.get("initialize-with-hyphen") != Some("false"),
        macros,
        citation,
        bibliography,
        cites,
        entries,
        vars: compiler.vars,
    })
}

/// The address of the style that a dependent style stands for.
pub fn parent<'a>(root: &'a Node<'_>) -> Option<&'a str> {
    let mut links = root.child("info")?.all("link");
    let link = links.find(|link| link.get("rel") == Some("independent-parent"))?;
    link.get("href")
        .filter(|_| root.child("citation").is_none())
}

/// Notes what elements use. Each macro is looked at once.
fn collect(elements: &[Element], macros: &[Vec<Element>], seen: &mut [bool], used: &mut Used) {
    for element in elements {
        match element {
            Element::Text(text) => match text.source {
                TextSource::Variable { var, .. } => {
                    used.year_suffix |= var == vars::YEAR_SUFFIX;
                    used.first_note |= var == vars::FIRST_NOTE;
                }
                TextSource::Macro(n) => {
                    if let (Some(called), Some(false)) = (macros.get(n), seen.get(n)) {
                        seen[n] = true;
                        collect(called, macros, seen, used);
                    }
                }
                _ => {}
            },
            Element::Number(number) => used.first_note |= number.var == vars::FIRST_NOTE,
            Element::Group(group) => collect(&group.children, macros, seen, used),
            Element::Choose(branches) => {
                for branch in branches {
                    let mut tests = branch.tests.iter();
                    used.conditions |= tests.any(|test| matches!(test, Test::Disambiguate(_)));
                    used.first_note |= branch
                        .tests
                        .iter()
                        .any(|test| matches!(test, Test::Variable(vars::FIRST_NOTE)));
                    collect(&branch.children, macros, seen, used);
                }
            }
            Element::Names(names) => {
                for var in &names.vars {
                    if !used.names.contains(var) {
                        used.names.push(*var);
                    }
                }
                collect(&names.substitute, macros, seen, used);
            }
            Element::Label(_) | Element::Date(_) => {}
        }
    }
}

/// Checks that macros neither call themselves nor call others without measure.
fn check_calls(root: &Node, names: &HashMap<&str, usize>) -> Result<(), String> {
    #[derive(Default)]
    struct Seen {
        depth: usize,
        calls: Vec<(usize, usize)>,
    }
    fn read(node: &Node, depth: usize, names: &HashMap<&str, usize>, seen: &mut Seen) {
        seen.depth = seen.depth.max(depth);
        if let Some(called) = node.get("macro").and_then(|name| names.get(name)) {
            seen.calls.push((*called, depth));
        }
        for child in &node.children {
            read(child, depth + 1, names, seen);
        }
    }
    let nodes: Vec<&Node> = root.all("macro").collect();
    let seen: Vec<Seen> = nodes
        .iter()
        .map(|node| {
            let mut seen = Seen::default();
            read(node, 0, names, &mut seen);
            seen
        })
        .collect();
    // From the macros that call none upwards: what never becomes ready calls itself.
    let mut weights: Vec<Option<(u64, usize)>> = vec![None; nodes.len()];
    let title = |n: usize| nodes[n].get("name").unwrap_or_default();
    loop {
        let mut changed = false;
        for (n, read) in seen.iter().enumerate() {
            if weights[n].is_some() {
                continue;
            }
            let sums = read.calls.iter().map(|(called, at)| {
                let (calls, depth) = weights.get(*called).copied().flatten()?;
                Some((calls, at + depth))
            });
            let Some(sums) = sums.collect::<Option<Vec<_>>>() else {
                continue;
            };
            let calls = sums.iter().fold(1u64, |all, sum| all.saturating_add(sum.0));
            let depth = sums.iter().map(|sum| sum.1).fold(read.depth, usize::max);
            if calls > CALLS {
                return Err(format!("its macro `{}` calls too many others", title(n)));
            }
            if depth > DEPTH {
                return Err(format!(
                    "its macro `{}` and those it calls are nested too deep",
                    title(n)
                ));
            }
            weights[n] = Some((calls, depth));
            changed = true;
        }
        if !changed {
            break;
        }
    }
    match weights.iter().position(Option::is_none) {
        Some(n) => Err(format!(
            "its macro `{}` calls itself, directly or through others",
            title(n)
        )),
        None => Ok(()),
    }
}

struct Compiler<'a> {
    vars: Vars,
    macros: HashMap<&'a str, usize>,
}

impl Compiler<'_> {
    fn area(&mut self, node: &Node) -> Result<Area, String> {
        let layout = node
            .child("layout")
            .ok_or_else(|| format!("its `{}` has no `layout`", node.tag))?;
        let flag = |name: &str| node.get(name) == Some("true");
        let text = |name: &str| node.get(name).map(str::to_owned);
        let number = |name: &str, otherwise| number(node, name).unwrap_or(otherwise);
        let sort = node.child("sort");
        let keys = sort.into_iter().flat_map(|sort| sort.all("key"));
        Ok(Area {
            names: name_options(node),
            layout: self.elements(&layout.children)?,
            looks: looks(layout),
            delimiter: layout.get("delimiter").unwrap_or_default().to_owned(),
            sort: keys.filter_map(|key| self.key(key)).collect(),
            near_note_distance: number("near-note-distance", 5),
            add_names: flag("disambiguate-add-names"),
            add_givenname: flag("disambiguate-add-givenname"),
            givenname_rule: match node.get("givenname-disambiguation-rule") {
                Some("all-names") => GivennameRule::AllNames,
                Some("all-names-with-initials") => GivennameRule::AllNamesInitials,
                Some("primary-name") => GivennameRule::PrimaryName,
                Some("primary-name-with-initials") => GivennameRule::PrimaryNameInitials,
                _ => GivennameRule::ByCite,
            },
            add_year_suffix: flag("disambiguate-add-year-suffix"),
            collapse: match node.get("collapse") {
                Some("citation-number") => Some(Collapse::CitationNumber),
                Some("year") => Some(Collapse::Year),
                Some("year-suffix") => Some(Collapse::YearSuffix),
                Some("year-suffix-ranged") => Some(Collapse::YearSuffixRanged),
                _ => None,
            },
            cite_group_delimiter: text("cite-group-delimiter"),
            year_suffix_delimiter: text("year-suffix-delimiter"),
            after_collapse_delimiter: text("after-collapse-delimiter"),
            author_substitute: text("subsequent-author-substitute"),
            substitute_rule: match node.get("subsequent-author-substitute-rule") {
                Some("complete-each") => SubstituteRule::CompleteEach,
                Some("partial-each") => SubstituteRule::PartialEach,
                Some("partial-first") => SubstituteRule::PartialFirst,
                _ => SubstituteRule::CompleteAll,
            },
            second_field_align: text("second-field-align"),
        })
    }

    fn key(&mut self, node: &Node) -> Option<Key> {
        let source = match (node.get("variable"), node.get("macro")) {
            (Some(name), _) => KeySource::Variable(Box::new(NamesElement {
                vars: vec![self.vars.add(name)],
                ..NamesElement::default()
            })),
            (None, Some(name)) => KeySource::Macro(*self.macros.get(name)?),
            (None, None) => return None,
        };
        let whole = matches!(source, KeySource::Variable(_));
        Some(Key {
            source,
            descending: node.get("sort") == Some("descending"),
            names: NameOptions {
                et_al_min: number(node, "names-min"),
                et_al_subsequent_min: number(node, "names-min"),
                et_al_use_first: number(node, "names-use-first"),
                et_al_subsequent_use_first: number(node, "names-use-first"),
                et_al_use_last: node.get("names-use-last").map(|value| value == "true"),
                form: whole.then_some(NameForm::Long),
                as_sort_order: Some(true),
                ..NameOptions::default()
            },
        })
    }

    fn elements(&mut self, nodes: &[Node]) -> Result<Vec<Element>, String> {
        nodes
            .iter()
            .filter_map(|node| self.element(node).transpose())
            .collect()
    }

    fn vars(&mut self, text: &str) -> Vec<Var> {
        text.split_whitespace()
            .map(|name| self.vars.add(name))
            .collect()
    }

    /// An element; `None` for what CSL doesn't know.
    fn element(&mut self, node: &Node) -> Result<Option<Element>, String> {
        Ok(Some(match &*node.tag {
            "text" => match self.text(node)? {
                Some(text) => Element::Text(text),
                None => return Ok(None),
            },
            "number" => Element::Number(NumberElement {
                var: self.vars.add(node.get("variable").unwrap_or_default()),
                form: match node.get("form") {
                    Some("ordinal") => NumberForm::Ordinal,
                    Some("long-ordinal") => NumberForm::LongOrdinal,
                    Some("roman") => NumberForm::Roman,
                    _ => NumberForm::Numeric,
                },
                looks: looks(node),
            }),
            "label" => Element::Label(self.label(node)),
            "date" => Element::Date(Box::new(self.date(node))),
            "names" => Element::Names(Box::new(self.names(node)?)),
            "group" => Element::Group(Group {
                children: self.elements(&node.children)?,
                delimiter: node.get("delimiter").unwrap_or_default().to_owned(),
                looks: looks(node),
            }),
            "choose" => {
                let branches = node.children.iter();
                let branches = branches.filter(|n| matches!(&*n.tag, "if" | "else-if" | "else"));
                Element::Choose(branches.map(|n| self.branch(n)).collect::<Result<_, _>>()?)
            }
            _ => return Ok(None),
        }))
    }

    fn text(&mut self, node: &Node) -> Result<Option<TextElement>, String> {
        let source = if let Some(name) = node.get("variable") {
            let var = self.vars.add(name);
            TextSource::Variable {
                var,
                short: node.get("form") == Some("short"),
            }
        } else if let Some(name) = node.get("macro") {
            match self.macros.get(name) {
                Some(n) => TextSource::Macro(*n),
                None => return Err(format!("it calls a macro `{name}`, which it doesn't have")),
            }
        } else if let Some(name) = node.get("term") {
            TextSource::Term {
                name: term_name(name),
                form: form(node),
                plural: node.get("plural") == Some("true"),
            }
        } else if let Some(value) = node.get("value") {
            TextSource::Value(markup::parse(value))
        } else {
            return Ok(None);
        };
        Ok(Some(TextElement {
            source,
            looks: looks(node),
        }))
    }

    fn label(&mut self, node: &Node) -> LabelElement {
        LabelElement {
            var: self.vars.add(node.get("variable").unwrap_or_default()),
            form: form(node),
            plural: match node.get("plural") {
                Some("always") => Plural::Always,
                Some("never") => Plural::Never,
                _ => Plural::Contextual,
            },
            looks: looks(node),
        }
    }

    fn date(&mut self, node: &Node) -> DateElement {
        DateElement {
            vars: self.vars(node.get("variable").unwrap_or_default()),
            form: match node.get("form") {
                Some("numeric") => Some(DateForm::Numeric),
                Some("text") => Some(DateForm::Text),
                _ => None,
            },
            shown: match node.get("date-parts") {
                Some("year") => 1,
                Some("year-month") => 2,
                _ => 3,
            },
            parts: date_parts(node),
            delimiter: node.get("delimiter").unwrap_or_default().to_owned(),
            looks: looks(node),
        }
    }

    fn names(&mut self, node: &Node) -> Result<NamesElement, String> {
        let mut names = NamesElement {
            vars: self.vars(node.get("variable").unwrap_or_default()),
            delimiter: node.get("delimiter").map(str::to_owned),
            looks: looks(node),
            ..NamesElement::default()
        };
        for child in &node.children {
            match &*child.tag {
                "name" => {
                    let part = |name: &str| {
                        let part = child
                            .all("name-part")
                            .find(|part| part.get("name") == Some(name));
                        part.map(looks).unwrap_or_default()
                    };
                    let mut options = name_options(child);
                    options.delimiter = child.get("delimiter").map(str::to_owned);
                    options.form = name_form(child.get("form"));
                    names.name = Some(NameElement {
                        options,
                        looks: looks(child),
                        family: part("family"),
                        given: part("given"),
                    });
                }
                "et-al" => {
                    names.et_al = Some(EtAl {
                        term: child.get("term").map(str::to_owned),
                        looks: looks(child),
                    });
                }
                "label" => {
                    let behind = |tag: &str| node.children.iter().position(|n| n.tag == tag);
                    names.label_first = behind("name") > behind("label");
                    names.label = Some(self.label(child));
                }
                "substitute" => names.substitute = self.elements(&child.children)?,
                _ => {}
            }
        }
        Ok(names)
    }

    fn branch(&mut self, node: &Node) -> Result<Branch, String> {
        let mut tests = Vec::new();
        for (name, value) in &node.attributes {
            let words = value.split_whitespace();
            match &**name {
                "type" => tests.extend(words.map(|word| Test::Type(self.vars.add(word)))),
                "variable" => tests.extend(words.map(|word| Test::Variable(self.vars.add(word)))),
                "is-numeric" => tests.extend(words.map(|word| Test::Numeric(self.vars.add(word)))),
                "is-uncertain-date" => {
                    tests.extend(words.map(|word| Test::Uncertain(self.vars.add(word))));
                }
                "locator" => {
                    // So the archive of `hayagriva` has it.
                    let value = value.replace("sub verbo", "sub-verbo");
                    let words = value.split_whitespace();
                    tests.extend(words.map(|word| Test::Locator(term_name(word))));
                }
                "position" => tests.extend(words.filter_map(|word| {
                    Some(Test::Position(match word {
                        "first" => PositionTest::First,
                        "subsequent" => PositionTest::Subsequent,
                        "ibid" => PositionTest::Ibid,
                        "ibid-with-locator" => PositionTest::IbidWithLocator,
                        "near-note" => PositionTest::NearNote,
                        _ => return None,
                    }))
                })),
                "disambiguate" => tests.push(Test::Disambiguate(value == "true")),
                _ => {}
            }
        }
        Ok(Branch {
            matching: match node.get("match") {
                Some("any") => Match::Any,
                Some("none") => Match::None,
                _ => Match::All,
            },
            tests,
            children: self.elements(&node.children)?,
        })
    }
}

/// Terms and locators are written with hyphens, some of them in older styles with spaces.
pub fn term_name(name: &str) -> String {
    name.replace(' ', "-")
}

pub fn form(node: &Node) -> Form {
    match node.get("form") {
        Some("short") => Form::Short,
        Some("verb") => Form::Verb,
        Some("verb-short") => Form::VerbShort,
        Some("symbol") => Form::Symbol,
        _ => Form::Long,
    }
}

/// The parts of a date, in a style or a locale.
pub fn date_parts(node: &Node) -> Vec<DatePart> {
    let parts = node.all("date-part").filter_map(|part| {
        Some(DatePart {
            name: match part.get("name")? {
                "year" => DatePartName::Year,
                "month" => DatePartName::Month,
                "day" => DatePartName::Day,
                _ => return None,
            },
            form: part.get("form").map(str::to_owned),
            range_delimiter: part.get("range-delimiter").map(str::to_owned),
            looks: looks(part),
        })
    });
    parts.collect()
}

fn number<T: std::str::FromStr>(node: &Node, name: &str) -> Option<T> {
    node.get(name)?.trim().parse().ok()
}

fn name_form(form: Option<&str>) -> Option<NameForm> {
    match form? {
        "short" => Some(NameForm::Short),
        "count" => Some(NameForm::Count),
        _ => Some(NameForm::Long),
    }
}

fn name_options(node: &Node) -> NameOptions {
    let precedes = |name: &str| {
        Some(match node.get(name)? {
            "always" => Precedes::Always,
            "never" => Precedes::Never,
            "after-inverted-name" => Precedes::AfterInverted,
            _ => Precedes::Contextual,
        })
    };
    let flag = |name: &str| node.get(name).map(|value| value == "true");
    let text = |name: &str| node.get(name).map(str::to_owned);
    NameOptions {
        and: match node.get("and") {
            Some("text") => Some(And::Text),
            Some("symbol") => Some(And::Symbol),
            _ => None,
        },
        delimiter: text("name-delimiter"),
        names_delimiter: text("names-delimiter"),
        precedes_et_al: precedes("delimiter-precedes-et-al"),
        precedes_last: precedes("delimiter-precedes-last"),
        et_al_min: number(node, "et-al-min"),
        et_al_use_first: number(node, "et-al-use-first"),
        et_al_subsequent_min: number(node, "et-al-subsequent-min"),
        et_al_subsequent_use_first: number(node, "et-al-subsequent-use-first"),
        et_al_use_last: flag("et-al-use-last"),
        form: name_form(node.get("name-form")),
        initialize: flag("initialize"),
        initialize_with: text("initialize-with"),
        as_sort_order: node.get("name-as-sort-order").map(|value| value == "all"),
        sort_separator: text("sort-separator"),
    }
}

pub fn looks(node: &Node) -> Looks {
    let text = |name: &str| node.get(name).unwrap_or_default().to_owned();
    Looks {
        fmt: Fmt {
            italic: match node.get("font-style") {
                Some("italic") => Some(FontStyle::Italic),
                Some("oblique") => Some(FontStyle::Oblique),
                Some("normal") => Some(FontStyle::Normal),
                _ => None,
            },
            small_caps: match node.get("font-variant") {
                Some("small-caps") => Some(true),
                Some("normal") => Some(false),
                _ => None,
            },
            weight: match node.get("font-weight") {
                Some("bold") => Some(FontWeight::Bold),
                Some("light") => Some(FontWeight::Light),
                Some("normal") => Some(FontWeight::Normal),
                _ => None,
            },
            underline: match node.get("text-decoration") {
                Some("underline") => Some(true),
                Some("none") => Some(false),
                _ => None,
            },
            vertical: match node.get("vertical-align") {
                Some("sup") => Some(Vertical::Sup),
                Some("sub") => Some(Vertical::Sub),
                Some("baseline") => Some(Vertical::Baseline),
                _ => None,
            },
        },
        prefix: text("prefix"),
        suffix: text("suffix"),
        display: match node.get("display") {
            Some("block") => Some(Display::Block),
            Some("left-margin") => Some(Display::LeftMargin),
            Some("right-inline") => Some(Display::RightInline),
            Some("indent") => Some(Display::Indent),
            _ => None,
        },
        quotes: node.get("quotes") == Some("true"),
        strip_periods: node.get("strip-periods") == Some("true"),
        case: match node.get("text-case") {
            Some("lowercase") => Some(Case::Lower),
            Some("uppercase") => Some(Case::Upper),
            Some("capitalize-first") => Some(Case::CapitalizeFirst),
            Some("capitalize-all") => Some(Case::CapitalizeAll),
            Some("title") => Some(Case::Title),
            Some("sentence") => Some(Case::Sentence),
            _ => None,
        },
    }
}
