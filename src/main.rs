//! The `explainer` command: hands its arguments to the library and ends with its exit code.

use std::process::ExitCode;

/// Faster than the system's where many threads make small strings, as a build does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    explainer::cli::run(std::env::args_os())
}
