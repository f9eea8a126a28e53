//! The `sanctuary` program.

mod allocator;

use std::process::ExitCode;

fn main() -> ExitCode {
    sanctuary::run()
}
