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

#[allow(clippy::cast_precision_loss)]
fn goals(results: &Results) -> Vec<Goal> {
    use Bound::{AtLeast, AtMost};
    let speed = |name, ours: Contender, theirs| {
        results.ratio((name, ours), (name, theirs), Outcome::per_cpu_second)
    };
    let p99 = |ours, theirs| results.ratio(ours, theirs, |o| o.p99.as_secs_f64());
    let growth = |from, to| {
        let ours = results.growth(Sanctuary, from, to)?;
        let theirs = results.growth(Raw, from, to)?;
        Spread::of(std::iter::once(ours / theirs))
    };
    let idle = results.idle.iter();
    let left = results.leaving.iter();
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
            p99(("moderate", Sanctuary), ("moderate", Raw)),
        ),
        goal(
            "hot over TLS, of the raw broadcaster",
            AtLeast(0.85),
            speed("hot TLS", SanctuaryTls, RawTls),
        ),
        goal(
            "mid over TLS, of the raw broadcaster",
            AtLeast(0.85),
            speed("mid TLS", SanctuaryTls, RawTls),
        ),
        goal(
            "small over TLS, of the raw broadcaster",
            AtLeast(0.7),
            speed("small TLS", SanctuaryTls, RawTls),
        ),
        goal(
            "p99 over TLS, times the raw broadcaster's",
            AtMost(1.5),
            p99(("moderate TLS", SanctuaryTls), ("moderate TLS", RawTls)),
        ),
        goal(
            "p99 of the others when one in twenty does not read, times that when all do",
            AtMost(1.2),
            p99((SOME_STALL, Sanctuary), (ALL_READ, Sanctuary)),
        ),
        goal(
            "of five who do not read, cut off",
            AtLeast(5.0),
            results.spread((SOME_STALL, Sanctuary), |o| o.cut_off as f64),
        ),
        goal(
            "cost of a delivery in 5,000 rooms, times that in 10, of the raw broadcaster's growth",
            AtMost(1.15),
            growth("10 rooms", "5000 rooms"),
        ),
        goal(
            "cost of a delivery in rooms of 1,000, times that in rooms of 20, of the raw broadcaster's growth",
            AtMost(1.15),
            growth("20 members", "1000 members"),
        ),
        goal(
            "% of a processor that 10,000 idle members take",
            AtMost(0.5),
            Spread::of(idle.clone().map(|i| 100.0 * i.cpu_share)),
        ),
        goal(
            "KiB resident for an idle member",
            AtMost(4.0),
            Spread::of(idle.map(|i| i.bytes_per_member / 1024.0)),
        ),
        goal(
            "resident after everyone left, times before they came",
            AtMost(1.15),
            Spread::of(left.map(|left| left.after as f64 / left.before as f64)),
        ),
    ]
}
