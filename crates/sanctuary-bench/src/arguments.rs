//! The command line.

// Comments on options are what `--help` prints: plain text, not Markdown.
#![allow(clippy::doc_markdown)]

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use crate::measure::Language;
use crate::tls::{Certificate, Identity};

/// Measures a Sanctuary relay, and what it is held against
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// Those of this process.
    pub(crate) fn read() -> Self {
        Self::parse()
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Measure the relay and everything it is held against, and write the report
    Suite(SuiteArguments),
    /// Fill rooms on a server with members, have them talk, and say what came of it
    Load(LoadArguments),
    /// Serve as the raw TCP broadcaster that servers are held against
    Broadcast(BroadcastArguments),
}

/// What the suite needs.
#[derive(Args, Debug)]
pub(crate) struct SuiteArguments {
    /// The relay's binary
    #[arg(long, value_name = "FILE", default_value = "target/release/sanctuary")]
    pub(crate) sanctuary: PathBuf,

    /// The directory of the servers on Node and Python
    #[arg(long, value_name = "DIRECTORY", default_value = "bench")]
    pub(crate) baselines: PathBuf,

    /// A Python with what bench/requirements.txt names; without it python-socketio is left out
    #[arg(long, value_name = "FILE")]
    pub(crate) python: Option<PathBuf>,

    /// Rounds, of which the median counts
    #[arg(long, value_name = "NUMBER", default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..))]
    rounds: u8,

    /// Less of everything, once: whether it works at all
    #[arg(long)]
    pub(crate) quick: bool,

    /// Only the measurements of these names, and "memory" for those of memory
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) only: Vec<String>,

    /// Write tables and chart into this document
    #[arg(long, value_name = "FILE", conflicts_with = "only")]
    pub(crate) report: Option<PathBuf>,
}

impl SuiteArguments {
    /// How many rounds.
    pub(crate) fn rounds(&self) -> usize {
        self.rounds.into()
    }
}

/// What the crowd is and does.
#[derive(Args, Debug)]
pub(crate) struct LoadArguments {
    /// The server: ws://, wss:// or, for the raw broadcaster, tcp:// or tls://
    #[arg(value_name = "URL")]
    pub(crate) server: String,

    /// What it speaks
    #[arg(long, value_enum, default_value_t = Language::Sanctuary)]
    pub(crate) language: Language,

    /// Trust the certificates in this file (PEM)
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,

    /// The server's process, on this machine: its CPU time and memory are reported
    #[arg(long, value_name = "NUMBER")]
    pub(crate) pid: Option<u32>,

    /// Rooms
    #[arg(long, default_value_t = 50)]
    pub(crate) rooms: usize,

    /// Members of each room
    #[arg(long, default_value_t = 20)]
    pub(crate) members: usize,

    /// Members of each room that talk
    #[arg(long, default_value_t = 2)]
    pub(crate) senders: usize,

    /// Members of each room that read nothing while the others talk
    #[arg(long, default_value_t = 0)]
    pub(crate) stalled: usize,

    /// Messages that each of them has under way
    #[arg(long, default_value_t = 2)]
    pub(crate) window: usize,

    /// Messages per second of all together, instead of a window
    #[arg(long, conflicts_with = "window")]
    pub(crate) rate: Option<f64>,

    /// Payload of a message in bytes
    #[arg(long, default_value_t = 1024)]
    pub(crate) size: usize,

    /// Seconds that count
    #[arg(long, default_value_t = 5.0)]
    pub(crate) seconds: f64,

    /// Members on their way into rooms at once
    #[arg(long, default_value_t = 64)]
    pub(crate) at_once: usize,
}

/// What the broadcaster needs.
#[derive(Args, Debug)]
pub(crate) struct BroadcastArguments {
    /// Address and port to listen on
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,

    /// Speak TLS with this certificate chain (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,

    /// The private key of that certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

impl BroadcastArguments {
    /// Certificate and key, if there are any.
    pub(crate) fn identity(&self) -> Result<Option<Identity>> {
        let files = self.tls_cert.clone().zip(self.tls_key.clone());
        let certificate = files.map(|(chain, key)| Certificate { chain, key });
        certificate.as_ref().map(Identity::read).transpose()
    }
}
