//! Tries what is forbidden, to see that it is.
//!
//! Each attempt is one whose success does no harm, or is undone at once; where the kernel checks more than whether the call is
//! permitted, it is made such that a permitted one would fail with another error.

use std::collections::BTreeSet;
use std::ffi::CStr;
use std::fs::{self, File};
use std::io::{self, IoSliceMut};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::Command;
use std::thread;

use memmap2::MmapMut;
use nix::errno::Errno;
use nix::sys::ptrace;
use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::unistd::{Pid, execve};
use rustix::net::SendFlags;
use rustix::process::{getpid, test_kill_process};

/// Something that a locked process cannot do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attempt {
    /// Open a file and read it.
    ReadFile,
    /// Create a file.
    CreateFile,
    /// Become another program.
    Execute,
    /// Start another process.
    StartProcess,
    /// Start another thread.
    StartThread,
    /// Connect to another address.
    Connect,
    /// Listen on another address.
    Listen,
    /// Send a signal to a process.
    Signal,
    /// Trace a process.
    Trace,
    /// Read the memory of a process by its number.
    ReadProcess,
    /// Print something.
    Print,
    /// Make memory executable.
    MakeExecutable,
}

/// What a thread was permitted of what is forbidden.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permitted(pub BTreeSet<Attempt>);

/// No program: where exec is permitted, it says that there is none.
const NO_PROGRAM: &CStr = c"/nonexistent/sanctuary-self-check";

/// What sending says to a file, a pipe or a terminal: nothing can be printed that way.
const NOT_A_SOCKET: rustix::io::Errno = rustix::io::Errno::NOTSOCK;

/// A port that nobody listens on: where connecting is permitted, it is refused by the peer, which is this machine.
const DISCARD: u16 = 9;

/// Tries everything on this thread.
pub fn try_forbidden() -> Permitted {
    let attempts = [
        (Attempt::ReadFile, is_refused(read_file())),
        (Attempt::CreateFile, is_refused(create_file())),
        (Attempt::Execute, is_refused(execute())),
        (Attempt::StartProcess, is_refused(start_process())),
        (Attempt::StartThread, is_refused(start_thread())),
        (Attempt::Connect, is_refused(connect())),
        (Attempt::Listen, is_refused(listen())),
        (Attempt::Signal, is_refused(signal())),
        (Attempt::Trace, is_refused(trace())),
        (Attempt::ReadProcess, is_refused(read_process())),
        (Attempt::Print, is_refused(print())),
        (Attempt::MakeExecutable, is_refused(make_executable())),
    ];
    let permitted = attempts.into_iter().filter(|(_, is_refused)| !is_refused);
    Permitted(permitted.map(|(attempt, _)| attempt).collect())
}

/// Whether the kernel said that it is not permitted. Any other failure would be one after it was permitted.
fn is_refused(outcome: io::Result<()>) -> bool {
    outcome.is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied)
}

/// A directory, which everybody may read, so that nothing but the lock refuses it.
fn read_file() -> io::Result<()> {
    File::open("/").map(drop)
}

fn create_file() -> io::Result<()> {
    let name = format!("sanctuary-self-check-{}", std::process::id());
    let path = std::env::temp_dir().join(name);
    File::create_new(&path).map(drop)?;
    fs::remove_file(&path)
}

fn execute() -> io::Result<()> {
    let nothing: [&CStr; 0] = [];
    let Err(error) = execve(NO_PROGRAM, &nothing, &nothing);
    Err(error.into())
}

fn start_process() -> io::Result<()> {
    let program = NO_PROGRAM.to_str().map_err(io::Error::other)?;
    Command::new(program).spawn().map(drop)
}

fn start_thread() -> io::Result<()> {
    // One that does start ends by itself.
    thread::Builder::new().spawn(|| ()).map(drop)
}

fn connect() -> io::Result<()> {
    TcpStream::connect((Ipv4Addr::LOCALHOST, DISCARD)).map(drop)
}

fn listen() -> io::Result<()> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map(drop)
}

/// None, to itself: to others, some could not be sent anyway. Where it is permitted, it has no effect.
fn signal() -> io::Result<()> {
    Ok(test_kill_process(getpid())?)
}

/// Of itself, which it does not trace: where tracing is permitted, there is no such tracee.
fn trace() -> io::Result<()> {
    Ok(ptrace::getevent(Pid::this()).map(drop)?)
}

fn read_process() -> io::Result<()> {
    let from = 0_u8;
    let mut into = [0];
    let remote = RemoteIoVec {
        base: std::ptr::from_ref(&from).addr(),
        len: 1,
    };
    Ok(process_vm_readv(Pid::this(), &mut [IoSliceMut::new(&mut into)], &[remote]).map(drop)?)
}

/// Nothing, on standard output, in both ways: where it is permitted, it has no effect.
fn print() -> io::Result<()> {
    let refused = rustix::io::Errno::PERM;
    let as_file = rustix::io::write(io::stdout(), b"");
    let as_socket = rustix::net::send(io::stdout(), b"", SendFlags::NOSIGNAL);
    match (as_file, as_socket) {
        (Err(file), Err(socket))
            if file == refused && [refused, NOT_A_SOCKET].contains(&socket) =>
        {
            Err(Errno::EPERM.into())
        }
        // A closed standard output prints nothing either, but that is not the lock's doing.
        _ => Ok(()),
    }
}

/// A page that holds nothing, and is given back at once. Asking for one that is executable from the start is another call, to which
/// the filter puts the same condition.
fn make_executable() -> io::Result<()> {
    MmapMut::map_anon(1)?.make_exec().map(drop)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use seccompiler::{
        SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule, apply_filter,
    };

    use super::*;

    /// What a thread is permitted on which the kernel refuses this call, or this call under a condition.
    fn permitted_without(call: libc::c_long, rules: Vec<SeccompRule>) -> BTreeSet<Attempt> {
        let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
        let architecture = std::env::consts::ARCH.try_into().unwrap();
        let rules = BTreeMap::from([(call, rules)]);
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, refused, architecture);
        let program: seccompiler::BpfProgram = filter.unwrap().try_into().unwrap();
        // It binds that thread alone.
        thread::spawn(move || {
            apply_filter(&program).unwrap();
            try_forbidden().0
        })
        .join()
        .unwrap()
    }

    /// The control: an attempt that fails without a lock would show nothing with one.
    #[test]
    fn without_a_lock_everything_is_permitted() {
        let permitted = thread::spawn(|| try_forbidden().0).join().unwrap();
        assert_eq!(permitted.len(), 12, "{permitted:?}");
    }

    #[test]
    fn a_call_that_is_refused_is_missed_by_the_attempt_that_needs_it_and_by_no_other() {
        let executable = SeccompCondition::new(
            2,
            SeccompCmpArgLen::Dword,
            SeccompCmpOp::MaskedEq(libc::PROT_EXEC.unsigned_abs().into()),
            libc::PROT_EXEC.unsigned_abs().into(),
        );
        let executable = vec![SeccompRule::new(vec![executable.unwrap()]).unwrap()];
        let everything = thread::spawn(|| try_forbidden().0).join().unwrap();
        for (call, rules, attempt) in [
            (libc::SYS_kill, Vec::new(), Attempt::Signal),
            (libc::SYS_mprotect, executable, Attempt::MakeExecutable),
            (libc::SYS_ptrace, Vec::new(), Attempt::Trace),
            (libc::SYS_process_vm_readv, Vec::new(), Attempt::ReadProcess),
            (libc::SYS_execve, Vec::new(), Attempt::Execute),
            (libc::SYS_connect, Vec::new(), Attempt::Connect),
        ] {
            let permitted = permitted_without(call, rules);
            let missing: Vec<_> = everything.difference(&permitted).collect();
            assert!(missing.contains(&&attempt), "{attempt:?}: {missing:?}");
            // Starting a process needs execve as well.
            let others = missing.iter().filter(|one| ***one != attempt);
            assert!(
                others
                    .clone()
                    .all(|one| *one == &Attempt::StartProcess && attempt == Attempt::Execute),
                "{attempt:?}: {missing:?}"
            );
        }
    }
}
