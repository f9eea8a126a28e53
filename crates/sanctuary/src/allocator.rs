//! The allocator of the program.
//!
//! jemalloc, because it gives memory back to the system soon after people have left; the system's own does not. Its
//! settings stand in `.cargo/config.toml`, are built in, and are explained, with the figures they were chosen by, in
//! docs/PERFORMANCE.md.
//!
//! Invariant: what is freed is overwritten with zeros first, whoever frees it; what grows is moved, and its old place
//! overwritten too.

use tikv_jemallocator::Jemalloc;
use zeroizing_alloc::ZeroAlloc;

/// What all memory of the program comes from.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<Jemalloc> = ZeroAlloc(Jemalloc);
