//! `sanctuary-bench load`: one crowd on any server.

use std::io::{self, Write};
use std::net::ToSocketAddrs;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::accounting::Accounts;
use crate::arguments::LoadArguments;
use crate::crowd::{Pace, Target};
use crate::measure::{Load, Outcome, measure};
use crate::tls::Trust;

/// How long a crowd talks before it counts.
const WARM_UP: Duration = Duration::from_millis(500);

/// Has a crowd talk, and prints what came of it.
pub(crate) fn run(arguments: &LoadArguments) -> Result<()> {
    let load = Load {
        rooms: arguments.rooms,
        members: arguments.members,
        senders: arguments.senders,
        stalled: arguments.stalled,
        pace: arguments
            .rate
            .map_or(Pace::Window(arguments.window), Pace::Rate),
        size: arguments.size,
        warm_up: WARM_UP,
        measured: Duration::from_secs_f64(arguments.seconds),
        at_once: arguments.at_once,
    };
    let target = target(arguments)?;
    let accounts = arguments.pid.map(Accounts::of);
    let outcome = measure(arguments.language, target, accounts, &load)?;
    print(&load, &outcome, accounts)
}

fn target(arguments: &LoadArguments) -> Result<Target> {
    let (scheme, rest) = arguments
        .server
        .split_once("://")
        .context("write the server as a URL, such as ws://127.0.0.1:8080")?;
    let host = rest.split('/').next().unwrap_or_default();
    let (name, default_port) = match scheme {
        "ws" | "tcp" => (None, 80),
        "wss" | "tls" => (Some(name_of(host)), 443),
        _ => bail!("write ws://, wss://, tcp:// or tls://"),
    };
    let with_port = if host.rsplit(']').next().unwrap_or(host).contains(':') {
        host.to_owned()
    } else {
        format!("{host}:{default_port}")
    };
    let found: Vec<_> = with_port
        .to_socket_addrs()
        .with_context(|| format!("cannot find {host}"))?
        .collect();
    // Servers on this machine listen on 127.0.0.1 more often than on ::1.
    let address = found.iter().find(|address| address.is_ipv4());
    let address = *address
        .or(found.first())
        .with_context(|| format!("{host} has no address"))?;
    let trust = name
        .map(|name| {
            let ca = arguments.ca.as_ref();
            Trust::in_file(ca.context("give --ca with TLS")?, name)
        })
        .transpose()?;
    Ok(Target {
        address,
        host: host.to_owned(),
        trust,
    })
}

/// The host without its port.
fn name_of(host: &str) -> &str {
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

#[allow(clippy::cast_precision_loss)]
fn print(load: &Load, outcome: &Outcome, accounts: Option<Accounts>) -> Result<()> {
    let members = load.rooms * load.members;
    let mut out = io::stdout();
    writeln!(
        out,
        "{members} members in {:.2} s: {:.0} per second",
        outcome.gathering.as_secs_f64(),
        members as f64 / outcome.gathering.as_secs_f64()
    )?;
    writeln!(
        out,
        "{:.0} deliveries per second, {:.1} MB/s; latency p50 {:.2} ms, p99 {:.2} ms",
        outcome.per_second(),
        outcome.bytes as f64 / 1e6 / outcome.elapsed.as_secs_f64(),
        outcome.p50.as_secs_f64() * 1e3,
        outcome.p99.as_secs_f64() * 1e3,
    )?;
    if load.stalled > 0 {
        writeln!(
            out,
            "{} of {} members who did not read were cut off",
            outcome.cut_off,
            load.rooms * load.stalled
        )?;
    }
    if let Some(accounts) = accounts {
        let cpu = outcome.cpu.unwrap_or_default();
        writeln!(
            out,
            "{:.0} deliveries per CPU-second of the server (busy {:.0}%); {:.0} members let in per CPU-second; {:.1} MiB resident",
            outcome.per_cpu_second(),
            100.0 * cpu.as_secs_f64() / outcome.elapsed.as_secs_f64(),
            members as f64 / outcome.gathering_cpu.unwrap_or_default().as_secs_f64(),
            accounts.resident()? as f64 / f64::from(1 << 20),
        )?;
    }
    Ok(())
}
