//! The site in the author's browser, rebuilt and reloaded whenever a file changes.

mod answer;
mod state;
#[cfg(test)]
mod tests;
mod watch;

pub use watch::Watch;

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use tokio::sync::{mpsc, watch as channel};

use crate::write::Memory;
use state::State;
use watch::Watcher;

/// The port where none is asked for.
pub const PORT: u16 = 4000;

/// How many further ports are tried where none is asked for.
const FURTHER_PORTS: u16 = 20;

/// How the server is reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// The port; without it 4000, or the next that is free.
    pub port: Option<u16>,
}

/// What a build gives the server.
#[derive(Debug, Default)]
pub struct Served {
    /// The site; without it the last one stays.
    pub site: Option<Arc<Memory>>,
    /// The Content Security Policy that hosts will send with its pages.
    pub policy: Option<&'static str>,
    /// The report of faults, for people, in plain text.
    pub faults: String,
    /// How many of the faults are errors.
    pub errors: usize,
    /// A line that says what was built.
    pub summary: String,
    /// What to watch from now on in the place of [`Watch::paths`], where only the build knows it:
    /// the configuration may name other files than before.
    pub watch: Option<Vec<PathBuf>>,
}

/// A server that has its port but answers nobody yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
}

impl Server {
    /// Takes a port of this computer. Other computers can't reach it.
    pub fn bind(options: Options) -> io::Result<Server> {
        let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        let listener = match options.port {
            Some(port) => bind(port),
            None => {
                let taken = |error: &io::Error| error.kind() == io::ErrorKind::AddrInUse;
                let mut listener = bind(PORT);
                for port in PORT + 1..=PORT + FURTHER_PORTS {
                    if !listener.as_ref().is_err_and(taken) {
                        break;
                    }
                    listener = bind(port);
                }
                listener
            }
        }?;
        listener.set_nonblocking(true)?;
        Ok(Server {
            address: listener.local_addr()?,
            listener,
        })
    }

    /// Where the site can be seen.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves what `build` makes until the author stops it with Ctrl-C or the system ends it.
    ///
    /// In: what to watch, if the site is to be built anew after changes; the build; and who says a
    /// line to the author after each build. Returns at once when stopped, whatever is going on: the
    /// build runs in a thread of its own that ends with the process.
    pub fn run(
        self,
        watch: Option<Watch>,
        build: impl FnMut() -> Served + Send + 'static,
        say: impl Fn(&str) + Send + 'static,
    ) -> io::Result<()> {
        self.run_until(watch, build, say, stopped())
    }

    fn run_until(
        self,
        watch: Option<Watch>,
        build: impl FnMut() -> Served + Send + 'static,
        say: impl Fn(&str) + Send + 'static,
        stop: impl Future<Output = io::Result<()>> + Send + 'static,
    ) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let (state, states) = channel::channel(State::default());
        // Whatever ends first ends the server.
        let (end, mut ended) = mpsc::unbounded_channel::<io::Result<()>>();

        let stopped = end.clone();
        runtime.spawn(async move {
            let _ = stopped.send(stop.await);
        });
        let served = end.clone();
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(self.listener)?
        };
        runtime.spawn(async move {
            let _ = served.send(axum::serve(listener, answer::router(states)).await);
        });
        let builder = move || {
            // If the build panics, the thread ends without a word and the server with it.
            let _end = EndWithThread(end);
            build_and_watch(watch, build, say, &state);
        };
        thread::Builder::new().name("build".into()).spawn(builder)?;

        let result = runtime.block_on(ended.recv());
        // Open event streams and running builds aren't waited for.
        runtime.shutdown_background();
        result.unwrap_or(Ok(()))
    }
}

/// Binds and serves; see [`Server`].
pub fn serve(
    options: Options,
    watch: Option<Watch>,
    build: impl FnMut() -> Served + Send + 'static,
    say: impl Fn(&str) + Send + 'static,
) -> io::Result<()> {
    Server::bind(options)?.run(watch, build, say)
}

struct EndWithThread(mpsc::UnboundedSender<io::Result<()>>);

impl Drop for EndWithThread {
    fn drop(&mut self) {
        let _ = self
            .0
            .send(Err(io::Error::other("the build has ended unexpectedly")));
    }
}

fn build_and_watch(
    watch: Option<Watch>,
    mut build: impl FnMut() -> Served,
    say: impl Fn(&str),
    state: &channel::Sender<State>,
) {
    // Before the first build, so that no change falls between the two.
    let mut watcher = watch.map(|watch| Watcher::start(watch, &say));
    loop {
        let mut served = build();
        let summary = std::mem::take(&mut served.summary);
        let paths = served.watch.take();
        state.send_modify(|state| state.update(served));
        say(&summary);
        let Some(watcher) = &mut watcher else {
            loop {
                thread::park();
            }
        };
        let others = paths.is_some_and(|paths| watcher.change(paths, &say));
        // What is watched only from now on may have changed since it was read.
        if !others {
            watcher.wait(&say);
        }
    }
}

/// Waits until the author or the system wants an end.
async fn stopped() -> io::Result<()> {
    let (stop, mut stopped) = mpsc::channel(1);
    #[cfg(unix)]
    {
        let mut terminate =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        let stop = stop.clone();
        tokio::spawn(async move {
            terminate.recv().await;
            let _ = stop.send(Ok(())).await;
        });
    }
    tokio::spawn(async move {
        let _ = stop.send(tokio::signal::ctrl_c().await).await;
    });
    stopped.recv().await.unwrap_or(Ok(()))
}
