//! The chart: deliveries per CPU-second, a row for each contender under each load.
//!
//! The scale is logarithmic, since a linear one would show nothing of the slowest; so values are dots
//! and not bars, whose lengths would seem to be in proportion.

use std::fmt::Write;

use crate::contender::Contender;
use crate::measure::{Load, Outcome};
use crate::suite::{Plan, Results, Section};

const WIDTH: f64 = 760.0;
/// Where the scale begins and ends, from the left.
const LEFT: f64 = 168.0;
const RIGHT: f64 = 640.0;
/// Where the first group begins.
const TOP: f64 = 84.0;
const HEADING: f64 = 26.0;
const ROW: f64 = 24.0;
const GROUP_GAP: f64 = 18.0;
const BOTTOM: f64 = 34.0;

/// The scale goes from 10^3 to 10^7.
const LEAST: i32 = 3;
const MOST: i32 = 7;
const LABELS: [&str; 5] = ["1,000", "10,000", "100,000", "1 million", "10 million"];

/// Readable on light and on dark pages, whatever their ground.
const STYLE: &str = "\
text{font:13px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#3d444d}\
.title{font-size:17px;font-weight:650;fill:#1f2328}.soft{fill:#656d76;font-size:12px}\
.group{font-weight:600;fill:#1f2328}.ours{font-weight:600;fill:#0a5fd1}\
.end{text-anchor:end}.mid{text-anchor:middle}\
.grid{stroke:#8c959f;stroke-opacity:.28}.stem{stroke:#8c959f;stroke-opacity:.55;stroke-width:2}\
.dot{fill:#6e7781}.stem.ours{stroke:#0a5fd1;stroke-opacity:.55;stroke-width:3}.dot.ours{fill:#0a5fd1}\
@media(prefers-color-scheme:dark){text{fill:#c9d1d9}.title,.group{fill:#f0f6fc}.soft{fill:#9198a1}\
.ours{fill:#79b8ff}.dot{fill:#9198a1}.stem.ours{stroke:#79b8ff}.dot.ours{fill:#79b8ff}}";

/// The chart as SVG.
pub(super) fn svg(plan: &Plan, results: &Results) -> String {
    let mut rows = String::new();
    let mut y = TOP;
    for measurement in plan.section(Section::Throughput) {
        let heading = heading(measurement.name, &measurement.load);
        text(&mut rows, 0.0, y + 14.0, "group", &heading);
        y += HEADING;
        for &contender in &measurement.contenders {
            if let Some(found) = results.per_cpu_second(measurement.name, contender) {
                let ratio = results.ratio(
                    (measurement.name, Contender::Sanctuary),
                    (measurement.name, contender),
                    Outcome::per_cpu_second,
                );
                dot(&mut rows, y, contender, found, ratio.map(|r| r.median));
                y += ROW;
            }
        }
        y += GROUP_GAP;
    }
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {:.0}\" role=\"img\" \
         aria-labelledby=\"t d\">\n\
         <title id=\"t\">Deliveries for each second of the server's CPU time</title>\n\
         <desc id=\"d\">The figures are in the tables of docs/PERFORMANCE.md.</desc>\n\
         <style>{STYLE}</style>",
        y + BOTTOM - GROUP_GAP
    );
    let title = "Messages delivered for each second of the server's CPU time";
    text(&mut out, 0.0, 20.0, "title", title);
    let subtitle =
        "One processor, loopback, no TLS. Logarithmic scale. Right: Sanctuary in proportion.";
    text(&mut out, 0.0, 41.0, "soft", subtitle);
    scale(&mut out, y - GROUP_GAP);
    out.push_str(&rows);
    out.push_str("</svg>\n");
    out
}

fn heading(name: &str, load: &Load) -> String {
    let rooms = match load.rooms {
        1 => "1 room".to_owned(),
        rooms => format!("{rooms} rooms"),
    };
    format!(
        "{name}: {rooms} of {} members, {} B a message",
        load.members, load.size
    )
}

fn scale(out: &mut String, bottom: f64) {
    for (exponent, label) in (LEAST..=MOST).zip(LABELS) {
        let x = position(f64::from(exponent));
        let _ = writeln!(
            out,
            "<line class=\"grid\" x1=\"{x:.1}\" y1=\"{:.0}\" x2=\"{x:.1}\" y2=\"{bottom:.1}\"/>",
            TOP - 12.0
        );
        text(out, x, TOP - 18.0, "soft mid", label);
        text(out, x, bottom + 18.0, "soft mid", label);
    }
}

fn dot(out: &mut String, y: f64, contender: Contender, found: f64, ratio: Option<f64>) {
    let is_ours = contender == Contender::Sanctuary;
    let ours = if is_ours { " ours" } else { "" };
    let (x, middle) = (position(found.log10()), y + ROW / 2.0);
    let name = contender.to_string().replace('`', "");
    let class = format!("end{ours}");
    text(out, LEFT - 12.0, middle + 4.5, &class, &name);
    let _ = writeln!(
        out,
        "<line class=\"stem{ours}\" x1=\"{LEFT}\" y1=\"{middle:.1}\" x2=\"{x:.1}\" y2=\"{middle:.1}\"/>\
         <circle class=\"dot{ours}\" cx=\"{x:.1}\" cy=\"{middle:.1}\" r=\"{}\"/>",
        if is_ours { 6.0 } else { 4.5 }
    );
    let class = if is_ours { "ours" } else { "" };
    text(out, x + 12.0, middle + 4.5, class, &short(found));
    if let Some(ratio) = ratio.filter(|_| !is_ours) {
        let ratio = if ratio < 10.0 {
            format!("{ratio:.2}×")
        } else {
            format!("{ratio:.0}×")
        };
        text(out, WIDTH - 4.0, middle + 4.5, "soft end", &ratio);
    }
}

/// A figure with three digits.
fn short(figure: f64) -> String {
    match figure {
        f if f >= 999_500.0 => format!("{:.2} M", f / 1e6),
        f if f >= 99_950.0 => format!("{:.0} k", f / 1e3),
        f => format!("{:.1} k", f / 1e3),
    }
}

fn position(exponent: f64) -> f64 {
    let share = (exponent - f64::from(LEAST)) / f64::from(MOST - LEAST);
    LEFT + (RIGHT - LEFT) * share.clamp(0.0, 1.0)
}

fn text(out: &mut String, x: f64, y: f64, class: &str, text: &str) {
    let _ = writeln!(
        out,
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{text}</text>"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short_and_in_their_place() {
        assert_eq!(short(12_345.0), "12.3 k");
        assert_eq!(short(105_400.0), "105 k");
        assert_eq!(short(3_250_000.0), "3.25 M");
        assert!((position(3.0) - LEFT).abs() < 1e-9);
        assert!((position(9.0) - RIGHT).abs() < 1e-9);
    }
}
