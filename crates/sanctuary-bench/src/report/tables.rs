//! All tables of the report.

use std::fmt::Write;

use anyhow::Result;

use super::{goals, machine};
use crate::measure::Outcome;
use crate::suite::{Plan, Results, Section, median};

/// The report without the chart.
pub(crate) fn tables(plan: &Plan, results: &Results) -> Result<String> {
    let mut out = String::new();
    writeln!(out, "{}", machine::line(plan.is_quick))?;
    writeln!(out, "Medians of {} rounds.\n", plan.rounds)?;
    let idle_kib = median(results.idle.iter().map(|i| i.bytes_per_member / 1024.0));
    out.push_str(&goals::table(results, idle_kib, left(results)));
    throughput(&mut out, plan, results, Section::Throughput)?;
    throughput(&mut out, plan, results, Section::Tls)?;
    latency(&mut out, plan, results)?;
    throughput(&mut out, plan, results, Section::Rooms)?;
    throughput(&mut out, plan, results, Section::Members)?;
    memory(&mut out, plan, results)?;
    Ok(out)
}

/// Deliveries per CPU-second: a row for each contender, a column for each load.
fn throughput(out: &mut String, plan: &Plan, results: &Results, section: Section) -> Result<()> {
    let measurements: Vec<_> = plan
        .section(section)
        .filter(|m| m.load.pace.interval().is_none())
        .collect();
    let Some(first) = measurements.first() else {
        return Ok(());
    };
    let title = match section {
        Section::Throughput => "Thousand deliveries per CPU-second",
        Section::Tls => "The same over TLS",
        Section::Rooms => "More rooms (3 members each): thousand deliveries per CPU-second",
        Section::Members => {
            "More members in a room (1,000 in all): thousand deliveries per CPU-second"
        }
        Section::Latency => "Latency",
    };
    writeln!(
        out,
        "\n### {title}\n\n| |{}",
        measurements.iter().fold(String::new(), |mut row, m| {
            let _ = write!(row, " {} |", m.name);
            row
        })
    )?;
    writeln!(out, "|---|{}", "---:|".repeat(measurements.len()))?;
    for &contender in &first.contenders {
        row(
            out,
            &contender.to_string(),
            measurements.iter().map(|m| {
                results
                    .per_cpu_second(m.name, contender)
                    .map(|n| thousands(n / 1e3))
            }),
        )?;
    }
    let [ours, theirs, ..] = *first.contenders.as_slice() else {
        return Ok(());
    };
    row(
        out,
        "*ratio of the first two*",
        measurements.iter().map(|m| {
            let ratio = results.ratio(m.name, ours, theirs, Outcome::per_cpu_second);
            ratio.map(|ratio| format!("{ratio:.2}"))
        }),
    )
}

fn latency(out: &mut String, plan: &Plan, results: &Results) -> Result<()> {
    writeln!(
        out,
        "\n### Latency at a fixed rate\n\n| | deliveries per second | p50, ms | p99, ms | CPU |"
    )?;
    writeln!(out, "|---|---:|---:|---:|---:|")?;
    let fixed = plan
        .measurements
        .iter()
        .filter(|m| m.load.pace.interval().is_some());
    for measurement in fixed {
        for &contender in &measurement.contenders {
            let figure = |figure: &dyn Fn(&Outcome) -> f64| {
                results.median(measurement.name, contender, figure)
            };
            let busy =
                |o: &Outcome| o.cpu.unwrap_or_default().as_secs_f64() / o.elapsed.as_secs_f64();
            row(
                out,
                &contender.to_string(),
                [
                    figure(&Outcome::per_second).map(thousands),
                    figure(&|o| o.p50.as_secs_f64() * 1e3).map(|ms| format!("{ms:.3}")),
                    figure(&|o| o.p99.as_secs_f64() * 1e3).map(|ms| format!("{ms:.3}")),
                    figure(&busy).map(|share| format!("{:.1}%", 100.0 * share)),
                ]
                .into_iter(),
            )?;
        }
    }
    Ok(())
}

#[allow(clippy::cast_precision_loss)]
fn memory(out: &mut String, plan: &Plan, results: &Results) -> Result<()> {
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
            "members let in per second, connection, admission and commit".to_owned(),
            idle(&|i| i.per_second).map(thousands),
        ),
        (
            "the same per CPU-second of the relay".to_owned(),
            idle(&|i| i.per_cpu_second).map(thousands),
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

/// How many times as much is resident after everyone left as before they came.
#[allow(clippy::cast_precision_loss)]
fn left(results: &Results) -> Option<f64> {
    median(
        results
            .leaving
            .iter()
            .map(|left| left.after as f64 / left.before as f64),
    )
}

fn row(out: &mut String, name: &str, cells: impl Iterator<Item = Option<String>>) -> Result<()> {
    write!(out, "| {name} |")?;
    for cell in cells {
        write!(out, " {} |", cell.as_deref().unwrap_or("–"))?;
    }
    writeln!(out)?;
    Ok(())
}

/// A figure with separators, and a decimal where it matters.
fn thousands(figure: f64) -> String {
    if figure < 10.0 {
        return format!("{figure:.1}");
    }
    let digits = format!("{figure:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_easy_to_read() {
        assert_eq!(thousands(0.44), "0.4");
        assert_eq!(thousands(999.6), "1,000");
        assert_eq!(thousands(1_234_567.0), "1,234,567");
    }
}
