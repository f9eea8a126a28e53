//! `sanctuary` that panics when a client asks it to: for the proof that a panic in a handler ends one connection, is
//! survived by everything else, and tells nobody what it was about.

use std::process::ExitCode;

fn main() -> ExitCode {
    sanctuary::run()
}
