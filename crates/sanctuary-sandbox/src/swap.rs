//! Memory that is never written to a swap space.
//!
//! Where nothing is swapped, there is nothing to do. Elsewhere all pages, those to come included, are locked as they
//! are first touched. That has a price: the kernel takes no page back from a program that has locked it, so the memory
//! of a busy hour stays with the process. And it needs the right to lock without limit: beyond a limit, memory could
//! not be had at all, and the relay would fall over.

use std::fs;

use rustix::mm::{MlockAllFlags, mlockall};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CapabilitySet, capabilities};

/// Whether this process's memory may be written to a swap space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Swap {
    /// There is none, or this process may use none.
    Off,
    /// There is one, but all pages are locked.
    Locked,
    /// There is one, and the process may not lock its pages.
    Possible,
}

impl Swap {
    /// Keeps this process's memory out of swap spaces where that can be done. Reads files.
    pub(crate) fn avoid() -> Self {
        let list = fs::read_to_string("/proc/swaps").ok();
        if list.as_deref().is_some_and(|list| !lists_a_space(list)) || is_denied_by_group() {
            return Self::Off;
        }
        Self::lock()
    }

    /// Locks all pages, those to come included, if that cannot run into a limit.
    fn lock() -> Self {
        let flags = MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT;
        if may_lock_everything() && mlockall(flags).is_ok() {
            Self::Locked
        } else {
            Self::Possible
        }
    }
}

/// Whether `/proc/swaps` names a swap space below its heading.
fn lists_a_space(list: &str) -> bool {
    list.lines().skip(1).any(|line| !line.trim().is_empty())
}

/// Whether this process's control group may swap nothing (systemd: `MemorySwapMax=0`).
fn is_denied_by_group() -> bool {
    let Ok(groups) = fs::read_to_string("/proc/self/cgroup") else {
        return false;
    };
    let unified = groups.lines().find_map(|line| line.strip_prefix("0::"));
    unified.is_some_and(|group| {
        let limit = fs::read_to_string(format!("/sys/fs/cgroup{group}/memory.swap.max"));
        limit.is_ok_and(|limit| limit.trim() == "0")
    })
}

/// Whether locking will not run into a limit later.
fn may_lock_everything() -> bool {
    let unlimited = Rlimit {
        current: None,
        maximum: None,
    };
    if getrlimit(Resource::Memlock).maximum.is_none() {
        return setrlimit(Resource::Memlock, unlimited).is_ok();
    }
    capabilities(None).is_ok_and(|sets| sets.effective.contains(CapabilitySet::IPC_LOCK))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use rustix::thread::set_capabilities;

    use super::*;

    #[test]
    fn a_list_with_a_heading_alone_is_no_swap() {
        assert!(!lists_a_space("Filename\tType\tSize\tUsed\tPriority\n"));
        assert!(lists_a_space(
            "Filename\tType\tSize\tUsed\tPriority\n/dev/vda2 partition 1 0 -2\n"
        ));
        assert!(!lists_a_space(""));
    }

    /// Says which of the cases below is to be played.
    const CASE: &str = "SANCTUARY_SWAP_CASE";
    /// Memory that is made and touched after locking, in KiB.
    const TOUCHED_KIB: usize = 16 << 10;

    /// What is locked belongs to a whole process, so each case has one of its own: this program again, with this test alone.
    #[test]
    fn memory_is_locked_with_the_right_to_and_not_without() {
        for case in ["as it is", "without the right"] {
            let output = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "swap::tests::lock_here", "--ignored"])
                .env(CASE, case)
                .output()
                .unwrap();
            let text = String::from_utf8_lossy(&output.stdout);
            let is_played = output.status.success() && text.contains("1 passed");
            assert!(is_played, "{case}: {text}");
        }
    }

    #[test]
    #[ignore = "the test above runs it, in a process of its own"]
    fn lock_here() {
        let Ok(case) = std::env::var(CASE) else {
            return;
        };
        if case == "without the right" {
            give_up_the_right();
            assert!(!may_lock_everything());
        }
        // Root has the right, and so do others if their limit is none.
        let may = may_lock_everything();
        assert_eq!(locked_kib(), 0);
        let swap = Swap::lock();
        let touched = vec![1_u8; TOUCHED_KIB << 10];
        let locked = locked_kib();
        assert_eq!(touched.last(), Some(&1));
        if may {
            assert_eq!(swap, Swap::Locked);
            // Memory that is had afterwards is locked too.
            assert!(locked >= TOUCHED_KIB, "{locked} KiB");
        } else {
            assert_eq!((swap, locked), (Swap::Possible, 0));
        }
    }

    /// Lowers the limit below what a program needs, for good, and gives up the capability that ignores it.
    fn give_up_the_right() {
        let little = Rlimit {
            current: Some(64 << 10),
            maximum: Some(64 << 10),
        };
        setrlimit(Resource::Memlock, little).unwrap();
        let mut sets = capabilities(None).unwrap();
        sets.effective.remove(CapabilitySet::IPC_LOCK);
        set_capabilities(None, sets).unwrap();
    }

    /// How much of this process's memory is locked, in KiB.
    fn locked_kib() -> usize {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmLck:"));
        let number = line.unwrap().split_whitespace().next();
        number.unwrap().parse().unwrap()
    }
}
