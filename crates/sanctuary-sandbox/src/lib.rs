//! Has the kernel hold the program to its promise: once it serves, it can open no file, start no program, connect to
//! nothing, print nothing, and leave no core dump.
//!
//! It goes in three steps, because of what each forbids. [`Sandbox::enter`] comes when all files are read and before
//! there is a second thread, since Landlock binds a thread and those that it starts. [`Sandbox::seal`] comes when all
//! threads run, since it forbids to start any, and binds them all at once. [`try_forbidden`] is then called on each of
//! them, and tries what is forbidden; [`Sealed::report`] makes one line of what came of it.
//!
//! Invariants: a kernel that lacks something is no error here, but a line that says so; what is reported as enforced
//! has been tried; an attempt that succeeds does no harm.

mod attempts;
mod calls;
mod dumps;
mod files;
mod privileges;
mod report;
mod swap;

pub use attempts::{Attempt, Permitted, try_forbidden};
pub use report::Report;

use calls::Calls;
use dumps::Dumps;
use files::Files;
use privileges::Privileges;
use swap::Swap;

/// The first half of the lock: no dumps, no new privileges, no swap, no files.
#[derive(Debug)]
#[must_use = "it is not closed before it is sealed"]
pub struct Sandbox {
    dumps: Dumps,
    privileges: Privileges,
    swap: Swap,
    files: Files,
}

/// The whole lock.
#[derive(Debug)]
#[must_use = "what is enforced has to be said"]
pub struct Sealed {
    sandbox: Sandbox,
    calls: Calls,
}

impl Sandbox {
    /// Forbids this thread, and those that it starts from here on, to open, create or execute any file, to listen and to
    /// connect; and the process to dump its memory. What is open already stays open.
    pub fn enter() -> Self {
        Self {
            dumps: Dumps::forbid(),
            privileges: Privileges::fix(),
            // It reads the kernel's list of swap spaces, and so comes before the files are closed.
            swap: Swap::avoid(),
            files: Files::close(),
        }
    }

    /// Forbids all threads all system calls but those that serving needs. Afterwards no thread can be started.
    pub fn seal(self) -> Sealed {
        Sealed {
            sandbox: self,
            calls: Calls::restrict(),
        }
    }
}

impl Sealed {
    /// What is enforced, given what each thread was permitted when it tried.
    pub fn report(&self, threads: &[Permitted]) -> Report {
        let Self {
            sandbox:
                Sandbox {
                    dumps,
                    privileges,
                    swap,
                    files,
                },
            calls,
        } = self;
        Report::new(*dumps, *privileges, *swap, *files, *calls, threads)
    }
}
