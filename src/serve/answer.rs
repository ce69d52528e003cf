//! The answer to each request, from the site in memory.

use std::convert::Infallible;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State as Extract};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::Response;
use futures_util::stream;
use serde_json::{Value, json};
use tokio::sync::watch::Receiver;

use super::state::State;
use crate::write::{Memory, Stored};

const LIVE_JS: &str = include_str!("live.js");
const LIVE_CSS: &str = include_str!("live.css");

const HTML: &str = "text/html; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// Answers all requests from the newest state.
pub(super) fn router(states: Receiver<State>) -> Router {
    Router::new().fallback(answer).with_state(states)
}

async fn answer(Extract(states): Extract<Receiver<State>>, request: Request) -> Response {
    let (request, _) = request.into_parts();
    let head = request.method == Method::HEAD;
    let mut answer = decide(states, &request).await;
    if head {
        // With the length that the body would have.
        *answer.body_mut() = Body::empty();
    }
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    answer
}

async fn decide(mut states: Receiver<State>, request: &Parts) -> Response {
    if !is_local(request) {
        return plain(
            StatusCode::FORBIDDEN,
            "This server answers only under the names localhost, 127.0.0.1 and [::1].\n",
        );
    }
    if !matches!(request.method, Method::GET | Method::HEAD) {
        let mut answer = plain(
            StatusCode::METHOD_NOT_ALLOWED,
            "Only GET and HEAD are possible.\n",
        );
        answer
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return answer;
    }
    match request.uri.path() {
        "/_explainer/live.js" => {
            return bytes(
                StatusCode::OK,
                "text/javascript; charset=utf-8",
                LIVE_JS.into(),
            );
        }
        "/_explainer/live.css" => {
            return bytes(StatusCode::OK, "text/css; charset=utf-8", LIVE_CSS.into());
        }
        "/_explainer/events" if request.method == Method::HEAD => {
            return respond(StatusCode::OK, "text/event-stream", Body::empty());
        }
        "/_explainer/events" => return events(states),
        _ => {}
    }
    // A browser may be there before the first build has ended.
    let state = match states.wait_for(|state| state.built).await {
        Ok(state) => state.clone(),
        Err(_) => return plain(StatusCode::SERVICE_UNAVAILABLE, "The server is ending.\n"),
    };
    let mut answer = match &state.site {
        Some(site) => page(site, &request.uri).await,
        None => fault_page(state.fault.as_deref().unwrap_or_default()),
    };
    // So that an author sees before publishing what browsers won't load.
    if let Some(policy) = state.policy {
        answer.headers_mut().insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(policy),
        );
    }
    // A page can read this of itself, and so knows which build it is of.
    if let Ok(timing) = HeaderValue::from_str(&format!("build;desc=\"{}\"", state.build)) {
        answer
            .headers_mut()
            .insert(HeaderName::from_static("server-timing"), timing);
    }
    answer
}

/// Whether a request was sent to this computer by one of its own names. Another name means that a
/// foreign page has had its name point here, to read with the author's browser what only the
/// author should.
fn is_local(request: &Parts) -> bool {
    let is_local = |host: &str| {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        ["localhost", "127.0.0.1", "[::1]"]
            .iter()
            .any(|local| name.eq_ignore_ascii_case(local))
    };
    let mut hosts = request.headers.get_all(header::HOST).iter().peekable();
    hosts.peek().is_some()
        && hosts.all(|host| host.to_str().is_ok_and(is_local))
        && request
            .uri
            .authority()
            .is_none_or(|authority| is_local(authority.as_str()))
}

async fn page(site: &Memory, uri: &Uri) -> Response {
    let path = match decode(uri.path()) {
        Some(path) if path.is_empty() || path.ends_with('/') => path + "index.html",
        Some(path) => path,
        None => return missing(site).await,
    };
    if let Some(stored) = site.get(&path) {
        return match send(StatusCode::OK, &path, stored).await {
            Ok(answer) => answer,
            Err(_) => missing(site).await,
        };
    }
    if site.get(&format!("{path}/index.html")).is_some() {
        // The path begins with exactly one slash: its decoded form is that of a page.
        let query = uri
            .query()
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        if let Ok(to) = HeaderValue::from_str(&format!("{}/{query}", uri.path())) {
            let mut answer = plain(StatusCode::PERMANENT_REDIRECT, "");
            answer.headers_mut().insert(header::LOCATION, to);
            return answer;
        }
    }
    missing(site).await
}

async fn missing(site: &Memory) -> Response {
    if let Some(stored) = site.get("404.html")
        && let Ok(answer) = send(StatusCode::NOT_FOUND, "404.html", stored).await
    {
        return answer;
    }
    plain(StatusCode::NOT_FOUND, "There is no such page.\n")
}

/// The site's path of a request's path; `None` if it can't be one.
fn decode(path: &str) -> Option<String> {
    let mut decoded = Vec::new();
    let mut bytes = path.strip_prefix('/')?.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                let byte = (digit()? * 16 + digit()?) as u8;
                // An encoded slash isn't one that parts folders.
                if byte == b'/' {
                    return None;
                }
                byte
            }
            byte => byte,
        });
    }
    let decoded = String::from_utf8(decoded).ok()?;
    let parts = decoded.strip_suffix('/').unwrap_or(&decoded);
    let safe = |part: &str| {
        !matches!(part, "" | "." | "..") && !part.contains(|c: char| c == '\\' || c.is_control())
    };
    (decoded.is_empty() || parts.split('/').all(safe)).then_some(decoded)
}

async fn send(status: StatusCode, path: &str, stored: &Stored) -> io::Result<Response> {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let kind = match (kind.type_().as_str(), kind.subtype().as_str()) {
        ("text", _) | ("application", "json" | "javascript" | "xml") => {
            format!("{}; charset=utf-8", kind.essence_str())
        }
        _ => kind.essence_str().to_owned(),
    };
    match stored {
        Stored::Bytes(found) => Ok(bytes(status, &kind, Bytes::from_owner(found.clone()))),
        Stored::File(path) => {
            let (file, length) = blocking(open(path.clone())).await?;
            let mut answer = respond(status, &kind, Body::from_stream(read(file, length)));
            answer
                .headers_mut()
                .insert(header::CONTENT_LENGTH, length.into());
            Ok(answer)
        }
    }
}

fn open(path: PathBuf) -> impl FnOnce() -> io::Result<(File, u64)> {
    move || {
        // Before it is opened: opening a pipe would wait for its other end.
        if !std::fs::metadata(&path)?.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let file = File::open(&path)?;
        let length = file.metadata()?.len();
        Ok((file, length))
    }
}

/// A file's bytes piece by piece, and no more than were announced if it grows meanwhile.
fn read(file: File, length: u64) -> impl stream::Stream<Item = io::Result<Bytes>> {
    stream::try_unfold(file.take(length), |mut file| {
        blocking(move || {
            let mut piece = vec![0; 64 * 1024];
            let length = file.read(&mut piece)?;
            piece.truncate(length);
            Ok((length > 0).then(|| (Bytes::from(piece), file)))
        })
    })
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)?
}

/// The stream of what happens, beginning with how things are.
fn events(states: Receiver<State>) -> Response {
    // What the page at the other end knows: which build, which fault.
    let known = None::<(String, Option<String>)>;
    let stream = stream::unfold((states, known), |(mut states, mut known)| async move {
        loop {
            // Several builds may have ended since; only how things are now matters.
            let state = match &known {
                None => states.wait_for(|state| state.built).await.ok()?.clone(),
                Some(_) => {
                    states.changed().await.ok()?;
                    states.borrow_and_update().clone()
                }
            };
            let text = news(known.as_ref(), &state);
            known = Some((state.build, state.fault));
            if !text.is_empty() {
                return Some((Ok::<_, Infallible>(Bytes::from(text)), (states, known)));
            }
        }
    });
    respond(
        StatusCode::OK,
        "text/event-stream",
        Body::from_stream(stream),
    )
}

/// The events that tell a page what it doesn't know.
fn news(known: Option<&(String, Option<String>)>, state: &State) -> String {
    // As JSON the data is one line whatever is in it.
    let event = |name: &str, data: Value| format!("event: {name}\ndata: {data}\n\n");
    let site = || json!({"build": state.build, "styles": *state.styles, "rest": state.rest});
    let mut text = String::new();
    let fault_known = match known {
        None => {
            text.push_str("retry: 500\n");
            text.push_str(&event("hello", site()));
            &None
        }
        Some((_, fault)) => fault,
    };
    match &state.fault {
        Some(fault) if Some(fault) != fault_known.as_ref() => {
            text.push_str(&event("fault", json!(fault)));
        }
        None if fault_known.is_some() => text.push_str(&event("fine", json!(null))),
        _ => {}
    }
    if known.is_some_and(|(build, _)| *build != state.build) {
        text.push_str(&event("change", site()));
    }
    text
}

/// The page at every address while there has been no good build yet.
fn fault_page(report: &str) -> Response {
    let report = report.replace('&', "&amp;").replace('<', "&lt;");
    let page = format!(
        "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width\">
<title>The site can't be built</title>
<link rel=\"stylesheet\" href=\"/_explainer/live.css\">
<script src=\"/_explainer/live.js\" defer></script>
<body id=\"explainer-fault-page\">
<h1>The site can't be built</h1>
<pre id=\"explainer-report\" role=\"alert\" tabindex=\"0\">
{report}</pre>
<p>This page is replaced by the site as soon as it can be built.</p>
</html>
"
    );
    bytes(StatusCode::INTERNAL_SERVER_ERROR, HTML, page.into())
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    bytes(status, TEXT, text.into())
}

fn bytes(status: StatusCode, kind: &str, bytes: Bytes) -> Response {
    let length = bytes.len();
    let mut answer = respond(status, kind, Body::from(bytes));
    answer
        .headers_mut()
        .insert(header::CONTENT_LENGTH, length.into());
    answer
}

fn respond(status: StatusCode, kind: &str, body: Body) -> Response {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    if let Ok(kind) = HeaderValue::from_str(kind) {
        answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    answer
}
