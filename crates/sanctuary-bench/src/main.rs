//! Measures the relay: a load generator that speaks the real protocol, the servers to hold it
//! against, and the report.
//!
//! Invariants: the generator costs less than what it measures; everything compared is measured in
//! one run, on the same machine, interleaved; CPU time and memory are those that the kernel accounts
//! to the server's process.

mod accounting;
mod arguments;
mod broadcaster;
mod clock;
mod contender;
mod crowd;
mod dialect;
mod framing;
mod histogram;
mod link;
mod load;
mod measure;
mod outbox;
mod report;
mod suite;
mod tls;

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Result;

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    match run(Arguments::read()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where standard error is closed there is nobody to tell; the exit status remains.
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    match arguments.command {
        Command::Suite(suite) => suite::run(&suite),
        Command::Load(load) => load::run(&load),
        Command::Broadcast(broadcast) => {
            let identity = broadcast.identity()?;
            broadcaster::serve(broadcast.listen, identity)
        }
    }
}
