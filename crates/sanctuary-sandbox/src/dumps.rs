//! No core dumps, and no other process that looks into this one.
//!
//! A limit of zero keeps the kernel from writing a core file. A core pattern that names a program ignores the limit; it
//! is the process being "not dumpable" that keeps the kernel from handing it anything, and processes of the same user
//! from attaching to this one or reading its memory. Who has all privileges on the machine still can.

use rustix::process::{
    DumpableBehavior, Resource, Rlimit, dumpable_behavior, getrlimit, set_dumpable_behavior,
    setrlimit,
};

/// Whether the kernel refuses to dump this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dumps {
    /// It does.
    Forbidden,
    /// It does not, or does not say so.
    Possible,
}

impl Dumps {
    /// Has dumps forbidden, for good: not even the limit can be raised again without privileges.
    pub(crate) fn forbid() -> Self {
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        let is_set = setrlimit(Resource::Core, none).is_ok()
            && set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok();
        // What the kernel says now is what counts.
        let limit = getrlimit(Resource::Core);
        let is_so = limit.current == Some(0)
            && limit.maximum == Some(0)
            && matches!(dumpable_behavior(), Ok(DumpableBehavior::NotDumpable));
        if is_set && is_so {
            Self::Forbidden
        } else {
            Self::Possible
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dumps_can_be_forbidden_by_anybody_and_twice() {
        assert_eq!(Dumps::forbid(), Dumps::Forbidden);
        assert_eq!(Dumps::forbid(), Dumps::Forbidden);
    }
}
