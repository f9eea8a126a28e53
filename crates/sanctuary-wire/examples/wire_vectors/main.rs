//! Writes `vectors/wire`: `cargo run -p sanctuary-wire --example wire_vectors`.
//!
//! Deterministic: the same sources write the same bytes. A test holds the committed files to it.

#![allow(clippy::expect_used, reason = "a broken vector is a broken build")]

mod client_frames;
mod describe;
mod files;
mod filling;
mod hostile;
mod relay_frames;
mod texts;

use std::fs;
use std::path::Path;

use anyhow::Context as _;

fn main() -> anyhow::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/wire");
    fs::create_dir_all(&folder).context("the folder vectors/wire cannot be made")?;
    for (name, text) in files::all() {
        fs::write(folder.join(name), text).with_context(|| format!("{name} cannot be written"))?;
    }
    Ok(())
}
