//! The program as a process.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A running relay; killed when it is dropped.
pub(crate) struct Serving {
    child: Child,
    /// Where it listens, as an origin.
    pub(crate) origin: String,
}

impl Serving {
    /// Starts `sanctuary serve` with these options on a free port.
    pub(crate) fn start(options: &[&str]) -> Self {
        Self::at("127.0.0.1:0", options)
    }

    /// Starts it at an address.
    pub(crate) fn at(address: &str, options: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sanctuary"))
            .args(["serve", "--listen", address])
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let origin = line.split_whitespace().last().unwrap().to_owned();
        Self { child, origin }
    }

    /// The address that it listens at.
    pub(crate) fn address(&self) -> &str {
        self.origin.strip_prefix("http://").unwrap()
    }

    /// Asks it to end, as an operator does.
    pub(crate) fn terminate(&self) {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", "TERM", &id])
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
