//! The allocator of the program.
//!
//! jemalloc, because it gives memory back to the system soon after people have left; the system's own does not. Its
//! settings stand in `.cargo/config.toml`, are built in, and are explained, with the figures they were chosen by, in
//! docs/PERFORMANCE.md.

use tikv_jemallocator::Jemalloc;

/// What all memory of the program comes from.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;
