//! All cases of `vectors/e2ee`, by file.

mod groups;
mod names;
mod padding;
mod primitives;
mod rooms;
mod sealed;
mod typed;

use serde_json::Value;

/// The name and the text of every file.
pub fn files() -> Vec<(&'static str, String)> {
    [
        ("passwords.json", typed::passwords()),
        ("aliases.json", typed::aliases()),
        ("links.json", typed::links()),
        ("words.json", names::words()),
        ("fingerprints.json", names::fingerprints()),
        ("roots.json", rooms::roots()),
        ("keys.json", rooms::keys()),
        ("signatures.json", rooms::signatures()),
        ("padding.json", padding::padding()),
        ("size-classes.json", padding::size_classes()),
        ("seals.json", sealed::seals()),
        ("room-names.json", sealed::room_names()),
        ("capsules.json", sealed::capsules()),
        ("rekeys.json", sealed::rekeys()),
        ("roster-entries.json", groups::roster_entries()),
        ("contents.json", groups::contents()),
        ("messages.json", groups::messages()),
    ]
    .map(|(name, cases)| (name, text(&cases)))
    .to_vec()
}

/// A JSON array with one case on a line.
fn text(cases: &[Value]) -> String {
    let lines: Vec<_> = cases.iter().map(|case| format!("  {case}")).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}
