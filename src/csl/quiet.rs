//! Runs other people's code so that its panics become values and print nothing, and so that it has
//! the room that its recursion needs.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind, set_hook, take_hook};
use std::sync::Once;
use std::thread::Builder;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`; a panic in it becomes an error with the panic's message.
///
/// The panic hook belongs to the whole process, so it is wrapped once and for all, and the wrapper
/// stays silent only on threads that are inside this function.
pub(crate) fn quietly<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static WRAPPED: Once = Once::new();
    WRAPPED.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            if !QUIET.try_with(Cell::get).unwrap_or(false) {
                before(panic);
            }
        }));
    });
    let outer = QUIET.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    QUIET.set(outer);
    result.map_err(|panic| message(&*panic))
}

/// Runs `work` on a thread with a large stack and waits for it.
///
/// A debug build of the formatter takes more than 10 KiB of stack for each nested element of a
/// style; threads of pools have 2 MiB. Memory that isn't touched isn't taken.
pub(crate) fn roomy<T: Send>(work: impl Fn() -> T + Sync) -> T {
    const STACK: usize = 64 << 20;
    let work = &work;
    std::thread::scope(|scope| {
        match Builder::new().stack_size(STACK).spawn_scoped(scope, work) {
            Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            // No more threads can be had: most styles need no more room than there is.
            Err(_) => work(),
        }
    })
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("the formatter failed without saying why")
        .to_owned()
}
