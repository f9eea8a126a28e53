//! The table of members who do nothing, of those who come and of those who left.

use std::fmt::Write;

use anyhow::Result;

use super::tables::{row, thousands};
use crate::contender::Contender;
use crate::suite::{Plan, Results, median};

/// Appends it.
#[allow(clippy::cast_precision_loss)]
pub(super) fn memory(out: &mut String, plan: &Plan, results: &Results) -> Result<()> {
    let idle =
        |figure: &dyn Fn(&crate::suite::IdleCost) -> f64| median(results.idle.iter().map(figure));
    let mib = |figure: &dyn Fn(&crate::suite::Left) -> u64| {
        median(
            results
                .leaving
                .iter()
                .map(|l| figure(l) as f64 / f64::from(1 << 20)),
        )
    };
    writeln!(
        out,
        "\n### Members who do nothing, and those who left\n\n| | |\n|---|---:|"
    )?;
    let members = plan.idle.rooms * plan.idle.members;
    let over_tls = |figure: &dyn Fn(&crate::suite::IdleCost) -> f64| {
        median(results.idle_tls.iter().map(figure))
    };
    let lines = [
        (
            format!(
                "KiB resident for each of {members} idle members, in rooms of {}",
                plan.idle.members
            ),
            idle(&|i| i.bytes_per_member / 1024.0).map(|n| format!("{n:.2}")),
        ),
        (
            format!(
                "CPU that all of them take, over {} s",
                plan.idle.watched.as_secs()
            ),
            idle(&|i| i.cpu_share * 100.0).map(|n| format!("{n:.2}%")),
        ),
        (
            "KiB resident for each of as many over TLS".to_owned(),
            over_tls(&|i| i.bytes_per_member / 1024.0).map(|n| format!("{n:.2}")),
        ),
        (
            "CPU that all of those take".to_owned(),
            over_tls(&|i| i.cpu_share * 100.0).map(|n| format!("{n:.2}%")),
        ),
        (
            "members let in per second, connection, admission and commit".to_owned(),
            idle(&|i| i.per_second).map(thousands),
        ),
        (
            "the same per CPU-second of the relay".to_owned(),
            idle(&|i| i.per_cpu_second).map(thousands),
        ),
        (
            "members let in per second over TLS, with 2,000 rooms of 3".to_owned(),
            results
                .median("small TLS", Contender::SanctuaryTls, |o| {
                    6000.0 / o.gathering.as_secs_f64()
                })
                .map(thousands),
        ),
        (
            "the same per CPU-second of the relay".to_owned(),
            results
                .median("small TLS", Contender::SanctuaryTls, |o| {
                    6000.0 / o.gathering_cpu.unwrap_or_default().as_secs_f64()
                })
                .map(thousands),
        ),
        (
            format!(
                "ms until {} who come at once are all in one room",
                plan.crowding.members
            ),
            median(results.joins.iter().map(|t| t.as_secs_f64() * 1e3)).map(|n| format!("{n:.0}")),
        ),
        (
            format!(
                "MiB resident before {} members come",
                plan.leaving.rooms * plan.leaving.members
            ),
            mib(&|l| l.before).map(|n| format!("{n:.1}")),
        ),
        (
            "MiB resident while they are there".to_owned(),
            mib(&|l| l.during).map(|n| format!("{n:.1}")),
        ),
        (
            format!(
                "MiB resident {} s after they left",
                plan.leaving.after.as_secs()
            ),
            mib(&|l| l.after).map(|n| format!("{n:.1}")),
        ),
    ];
    for (what, figure) in lines {
        row(out, &what, [figure].into_iter())?;
    }
    Ok(())
}
