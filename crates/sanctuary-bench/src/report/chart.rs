//! The chart: deliveries per CPU-second, a group of bars for each load, on a logarithmic scale,
//! since a linear one would show nothing of the slowest.

use std::fmt::Write;

use crate::contender::Contender;
use crate::suite::{Plan, Results, Section};

const WIDTH: f64 = 760.0;
const LEFT: f64 = 150.0;
const RIGHT: f64 = 70.0;
const TOP: f64 = 44.0;
const BAR: f64 = 16.0;
const GAP: f64 = 5.0;
const HEADING: f64 = 24.0;
const GROUP_GAP: f64 = 14.0;

/// The scale goes from 10^3 to 10^7.
const LEAST: f64 = 3.0;
const MOST: f64 = 7.0;

/// Readable on light and on dark pages.
const STYLE: &str = "text{font:12px system-ui,sans-serif;fill:#57606a}\
    .t{font-size:14px;font-weight:600}.g{font-weight:600}\
    line{stroke:#8c959f;stroke-opacity:.4}\
    @media(prefers-color-scheme:dark){text{fill:#9da7b3}}";

/// The chart as SVG.
pub(super) fn svg(plan: &Plan, results: &Results) -> String {
    let mut bars = String::new();
    let mut y = TOP;
    for measurement in plan.section(Section::Throughput) {
        let load = &measurement.load;
        text(
            &mut bars,
            0.0,
            y + 15.0,
            "g",
            &format!(
                "{}: {} × {} members, {} B",
                measurement.name, load.rooms, load.members, load.size,
            ),
        );
        y += HEADING;
        for &contender in &measurement.contenders {
            if let Some(found) = results.per_cpu_second(measurement.name, contender) {
                bar(&mut bars, y, contender, found);
                y += BAR + GAP;
            }
        }
        y += GROUP_GAP;
    }
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {:.0}\" role=\"img\" \
         aria-label=\"Deliveries per CPU-second\">\n<style>{STYLE}</style>\n",
        y + 10.0
    );
    text(
        &mut out,
        0.0,
        18.0,
        "t",
        "Deliveries per second of the server's CPU time (logarithmic)",
    );
    scale(&mut out, y);
    out.push_str(&bars);
    out.push_str("</svg>\n");
    out
}

fn scale(out: &mut String, bottom: f64) {
    for (exponent, label) in [
        (3.0, "1k"),
        (4.0, "10k"),
        (5.0, "100k"),
        (6.0, "1M"),
        (7.0, "10M"),
    ] {
        let x = position(exponent);
        let _ = writeln!(
            out,
            "<line x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{:.1}\"/>",
            bottom - 10.0
        );
        text(out, x - 10.0, bottom + 4.0, "", label);
    }
}

fn bar(out: &mut String, y: f64, contender: Contender, found: f64) {
    let end = position(found.log10()).max(LEFT + 1.0);
    let name = contender.to_string().replace('`', "");
    text(out, 12.0, y + 12.5, "", &name);
    let _ = writeln!(
        out,
        "<rect x=\"{LEFT}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{BAR}\" rx=\"2\" fill=\"{}\"/>",
        end - LEFT,
        colour(contender)
    );
    let label = if found < 1e6 {
        format!("{:.0}k", found / 1e3)
    } else {
        format!("{:.2}M", found / 1e6)
    };
    text(out, end + 6.0, y + 12.5, "", &label);
}

fn position(exponent: f64) -> f64 {
    LEFT + (WIDTH - LEFT - RIGHT) * ((exponent - LEAST) / (MOST - LEAST)).clamp(0.0, 1.0)
}

fn colour(contender: Contender) -> &'static str {
    match contender {
        Contender::Sanctuary | Contender::SanctuaryTls => "#2f81f7",
        Contender::Raw | Contender::RawTls => "#8c959f",
        Contender::Ws => "#6a9955",
        Contender::Socketio => "#c9933f",
    }
}

fn text(out: &mut String, x: f64, y: f64, class: &str, text: &str) {
    let _ = writeln!(
        out,
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{text}</text>"
    );
}
