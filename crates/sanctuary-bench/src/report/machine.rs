//! What it was measured on.

use std::fs;
use std::process::Command;
use std::thread::available_parallelism;

/// One line about when, what and where.
pub(crate) fn line(is_quick: bool) -> String {
    let command = if is_quick {
        "make bench-quick"
    } else {
        "make bench"
    };
    format!(
        "Measured on {} at commit {} with `{command}` on {} × {}, Linux {}.",
        output("date", &["-u", "+%F %H:%M UTC"]),
        output("git", &["rev-parse", "--short=10", "HEAD"]),
        processors(),
        model(),
        kernel(),
    )
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.ok()
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| "(unknown)".to_owned())
}

fn processors() -> usize {
    // The generator has confined itself to one of them by now.
    let online = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let listed = online
        .lines()
        .filter(|l| l.starts_with("processor"))
        .count();
    listed.max(available_parallelism().map_or(1, usize::from))
}

fn model() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.and_then(|line| line.split_once(':'));
    model.map_or("processor".to_owned(), |(_, name)| name.trim().to_owned())
}

fn kernel() -> String {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    release.trim().to_owned()
}
