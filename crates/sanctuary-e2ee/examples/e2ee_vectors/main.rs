//! Writes `vectors/e2ee`: `cargo run -p sanctuary-e2ee --example e2ee_vectors`.
//!
//! Deterministic: the same sources write the same bytes. A test holds the committed files to it.
//! Nothing here calls `sanctuary-e2ee`: the cases are computed a second time from the primitives,
//! as PROTOCOL.md words them.

mod cases;

use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/e2ee");
    fs::create_dir_all(&folder)?;
    for (name, text) in cases::files() {
        fs::write(folder.join(name), text)?;
    }
    Ok(())
}
