//! The command line: what can be said, in which units, and what holds if nothing is said.

// Comments on options are what `--help` prints: plain text, not Markdown.
#![allow(clippy::doc_markdown)]

use std::env;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use sanctuary_server::{Options, Origin, TlsFiles};

use crate::environment;
use crate::limits::{Capacity, RoomLimits, relay_limits};
use crate::memory;

/// A chatroom that leaves nothing behind.
///
/// People meet in a room by a link and a password, chat end-to-end encrypted, and after an hour at most, or as soon as
/// one of them purges it, the room is gone: nothing is stored, nothing is logged.
#[derive(Debug, Parser)]
#[command(name = "sanctuary", version, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// Reads the command line and the environment. If they do not make sense, says so and ends the process.
    pub(crate) fn read() -> Self {
        let mut command = Self::command().mut_subcommand(SERVE, |serve| {
            serve.mut_args(|option| option.hide_env(true))
        });
        let matches = command.try_get_matches_from_mut(env::args_os());
        if let Err(said) = matches.as_ref()
            && !said.use_stderr()
        {
            // Help or the version, which nothing else matters for.
            said.exit();
        }
        // A misspelt variable first: it may be why something else is missing.
        let arguments = check_environment(&mut command)
            .and(matches)
            .and_then(|matches| Self::from_arg_matches(&matches))
            .and_then(|arguments| arguments.checked(&mut command));
        arguments.unwrap_or_else(|error| error.exit())
    }

    /// Checks what concerns several options at once.
    fn checked(self, command: &mut clap::Command) -> Result<Self, clap::Error> {
        let Command::Serve(serve) = &self.command;
        match serve.options().check() {
            Ok(()) => Ok(self),
            Err(error) => Err(refusal(command, ErrorKind::ArgumentConflict, error)),
        }
    }
}

/// Checks that what looks like an option in the environment is one.
fn check_environment(command: &mut clap::Command) -> Result<(), clap::Error> {
    let serve = command.find_subcommand(SERVE);
    let options = serve.into_iter().flat_map(clap::Command::get_arguments);
    let names = options.filter_map(clap::Arg::get_env);
    let names: Vec<_> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    match environment::complaint(&names) {
        None => Ok(()),
        Some(complaint) => Err(refusal(command, ErrorKind::UnknownArgument, complaint)),
    }
}

/// An error of `sanctuary serve`.
fn refusal(command: &mut clap::Command, kind: ErrorKind, why: impl fmt::Display) -> clap::Error {
    // Built, so that the usage line names the whole command.
    command.build();
    let serve = command.find_subcommand_mut(SERVE);
    let mut command = serve.map_or_else(Arguments::command, |serve| serve.clone());
    command.error(kind, why)
}

const SERVE: &str = "serve";

const ABOUT_SERVE: &str = "\
Serve the web page and relay the rooms

Without options it serves this machine alone, at http://127.0.0.1:8080. For others to reach it, it needs HTTPS, without \
which browsers refuse to encrypt: give it a certificate, or a proxy in front.

  sanctuary serve --listen '[::]:443' --public-url https://chat.example \\
      --tls-cert fullchain.pem --tls-key privkey.pem
  sanctuary serve --public-url https://chat.example

It prints three lines when it is ready, its address, what the kernel keeps it from and what to open, and nothing else. TERM or INT (Ctrl+C) stops it: the members are told, and all rooms are \
gone. A second signal stops it at once.";

const AFTER_SERVE: &str = "\
Times are written as 500ms, 90s, 10m or 1h, sizes as 4096B, 512KiB or 4MiB. Each option may also come from the \
environment, as SANCTUARY_ and its name: SANCTUARY_MAX_LIFETIME=30m. A variable that begins so and is no option is refused.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Serve(Box<Serve>),
}

/// Serve the web page and relay the rooms
#[derive(Args, Debug)]
#[command(long_about = ABOUT_SERVE, after_help = AFTER_SERVE)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) address: Address,
    #[command(flatten)]
    pub(crate) rooms: RoomLimits,
    #[command(flatten)]
    pub(crate) capacity: Capacity,
    #[command(flatten)]
    pub(crate) sandbox: Locking,
}

/// Where the server is reached, and how.
#[derive(Args, Debug)]
#[command(next_help_heading = "Address")]
pub(crate) struct Address {
    /// Address and port to listen on
    ///
    /// Port 0 lets the system choose one; the line printed at the start names it. Any address but a loopback one needs
    /// HTTPS: see --tls-cert and --behind-tls-proxy.
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        default_value = "127.0.0.1:8080",
        env = "SANCTUARY_LISTEN",
        value_parser = listen
    )]
    pub(crate) listen: SocketAddr,

    /// The one origin that people use, such as https://chat.example
    ///
    /// Requests for any other host are refused, and so are WebSockets opened by pages of any other origin. Needed behind a proxy and
    /// on any address but a loopback one; without it a server answers to loopback names only.
    #[arg(long, value_name = "URL", env = "SANCTUARY_PUBLIC_URL")]
    pub(crate) public_url: Option<Origin>,

    /// Serve HTTPS with this certificate chain (PEM)
    ///
    /// It is read once; start the server again after renewing it.
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_key",
        env = "SANCTUARY_TLS_CERT"
    )]
    pub(crate) tls_cert: Option<PathBuf>,

    /// The private key of that certificate (PEM)
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_cert",
        env = "SANCTUARY_TLS_KEY"
    )]
    pub(crate) tls_key: Option<PathBuf>,

    /// A proxy in front speaks HTTPS with the browsers
    ///
    /// Permits plain HTTP on an address that is not a loopback one. The network between proxy and server must be
    /// yours alone; let the proxy pass the Host header on.
    #[arg(long, env = "SANCTUARY_BEHIND_TLS_PROXY", value_parser = FalseyValueParser::new())]
    pub(crate) behind_tls_proxy: bool,
}

/// What the kernel is asked to forbid.
#[derive(Args, Debug)]
#[command(next_help_heading = "Lock")]
pub(crate) struct Locking {
    /// Do not start unless the kernel enforces that nothing is stored
    ///
    /// Once it serves, the program can open no file, start no program, connect to nothing and leave no core dump. This
    /// needs Linux 5.13 with Landlock and seccomp; the second line printed at the start says what is enforced.
    #[arg(long, env = "SANCTUARY_REQUIRE_SANDBOX", value_parser = FalseyValueParser::new())]
    pub(crate) require_sandbox: bool,

    /// Serve without that lock, for debuggers and profilers
    #[arg(long, conflicts_with = "require_sandbox", env = "SANCTUARY_NO_SANDBOX", value_parser = FalseyValueParser::new())]
    pub(crate) no_sandbox: bool,
}

impl Serve {
    /// As the server takes them.
    pub(crate) fn options(&self) -> Options {
        let Self {
            address,
            rooms,
            capacity,
            sandbox: _,
        } = self;
        let tls = address.tls_cert.clone().zip(address.tls_key.clone());
        Options {
            listen: address.listen,
            public_url: address.public_url.clone(),
            tls: tls.map(|(certificate, key)| TlsFiles { certificate, key }),
            behind_tls_proxy: address.behind_tls_proxy,
            relay: relay_limits(rooms, capacity),
            gauge: Some(memory::balance),
        }
    }
}

fn listen(text: &str) -> Result<SocketAddr, String> {
    let address = text
        .strip_prefix("localhost:")
        .map(|port| format!("127.0.0.1:{port}"));
    let address = address.as_deref().unwrap_or(text);
    address.parse().map_err(|_| {
        "write an IP address and a port, such as 127.0.0.1:8080 (this machine alone) or [::]:443 (all addresses)".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use sanctuary_server::relay::Limits;

    use super::*;

    /// The examples in the help text, in words as a shell makes them.
    fn examples(help: &str) -> Vec<Vec<String>> {
        let lines = help.replace("\\\n", " ");
        let examples = lines.lines().map(str::trim_start);
        examples
            .filter(|line| line.starts_with("sanctuary serve "))
            .map(|line| line.split_whitespace())
            .map(|words| words.map(|word| word.replace('\'', "")).collect())
            .collect()
    }

    /// Files aside, which are looked at later.
    #[test]
    fn the_examples_in_the_help_are_taken() {
        let mut command = Arguments::command();
        let serve = command.find_subcommand_mut(SERVE).unwrap();
        let examples = examples(&serve.render_long_help().to_string());
        assert_eq!(examples.len(), 2, "{examples:?}");
        for example in examples {
            let arguments = Arguments::try_parse_from(&example).unwrap();
            let Command::Serve(serve) = arguments.command;
            assert_eq!(serve.options().check(), Ok(()), "{example:?}");
        }
    }

    /// What `--help` names as defaults is what the server does by default.
    #[test]
    fn the_defaults_are_the_servers() {
        let arguments = Arguments::try_parse_from(["sanctuary", "serve"]).unwrap();
        let Command::Serve(serve) = arguments.command;
        let options = serve.options();
        assert_eq!(options.relay, Limits::default());
        assert_eq!(options.listen, Options::LISTEN);
    }
}
