//! All cases of `vectors/e2ee`, by file.

#![allow(clippy::expect_used, reason = "a broken vector is a broken build")]

mod groups;
mod messages;
mod names;
mod padding;
mod primitives;
mod rooms;
mod sealed;
mod typed;
mod whispers;

use serde_json::Value;

/// The name and the text of every file.
pub(crate) fn files() -> Vec<(&'static str, String)> {
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
        ("messages.json", messages::messages()),
        ("emoji.json", messages::emoji()),
        ("whispers.json", whispers::whispers()),
    ]
    .map(|(name, cases)| (name, text(&cases)))
    .to_vec()
}

/// A JSON array with one case on a line. Characters outside ASCII are escaped: some of them would
/// deceive the reader of the file.
fn text(cases: &[Value]) -> String {
    let lines: Vec<_> = cases
        .iter()
        .map(|case| format!("  {}", escaped(&case.to_string())))
        .collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}

fn escaped(json: &str) -> String {
    json.encode_utf16()
        .map(|unit| match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() && byte != 0x7f => char::from(byte).to_string(),
            _ => format!("\\u{unit:04x}"),
        })
        .collect()
}
