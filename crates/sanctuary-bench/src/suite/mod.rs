//! `sanctuary-bench suite`: everything that docs/PERFORMANCE.md shows, in one run.
//!
//! Contenders take turns within each round, so that whatever else the machine does falls on all of
//! them; of the rounds the median counts.

mod memory;
mod plan;
mod results;

use std::io::{self, Write};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::arguments::SuiteArguments;
use crate::contender::{Contender, Programs, make_room, pin_generator};
use crate::measure::measure;
use crate::report;
use crate::tls::Certificate;
pub(crate) use memory::{IdleCost, Left};
use plan::Measurement;
pub(crate) use plan::{ALL_READ, Plan, SOME_STALL, Section};
pub(crate) use results::{Results, Spread, median};

/// Descriptors of our own beside those of connections.
const OWN_FILES: u64 = 64;

/// Measures everything, and writes the report if there is a place for it.
pub(crate) fn run(arguments: &SuiteArguments) -> Result<()> {
    let mut plan = if arguments.quick {
        Plan::quick()
    } else {
        Plan::full(arguments.rounds())
    };
    if !arguments.only.is_empty() {
        plan.keep(&arguments.only);
    }
    make_room(plan.most_connections() + OWN_FILES)?;
    pin_generator()?;
    let directory = std::env::temp_dir().join(format!("sanctuary-bench-{}", std::process::id()));
    let programs = Programs {
        sanctuary: arguments.sanctuary.clone(),
        baselines: arguments.baselines.clone(),
        python: arguments.python.clone(),
        certificate: Certificate::make(&directory)?,
    };
    let results = measure_all(&plan, &programs);
    // It holds a key that nobody has any use for.
    let _ = std::fs::remove_dir_all(&directory);
    let results = results?;
    let text = report::tables(&plan, &results)?;
    writeln!(io::stdout(), "\n{text}")?;
    if let Some(document) = &arguments.report {
        report::write(document, &text, &plan, &results)?;
    }
    Ok(())
}

fn measure_all(plan: &Plan, programs: &Programs) -> Result<Results> {
    let mut results = Results::default();
    let start = Instant::now();
    for round in 0..plan.rounds {
        for measurement in plan.measurements.iter().filter(|m| round < m.rounds) {
            for &contender in &measurement.contenders {
                if programs.have(contender) {
                    measure_one(programs, measurement, contender, &mut results)
                        .with_context(|| format!("{}: {contender}", measurement.name))?;
                }
            }
        }
        say(&format!(
            "round {} of {} done after {} s",
            round + 1,
            plan.rounds,
            start.elapsed().as_secs()
        ));
    }
    let server = || programs.start(Contender::Sanctuary);
    for round in 0..plan.memory_rounds {
        results.idle.push(memory::idle(&server()?, plan.idle)?);
        let server_tls = programs.start(Contender::SanctuaryTls)?;
        results.idle_tls.push(memory::idle(&server_tls, plan.idle)?);
        results
            .leaving
            .push(memory::leave(&server()?, plan.leaving)?);
        results.joins.push(memory::join(&server()?, plan.crowding)?);
        say(&format!(
            "memory, round {} of {} done after {} s",
            round + 1,
            plan.memory_rounds,
            start.elapsed().as_secs()
        ));
    }
    Ok(results)
}

fn measure_one(
    programs: &Programs,
    measurement: &Measurement,
    contender: Contender,
    results: &mut Results,
) -> Result<()> {
    let server = programs.start(contender)?;
    let outcome = measure(
        contender.language(),
        server.target(),
        Some(server.accounts()),
        &measurement.load,
    )?;
    say(&format!(
        "{:24} {contender:22} {:9.0} deliveries/CPU-s  {:9.0}/s  p50 {:7.3} ms  p99 {:7.3} ms",
        measurement.name,
        outcome.per_cpu_second(),
        outcome.per_second(),
        outcome.p50.as_secs_f64() * 1e3,
        outcome.p99.as_secs_f64() * 1e3,
    ));
    results.add(measurement.name, contender, outcome);
    Ok(())
}

/// Tells whoever waits how far it is.
fn say(line: &str) {
    let mut out = io::stderr();
    let _ = writeln!(out, "{line}");
}
