//! `sanctuary` with memory that is not zeroed when it is freed: the control of the proof that searches a relay's memory
//! for what it must have forgotten. A search that finds nothing here either would prove nothing.

use std::process::ExitCode;

use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    sanctuary::run()
}
