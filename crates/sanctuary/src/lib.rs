//! The `sanctuary` program as a function, so that proofs can run it with another allocator.
//!
//! Invariants: it prints three lines when it serves, an error when it cannot start, and nothing else, ever; in particular
//! no text of a panic, which could hold what must not be seen.

mod arguments;
mod descriptors;
mod environment;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod limits;
mod memory;
mod outputs;
mod returning;
mod serve;
mod signals;
mod units;

use std::io::{self, Write};
use std::panic;
use std::process::ExitCode;

use arguments::{Arguments, Command};
use outputs::Outputs;

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    panic::set_hook(Box::new(report_location));
    let Command::Serve(serve) = Arguments::read().command;
    let mut outputs = Outputs::open();
    match serve::run(&serve, &mut outputs) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            outputs.complain(&error);
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
