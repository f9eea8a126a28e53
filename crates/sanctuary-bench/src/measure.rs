//! One measurement: a crowd talks on a server, whose process accounts are read before and after.

use std::time::Duration;

use anyhow::Result;

use crate::accounting::Accounts;
use crate::crowd::{Crowd, Pace, Talk, Target};
use crate::dialect::{Dialect, Plain, Sanctuary, Sizes, SocketIo};
use crate::framing::Framing;

/// What a server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Language {
    /// The protocol of Sanctuary.
    Sanctuary,
    /// That of the raw broadcaster.
    Raw,
    /// The same in WebSocket messages.
    Ws,
    /// Socket.IO.
    Socketio,
}

/// What a crowd does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Load {
    pub(crate) rooms: usize,
    /// Members of each room.
    pub(crate) members: usize,
    /// Members of each room that talk.
    pub(crate) senders: usize,
    /// Members of each room that read nothing while the others talk.
    pub(crate) stalled: usize,
    pub(crate) pace: Pace,
    /// Payload bytes of a message.
    pub(crate) size: usize,
    pub(crate) warm_up: Duration,
    pub(crate) measured: Duration,
    /// Members on their way into rooms at once.
    pub(crate) at_once: usize,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Outcome {
    /// Messages delivered to members other than the sender.
    pub(crate) deliveries: u64,
    /// Bytes of those, framing included.
    pub(crate) bytes: u64,
    /// How long they were counted.
    pub(crate) elapsed: Duration,
    /// CPU time of the server in that time; `None` if its process is not known.
    pub(crate) cpu: Option<Duration>,
    /// Members that the server gave up because they did not read.
    pub(crate) cut_off: usize,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
    /// How long it took until everyone was in.
    pub(crate) gathering: Duration,
    /// CPU time of the server in that time.
    pub(crate) gathering_cpu: Option<Duration>,
}

impl Outcome {
    /// Deliveries for each second of the server's CPU time.
    #[allow(clippy::cast_precision_loss)]
    pub(crate) fn per_cpu_second(&self) -> f64 {
        self.deliveries as f64 / self.cpu.unwrap_or_default().as_secs_f64()
    }

    /// Deliveries per second.
    #[allow(clippy::cast_precision_loss)]
    pub(crate) fn per_second(&self) -> f64 {
        self.deliveries as f64 / self.elapsed.as_secs_f64()
    }
}

/// Has a crowd do it, on a server that speaks that language.
pub(crate) fn measure(
    language: Language,
    target: Target,
    accounts: Option<Accounts>,
    load: &Load,
) -> Result<Outcome> {
    match language {
        Language::Sanctuary => {
            let dialect = Sanctuary::new(Sizes::of_messages(load.size))?;
            run(Crowd::new(target, dialect)?, accounts, load)
        }
        Language::Raw => {
            let dialect = Plain::new(Framing::Prefixed, load.size);
            run(Crowd::new(target, dialect)?, accounts, load)
        }
        Language::Ws => {
            let dialect = Plain::new(Framing::Binary, load.size);
            run(Crowd::new(target, dialect)?, accounts, load)
        }
        Language::Socketio => run(
            Crowd::new(target, SocketIo::new(load.size))?,
            accounts,
            load,
        ),
    }
}

fn run<D: Dialect>(
    mut crowd: Crowd<D>,
    accounts: Option<Accounts>,
    load: &Load,
) -> Result<Outcome> {
    let cpu = || accounts.map(Accounts::cpu).transpose();
    let before = cpu()?;
    let gathering = crowd.gather(load.rooms, load.members, load.at_once)?;
    let gathering_cpu = spent(before, cpu()?);
    crowd.settle()?;
    let talk = Talk {
        senders: load.senders,
        stalled: load.stalled,
        members: load.members,
        pace: load.pace,
        warm_up: load.warm_up,
        measured: load.measured,
    };
    let mut marks = Vec::new();
    let elapsed = crowd.talk(talk, || {
        marks.push(cpu()?);
        Ok(())
    })?;
    let [start, end] = *marks.as_slice() else {
        anyhow::bail!("the measurement has no beginning or no end");
    };
    let tally = crowd.tally();
    Ok(Outcome {
        deliveries: tally.deliveries,
        bytes: tally.bytes,
        elapsed,
        cpu: spent(start, end),
        cut_off: tally.cut_off,
        p50: tally.latencies.percentile(0.5).unwrap_or_default(),
        p99: tally.latencies.percentile(0.99).unwrap_or_default(),
        gathering,
        gathering_cpu,
    })
}

fn spent(start: Option<Duration>, end: Option<Duration>) -> Option<Duration> {
    Some(end?.saturating_sub(start?))
}
