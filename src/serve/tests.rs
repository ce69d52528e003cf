//! What would hurt: a page that a stranger can read, a change that isn't seen, a lost last good page.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::*;
use crate::write::{Body, Sink};

const LIMIT: Duration = Duration::from_secs(20);

/// A running server whose site is made from a file `content/a.md`: its text is the page's, and the
/// text `bad` is a fault.
struct Site {
    _temporary: TempDir,
    root: PathBuf,
    address: SocketAddr,
    builds: Arc<Mutex<usize>>,
}

fn build(root: &Path) -> Served {
    let text = fs::read_to_string(root.join("content/a.md")).unwrap_or_default();
    if text == "bad" {
        return Served {
            faults: "<bad> & wrong\n".into(),
            errors: 1,
            ..Served::default()
        };
    }
    let mut site = Memory::new();
    let mut put = |path: &str, text: &str| {
        site.put(path, Body::Bytes(text.as_bytes().into())).unwrap();
    };
    put("index.html", &text);
    put("über/index.html", "about");
    put("style.css", "p {}");
    put("404.html", "not here");
    site.put("data.bin", Body::Copy(root.join("data.bin")))
        .unwrap();
    Served {
        site: Some(site.into()),
        policy: Some("default-src 'self'"),
        ..Served::default()
    }
}

impl Site {
    fn new(text: &str) -> Site {
        Site::with(text, |_| {})
    }

    fn with(text: &str, prepare: impl FnOnce(&Path)) -> Site {
        let temporary = tempfile::tempdir().unwrap();
        let root = temporary.path().to_owned();
        fs::create_dir_all(root.join("content")).unwrap();
        fs::write(root.join("content/a.md"), text).unwrap();
        fs::write(root.join("data.bin"), vec![7; 200_000]).unwrap();
        prepare(&root);
        let server = Server::bind(Options { port: Some(0) }).unwrap();
        let address = server.address();
        let watch = Watch {
            root: root.clone(),
            paths: vec!["content".into(), "static".into(), "explainer.toml".into()],
            ignore: vec!["content/ignored".into()],
        };
        let builds = Arc::new(Mutex::new(0));
        let (count, from) = (builds.clone(), root.clone());
        let build = move || {
            let served = build(&from);
            *count.lock().unwrap() += 1;
            served
        };
        let forever = std::future::pending();
        thread::spawn(move || server.run_until(Some(watch), build, |_| {}, forever));
        Site {
            _temporary: temporary,
            root,
            address,
            builds,
        }
    }

    /// Sends a request, and gives the answer's head and body.
    fn ask(&self, request: &str) -> (String, String) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_lowercase(), body.to_owned())
    }

    fn get(&self, path: &str) -> (String, String) {
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        ))
    }

    fn events(&self) -> Events {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream
            .write_all(b"GET /_explainer/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .unwrap();
        Events(BufReader::new(stream))
    }

    /// Saves as many editors do: a new file in the place of the old one.
    fn save(&self, text: &str) {
        fs::write(self.root.join("content/new~"), text).unwrap();
        fs::rename(
            self.root.join("content/new~"),
            self.root.join("content/a.md"),
        )
        .unwrap();
    }

    /// Does something, and waits until a build has followed.
    fn is_built_after(&self, what: &str, act: impl FnOnce(&Path)) {
        let before = self.quiet();
        act(&self.root);
        let end = std::time::Instant::now() + LIMIT;
        while *self.builds.lock().unwrap() == before {
            assert!(std::time::Instant::now() < end, "no build after {what}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn is_not_built_after(&self, what: &str, act: impl FnOnce(&Path)) {
        let before = self.quiet();
        act(&self.root);
        thread::sleep(Duration::from_millis(300));
        assert_eq!(*self.builds.lock().unwrap(), before, "a build after {what}");
    }

    /// Waits until no build is running or due, and gives their number.
    fn quiet(&self) -> usize {
        let mut last = 0;
        loop {
            thread::sleep(Duration::from_millis(200));
            let now = *self.builds.lock().unwrap();
            if now == last && now > 0 {
                return now;
            }
            last = now;
        }
    }
}

struct Events(BufReader<TcpStream>);

impl Events {
    /// The next event's name and data.
    fn next(&mut self) -> (String, Value) {
        let mut name = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(
                self.0.read_line(&mut line).unwrap(),
                0,
                "the stream has ended"
            );
            if let Some(found) = line.strip_prefix("event: ") {
                name = found.trim_end().to_owned();
            }
            if let Some(data) = line.strip_prefix("data: ") {
                return (name, serde_json::from_str(data).unwrap());
            }
        }
    }
}

#[test]
fn answers() {
    let site = Site::new("start");
    let (head, body) = site.get("/");
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(
        head.contains("content-type: text/html; charset=utf-8"),
        "{head}"
    );
    assert!(head.contains("cache-control: no-store"), "{head}");
    assert!(head.contains("x-content-type-options: nosniff"), "{head}");
    assert_eq!(body, "start");
    assert_eq!(site.get("/index.html").1, "start");
    assert_eq!(site.get("/%C3%BCber/?q=1").1, "about");

    let (head, _) = site.get("/%C3%BCber?q=1");
    assert!(head.starts_with("http/1.1 308"), "{head}");
    assert!(head.contains("location: /%c3%bcber/?q=1"), "{head}");

    let (head, body) = site.get("/missing");
    assert!(head.starts_with("http/1.1 404"), "{head}");
    assert!(
        head.contains("content-security-policy: default-src 'self'"),
        "{head}"
    );
    assert_eq!(body, "not here");

    let (head, body) = site.get("/data.bin");
    assert!(head.contains("content-length: 200000"), "{head}");
    assert_eq!(body.len(), 200_000);
    fs::remove_file(site.root.join("data.bin")).unwrap();
    assert!(site.get("/data.bin").0.starts_with("http/1.1 404"));

    assert!(
        site.get("/style.css")
            .0
            .contains("content-type: text/css; charset=utf-8")
    );
    assert!(
        site.get("/_explainer/live.js")
            .0
            .contains("content-type: text/javascript")
    );
    assert!(
        site.get("/_explainer/live.css")
            .0
            .contains("content-type: text/css")
    );
}

#[test]
fn head_is_get_without_a_body() {
    let site = Site::new("start");
    for path in ["/", "/data.bin", "/missing", "/_explainer/events"] {
        let request =
            format!("HEAD {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let (head, body) = site.ask(&request);
        assert_eq!(body, "", "{path}");
        if path != "/_explainer/events" {
            let length = |head: &str| {
                head.lines()
                    .find(|line| line.starts_with("content-length"))
                    .map(str::to_owned)
            };
            assert_eq!(length(&head), length(&site.get(path).0), "{path}");
        }
    }
}

#[test]
fn only_reading_and_only_from_here() {
    let site = Site::new("start");
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let (head, _) = site.ask(&format!(
            "{method} / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        ));
        assert!(
            head.starts_with("http/1.1 405") && head.contains("allow: get, head"),
            "{head}"
        );
    }
    for host in [
        "localhost",
        "LOCALHOST:4000",
        "127.0.0.1:1",
        "[::1]",
        "[::1]:4000",
    ] {
        let (head, _) = site.ask(&format!(
            "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        ));
        assert!(head.starts_with("http/1.1 200"), "{host}: {head}");
    }
    for host in [
        "evil.example",
        "localhost.evil.example",
        "evil.example:4000",
        "127.0.0.1.evil",
        "",
    ] {
        for path in ["/", "/_explainer/events", "http://localhost/"] {
            let (head, body) = site.ask(&format!(
                "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            ));
            assert!(head.starts_with("http/1.1 403"), "{host}: {head}");
            assert!(!body.contains("start"));
        }
    }
    let (head, _) = site
        .ask("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert!(head.starts_with("http/1.1 403"), "{head}");
    let (head, _) = site.ask("GET / HTTP/1.0\r\n\r\n");
    assert!(head.starts_with("http/1.0 403"), "{head}");
}

#[test]
fn no_path_leads_out() {
    let site = Site::new("start");
    for path in [
        "/../content/a.md",
        "/%2e%2e/content/a.md",
        "/..%2fcontent/a.md",
        "/%2Findex.html",
        "//index.html",
        "//evil.example/%2e%2e",
        "/a/../index.html",
        "/.",
        "/..",
        "/%00",
        "/%",
        "/%zz",
        "/%ff",
        "/%+1",
        "/..%5ccontent%5ca.md",
        "/index.html/",
        "/%C3%BCber//",
    ] {
        let (head, body) = site.get(path);
        assert!(head.starts_with("http/1.1 404"), "{path}: {head}");
        assert_eq!(body, "not here", "{path}");
    }
}

#[test]
fn pages_are_told_of_changes() {
    let site = Site::new("one");
    let mut events = site.events();
    let (name, first) = events.next();
    assert_eq!(name, "hello");
    // The page knows the same of itself.
    let build = first["build"].as_str().unwrap();
    let (head, _) = site.get("/");
    assert!(head.contains(&format!("server-timing: build;desc=\"{build}\"")));

    site.save("two");
    let (name, second) = events.next();
    assert_eq!(name, "change");
    assert_ne!(first["build"], second["build"]);
    // So that a page knows that new text is all there is.
    assert_eq!(first["styles"], second["styles"]);
    assert_eq!(first["rest"], second["rest"]);
    assert_eq!(site.get("/").1, "two");

    site.save("bad");
    let (name, report) = events.next();
    assert_eq!((name.as_str(), report), ("fault", "<bad> & wrong\n".into()));
    assert_eq!(site.get("/").1, "two", "the last good page stays");
    let mut late = site.events();
    assert_eq!(late.next(), ("hello".into(), second.clone()));
    assert_eq!(late.next().0, "fault");

    site.save("two");
    assert_eq!(events.next().0, "fine");
    site.save("three");
    assert_eq!(events.next().0, "change");
}

#[test]
fn a_server_started_anew_knows_the_same_site() {
    let site = Site::new("one");
    let identity = || {
        let mut state = State::default();
        state.update(build(&site.root));
        (state.build, state.styles, state.rest)
    };
    let first = identity();
    assert_eq!(first, identity());
    fs::write(site.root.join("data.bin"), "shorter").unwrap();
    let second = identity();
    assert_ne!(first.0, second.0);
    assert_eq!(first.1, second.1);
    assert_ne!(first.2, second.2);
}

#[test]
fn what_is_made_of_the_text_is_no_reason_to_load_a_page_anew() {
    let identity = |files: &[(&str, &'static str)]| {
        let mut site = Memory::new();
        for (path, text) in files {
            site.put(path, Body::Bytes(text.as_bytes().into())).unwrap();
        }
        let mut state = State::default();
        state.identify(&site);
        (state.build, state.rest)
    };
    for path in [
        "_search/text/1.js",
        "pact/bibliography/index.js",
        "notes.csv",
    ] {
        let (before, after) = (identity(&[(path, "a")]), identity(&[(path, "b")]));
        assert_ne!(before.0, after.0, "{path}");
        assert_eq!(before.1, after.1, "{path}");
    }
    let (before, after) = (
        identity(&[("_theme/theme.js", "a")]),
        identity(&[("_theme/theme.js", "b")]),
    );
    assert_ne!(before.1, after.1);
}

#[test]
fn a_first_build_with_faults() {
    let site = Site::new("bad");
    for path in ["/", "/any/where", "/style.css"] {
        let (head, body) = site.get(path);
        assert!(head.starts_with("http/1.1 500"), "{head}");
        assert!(body.contains("&lt;bad> &amp; wrong") && body.contains("/_explainer/live.js"));
    }
    let mut events = site.events();
    let (name, none) = events.next();
    assert_eq!((name.as_str(), &none["build"]), ("hello", &"".into()));
    assert_eq!(events.next().0, "fault");
    site.save("good");
    assert_eq!(events.next().0, "fine");
    assert_eq!(events.next().0, "change");
    assert_eq!(site.get("/").1, "good");
}

#[test]
fn changes_that_are_seen() {
    let site = Site::new("one");
    let write = |path: &'static str| {
        move |root: &Path| {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), "x").unwrap();
        }
    };
    site.is_built_after("a write", write("content/a.md"));
    site.is_built_after("a new file", write("content/b.md"));
    site.is_built_after("a removal", |root| {
        fs::remove_file(root.join("content/b.md")).unwrap()
    });
    site.is_built_after("a new folder", write("content/new/deep/c.md"));
    site.is_built_after("a write in a new folder", write("content/new/deep/c.md"));
    site.is_built_after("a folder moved in", |root| {
        fs::create_dir_all(root.join("outside/x")).unwrap();
        fs::rename(root.join("outside"), root.join("content/inside")).unwrap();
    });
    site.is_built_after(
        "a write in the folder moved in",
        write("content/inside/x/d.md"),
    );
    site.is_built_after("a folder created later", write("static/map.png"));
    site.is_built_after(
        "a write in the folder created later",
        write("static/map.png"),
    );
    site.is_built_after("a file created later", write("explainer.toml"));
    site.is_built_after("a file saved by rename", |root| {
        fs::write(root.join("explainer.toml~"), "y").unwrap();
        fs::rename(root.join("explainer.toml~"), root.join("explainer.toml")).unwrap();
    });
    site.is_built_after("a folder removed", |root| {
        fs::remove_dir_all(root.join("content")).unwrap()
    });
    site.is_built_after("a folder made again", write("content/a.md"));
    site.is_built_after("a write in the folder made again", write("content/a.md"));
    site.is_built_after("a folder put in another's place", |root| {
        fs::rename(root.join("content"), root.join("old")).unwrap();
        fs::create_dir(root.join("next")).unwrap();
        fs::rename(root.join("next"), root.join("content")).unwrap();
    });
    site.is_built_after("a write in that folder", write("content/a.md"));

    site.is_not_built_after("reading", |root| {
        fs::read(root.join("content/a.md")).unwrap();
        fs::read_dir(root.join("content")).unwrap().count();
    });
    site.is_not_built_after("a change elsewhere", write("public/index.html"));
    site.is_not_built_after("an editor's file", write("content/.a.md.swp"));
    site.is_not_built_after("an editor's file", write("content/4913"));
    site.is_not_built_after("an editor's file", write("content/#a.md#"));
    site.is_not_built_after("an editor's file", write("content/a.md~"));
    site.is_not_built_after("a commit", write("content/.git/index"));
}

#[test]
fn a_build_may_say_what_to_watch() {
    let temporary = tempfile::tempdir().unwrap();
    let root = temporary.path().to_owned();
    fs::write(root.join("config"), "a.bib").unwrap();
    let (done, builds) = std::sync::mpsc::channel();
    let from = root.clone();
    let build = move || {
        let bib: PathBuf = fs::read_to_string(from.join("config")).unwrap().into();
        done.send(fs::read_to_string(from.join(&bib)).unwrap_or_default())
            .unwrap();
        Served {
            watch: Some(vec!["config".into(), bib]),
            ..Served::default()
        }
    };
    let watch = Watch {
        root: root.clone(),
        paths: vec!["config".into()],
        ignore: vec![],
    };
    let server = Server::bind(Options { port: Some(0) }).unwrap();
    thread::spawn(move || server.run_until(Some(watch), build, |_| {}, std::future::pending()));
    let is_built_with = |text: &str| while builds.recv_timeout(LIMIT).unwrap() != text {};
    is_built_with("");
    fs::write(root.join("a.bib"), "a").unwrap();
    is_built_with("a");
    fs::create_dir(root.join("new")).unwrap();
    fs::write(root.join("config"), "new/b.bib").unwrap();
    is_built_with("");
    fs::write(root.join("new/b.bib"), "b").unwrap();
    is_built_with("b");
}

#[test]
fn ignored_folders() {
    let site = Site::with("one", |root| {
        fs::create_dir(root.join("content/ignored")).unwrap()
    });
    site.is_not_built_after("a change in an ignored folder", |root| {
        fs::write(root.join("content/ignored/x"), "x").unwrap();
    });
}

#[cfg(unix)]
#[test]
fn what_a_link_leads_to_is_watched() {
    let elsewhere = tempfile::tempdir().unwrap();
    let library = elsewhere.path().join("library");
    fs::create_dir(&library).unwrap();
    let site = Site::with("one", |root| {
        std::os::unix::fs::symlink(&library, root.join("static")).unwrap();
        fs::write(elsewhere.path().join("site.toml"), "x").unwrap();
        std::os::unix::fs::symlink(
            elsewhere.path().join("site.toml"),
            root.join("explainer.toml"),
        )
        .unwrap();
    });
    site.is_built_after("a change behind a linked folder", |_| {
        fs::write(library.join("map.png"), "x").unwrap();
    });
    site.is_built_after("a change of a linked file", |_| {
        fs::write(elsewhere.path().join("site.toml"), "y").unwrap();
    });
}

#[test]
fn the_server_ends_at_once() {
    let server = Server::bind(Options { port: Some(0) }).unwrap();
    let address = server.address();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (done, ended) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let build = || {
            thread::sleep(LIMIT * 10);
            Served::default()
        };
        let stop = async move {
            let _ = stopped.await;
            Ok(())
        };
        let _ = done.send(server.run_until(None, build, |_| {}, stop));
    });
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .write_all(b"GET /_explainer/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    thread::sleep(Duration::from_millis(100));
    stop.send(()).unwrap();
    ended.recv_timeout(Duration::from_secs(5)).unwrap().unwrap();
}

#[test]
fn a_build_that_panics_ends_the_server() {
    let server = Server::bind(Options { port: Some(0) }).unwrap();
    let result = server.run_until(None, || panic!("as tested"), |_| {}, std::future::pending());
    assert!(result.is_err());
}

#[test]
fn a_port_asked_for_is_taken_or_not_at_all() {
    let first = Server::bind(Options { port: Some(0) }).unwrap();
    let taken = Options {
        port: Some(first.address().port()),
    };
    assert_eq!(
        Server::bind(taken).unwrap_err().kind(),
        io::ErrorKind::AddrInUse
    );
    assert!(first.address().ip().is_loopback());

    let one = Server::bind(Options::default()).unwrap();
    let other = Server::bind(Options::default()).unwrap();
    assert_ne!(one.address(), other.address());
}
