//! How much memory there is, and how much of it the calling thread has taken.

use std::fs;

use rustix::system::sysinfo;
use tikv_jemalloc_ctl::thread::{ThreadLocal, allocatedp, deallocatedp};

/// Bytes that the calling thread has allocated, less those that it has freed, by the allocator's own count.
pub(crate) fn balance() -> i64 {
    // Both are always there: the allocator counts them for its own purposes.
    let allocated = allocatedp::read().map_or(0, ThreadLocal::get);
    let freed = deallocatedp::read().map_or(0, ThreadLocal::get);
    allocated.wrapping_sub(freed).cast_signed()
}

/// Bytes of memory that the machine has, or the control group of this process where that is less. Reads files: for the time
/// before the lock.
pub(crate) fn of_the_machine() -> usize {
    let machine = sysinfo();
    let machine = machine.totalram.saturating_mul(machine.mem_unit.into());
    let least = of_the_group().map_or(machine, |group| group.min(machine));
    usize::try_from(least).unwrap_or(usize::MAX)
}

/// The bound of this process's control group, if it has one.
fn of_the_group() -> Option<u64> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let group = groups.lines().find_map(|line| line.strip_prefix("0::"))?;
    let bound = fs::read_to_string(format!("/sys/fs/cgroup{group}/memory.max")).ok()?;
    bound.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_has_more_memory_than_a_program_needs_to_start() {
        assert!(of_the_machine() > 1 << 26);
    }
}
