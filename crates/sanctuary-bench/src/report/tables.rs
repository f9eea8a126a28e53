//! All tables of the report.

use std::fmt::Write;

use anyhow::Result;

use super::memory::memory;
use super::{goals, machine};
use crate::measure::Outcome;
use crate::suite::{Plan, Results, Section};

/// The report without the chart.
pub(crate) fn tables(plan: &Plan, results: &Results) -> Result<String> {
    let mut out = String::new();
    writeln!(out, "{}", machine::line(plan.is_quick))?;
    writeln!(out, "{}\n", rounds(plan))?;
    out.push_str(&goals::table(results));
    throughput(&mut out, plan, results, Section::Throughput)?;
    throughput(&mut out, plan, results, Section::Tls)?;
    latency(&mut out, plan, results)?;
    stalled(&mut out, plan, results)?;
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
        Section::Latency | Section::Stalled => "Latency",
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
    let [ours, limit, others @ ..] = first.contenders.as_slice() else {
        return Ok(());
    };
    let mut pairs = vec![(ours, limit)];
    for other in others {
        pairs.extend([(ours, other), (limit, other)]);
    }
    for (one, other) in pairs {
        row(
            out,
            &format!("*{one} to {other}*"),
            measurements.iter().map(|m| {
                let ratio =
                    results.ratio((m.name, *one), (m.name, *other), Outcome::per_cpu_second);
                ratio.map(|ratio| format!("{:.2}", ratio.median))
            }),
        )?;
    }
    Ok(())
}

fn rounds(plan: &Plan) -> String {
    let some = plan.measurements.iter().map(|m| m.rounds).min();
    match some {
        Some(some) if some < plan.rounds => format!(
            "Medians of {} rounds, of {some} for more rooms, more members and memory.",
            plan.rounds
        ),
        _ => format!("Medians of {} rounds.", plan.rounds),
    }
}

/// What those who read notice of those who do not.
fn stalled(out: &mut String, plan: &Plan, results: &Results) -> Result<()> {
    writeln!(
        out,
        "\n### Members who do not read\n\n| | p50 of the others, ms | p99, ms | cut off |\n|---|---:|---:|---:|"
    )?;
    for measurement in plan.section(Section::Stalled) {
        let all = measurement.load.rooms * measurement.load.stalled;
        for &contender in &measurement.contenders {
            let figure = |figure: &dyn Fn(&Outcome) -> f64| {
                results.median(measurement.name, contender, figure)
            };
            #[allow(clippy::cast_precision_loss)]
            let cut_off = figure(&|o| o.cut_off as f64);
            row(
                out,
                measurement.name,
                [
                    figure(&|o| o.p50.as_secs_f64() * 1e3).map(|ms| format!("{ms:.3}")),
                    figure(&|o| o.p99.as_secs_f64() * 1e3).map(|ms| format!("{ms:.3}")),
                    cut_off.map(|cut_off| format!("{cut_off:.0} of {all}")),
                ]
                .into_iter(),
            )?;
        }
    }
    Ok(())
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
        .filter(|m| m.load.pace.interval().is_some() && m.section != Section::Stalled);
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

pub(super) fn row(
    out: &mut String,
    name: &str,
    cells: impl Iterator<Item = Option<String>>,
) -> Result<()> {
    write!(out, "| {name} |")?;
    for cell in cells {
        write!(out, " {} |", cell.as_deref().unwrap_or("–"))?;
    }
    writeln!(out)?;
    Ok(())
}

/// A figure with separators, and a decimal where it matters.
pub(super) fn thousands(figure: f64) -> String {
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
