//! The report: tables in Markdown, and a chart, written between two marks of a document.

mod chart;
mod goals;
mod machine;
mod memory;
mod tables;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::suite::{Plan, Results};
pub(crate) use tables::tables;

/// Between these lines the document is ours.
const BEGIN: &str = "<!-- measured: begin -->";
const END: &str = "<!-- measured: end -->";

/// The chart's file, beside the document.
const CHART: &str = "images/performance.svg";

/// Puts the tables into a document, and the chart beside it.
pub(crate) fn write(document: &Path, text: &str, plan: &Plan, results: &Results) -> Result<()> {
    let old = fs::read_to_string(document)
        .with_context(|| format!("cannot read {}", document.display()))?;
    let chart = format!("![Deliveries per CPU-second]({CHART})");
    let new = replace(&old, &format!("{chart}\n\n{text}"))
        .with_context(|| format!("{} has no lines {BEGIN} and {END}", document.display()))?;
    let picture = document.with_file_name(CHART);
    if let Some(directory) = picture.parent() {
        fs::create_dir_all(directory)?;
    }
    fs::write(&picture, chart::svg(plan, results)).context("cannot write the chart")?;
    fs::write(document, new).with_context(|| format!("cannot write {}", document.display()))
}

fn replace(document: &str, text: &str) -> Option<String> {
    let (before, rest) = document.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n\n{text}\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_changes() {
        let document = format!("a\n{BEGIN}\nold\n{END}\nb\n");
        let expected = format!("a\n{BEGIN}\n\nnew\n{END}\nb\n");
        assert_eq!(replace(&document, "new"), Some(expected));
        assert_eq!(replace("a", "new"), None);
    }
}
