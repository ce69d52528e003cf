//! What would hurt: a lost file of the author's, a half-written page, a folder that can't be mended.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::disk::kill;
use super::*;

/// A site's folder in a temporary one, so that also its parent is ours.
struct Site {
    _temporary: TempDir,
    root: PathBuf,
}

impl Site {
    fn new() -> Site {
        let temporary = tempfile::tempdir().unwrap();
        let root = temporary.path().canonicalize().unwrap().join("site");
        fs::create_dir_all(root.join("content")).unwrap();
        fs::write(root.join("content/map.png"), "a map").unwrap();
        Site {
            _temporary: temporary,
            root,
        }
    }

    fn open(&self) -> Result<Folder, Fault> {
        Folder::open(&self.root, Path::new("public"), None)
    }

    fn build(&self, pages: &[(&str, &str)]) -> Result<Written, Fault> {
        let mut folder = self.open()?;
        for (path, text) in pages {
            folder.put(path, bytes(text))?;
        }
        folder.finish()
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.join("public").join(path)
    }

    /// All files below the output folder, those of ours included.
    fn tree(&self) -> BTreeMap<String, String> {
        let mut tree = BTreeMap::new();
        let output = self.root.join("public");
        for entry in walkdir::WalkDir::new(&output).min_depth(1) {
            let entry = entry.unwrap();
            let path = entry
                .path()
                .strip_prefix(&output)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            if entry.file_type().is_file() {
                tree.insert(path, fs::read_to_string(entry.path()).unwrap());
            } else if entry.file_type().is_dir() {
                tree.insert(format!("{path}/"), String::new());
            }
        }
        tree
    }

    fn files(&self) -> Vec<String> {
        self.tree()
            .into_keys()
            .filter(|path| !path.starts_with('.'))
            .collect()
    }
}

fn bytes(text: &str) -> Body<'_> {
    Body::Bytes(text.as_bytes().into())
}

fn written(written: usize, unchanged: usize, removed: usize) -> Written {
    Written {
        written,
        unchanged,
        removed,
    }
}

const SITE: [(&str, &str); 3] = [
    ("index.html", "start"),
    ("pact/index.html", "the pact"),
    ("pact/army/index.html", "army"),
];

#[test]
fn a_first_build() {
    let site = Site::new();
    let mut folder = site.open().unwrap();
    folder.put("index.html", bytes("start")).unwrap();
    folder
        .put("img/map.png", Body::Copy(site.root.join("content/map.png")))
        .unwrap();
    assert_eq!(folder.finish(), Ok(written(2, 0, 0)));
    let tree: Vec<_> = site
        .tree()
        .into_iter()
        .map(|(path, text)| format!("{path}: {text}"))
        .collect();
    assert_eq!(
        tree.join("\n"),
        "\
.explainer-manifest: # What explainer wrote into this folder, so that it can tell its files from \
yours. May be deleted together with the rest of the folder.
4754810535a6b47647567dac1b43c350127772260edf35e6965773b336ec5754  img/map.png
82f10d2fd204798c0ff8576c14ff84a5d6cdfd4661e6cb02b23e72a3fa345be4  index.html

img/: 
img/map.png: a map
index.html: start"
    );
}

#[test]
fn what_is_the_same_is_left_alone() {
    let site = Site::new();
    site.build(&SITE).unwrap();
    let old = std::time::SystemTime::UNIX_EPOCH;
    let touch = |path: &str| {
        fs::File::options()
            .write(true)
            .open(site.path(path))
            .unwrap()
            .set_modified(old)
            .unwrap();
    };
    let modified = |path: &str| fs::metadata(site.path(path)).unwrap().modified().unwrap();
    touch("index.html");
    touch("pact/index.html");
    touch(".explainer-manifest");
    assert_eq!(site.build(&SITE), Ok(written(0, 3, 0)));
    assert_eq!(modified("index.html"), old);
    assert_eq!(modified(".explainer-manifest"), old);

    let mut changed = SITE;
    changed[1].1 = "THE PACT";
    assert_eq!(site.build(&changed), Ok(written(1, 2, 0)));
    assert_eq!(modified("index.html"), old);
    assert_ne!(modified("pact/index.html"), old);
    assert_eq!(site.tree()["pact/index.html"], "THE PACT");
}

#[test]
fn a_copied_file_is_compared_by_its_content() {
    let site = Site::new();
    let source = site.root.join("content/map.png");
    let build = || {
        let mut folder = site.open().unwrap();
        folder.put("map.png", Body::Copy(source.clone())).unwrap();
        folder.finish().unwrap()
    };
    assert_eq!(build(), written(1, 0, 0));
    assert_eq!(build(), written(0, 1, 0));
    fs::write(&source, "A MAP").unwrap();
    assert_eq!(build(), written(1, 0, 0));
    assert_eq!(site.tree()["map.png"], "A MAP");

    let mut folder = site.open().unwrap();
    let missing = folder
        .put("b.png", Body::Copy(site.root.join("content/b.png")))
        .unwrap_err();
    assert_eq!(missing.code, Code::Unreadable);
    let no_file = folder
        .put("c.png", Body::Copy(site.root.join("content")))
        .unwrap_err();
    assert_eq!(no_file.code, Code::Unreadable);
}

#[test]
fn stale_files_go_and_so_do_their_folders() {
    let site = Site::new();
    site.build(&SITE).unwrap();
    assert_eq!(site.build(&SITE[..1]), Ok(written(0, 1, 2)));
    assert_eq!(site.files(), ["index.html"]);
}

#[test]
fn what_is_the_authors_stays() {
    let site = Site::new();
    site.build(&SITE).unwrap();
    fs::write(site.path("pact/army/notes.txt"), "mine").unwrap();
    fs::write(site.path("pact/index.html"), "edited by hand").unwrap();
    assert_eq!(site.build(&SITE[..1]), Ok(written(0, 1, 1)));
    assert_eq!(
        site.files(),
        [
            "index.html",
            "pact/",
            "pact/army/",
            "pact/army/notes.txt",
            "pact/index.html"
        ]
    );
    assert_eq!(site.tree()["pact/index.html"], "edited by hand");
    assert!(
        !site.tree()[".explainer-manifest"].contains("pact"),
        "no longer claimed"
    );

    // And it stands in nobody's way silently.
    let fault = site.build(&SITE).unwrap_err();
    assert_eq!(fault.code, Code::Unwritable);
    assert!(
        fault
            .message
            .contains("is there already and not explainer's"),
        "{}",
        fault.message
    );
    assert_eq!(site.tree()["pact/index.html"], "edited by hand");
}

#[test]
fn a_page_of_ours_that_was_changed_is_mended() {
    let site = Site::new();
    site.build(&SITE).unwrap();
    fs::write(site.path("index.html"), "sta").unwrap();
    assert_eq!(site.build(&SITE), Ok(written(1, 2, 0)));
    assert_eq!(site.tree()["index.html"], "start");
}

#[test]
fn an_abandoned_build_changes_nothing() {
    let site = Site::new();
    let mut folder = site.open().unwrap();
    folder.put("index.html", bytes("start")).unwrap();
    folder.abandon();
    assert!(!site.root.join("public").exists());

    site.build(&SITE).unwrap();
    let before = site.tree();
    let mut folder = site.open().unwrap();
    folder.put("index.html", bytes("START")).unwrap();
    folder.put("new.html", bytes("new")).unwrap();
    folder.abandon();
    assert_eq!(site.tree(), before);
}

#[test]
fn files_become_folders_and_folders_files() {
    let site = Site::new();
    site.build(&[("a", "file"), ("b/c/d", "file")]).unwrap();
    assert_eq!(
        site.build(&[("a/x", "file"), ("b", "file")]),
        Ok(written(2, 0, 2))
    );
    assert_eq!(site.files(), ["a/", "a/x", "b"]);

    // But not if something of the author's would go with them.
    fs::write(site.path("a/mine"), "mine").unwrap();
    let before = site.tree();
    assert_eq!(
        site.build(&[("a", "file")]).unwrap_err().code,
        Code::Unwritable
    );
    assert_eq!(site.tree(), before);
}

#[test]
fn a_name_may_change_its_case() {
    let site = Site::new();
    site.build(&[("Map.html", "map")]).unwrap();
    site.build(&[("map.html", "map")]).unwrap();
    assert_eq!(site.files(), ["map.html"]);
}

#[test]
fn unsafe_paths_are_refused() {
    let site = Site::new();
    let mut folder = site.open().unwrap();
    for path in [
        "",
        "/",
        "/etc/x",
        "a/../x",
        "..",
        "../x",
        "a//b",
        "a/",
        "./a",
        "a\\b",
        "a\0b",
        "a\nb",
        ".explainer-manifest",
        ".Explainer-Staging/0",
    ] {
        let fault = folder.put(path, bytes("x")).unwrap_err();
        assert_eq!(fault.code, Code::Unwritable, "{path:?}");
        assert_eq!(Memory::new().put(path, bytes("x")).unwrap_err(), fault);
    }
    folder.put("..a/b..", bytes("x")).unwrap();
}

#[test]
fn paths_that_cannot_stand_beside_each_other() {
    let together = |first: &str, second: &str| {
        let mut memory = Memory::new();
        memory.put(first, bytes("x")).unwrap();
        let fault = memory.put(second, bytes("x")).unwrap_err();
        assert_eq!(fault.code, Code::SameUrl);
        fault.message
    };
    assert_eq!(together("a", "a"), "two files would be published as `a`");
    assert_eq!(
        together("a/B", "a/b"),
        "`a/B` and `a/b` differ in letter case only"
    );
    assert_eq!(
        together("A/x", "a/y"),
        "the folders `A` and `a` differ in letter case only"
    );
    assert_eq!(
        together("a", "a/b"),
        "`a/b` would lie in `a`, which is a file"
    );
    assert_eq!(
        together("a/b", "a"),
        "`a` would be a file, but `a` is a folder"
    );
}

#[test]
fn a_tampered_manifest_reaches_nothing_outside() {
    let site = Site::new();
    site.build(&SITE).unwrap();
    let outside = site.root.join("content/map.png");
    let mut text = fs::read_to_string(site.path(".explainer-manifest")).unwrap();
    let hash = blake3::hash(b"a map").to_hex();
    text.push_str(&format!(
        "{hash}  ../content/map.png\n{hash}  {}\n",
        outside.display()
    ));
    fs::write(site.path(".explainer-manifest"), text).unwrap();
    site.build(&SITE[..1]).unwrap();
    assert!(outside.exists());
}

/// Whatever operation a build is killed at, each page is whole, what is the author's is there, and
/// the next build makes what a clean one makes.
#[test]
fn a_build_killed_anywhere() {
    let old = [
        ("index.html", "old start"),
        ("same.html", "same"),
        ("gone/index.html", "gone"),
        ("file", "to be a folder"),
        ("folder/x", "to be a file"),
    ];
    let new = [
        ("index.html", "new start"),
        ("same.html", "same"),
        ("new/deep/index.html", "new"),
        ("file/x", "was a file"),
        ("folder", "was a folder"),
    ];
    let clean = Site::new();
    clean.build(&new).unwrap();
    let mut clean = clean.tree();
    clean.insert("mine.txt".into(), "mine".into());

    for first in [true, false] {
        let mut ended = false;
        for count in 0..1000 {
            let site = Site::new();
            if !first {
                site.build(&old).unwrap();
                fs::write(site.path("mine.txt"), "mine").unwrap();
            }
            kill::after(Some(count));
            let result = site.build(&new);
            kill::after(None);

            let tree = if site.root.join("public").exists() {
                site.tree()
            } else {
                BTreeMap::new()
            };
            for (path, text) in &tree {
                let whole = |site: &[(&str, &str)]| site.contains(&(path, text));
                if !path.starts_with('.') && !path.ends_with('/') && path != "mine.txt" {
                    assert!(
                        whole(&new) || (!first && whole(&old)),
                        "{count}: {path}: {text}"
                    );
                }
            }
            if !first {
                assert_eq!(tree["mine.txt"], "mine");
                assert!(tree["index.html"].ends_with("start"));
                assert_eq!(tree["same.html"], "same");
            }

            site.build(&new)
                .unwrap_or_else(|fault| panic!("{count}: {fault:?}"));
            fs::write(site.path("mine.txt"), "mine").unwrap();
            assert_eq!(site.tree(), clean, "killed after {count}");
            // Only tidying up may fail without the build failing.
            if result.is_ok() && tree.keys().all(|path| !path.starts_with(".explainer-s")) {
                ended = true;
                break;
            }
        }
        assert!(ended, "the build never ran to its end");
    }
}

/// The site after a killed build may also be one that the author goes back to.
#[test]
fn a_killed_build_taken_back() {
    for count in 0..60 {
        let site = Site::new();
        site.build(&SITE).unwrap();
        let clean = site.tree();
        kill::after(Some(count));
        let _ = site.build(&[("index.html", "other"), ("pact", "a file"), ("b/c", "new")]);
        kill::after(None);
        site.build(&SITE).unwrap();
        assert_eq!(site.tree(), clean, "killed after {count}");
    }
}

#[test]
fn two_builds_at_once() {
    let site = Site::new();
    let first = site.open().unwrap();
    let fault = site.open().unwrap_err();
    assert_eq!(fault.code, Code::Unwritable);
    assert!(
        fault.message.starts_with("another build"),
        "{}",
        fault.message
    );
    first.abandon();
    site.open().unwrap().abandon();

    // A lock's file whose build is gone is no lock.
    fs::create_dir_all(site.path(".explainer-staging")).unwrap();
    fs::write(site.path(".explainer-staging/lock"), "1\n").unwrap();
    fs::write(site.path(".explainer-staging/0"), "half a pa").unwrap();
    site.build(&SITE).unwrap();
    assert!(!site.path(".explainer-staging").exists());
}

#[test]
fn refused_folders() {
    let judge = |output: &str| {
        let sources = [
            Path::new("/home/ann/site/content"),
            Path::new("/data/library/content"),
        ];
        let (root, home) = (Path::new("/home/ann/site"), Path::new("/home/ann"));
        refuse(root, Path::new(output), &sources, Some(home)).unwrap_or_default()
    };
    assert_eq!(judge("/"), "it is the root of a disk");
    assert_eq!(judge("/home/ann"), "it is a home folder");
    assert_eq!(judge("/home"), "a home folder lies in it");
    assert_eq!(judge("/home/ann/site"), "it is the site's own folder");
    assert_eq!(judge("/home/ann/Site"), "it is the site's own folder");
    assert_eq!(
        judge("/home/ann/site/content"),
        "`content` is a source folder of the site"
    );
    assert_eq!(
        judge("/home/ann/site/content/a"),
        "it lies in the site's source folder `content`"
    );
    assert_eq!(
        judge("/data/library"),
        "the site's source folder `content` lies in it"
    );
    assert_eq!(judge("/home/ann/site/public"), "");
    assert_eq!(judge("/home/ann/site/contents"), "");
    assert_eq!(judge("/home/ann/site-public"), "");
    assert_eq!(judge("/var/www/site"), "");
    let (root, parent) = (Path::new("/a/b"), Path::new("/a"));
    assert_eq!(
        refuse(root, parent, &[], None),
        Some("the site lies in it".into())
    );
}

#[test]
fn refused_folders_on_the_disk() {
    let site = Site::new();
    let open = |output: &str| Folder::open(&site.root, Path::new(output), None);
    fs::create_dir_all(site.root.join("mine")).unwrap();
    fs::write(site.root.join("mine/thesis.txt"), "x").unwrap();
    fs::create_dir_all(site.root.join("empty")).unwrap();
    for output in [
        "",
        ".",
        "..",
        "content",
        "content/x",
        "themes",
        "mine",
        "mine/thesis.txt",
        "a/../content",
    ] {
        let fault = open(output).unwrap_err();
        assert_eq!(fault.code, Code::RefusedOutput, "{output}");
        assert!(fault.help.is_some());
    }
    assert_eq!(
        fs::read_to_string(site.root.join("mine/thesis.txt")).unwrap(),
        "x"
    );
    open("empty").unwrap().abandon();
    assert!(site.root.join("empty").exists());
    open("deep/er/public").unwrap().abandon();
    assert!(!site.root.join("deep").exists());
}

#[cfg(unix)]
mod links {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn an_output_folder_is_judged_by_where_it_leads() {
        let site = Site::new();
        symlink("content", site.root.join("link")).unwrap();
        let fault = Folder::open(&site.root, Path::new("link"), None).unwrap_err();
        assert_eq!(fault.code, Code::RefusedOutput);

        // A content folder elsewhere is no less the author's.
        let library = site.root.parent().unwrap().join("library");
        fs::create_dir(&library).unwrap();
        symlink(&library, site.root.join("data")).unwrap();
        let fault = Folder::open(&site.root, &library, None).unwrap_err();
        assert_eq!(fault.code, Code::RefusedOutput);

        let elsewhere = site.root.parent().unwrap().join("www");
        fs::create_dir(&elsewhere).unwrap();
        symlink(&elsewhere, site.root.join("public")).unwrap();
        site.build(&SITE).unwrap();
        assert!(elsewhere.join("pact/index.html").exists());
    }

    #[test]
    fn links_inside_are_not_followed() {
        let site = Site::new();
        let outside = site.root.parent().unwrap().join("outside");
        fs::create_dir_all(outside.join("army")).unwrap();
        fs::write(outside.join("index.html"), "the pact").unwrap();
        fs::write(outside.join("army/index.html"), "army").unwrap();
        site.build(&SITE).unwrap();
        fs::remove_dir_all(site.path("pact")).unwrap();
        symlink(&outside, site.path("pact")).unwrap();
        let before = site.tree();

        let fault = site.build(&SITE).unwrap_err();
        assert!(
            fault.message.contains("is a link that leads elsewhere"),
            "{}",
            fault.message
        );
        assert_eq!(site.tree(), before);

        // Nor does removing follow them, though the content is what we wrote.
        assert_eq!(site.build(&SITE[..1]), Ok(written(0, 1, 0)));
        assert!(outside.join("index.html").exists() && outside.join("army/index.html").exists());
    }

    #[test]
    fn a_link_in_a_pages_place_is_replaced_itself() {
        let site = Site::new();
        site.build(&SITE).unwrap();
        let outside = site.root.join("content/mine");
        fs::write(&outside, "mine").unwrap();
        fs::remove_file(site.path("index.html")).unwrap();
        symlink(&outside, site.path("index.html")).unwrap();
        assert_eq!(site.build(&SITE), Ok(written(1, 2, 0)));
        assert_eq!(fs::read_to_string(&outside).unwrap(), "mine");
        assert!(!site.path("index.html").is_symlink());

        symlink(&outside, site.path("new.html")).unwrap();
        assert!(site.build(&[("new.html", "new")]).is_err());
        assert_eq!(fs::read_to_string(&outside).unwrap(), "mine");
    }

    #[test]
    fn a_linked_staging_folder_is_no_staging_folder() {
        let site = Site::new();
        site.build(&SITE).unwrap();
        symlink(site.root.join("content"), site.path(".explainer-staging")).unwrap();
        assert_eq!(site.open().unwrap_err().code, Code::Unwritable);
        assert!(site.root.join("content/map.png").exists());
    }

    #[test]
    fn a_folder_without_rights_is_a_fault_in_the_systems_words() {
        use std::os::unix::fs::PermissionsExt;
        let site = Site::new();
        let locked = site.root.join("locked");
        fs::create_dir(&locked).unwrap();
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o500)).unwrap();
        if fs::write(locked.join("probe"), "").is_ok() {
            return; // The tests run with all rights.
        }
        let fault = Folder::open(&site.root, Path::new("locked/public"), None).unwrap_err();
        assert_eq!(fault.code, Code::Unwritable);
        assert!(
            fault.message.contains("ermission denied"),
            "{}",
            fault.message
        );
    }
}
