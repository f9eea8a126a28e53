//! What the kernel keeps a serving program from: seen from outside, and on kernels that enforce less.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::thread;

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};

use crate::program::{Serving, command, run};

/// The value of a field of a thread's `/proc` status.
fn field<'a>(status: &'a str, name: &str) -> &'a str {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap().trim_start_matches(':').trim()
}

/// Seccomp mode and no-new-privileges bit of each thread.
fn modes(server: &Serving) -> Vec<(String, String)> {
    let threads = fs::read_dir(format!("/proc/{}/task", server.id())).unwrap();
    threads
        .map(|thread| {
            let status = fs::read_to_string(thread.unwrap().path().join("status")).unwrap();
            let value = |name| field(&status, name).to_owned();
            (value("Seccomp"), value("NoNewPrivs"))
        })
        .collect()
}

fn core_limit(server: &Serving) -> String {
    let limits = fs::read_to_string(format!("/proc/{}/limits", server.id())).unwrap();
    let values = field(&limits, "Max core file size").split_whitespace();
    values.take(2).collect::<Vec<_>>().join(" ")
}

/// Raises the limit for core files as far as it goes, and serves.
fn serve_with_cores(option: &str) -> Serving {
    let program = env!("CARGO_BIN_EXE_sanctuary");
    let script = format!(
        "ulimit -c $(ulimit -H -c); exec '{program}' serve --listen 127.0.0.1:0 --threads 3 {option}"
    );
    Serving::from(
        Command::new("sh")
            .args(["-c", &script])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped()),
    )
}

#[test]
fn all_threads_are_locked_and_no_core_is_written() {
    let server = serve_with_cores("");
    let modes = modes(&server);
    // One that accepts, three for rooms, one of the allocator.
    assert_eq!(modes.len(), 5);
    assert!(
        modes.iter().all(|mode| *mode == ("2".into(), "1".into())),
        "{modes:?}"
    );
    assert_eq!(core_limit(&server), "0 0");
    assert!(
        server
            .lock
            .starts_with("Locked by the kernel: cannot open files, create files,"),
        "{}",
        server.lock
    );
    assert!(
        server.lock.contains("tried on 4 threads"),
        "{}",
        server.lock
    );
}

/// Under systemd, for one. What is sent to a socket takes another system call than what is written to a file.
#[test]
fn a_server_whose_output_is_a_socket_prints_nothing_either() {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let mut serve = command(&["serve", "--listen", "127.0.0.1:0", "--require-sandbox"]);
    serve.stdout(OwnedFd::from(theirs)).stderr(Stdio::null());
    let mut child = serve.spawn().unwrap();
    drop(serve);
    let mut lines = BufReader::new(ours).lines();
    assert!(lines.next().unwrap().unwrap().starts_with("Sanctuary"));
    let lock = lines.next().unwrap().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(lock.contains(", print") && !lock.contains("NOT"), "{lock}");
}

#[test]
fn control_without_the_lock_no_thread_is() {
    let server = serve_with_cores("--no-sandbox");
    assert_eq!(server.lock, "NOT locked by the kernel: --no-sandbox\n");
    let modes = modes(&server);
    assert!(
        modes.iter().all(|mode| *mode == ("0".into(), "0".into())),
        "{modes:?}"
    );
}

/// Serves, or tries to, on a kernel that fails these system calls as if it had none.
fn on_a_kernel_without(calls: Vec<i64>, command: Command) -> impl FnOnce() -> Command {
    move || {
        let rules: BTreeMap<_, _> = calls.into_iter().map(|call| (call, Vec::new())).collect();
        let missing = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
        let architecture = std::env::consts::ARCH.try_into().unwrap();
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, missing, architecture);
        // It binds this thread, and what the thread starts.
        let program: BpfProgram = filter.unwrap().try_into().unwrap();
        apply_filter(&program).unwrap();
        command
    }
}

#[test]
fn a_kernel_that_lacks_it_is_named_and_refused_if_it_is_required() {
    for (missing, words) in [
        (
            libc::SYS_landlock_create_ruleset,
            "Landlock (not in this kernel)",
        ),
        (libc::SYS_seccomp, "seccomp (not in this kernel"),
    ] {
        let mut serve = command(&["serve", "--listen", "127.0.0.1:0"]);
        serve.stdout(Stdio::piped()).stderr(Stdio::piped());
        let prepare = on_a_kernel_without(vec![missing], serve);
        let server = thread::spawn(|| Serving::from(&mut prepare()))
            .join()
            .unwrap();
        assert!(server.line.starts_with("Sanctuary listens on "), "{words}");
        assert!(
            server.lock.contains("NOT ENFORCED: ") && server.lock.contains(words),
            "{}",
            server.lock
        );
        server.signal("TERM");
        let (status, rest) = server.end();
        assert_eq!((status.code(), rest.as_str()), (Some(0), ""));

        let required = command(&["serve", "--listen", "127.0.0.1:0", "--require-sandbox"]);
        let prepare = on_a_kernel_without(vec![missing], required);
        let outcome = thread::spawn(|| run(&mut prepare())).join().unwrap();
        let (status, output, error) = outcome;
        assert_eq!((status, output.as_str()), (Some(1), ""));
        assert!(
            error.starts_with("error: the kernel does not enforce everything")
                && error.contains(words),
            "{error}"
        );
    }
}

#[test]
fn where_everything_is_enforced_it_can_be_required() {
    let server = Serving::start(&["--require-sandbox"]);
    assert!(!server.lock.contains("NOT ENFORCED"), "{}", server.lock);
    for word in [
        "send signals",
        "make memory executable",
        "no new privileges",
    ] {
        assert!(server.lock.contains(word), "{}", server.lock);
    }
}
