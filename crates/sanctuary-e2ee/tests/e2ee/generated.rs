//! `vectors/e2ee` is what its generator makes.

use std::{fs, path::Path};

use crate::cases;

#[test]
fn committed_vectors_are_the_generated_ones() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/e2ee");
    let files = cases::files();
    for (name, text) in &files {
        let committed = fs::read_to_string(folder.join(name)).unwrap();
        assert!(
            committed == *text,
            "{name}: run the example e2ee_vectors and commit what it writes"
        );
    }
    assert_eq!(fs::read_dir(folder).unwrap().count(), files.len());
}
