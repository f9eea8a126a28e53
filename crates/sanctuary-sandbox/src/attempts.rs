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

use nix::errno::Errno;
use nix::sys::ptrace;
use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::unistd::{Pid, execve};
use rustix::net::SendFlags;

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
    /// Trace a process.
    Trace,
    /// Read the memory of a process by its number.
    ReadProcess,
    /// Print something.
    Print,
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
        (Attempt::Trace, is_refused(trace())),
        (Attempt::ReadProcess, is_refused(read_process())),
        (Attempt::Print, is_refused(print())),
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
