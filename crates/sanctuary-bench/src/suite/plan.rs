//! What is measured, on whom, how often.

use std::time::Duration;

use super::memory::{Crowding, Idle, Leaving};
use crate::contender::Contender;
use crate::crowd::Pace;
use crate::measure::Load;

/// Which table a measurement belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// As fast as it goes.
    Throughput,
    /// At a rate that leaves everyone time.
    Latency,
    /// As fast as it goes, over TLS.
    Tls,
    /// With and without members who do not read.
    Stalled,
    /// More and more rooms.
    Rooms,
    /// More and more members in a room.
    Members,
}

/// One load, and whom it is put on.
#[derive(Clone, Debug)]
pub(crate) struct Measurement {
    pub(crate) section: Section,
    /// Unique among all.
    pub(crate) name: &'static str,
    pub(crate) load: Load,
    pub(crate) contenders: Vec<Contender>,
    /// In how many of the rounds it is measured.
    pub(crate) rounds: usize,
}

/// All of it.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) is_quick: bool,
    pub(crate) rounds: usize,
    pub(crate) memory_rounds: usize,
    pub(crate) measurements: Vec<Measurement>,
    pub(crate) idle: Idle,
    pub(crate) leaving: Leaving,
    pub(crate) crowding: Crowding,
}

const ALL: [Contender; 4] = [
    Contender::Sanctuary,
    Contender::Raw,
    Contender::Ws,
    Contender::Socketio,
];
const TLS: [Contender; 2] = [Contender::SanctuaryTls, Contender::RawTls];

/// Deliveries a second of the latency table: a tenth of what the relay can do on one core, and more
/// than a thousand people type.
const MODERATE: f64 = 18_000.0;

impl Plan {
    /// What docs/PERFORMANCE.md shows.
    pub(crate) fn full(rounds: usize) -> Self {
        let throughput = [("hot", HOT), ("mid", MID), ("small", SMALL)];
        let mut measurements = Vec::new();
        for (name, load) in throughput {
            measurements.push(of(Section::Throughput, name, load, &ALL));
        }
        let moderate = at_rate(MID, MODERATE);
        // At that rate python-socketio has no time left.
        measurements.push(of(Section::Latency, "moderate", moderate, &ALL[..3]));
        for (name, load) in [("hot TLS", HOT), ("mid TLS", MID), ("small TLS", SMALL)] {
            measurements.push(of(Section::Tls, name, load, &TLS));
        }
        measurements.push(of(Section::Tls, "moderate TLS", moderate, &TLS));
        for (name, stalled) in [(ALL_READ, 0), (SOME_STALL, 1)] {
            let load = Load {
                stalled,
                ..STALLING
            };
            let load = at_rate(load, MODERATE);
            measurements.push(of(Section::Stalled, name, load, &ALL[..1]));
        }
        let relay = &ALL[..2];
        for (name, rooms) in [
            ("10 rooms", 10),
            ("100 rooms", 100),
            ("1000 rooms", 1000),
            ("5000 rooms", 5000),
        ] {
            let load = Load { rooms, ..SMALL };
            measurements.push(of(Section::Rooms, name, load, relay));
        }
        for (name, members) in [
            ("2 members", 2),
            ("20 members", 20),
            ("200 members", 200),
            ("1000 members", 1000),
        ] {
            let load = Load {
                rooms: 1000 / members,
                members,
                senders: 1,
                ..MID
            };
            measurements.push(of(Section::Members, name, load, relay));
        }
        for measurement in &mut measurements {
            let is_goal = !matches!(measurement.section, Section::Rooms | Section::Members);
            measurement.rounds = if is_goal { rounds } else { rounds.min(3) };
        }
        Self {
            is_quick: false,
            rounds,
            memory_rounds: rounds.min(3),
            measurements,
            idle: Idle {
                rooms: 1000,
                members: 10,
                watched: Duration::from_secs(45),
            },
            leaving: Leaving {
                rooms: 60,
                members: 100,
                after: Duration::from_secs(10),
            },
            crowding: Crowding { members: 100 },
        }
    }

    /// A look at everything in less than a minute, whose figures mean little.
    pub(crate) fn quick() -> Self {
        let brief = |load: Load| Load {
            warm_up: Duration::from_millis(200),
            measured: Duration::from_millis(600),
            ..load
        };
        let measurements = vec![
            of(
                Section::Throughput,
                "hot",
                brief(Load {
                    members: 100,
                    ..HOT
                }),
                &ALL,
            ),
            of(
                Section::Throughput,
                "mid",
                brief(Load { rooms: 10, ..MID }),
                &ALL,
            ),
            of(
                Section::Throughput,
                "small",
                brief(Load {
                    rooms: 200,
                    ..SMALL
                }),
                &ALL,
            ),
            of(
                Section::Latency,
                "moderate",
                brief(at_rate(MID, MODERATE / 4.0)),
                &ALL[..3],
            ),
            of(
                Section::Tls,
                "hot TLS",
                brief(Load {
                    members: 100,
                    ..HOT
                }),
                &TLS,
            ),
            of(
                Section::Stalled,
                ALL_READ,
                brief(at_rate(STALLING, MODERATE / 4.0)),
                &ALL[..1],
            ),
            of(
                Section::Stalled,
                SOME_STALL,
                brief(at_rate(
                    Load {
                        stalled: 1,
                        ..STALLING
                    },
                    MODERATE / 4.0,
                )),
                &ALL[..1],
            ),
        ];
        Self {
            is_quick: true,
            rounds: 1,
            memory_rounds: 1,
            measurements,
            idle: Idle {
                rooms: 100,
                members: 10,
                watched: Duration::from_secs(1),
            },
            leaving: Leaving {
                rooms: 10,
                members: 50,
                after: Duration::from_secs(2),
            },
            crowding: Crowding { members: 50 },
        }
    }

    /// Leaves out what is not named. Tables of what was not measured stay empty.
    pub(crate) fn keep(&mut self, names: &[String]) {
        let is_named = |name: &str| names.iter().any(|named| named == name);
        self.measurements.retain(|m| is_named(m.name));
        if !is_named("memory") {
            self.memory_rounds = 0;
        }
    }

    /// Most connections that are open at once.
    pub(crate) fn most_connections(&self) -> u64 {
        let loads = self.measurements.iter();
        let talking = loads.map(|m| m.load.rooms * m.load.members);
        let sitting = [
            self.idle.rooms * self.idle.members,
            self.leaving.rooms * self.leaving.members,
        ];
        talking.chain(sitting).max().unwrap_or_default() as u64
    }

    /// The measurements of one table.
    pub(crate) fn section(&self, section: Section) -> impl Iterator<Item = &Measurement> {
        let all = self.measurements.iter();
        all.filter(move |measurement| measurement.section == section)
    }
}

/// A busy room.
const HOT: Load = Load {
    rooms: 1,
    members: 500,
    senders: 4,
    stalled: 0,
    pace: Pace::Window(4),
    size: 200,
    warm_up: Duration::from_millis(500),
    measured: Duration::from_secs(2),
    at_once: 64,
};

/// Busy rooms of the usual size.
const MID: Load = Load {
    rooms: 50,
    members: 20,
    senders: 2,
    pace: Pace::Window(2),
    size: 1024,
    ..HOT
};

/// Many small rooms.
const SMALL: Load = Load {
    rooms: 2000,
    members: 3,
    senders: 1,
    pace: Pace::Window(1),
    ..MID
};

/// Rooms with so much to read that whoever does not is cut off: in the time that counts, more than the
/// relay's queue and the kernel's hold.
const STALLING: Load = Load {
    rooms: 5,
    size: 8192,
    measured: Duration::from_secs(6),
    ..MID
};

/// The control of [`SOME_STALL`].
pub(crate) const ALL_READ: &str = "all read";

/// One in twenty does not read.
pub(crate) const SOME_STALL: &str = "5% stall";

fn of(section: Section, name: &'static str, load: Load, contenders: &[Contender]) -> Measurement {
    Measurement {
        section,
        name,
        load,
        contenders: contenders.to_vec(),
        rounds: 1,
    }
}

/// So many deliveries a second instead of as many as possible.
#[allow(clippy::cast_precision_loss)]
fn at_rate(load: Load, deliveries: f64) -> Load {
    let receivers = (load.members - 1) as f64;
    Load {
        pace: Pace::Rate(deliveries / receivers),
        ..load
    }
}
