//! The ways to standard output and standard error, for as long as there may be something to say.
//!
//! The lock refuses writing to the standard streams themselves, and is in force before the program can say what it
//! enforces. So these are second descriptors of the same streams. Once they are closed, nothing can be printed.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};

/// Second descriptors of the two streams.
pub(crate) struct Outputs {
    output: Option<File>,
    errors: Option<File>,
}

impl Outputs {
    /// Opens them. Where a stream is closed there is nobody to tell; the exit status remains.
    pub(crate) fn open() -> Self {
        let second = |stream: io::Result<OwnedFd>| stream.ok().map(File::from);
        Self {
            output: second(io::stdout().as_fd().try_clone_to_owned()),
            errors: second(io::stderr().as_fd().try_clone_to_owned()),
        }
    }

    /// Prints the lines of the start, and closes both for good.
    pub(crate) fn announce_and_close(&mut self, lines: &str) {
        write(self.output.take(), lines);
        self.errors = None;
    }

    /// Says why the program ends, unless it has promised to say nothing more.
    pub(crate) fn complain(self, error: &anyhow::Error) {
        write(self.errors, &format!("error: {error:#}\n"));
    }
}

/// Whoever closed the other end does not want to know.
fn write(stream: Option<File>, text: &str) {
    if let Some(mut stream) = stream {
        let _ = stream.write_all(text.as_bytes());
    }
}
