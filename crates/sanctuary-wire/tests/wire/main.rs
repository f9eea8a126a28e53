//! The wire held to `vectors/wire`, and to its invariants on random frames and bytes.

#![allow(clippy::expect_used, reason = "a broken vector is a broken build")]

#[path = "../../examples/wire_vectors/client_frames.rs"]
mod client_frames;
#[path = "../../examples/wire_vectors/describe.rs"]
mod describe;
#[path = "../../examples/wire_vectors/files.rs"]
mod files;
#[path = "../../examples/wire_vectors/filling.rs"]
mod filling;
#[path = "../../examples/wire_vectors/hostile.rs"]
mod hostile;
#[path = "../../examples/wire_vectors/relay_frames.rs"]
mod relay_frames;
#[path = "../../examples/wire_vectors/texts.rs"]
mod texts;

mod arbitrary;
mod properties;
mod vectors;
