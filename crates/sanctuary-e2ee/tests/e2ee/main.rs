//! Members of this crate among themselves, and the committed vectors against their generator.

#[path = "../../examples/e2ee_vectors/cases/mod.rs"]
mod cases;

mod generated;
