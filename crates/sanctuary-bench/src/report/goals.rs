//! What the relay is meant to reach, and whether it does.

use std::fmt::Write;

use crate::contender::Contender::{self, Raw, RawTls, Sanctuary, SanctuaryTls, Socketio, Ws};
use crate::measure::Outcome;
use crate::suite::Results;

/// A figure and its bound.
struct Goal {
    what: &'static str,
    bound: Bound,
    found: Option<f64>,
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
pub(super) fn table(results: &Results, idle_kib: Option<f64>, left: Option<f64>) -> String {
    let mut text = String::from("| goal | bound | measured | |\n|---|---|---|---|\n");
    for goal in goals(results, idle_kib, left) {
        let Some(found) = goal.found else {
            continue;
        };
        let verdict = if goal.bound.is_met(found) {
            "met"
        } else {
            "**not met**"
        };
        let bound = goal.bound.text();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {} | {bound} | {found:.2} | {verdict} |", goal.what);
    }
    text
}

fn goals(results: &Results, idle_kib: Option<f64>, left: Option<f64>) -> Vec<Goal> {
    use Bound::{AtLeast, AtMost};
    let speed =
        |name, ours: Contender, theirs| results.ratio(name, ours, theirs, Outcome::per_cpu_second);
    let p99 = |name, ours, theirs| results.ratio(name, ours, theirs, |o| o.p99.as_secs_f64());
    let goal = |what, bound, found| Goal { what, bound, found };
    vec![
        goal(
            "hot, of the raw broadcaster",
            AtLeast(0.85),
            speed("hot", Sanctuary, Raw),
        ),
        goal(
            "mid, of the raw broadcaster",
            AtLeast(0.85),
            speed("mid", Sanctuary, Raw),
        ),
        goal(
            "small, of the raw broadcaster",
            AtLeast(0.7),
            speed("small", Sanctuary, Raw),
        ),
        goal(
            "hot, times Node `ws`",
            AtLeast(15.0),
            speed("hot", Sanctuary, Ws),
        ),
        goal(
            "small, times Node `ws`",
            AtLeast(2.0),
            speed("small", Sanctuary, Ws),
        ),
        goal(
            "hot, times python-socketio",
            AtLeast(60.0),
            speed("hot", Sanctuary, Socketio),
        ),
        goal(
            "p99 at a moderate rate, times the raw broadcaster's",
            AtMost(1.5),
            p99("moderate", Sanctuary, Raw),
        ),
        goal(
            "hot over TLS, of the raw broadcaster",
            AtLeast(0.85),
            speed("hot, TLS", SanctuaryTls, RawTls),
        ),
        goal(
            "mid over TLS, of the raw broadcaster",
            AtLeast(0.85),
            speed("mid, TLS", SanctuaryTls, RawTls),
        ),
        goal(
            "small over TLS, of the raw broadcaster",
            AtLeast(0.7),
            speed("small, TLS", SanctuaryTls, RawTls),
        ),
        goal(
            "p99 over TLS, times the raw broadcaster's",
            AtMost(1.5),
            p99("moderate, TLS", SanctuaryTls, RawTls),
        ),
        goal("KiB resident for an idle member", AtMost(4.0), idle_kib),
        goal(
            "resident after everyone left, times before they came",
            AtMost(1.15),
            left,
        ),
    ]
}
