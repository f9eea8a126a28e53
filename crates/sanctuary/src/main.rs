//! The `sanctuary` program.
//!
//! Invariants: it prints one line when it serves, an error when it cannot start, and nothing else, ever; in particular
//! no text of a panic, which could hold what must not be seen.

mod allocator;
mod arguments;
mod descriptors;
mod limits;
mod serve;
mod signals;
mod units;

use std::io::{self, Write};
use std::panic;
use std::process::ExitCode;

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    panic::set_hook(Box::new(report_location));
    let Command::Serve(serve) = Arguments::read().command;
    match serve::run(&serve) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where standard error is closed there is nobody to tell; the exit status remains.
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Says where in the program it failed while starting or stopping, and nothing of the message.
fn report_location(failure: &panic::PanicHookInfo<'_>) {
    if let Some(place) = failure.location() {
        let _ = writeln!(
            io::stderr(),
            "error: sanctuary {} failed at {}:{}; please report this line",
            env!("CARGO_PKG_VERSION"),
            place.file(),
            place.line()
        );
    }
}
