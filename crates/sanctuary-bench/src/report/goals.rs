//! What the relay is meant to reach, and whether it does.

use std::fmt::Write;

use crate::contender::Contender::{self, Raw, RawTls, Sanctuary, SanctuaryTls, Socketio, Ws};
use crate::measure::Outcome;
use crate::suite::{ALL_READ, Results, SOME_STALL, Spread};

/// A figure and its bound.
struct Goal {
    what: &'static str,
    bound: Bound,
    found: Option<Spread>,
}

impl Goal {
    fn at_least(what: &'static str, bound: f64, found: Option<Spread>) -> Self {
        let bound = Bound::AtLeast(bound);
        Self { what, bound, found }
    }

    fn at_most(what: &'static str, bound: f64, found: Option<Spread>) -> Self {
        let bound = Bound::AtMost(bound);
        Self { what, bound, found }
    }
}

#[derive(Clone, Copy)]
enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

impl Bound {
    fn text(self) -> String {
        match self {
            Self::AtLeast(bound) => format!("at least {bound}"),
            Self::AtMost(bound) => format!("at most {bound}"),
        }
    }

    fn is_met(self, found: f64) -> bool {
        match self {
            Self::AtLeast(bound) => found >= bound,
            Self::AtMost(bound) => found <= bound,
        }
    }
}

/// The table of goals.
pub(super) fn table(results: &Results) -> String {
    let mut text = String::from(
        "| goal | bound | measured | from round to round | |\n|---|---|---:|---:|---|\n",
    );
    for goal in goals(results) {
        let bound = goal.bound.text();
        // Writing to a string cannot fail.
        let _ = match goal.found {
            Some(found) => {
                let Spread {
                    least,
                    median,
                    most,
                } = found;
                let verdict = if goal.bound.is_met(median) {
                    "met"
                } else {
                    "**not met**"
                };
                writeln!(
                    text,
                    "| {} | {bound} | {median:.2} | {least:.2} to {most:.2} | {verdict} |",
                    goal.what
                )
            }
            None => writeln!(text, "| {} | {bound} | | | not measured |", goal.what),
        };
    }
    text
}

/// At least so many times the deliveries per CPU-second of another contender.
const SPEEDS: [(&str, f64, &str, Contender, Contender); 9] = [
    ("hot, of the raw broadcaster", 0.85, "hot", Sanctuary, Raw),
    ("mid, of the raw broadcaster", 0.85, "mid", Sanctuary, Raw),
    (
        "small, of the raw broadcaster",
        0.7,
        "small",
        Sanctuary,
        Raw,
    ),
    ("hot, times Node `ws`", 15.0, "hot", Sanctuary, Ws),
    ("small, times Node `ws`", 2.0, "small", Sanctuary, Ws),
    (
        "hot, times python-socketio",
        60.0,
        "hot",
        Sanctuary,
        Socketio,
    ),
    (
        "hot over TLS, of the raw broadcaster",
        0.85,
        "hot TLS",
        SanctuaryTls,
        RawTls,
    ),
    (
        "mid over TLS, of the raw broadcaster",
        0.85,
        "mid TLS",
        SanctuaryTls,
        RawTls,
    ),
    (
        "small over TLS, of the raw broadcaster",
        0.7,
        "small TLS",
        SanctuaryTls,
        RawTls,
    ),
];

fn goals(results: &Results) -> Vec<Goal> {
    let speeds = SPEEDS.map(|(what, bound, name, ours, theirs)| {
        let found = results.ratio((name, ours), (name, theirs), Outcome::per_cpu_second);
        Goal::at_least(what, bound, found)
    });
    speeds
        .into_iter()
        .chain(delays(results))
        .chain(costs(results))
        .collect()
}

#[allow(clippy::cast_precision_loss)]
fn delays(results: &Results) -> [Goal; 4] {
    let p99 = |what, bound, ours, theirs| {
        let found = results.ratio(ours, theirs, |o| o.p99.as_secs_f64());
        Goal::at_most(what, bound, found)
    };
    [
        p99(
            "p99 at a moderate rate, times the raw broadcaster's",
            1.5,
            ("moderate", Sanctuary),
            ("moderate", Raw),
        ),
        p99(
            "p99 over TLS, times the raw broadcaster's",
            1.5,
            ("moderate TLS", SanctuaryTls),
            ("moderate TLS", RawTls),
        ),
        p99(
            "p99 of the others when one in twenty does not read, times that when all do",
            1.2,
            (SOME_STALL, Sanctuary),
            (ALL_READ, Sanctuary),
        ),
        Goal::at_least(
            "of five who do not read, cut off",
            5.0,
            results.spread((SOME_STALL, Sanctuary), |o| o.cut_off as f64),
        ),
    ]
}

#[allow(clippy::cast_precision_loss)]
fn costs(results: &Results) -> [Goal; 5] {
    let growth = |from, to| {
        let ours = results.growth(Sanctuary, from, to)?;
        let theirs = results.growth(Raw, from, to)?;
        Spread::of(std::iter::once(ours / theirs))
    };
    let idle = results.idle.iter();
    let left = results.leaving.iter();
    [
        Goal::at_most(
            "cost of a delivery in 5,000 rooms, times that in 10, of the raw broadcaster's growth",
            1.15,
            growth("10 rooms", "5000 rooms"),
        ),
        Goal::at_most(
            "cost of a delivery in rooms of 1,000, times that in rooms of 20, of the raw broadcaster's growth",
            1.15,
            growth("20 members", "1000 members"),
        ),
        Goal::at_most(
            "% of a processor that 10,000 idle members take",
            0.5,
            Spread::of(idle.clone().map(|i| 100.0 * i.cpu_share)),
        ),
        Goal::at_most(
            "KiB resident for an idle member",
            4.0,
            Spread::of(idle.map(|i| i.bytes_per_member / 1024.0)),
        ),
        Goal::at_most(
            "resident after everyone left, times before they came",
            1.15,
            Spread::of(left.map(|left| left.after as f64 / left.before as f64)),
        ),
    ]
}
