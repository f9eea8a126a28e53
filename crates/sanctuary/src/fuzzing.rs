//! What must hold for any command line: called by the fuzzer (`fuzz/`), and by `cargo test` with what it has found so
//! far (`fuzz/corpus`).
//!
//! A property that does not hold is a panic.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a property that does not hold ends the test or the fuzzer's run by a panic"
)]

use std::time::Duration;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};
use crate::units;

/// A property by the name of its corpus.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: &[Target] = &[("options", options), ("units", units)];

/// Times and sizes are refused, or within their bounds, and mean as much as the digits say.
pub fn units(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    if let Ok(time) = units::time(1, 3600)(text) {
        assert!((Duration::from_secs(1)..=Duration::from_secs(3600)).contains(&time));
        let milliseconds = format!("{}ms", time.as_millis());
        assert!(units::time(1, 3600)(&milliseconds) == Ok(time));
    }
    if let Ok(size) = units::size::<u32>(4096, 1 << 30)(text) {
        assert!((4096..=1 << 30).contains(&size));
        assert!(units::size::<u32>(4096, 1 << 30)(&format!("{size}B")) == Ok(size));
    }
}

/// Arguments, one a line: refused with something to read, or options within their bounds.
pub fn options(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    let given = ["sanctuary", "serve"]
        .into_iter()
        .chain(text.split('\n').take(16));
    match Arguments::try_parse_from(given) {
        Ok(arguments) => {
            let Command::Serve(serve) = arguments.command;
            let options = serve.options();
            assert!((300..=3600).contains(&options.relay.max_lifetime.as_secs()));
            assert!((2..=1000).contains(&options.relay.max_members));
            assert!((256 << 10..=16 << 20).contains(&options.relay.max_frame));
            let _ = options.check();
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_fuzzer_found_once_holds() {
        let corpora = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus");
        for (name, target) in TARGETS {
            let corpus = std::fs::read_dir(format!("{corpora}/{name}")).unwrap();
            let mut inputs = 0;
            for input in corpus {
                target(&std::fs::read(input.unwrap().path()).unwrap());
                inputs += 1;
            }
            assert!(inputs > 0, "{name} has no corpus");
        }
    }
}
