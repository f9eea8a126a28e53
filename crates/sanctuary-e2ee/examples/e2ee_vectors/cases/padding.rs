//! Padding and its size classes.

use serde_json::{Value, json};

use super::primitives::pad;

/// Contents and their padded form; content null if the padding is broken.
pub(super) fn padding() -> Vec<Value> {
    let mut cases: Vec<_> = [
        ("empty", vec![]),
        ("short", b"abc".to_vec()),
        ("zeros at the end of the content", vec![1, 0, 0]),
        ("a mark at the end of the content", vec![1, 0x80]),
        ("full class", vec![7; 255]),
        ("one more than a class", vec![7; 256]),
    ]
    .into_iter()
    .map(|(name, content)| json!({ "name": name, "content": hex::encode(&content), "padded": hex::encode(pad(&content)) }))
    .collect();
    let hostile = [
        ("empty", vec![]),
        ("zeros only", vec![0; 256]),
        ("no mark", [vec![1; 10], vec![0; 246]].concat()),
        ("another mark", [vec![0x40], vec![0; 255]].concat()),
        (
            "a byte after the mark",
            [vec![0x80; 1], vec![0; 254], vec![1]].concat(),
        ),
        ("mark with a low bit", [vec![0x81], vec![0; 255]].concat()),
    ];
    cases.extend(hostile.map(
        |(name, padded)| json!({ "name": name, "content": null, "padded": hex::encode(padded) }),
    ));
    cases
}

/// Lengths at the edges of size classes.
pub(super) fn size_classes() -> Vec<Value> {
    [
        0, 1, 254, 255, 256, 511, 512, 1023, 1024, 2047, 2048, 4095, 4096, 8191, 8192, 16_383, 16_384, 32_767, 32_768, 65_535, 65_536,
        131_071, 131_072, 196_607, 196_608, 1_000_000,
    ]
    .map(|length| json!({ "name": format!("{length} bytes"), "content": length, "padded": pad(&vec![0; length]).len() }))
    .to_vec()
}
