//! One line that says what is enforced, and what is not.

use std::collections::BTreeSet;
use std::fmt;

use crate::attempts::{Attempt, Permitted};
use crate::calls::Calls;
use crate::dumps::Dumps;
use crate::files::Files;
use crate::privileges::Privileges;
use crate::swap::Swap;

/// What is enforced, to be printed in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    dumps: Dumps,
    privileges: Privileges,
    swap: Swap,
    files: Files,
    calls: Calls,
    /// What any thread was permitted.
    permitted: BTreeSet<Attempt>,
    threads: usize,
}

/// Attempts, in the words of the line.
const WORDS: &[(Attempt, &str)] = &[
    (Attempt::ReadFile, "open files"),
    (Attempt::CreateFile, "create files"),
    (Attempt::Execute, "execute programs"),
    (Attempt::StartProcess, "start processes"),
    (Attempt::StartThread, "start threads"),
    (Attempt::Connect, "connect"),
    (Attempt::Listen, "listen elsewhere"),
    (Attempt::Signal, "send signals"),
    (Attempt::Trace, "trace"),
    (Attempt::ReadProcess, "read processes"),
    (Attempt::Print, "print"),
    (Attempt::MakeExecutable, "make memory executable"),
];

impl Report {
    pub(crate) fn new(
        dumps: Dumps,
        privileges: Privileges,
        swap: Swap,
        files: Files,
        calls: Calls,
        threads: &[Permitted],
    ) -> Self {
        let permitted = threads.iter().flat_map(|Permitted(attempts)| attempts);
        Self {
            dumps,
            privileges,
            swap,
            files,
            calls,
            permitted: permitted.copied().collect(),
            threads: threads.len(),
        }
    }

    /// Whether the kernel enforces everything. Swap does not count: it is the machine's, and the line says how it is.
    pub fn is_whole(&self) -> bool {
        self.gaps().is_empty()
    }

    /// What is not enforced, and why.
    pub fn gaps(&self) -> Vec<String> {
        let landlock = match self.files {
            Files::Closed(_) => None,
            Files::NotImplemented => Some("Landlock (not in this kernel)"),
            Files::NotEnabled => Some("Landlock (this kernel was started without it)"),
            Files::Refused => Some("Landlock (the kernel or the container refused)"),
        };
        let seccomp = (self.calls == Calls::Unrestricted)
            .then_some("seccomp (not in this kernel, or the container refused)");
        let dumps = (self.dumps == Dumps::Possible).then_some("no core dumps");
        let privileges = (self.privileges == Privileges::Gainable).then_some("no new privileges");
        let tried = words(|attempt| self.permitted.contains(&attempt));
        let tried = (!tried.is_empty()).then(|| format!("it still can {tried}"));
        [landlock, seccomp, dumps, privileges]
            .into_iter()
            .flatten()
            .map(str::to_owned)
            .chain(tried)
            .collect()
    }

    /// By what it is enforced.
    fn means(&self) -> String {
        let landlock = match self.files {
            Files::Closed(version) => Some(format!("Landlock {version}")),
            _ => None,
        };
        let seccomp = (self.calls == Calls::Restricted).then(|| "seccomp".to_owned());
        let means: Vec<_> = landlock.into_iter().chain(seccomp).collect();
        means.join(", ")
    }
}

/// Attempts that fit, in words.
fn words(fits: impl Fn(Attempt) -> bool) -> String {
    let fitting = WORDS.iter().filter(|(attempt, _)| fits(*attempt));
    let words: Vec<_> = fitting.map(|(_, words)| *words).collect();
    words.join(", ")
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let refused = words(|attempt| !self.permitted.contains(&attempt));
        if refused.is_empty() {
            write!(f, "Locked by the kernel: nothing")?;
        } else {
            let (means, threads) = (self.means(), self.threads);
            write!(
                f,
                "Locked by the kernel: cannot {refused} ({means}; tried on {threads} threads)"
            )?;
        }
        if self.dumps == Dumps::Forbidden {
            write!(f, "; no core dumps")?;
        }
        if self.privileges == Privileges::Fixed {
            write!(f, "; no new privileges")?;
        }
        match self.swap {
            Swap::Off => write!(f, "; no swap")?,
            Swap::Locked => write!(f, "; memory locked out of swap")?,
            Swap::Possible => write!(
                f,
                "; MEMORY MAY BE SWAPPED TO DISK (switch swap off, or permit locking: ulimit -l unlimited)"
            )?,
        }
        let gaps = self.gaps();
        if !gaps.is_empty() {
            write!(f, "; NOT ENFORCED: {}", gaps.join("; "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Report {
        let nothing = [Permitted::default(), Permitted::default()];
        Report::new(
            Dumps::Forbidden,
            Privileges::Fixed,
            Swap::Off,
            Files::Closed(7),
            Calls::Restricted,
            &nothing,
        )
    }

    #[test]
    fn a_whole_lock_has_no_gaps() {
        let report = whole();
        assert!(report.is_whole());
        assert_eq!(
            report.to_string(),
            "Locked by the kernel: cannot open files, create files, execute programs, start processes, start threads, \
             connect, listen elsewhere, send signals, trace, read processes, print, make memory executable \
             (Landlock 7, seccomp; tried on 2 threads); no core dumps; no new privileges; no swap"
        );
    }

    #[test]
    fn one_thread_that_can_is_enough_for_a_gap() {
        let report = Report {
            permitted: [Attempt::Connect].into(),
            ..whole()
        };
        assert!(!report.is_whole());
        let line = report.to_string();
        assert!(!line.contains("start threads, connect"), "{line}");
        assert!(
            line.ends_with("NOT ENFORCED: it still can connect"),
            "{line}"
        );
    }

    #[test]
    fn a_kernel_without_landlock_is_named() {
        let report = Report {
            files: Files::NotImplemented,
            swap: Swap::Possible,
            ..whole()
        };
        assert_eq!(report.gaps(), ["Landlock (not in this kernel)"]);
        let line = report.to_string();
        assert!(line.contains("(seccomp; tried on 2 threads)") && line.contains("SWAPPED"));
    }

    #[test]
    fn privileges_that_can_be_gained_are_a_gap() {
        let report = Report {
            privileges: Privileges::Gainable,
            ..whole()
        };
        assert_eq!(report.gaps(), ["no new privileges"]);
        let line = report.to_string();
        assert!(
            line.ends_with("; no core dumps; no swap; NOT ENFORCED: no new privileges"),
            "{line}"
        );
    }

    #[test]
    fn every_attempt_has_words() {
        let words: BTreeSet<_> = WORDS.iter().map(|(attempt, _)| *attempt).collect();
        assert_eq!(words.len(), 12);
    }
}
