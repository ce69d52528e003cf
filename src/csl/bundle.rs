//! Writes the styles and locales that `hayagriva` bundles as XML: the program then has one reader
//! for them and for an author's own style, and reads one of them in a few milliseconds, where the
//! library's decoder takes more than ten.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use hayagriva::archive::{ArchivedStyle, locales};
use hayagriva::citationberg::LocaleFile;

fn main() {
    println!("cargo::rerun-if-changed=src/csl/bundle.rs");
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names a folder"));
    let keep = |name: &str, text: &str| fs::write(folder.join(name), text).expect("a full disk");
    let mut table = String::from("/// All bundled styles.\npub const STYLES: &[Bundled] = &[\n");
    for (n, style) in ArchivedStyle::all().iter().enumerate() {
        keep(
            &format!("style-{n}.xml"),
            &style.get().to_xml().expect("a style"),
        );
        let (id, names) = (style.csl_id(), style.names());
        writeln!(
            table,
            "Bundled {{ id: {id:?}, names: &{names:?}, xml: include_str!(\"style-{n}.xml\") }},"
        )
        .expect("memory");
    }
    table.push_str("];\n/// All bundled locale files by their languages.\npub const LOCALES: &[(&str, &str)] = &[\n");
    for locale in locales() {
        let lang = locale.lang.expect("a locale's file names its language");
        let code = lang.0.clone();
        let file = LocaleFile {
            version: "1.0".to_owned(),
            lang,
            info: None,
            terms: locale.terms,
            date: locale.date,
            style_options: locale.style_options,
        };
        keep(
            &format!("locale-{code}.xml"),
            &file.to_xml().expect("a locale"),
        );
        writeln!(table, "({code:?}, include_str!(\"locale-{code}.xml\")),").expect("memory");
    }
    table.push_str("];\n");
    keep("bundled.rs", &table);
}
