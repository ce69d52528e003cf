//! `explainer serve`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;

use super::build::{contents, span};
use super::{SiteArg, complain, faults_in_words};
use crate::build::{self, Options};
use crate::config::{self, Config};
use crate::diag::{self, Format};
use crate::read;
use crate::render;
use crate::serve::{self, Served, Server, Watch};
use crate::write;

#[derive(Args)]
pub struct ServeArgs {
    #[command(flatten)]
    site: SiteArg,
    /// Build anew when a file changes, and reload the pages that are open
    #[arg(long, short)]
    watch: bool,
    /// Answer at this port [default: 4000, or the next that is free]
    #[arg(long, short, value_name = "NUMBER")]
    port: Option<u16>,
}

pub fn serve(args: &ServeArgs) -> ExitCode {
    let root = match args.site.root() {
        Ok(root) => root,
        Err(code) => return code,
    };
    let server = match Server::bind(serve::Options { port: args.port }) {
        Ok(server) => server,
        Err(error) => {
            complain(
                &format!("the site can't be served: {error}"),
                "try another --port",
            );
            return ExitCode::FAILURE;
        }
    };
    let address = server.address();
    let watch = args.watch.then(|| {
        let (paths, output) = watched(&root);
        Watch {
            root: root.clone(),
            paths,
            ignore: vec![output],
        }
    });
    let mut preview = Preview {
        root,
        live: args.watch,
        ..Preview::default()
    };
    let watching = args.watch;
    let mut first = true;
    let say = move |line: &str| println!("{line}");
    let build = move || {
        let mut served = preview.build();
        if std::mem::take(&mut first) {
            served.summary.push_str(&format!(
                "\nServing at http://{address}/ {}; stop with Ctrl-C.",
                if watching {
                    "and watching for changes"
                } else {
                    "as it is now"
                }
            ));
        }
        served
    };
    match server.run(watch, build, say) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("the server has ended: {error}"), "");
            ExitCode::FAILURE
        }
    }
}

/// What is kept between the builds of a server.
#[derive(Default)]
struct Preview {
    root: PathBuf,
    live: bool,
    memory: build::Memory,
    /// Whether a build was ever good.
    good: bool,
    site: Option<Arc<write::Memory>>,
}

impl Preview {
    fn build(&mut self) -> Served {
        let start = Instant::now();
        let mut site = match &self.site {
            Some(before) => write::Memory::after(before.clone()),
            None => write::Memory::new(),
        };
        let options = Options {
            live: self.live,
            local: true,
            ..Options::default()
        };
        let built = build::build(&self.root, options, &mut self.memory, &mut site);
        let report = diag::report(&built.faults, &built.levels, &built.texts, Format::Human);
        eprint!("{report}");
        let site = Arc::new(site.finish());
        // Pages of a faulty build are kept too, so that the next build needn't make them again;
        // they are shown only when a build is good.
        self.site = Some(site.clone());
        let failed = built.counts.errors > 0;
        self.good |= !failed;
        let faults = faults_in_words(built.counts);
        let done = built.done;
        let summary = if failed {
            let shown = if self.good {
                "the last good pages are still"
            } else {
                "no page can be"
            };
            format!("{faults}: {shown} shown.")
        } else {
            let with = if faults.is_empty() {
                String::new()
            } else {
                format!(" with {faults}")
            };
            format!(
                "Built {}{with}: {} parsed, {} rendered, in {}.",
                contents(&built),
                done.parsed,
                done.rendered,
                span(start.elapsed()),
            )
        };
        // Where the author's own `_headers` takes the place of ours, only a host can tell what is in
        // force.
        let ours = matches!(site.get("_headers"), Some(write::Stored::Bytes(_)));
        Served {
            policy: ours.then_some(render::POLICY),
            site: (!failed).then_some(site),
            faults: report,
            errors: built.counts.errors,
            summary,
            watch: Some(watched(&self.root).0),
        }
    }
}

/// What a site is made of, and the output folder, which is not to be watched.
fn watched(root: &Path) -> (Vec<PathBuf>, PathBuf) {
    let text = std::fs::read_to_string(root.join(config::FILE)).unwrap_or_default();
    let (config, _) = Config::read(&config::FILE.into(), &text);
    let mut names = vec![
        config::FILE.to_owned(),
        config::PROOFS.to_owned(),
        config.sources.overlay,
    ];
    names.extend(config.sources.files.into_iter().map(|(file, _)| file));
    names.extend(Some(config.citations.style.0).filter(|style| style.ends_with(".csl")));
    let folders = read::FOLDERS.iter().map(|folder| (*folder).to_owned());
    let inside = names.into_iter().filter(|name| {
        !name.starts_with('/') && crate::text::join("", name).is_some_and(|path| !path.is_empty())
    });
    let paths = inside.chain(folders).map(|name| root.join(name)).collect();
    (paths, root.join(config.output))
}
