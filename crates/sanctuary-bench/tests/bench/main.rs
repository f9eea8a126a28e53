//! The load generator against a real relay, and against the broadcaster of its own.

// What fails in a helper fails the test, as it should.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use sanctuary_server::{Options, Server, TlsFiles};
use tokio::runtime::Runtime;

/// This crate's program.
fn bench() -> Command {
    Command::new(env!("CARGO_BIN_EXE_sanctuary-bench"))
}

/// A relay that runs as long as the runtime that is returned.
fn relay(tls: Option<TlsFiles>) -> (u16, Runtime) {
    let options = Options {
        listen: "127.0.0.1:0".parse().unwrap(),
        tls,
        ..Options::default()
    };
    let server = Server::bind(options).unwrap();
    let port = server.local_addr().port();
    let runtime = Runtime::new().unwrap();
    runtime.spawn(server.run(std::future::pending()));
    (port, runtime)
}

/// A broadcaster that runs until it is dropped.
struct Broadcaster(Child, u16);

impl Broadcaster {
    fn start() -> Self {
        let mut command = bench();
        let mut child = command
            .arg("broadcast")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let output = child.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut line).unwrap();
        let port = line.trim().rsplit(':').next().unwrap().parse().unwrap();
        Self(child, port)
    }
}

impl Drop for Broadcaster {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn load(arguments: &[&str]) -> Output {
    let mut command = bench();
    command.arg("load").args(arguments).output().unwrap()
}

/// What it printed, if it succeeded.
fn printed(output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_crowd_talks_on_a_relay() {
    let (port, _relay) = relay(None);
    let url = format!("ws://127.0.0.1:{port}");
    let pid = std::process::id().to_string();
    let text = printed(&load(&[
        &url,
        "--rooms",
        "3",
        "--members",
        "5",
        "--seconds",
        "0.2",
        "--pid",
        &pid,
    ]));
    assert!(text.starts_with("15 members in "), "{text}");
    assert!(text.contains("deliveries per CPU-second"), "{text}");
}

#[test]
fn a_crowd_talks_at_a_rate() {
    let (port, _relay) = relay(None);
    let url = format!("ws://127.0.0.1:{port}");
    let text = printed(&load(&[
        &url,
        "--rooms",
        "2",
        "--members",
        "3",
        "--rate",
        "100",
        "--seconds",
        "0.5",
    ]));
    assert!(text.contains("latency p50"), "{text}");
}

#[test]
fn a_crowd_talks_over_tls() {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let files = TlsFiles {
        certificate: directory.join("cert.pem"),
        key: directory.join("key.pem"),
    };
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(&files.certificate, made.cert.pem()).unwrap();
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    let ca = files.certificate.to_str().unwrap().to_owned();
    let (port, _relay) = relay(Some(files));
    let url = format!("wss://localhost:{port}");
    let crowd = ["--rooms", "2", "--members", "4", "--seconds", "0.2"];
    let text = printed(&load(&[&[url.as_str(), "--ca", &ca], &crowd[..]].concat()));
    assert!(text.starts_with("8 members in "), "{text}");
}

#[test]
fn a_crowd_talks_on_the_broadcaster() {
    let broadcaster = Broadcaster::start();
    let url = format!("tcp://127.0.0.1:{}", broadcaster.1);
    let language = ["--language", "raw"];
    let crowd = ["--rooms", "3", "--members", "5", "--seconds", "0.2"];
    let text = printed(&load(
        &[&[url.as_str()], &language[..], &crowd[..]].concat(),
    ));
    assert!(text.starts_with("15 members in "), "{text}");
}

#[test]
fn members_who_do_not_read_hold_nobody_up() {
    let (port, _relay) = relay(None);
    let url = format!("ws://127.0.0.1:{port}");
    let crowd = ["--rooms", "2", "--members", "4", "--stalled", "1"];
    let pace = ["--rate", "200", "--seconds", "0.5"];
    let text = printed(&load(&[&[url.as_str()], &crowd[..], &pace[..]].concat()));
    assert!(text.contains("0 of 2 members who did not read"), "{text}");
}

#[test]
fn where_there_is_no_server_it_says_so() {
    let output = load(&["ws://127.0.0.1:1"]);
    assert!(!output.status.success());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("cannot connect"), "{error}");
}
