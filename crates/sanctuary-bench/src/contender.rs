//! The servers that are measured, each started afresh for each measurement, on a processor of its
//! own.

use std::env;
use std::fmt;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::available_parallelism;

use anyhow::{Context, Result, ensure};
use rustix::thread::{CpuSet, sched_setaffinity};

use crate::accounting::Accounts;
use crate::crowd::Target;
use crate::measure::Language;
use crate::tls::{Certificate, Trust};

/// The processor that servers run on.
const SERVER_CPU: usize = 0;

/// The processor that the generator runs on.
const GENERATOR_CPU: usize = 1;

/// A server to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Contender {
    /// The relay.
    Sanctuary,
    /// The relay over TLS.
    SanctuaryTls,
    /// The raw broadcaster.
    Raw,
    /// The raw broadcaster over TLS.
    RawTls,
    /// Node with `ws`.
    Ws,
    /// python-socketio.
    Socketio,
}

impl Contender {
    /// What it speaks.
    pub(crate) fn language(self) -> Language {
        match self {
            Self::Sanctuary | Self::SanctuaryTls => Language::Sanctuary,
            Self::Raw | Self::RawTls => Language::Raw,
            Self::Ws => Language::Ws,
            Self::Socketio => Language::Socketio,
        }
    }

    fn has_tls(self) -> bool {
        matches!(self, Self::SanctuaryTls | Self::RawTls)
    }
}

impl fmt::Display for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sanctuary => "Sanctuary",
            Self::SanctuaryTls => "Sanctuary, TLS",
            Self::Raw => "raw broadcaster",
            Self::RawTls => "raw broadcaster, TLS",
            Self::Ws => "Node `ws`",
            Self::Socketio => "python-socketio",
        })
    }
}

/// Where the servers' programs are.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    /// The relay's binary.
    pub(crate) sanctuary: PathBuf,
    /// The directory of the servers on Node and Python.
    pub(crate) baselines: PathBuf,
    /// A Python that has what its server needs. Without it that server is left out.
    pub(crate) python: Option<PathBuf>,
    /// For the servers that speak TLS.
    pub(crate) certificate: Certificate,
}

impl Programs {
    /// Whether a contender can be measured.
    pub(crate) fn have(&self, contender: Contender) -> bool {
        match contender {
            Contender::Ws => self.baselines.join("node_modules/ws").is_dir(),
            Contender::Socketio => self.python.is_some(),
            _ => true,
        }
    }

    /// Starts a contender and waits until it listens.
    pub(crate) fn start(&self, contender: Contender) -> Result<Running> {
        let mut command = self.command(contender)?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {contender}"))?;
        let output = child.stdout.take().context("no output")?;
        let mut running = Running {
            child,
            target: Target {
                address: SocketAddr::from(([127, 0, 0, 1], 0)),
                host: String::new(),
                trust: None,
            },
        };
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let port = line.trim().rsplit(':').next().unwrap_or_default();
        let port: u16 = port
            .parse()
            .with_context(|| format!("{contender} does not say where it listens: {line:?}"))?;
        running.target.address.set_port(port);
        running.target.host = format!("localhost:{port}");
        if contender.has_tls() {
            running.target.trust = Some(Trust::in_ours(&self.certificate)?);
        }
        Ok(running)
    }

    fn command(&self, contender: Contender) -> Result<Command> {
        let program = match contender {
            Contender::Sanctuary | Contender::SanctuaryTls => self.sanctuary.clone(),
            Contender::Raw | Contender::RawTls => env::current_exe()?,
            Contender::Ws => PathBuf::from("node"),
            Contender::Socketio => self.python.clone().context("no Python")?,
        };
        let mut command = if has_two_processors() {
            let mut pinned = Command::new("taskset");
            pinned
                .args(["--cpu-list", &SERVER_CPU.to_string()])
                .arg(program);
            pinned
        } else {
            Command::new(program)
        };
        match contender {
            Contender::Sanctuary | Contender::SanctuaryTls => {
                command.args(["serve", "--listen", "127.0.0.1:0", "--threads", "1"]);
                // Rooms and crowds of the scaling tables; what a limit permits costs nothing.
                command.args(["--max-members", "1000", "--max-connections", "16000"]);
                command.args(["--max-frame", "4MiB", "--queue-bytes", "4MiB"]);
                command.args(["--replay-bytes", "6MiB"]);
                // A few senders say what a crowd would.
                command.args(["--frame-rate", "0", "--byte-rate", "0"]);
                // And crowds come all at once.
                command.args(["--easy-joins", "0"]);
            }
            Contender::Raw | Contender::RawTls => {
                command.arg("broadcast");
            }
            Contender::Ws => {
                command.arg(self.baselines.join("ws-server.mjs"));
            }
            Contender::Socketio => {
                command.arg(self.baselines.join("socketio_server.py"));
            }
        }
        if contender.has_tls() {
            command.arg("--tls-cert").arg(&self.certificate.chain);
            command.arg("--tls-key").arg(&self.certificate.key);
        }
        Ok(command)
    }
}

/// A server that runs until this is dropped.
pub(crate) struct Running {
    child: Child,
    target: Target,
}

impl Running {
    /// Where it listens.
    pub(crate) fn target(&self) -> Target {
        self.target.clone()
    }

    /// What its process takes.
    pub(crate) fn accounts(&self) -> Accounts {
        Accounts::of(self.child.id())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; what matters is that it is gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Keeps the generator off the servers' processor, if there are two.
pub(crate) fn pin_generator() -> Result<()> {
    if has_two_processors() {
        let mut cpus = CpuSet::new();
        cpus.set(GENERATOR_CPU);
        sched_setaffinity(None, &cpus).context("cannot choose a processor")?;
    }
    Ok(())
}

/// Looked up before anything is pinned.
pub(crate) fn has_two_processors() -> bool {
    use std::sync::OnceLock;
    static TWO: OnceLock<bool> = OnceLock::new();
    *TWO.get_or_init(|| available_parallelism().is_ok_and(|n| n.get() > 1))
}

/// Makes room for so many connections at each end.
pub(crate) fn make_room(connections: u64) -> Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    ensure!(
        maximum.is_none_or(|maximum| maximum >= connections),
        "the system permits too few open files: {connections} are needed (ulimit -Hn)"
    );
    if current.is_some_and(|current| current < connections) {
        let raised = Rlimit {
            current: Some(connections),
            maximum,
        };
        setrlimit(Resource::Nofile, raised).context("cannot raise the limit on open files")?;
    }
    Ok(())
}
