//! No new privileges: no program that the process became could have more rights than it has.
//!
//! Landlock and seccomp ask for it and have it set by their libraries; here it is asked for whether or not the kernel has
//! those, and read back. It binds the calling thread and those that it starts, and seccomp carries it to all others.

use rustix::thread::{no_new_privs, set_no_new_privs};

/// Whether the kernel lets this process gain privileges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Privileges {
    /// It does not, for good.
    Fixed,
    /// It does, or does not say that it does not.
    Gainable,
}

impl Privileges {
    /// Has new ones forbidden.
    pub(crate) fn fix() -> Self {
        // What the kernel says now is what counts. Once seccomp is in force, it cannot be asked any more.
        if set_no_new_privs(true).is_ok() && matches!(no_new_privs(), Ok(true)) {
            Self::Fixed
        } else {
            Self::Gainable
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn privileges_are_fixed_for_a_thread_and_those_that_it_starts() {
        // A thread of its own, since it cannot be undone.
        let outcome = thread::spawn(|| {
            let before = no_new_privs().unwrap();
            let privileges = Privileges::fix();
            let after = thread::spawn(|| no_new_privs().unwrap()).join().unwrap();
            (before, privileges, after)
        });
        assert_eq!(outcome.join().unwrap(), (false, Privileges::Fixed, true));
    }
}
