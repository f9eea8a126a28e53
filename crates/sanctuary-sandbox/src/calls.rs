//! Seccomp: the system calls that serving needs, and no others, on all threads.
//!
//! What is not listed fails with `EPERM` and does not end the process. Ending it would not keep anything in that a
//! refusal lets out, and would turn every harmless call that a library may make one day into the end of all rooms; and
//! a refusal can be tried at every start ([`crate::try_forbidden`]). Calls of another architecture's convention end
//! the process: no code of ours makes any.
//!
//! Nothing is printed once the server serves: writing to the standard streams is refused by descriptor. Memory is
//! never made executable. No thread, process, socket or descriptor of another kind than an accepted connection or what
//! waits for it can be made.

use std::io;
use std::os::fd::AsFd;

use libc::{F_GETFD, F_GETFL, F_SETFL, PROT_EXEC, c_int, c_long};
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, TargetArch, apply_filter_all_threads,
};

/// What seccomp does for this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Calls {
    /// It is in force on all threads.
    Restricted,
    /// The kernel has none, or refused.
    Unrestricted,
}

/// Calls that serve with whatever arguments.
const ALWAYS: &[c_long] = &[
    // connections and what wakes for them; reading from a descriptor that is open gives nothing away
    libc::SYS_accept4,
    libc::SYS_close,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_getpeername,
    libc::SYS_getsockname,
    libc::SYS_getsockopt,
    libc::SYS_ppoll,
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_setsockopt,
    libc::SYS_shutdown,
    // memory
    libc::SYS_brk,
    libc::SYS_madvise,
    libc::SYS_munmap,
    libc::SYS_mremap,
    // time, chance, threads
    libc::SYS_clock_getres,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_futex,
    libc::SYS_getcpu,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_gettimeofday,
    libc::SYS_membarrier,
    libc::SYS_nanosleep,
    libc::SYS_rseq,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_set_robust_list,
    // signals to this process, and its end
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_restart_syscall,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
];

/// Older calls, which only this architecture has.
#[cfg(target_arch = "x86_64")]
const OLDER: &[c_long] = &[libc::SYS_epoll_wait, libc::SYS_poll];
#[cfg(not(target_arch = "x86_64"))]
const OLDER: &[c_long] = &[];

/// Calls that carry bytes out, for descriptors behind the standard streams.
const SENDING: &[c_long] = &[libc::SYS_sendmsg, libc::SYS_write, libc::SYS_writev];

/// The call that writes to connections. It takes nothing but sockets, so it is asked for its descriptor only if a standard
/// stream is one: what the kernel knows to be allowed whatever its arguments, it does not ask the filter about each time.
const WRITING: c_long = libc::SYS_sendto;

/// The last of the standard streams.
const STANDARD_ERROR: u64 = 2;

impl Calls {
    /// Puts it in force for all threads that there are.
    pub(crate) fn restrict() -> Self {
        // An architecture that the library does not know is as good as a kernel without.
        let Ok(filter) = filter() else {
            return Self::Unrestricted;
        };
        match apply_filter_all_threads(&filter) {
            Ok(()) => Self::Restricted,
            Err(_) => Self::Unrestricted,
        }
    }
}

fn filter() -> Result<BpfProgram, BackendError> {
    let always = ALWAYS.iter().chain(OLDER).map(|call| (*call, Vec::new()));
    let mut rules: std::collections::BTreeMap<_, _> = always.collect();
    let elsewhere = || -> Result<_, BackendError> {
        let descriptor = condition(0, SeccompCmpOp::Gt, STANDARD_ERROR)?;
        Ok(vec![SeccompRule::new(vec![descriptor])?])
    };
    for call in SENDING {
        rules.insert(*call, elsewhere()?);
    }
    rules.insert(
        WRITING,
        if prints_to_a_socket() {
            elsewhere()?
        } else {
            Vec::new()
        },
    );
    for call in [libc::SYS_mmap, libc::SYS_mprotect] {
        let plain = condition(2, SeccompCmpOp::MaskedEq(bits(PROT_EXEC)), 0)?;
        rules.insert(call, vec![SeccompRule::new(vec![plain])?]);
    }
    let harmless = [F_GETFD, F_GETFL, F_SETFL]
        .into_iter()
        .map(|command| is(1, command))
        .collect::<Result<_, _>>()?;
    rules.insert(libc::SYS_fcntl, harmless);
    // Whether a connection waits for its reader.
    let nonblocking = SeccompRule::new(vec![condition(1, SeccompCmpOp::Eq, libc::FIONBIO)?])?;
    rules.insert(libc::SYS_ioctl, vec![nonblocking]);
    let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let architecture = TargetArch::try_from(std::env::consts::ARCH)?;
    SeccompFilter::new(rules, refused, SeccompAction::Allow, architecture)?.try_into()
}

/// Whether one of the standard streams is a socket, as those of a service under systemd are.
fn prints_to_a_socket() -> bool {
    let (input, output, error) = (io::stdin(), io::stdout(), io::stderr());
    [input.as_fd(), output.as_fd(), error.as_fd()]
        .into_iter()
        .any(|stream| rustix::net::sockopt::socket_type(stream).is_ok())
}

fn is(argument: u8, value: c_int) -> Result<SeccompRule, BackendError> {
    SeccompRule::new(vec![condition(argument, SeccompCmpOp::Eq, bits(value))?])
}

/// A condition on the lower half of an argument; the kernel looks at no more of those that are used here.
fn condition(
    argument: u8,
    operator: SeccompCmpOp,
    value: u64,
) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value)
}

fn bits(flags: c_int) -> u64 {
    u64::from(flags.unsigned_abs())
}
