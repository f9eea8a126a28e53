//! Landlock: no file is opened, created or executed, nothing is listened on or connected to, no signal is sent out.
//!
//! The newest set of rights that the library knows is asked for, and the kernel takes what it knows of it. No rule
//! makes an exception: whatever needs a file or a listener has it by now.

use landlock::{
    ABI, Access, AccessFs, AccessNet, LandlockStatus, Ruleset, RulesetAttr, RulesetError,
    RulesetStatus, Scope,
};

/// The newest version of Landlock whose rights are asked for (Linux 7.2).
const NEWEST: ABI = ABI::V10;

/// What Landlock does for this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Files {
    /// It is in force, in this version.
    Closed(i32),
    /// The kernel has no Landlock: before Linux 5.13, or built without it.
    NotImplemented,
    /// The kernel has it and was started without it.
    NotEnabled,
    /// The kernel refused, as containers can make it.
    Refused,
}

impl Files {
    /// Puts it in force for this thread and those that it starts.
    pub(crate) fn close() -> Self {
        let Ok(status) = restrict() else {
            return Self::Refused;
        };
        match status.landlock {
            LandlockStatus::NotImplemented => Self::NotImplemented,
            LandlockStatus::NotEnabled => Self::NotEnabled,
            LandlockStatus::Available { effective_abi, .. }
                if status.ruleset != RulesetStatus::NotEnforced && status.no_new_privs =>
            {
                Self::Closed(effective_abi as i32)
            }
            LandlockStatus::Available { .. } => Self::Refused,
        }
    }
}

fn restrict() -> Result<landlock::RestrictionStatus, RulesetError> {
    Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .restrict_self()
}

#[cfg(test)]
mod tests {
    use std::{fs, thread};

    use super::*;

    /// Landlock binds a thread, so that the other tests go on undisturbed.
    #[test]
    fn a_thread_and_those_it_starts_open_nothing() {
        let outcome = thread::spawn(|| {
            let open = || fs::File::open("/proc/self/status").is_ok();
            let before = open();
            let files = Files::close();
            let after = (open(), thread::spawn(open).join().unwrap());
            (before, files, after)
        });
        let (before, files, after) = outcome.join().unwrap();
        assert!(before);
        let is_closed = matches!(files, Files::Closed(_));
        assert_eq!(after, (!is_closed, !is_closed), "{files:?}");
    }
}
