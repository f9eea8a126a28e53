//! The files of `vectors/wire`, as they are to be written: a JSON array with one case on a line.

use serde_json::Value;

use super::{client_frames, hostile, relay_frames, texts};

/// Names and contents of all files.
pub(crate) fn all() -> Vec<(&'static str, String)> {
    vec![
        ("client-frames.json", file(&client_frames::all())),
        ("relay-frames.json", file(&relay_frames::all())),
        ("hostile-frames.json", file(&hostile::all())),
        ("challenges.json", file(&texts::challenges())),
        ("room-ids.json", file(&texts::room_ids())),
    ]
}

fn file(cases: &[Value]) -> String {
    let lines: Vec<_> = cases.iter().map(|case| format!("  {case}")).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}
