//! What the kernel says a process took: CPU time and memory.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// The accounts of one process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Accounts {
    pid: u32,
}

impl Accounts {
    /// The accounts of process `pid`.
    pub(crate) fn of(pid: u32) -> Self {
        Self { pid }
    }

    /// CPU time that all threads of the process took so far, in user and kernel mode, to the
    /// nanosecond (`/proc/PID/task/*/schedstat`). None of the servers measured ends a thread while
    /// it is measured, so the sum never falls.
    pub(crate) fn cpu(self) -> Result<Duration> {
        let tasks = format!("/proc/{}/task", self.pid);
        let mut nanos = 0;
        for task in fs::read_dir(&tasks).with_context(|| format!("cannot read {tasks}"))? {
            let path = task?.path().join("schedstat");
            // A thread may end between the listing and the look.
            let Ok(text) = fs::read_to_string(&path) else {
                continue;
            };
            let running = text.split_whitespace().next().unwrap_or_default();
            nanos += running
                .parse::<u64>()
                .with_context(|| format!("{} is not as expected", path.display()))?;
        }
        Ok(Duration::from_nanos(nanos))
    }

    /// Resident memory in bytes (`VmRSS` of `/proc/PID/status`).
    pub(crate) fn resident(self) -> Result<u64> {
        let path = format!("/proc/{}/status", self.pid);
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
        text.lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|value| value.trim().strip_suffix(" kB"))
            .and_then(|kib| kib.trim().parse::<u64>().ok())
            .map(|kib| kib * 1024)
            .with_context(|| format!("{path} has no VmRSS"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_and_memory_show() {
        let own = Accounts::of(std::process::id());
        let before = own.cpu().unwrap();
        let mut sum = 0_u64;
        while own.cpu().unwrap() < before + Duration::from_millis(5) {
            sum = std::hint::black_box(sum.wrapping_mul(31) + 1);
        }
        assert!(own.resident().unwrap() > 1 << 20);
    }
}
