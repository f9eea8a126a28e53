//! A server from its first line to its end.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use rcgen::{CertifiedKey, generate_simple_self_signed};

use crate::program::{Serving, command, run};

const GET: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

const WEBSOCKET: &str = "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

#[test]
fn it_prints_three_lines_serves_and_stops_when_told_to() {
    for signal in ["TERM", "INT"] {
        let server = Serving::start(&[]);
        let address = server.address();
        assert_eq!(
            server.line,
            format!("Sanctuary listens on http://{address}\n")
        );
        assert_ne!(address.port(), 0);
        assert!(
            server.lock.contains("ocked by the kernel"),
            "{}",
            server.lock
        );
        assert_eq!(
            server.advice,
            format!(
                "Open http://{address} in a browser. Ctrl+C here stops it, and all rooms are gone.\n"
            )
        );
        assert!(server.exchange(GET).starts_with("HTTP/1.1 200 OK\r\n"));
        server.signal(signal);
        let (status, rest) = server.end();
        assert_eq!((status.code(), rest.as_str()), (Some(0), ""), "{signal}");
    }
}

#[test]
fn what_to_open_is_the_address_that_people_use() {
    let server = Serving::start(&["--public-url", "https://chat.example"]);
    assert!(
        server
            .advice
            .starts_with("Open https://chat.example in a browser."),
        "{}",
        server.advice
    );
}

#[test]
fn it_says_nothing_about_anything_that_happens() {
    let server = Serving::start(&[]);
    for request in [
        GET,
        "GET /r/AAAAAAAAAAAAAAAAAAAAAA HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "GET /nothing HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\nConnection: close\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "nonsense\r\n\r\n",
        "\u{16}\u{3}\u{1}\r\n\r\n",
    ] {
        server.exchange(request);
    }
    drop(server.connect());
    let mut websocket = server.connect();
    websocket.write_all(WEBSOCKET.as_bytes()).unwrap();
    websocket.read_exact(&mut [0; 12]).unwrap();
    server.signal("TERM");
    // It would be given time to say goodbye.
    drop(websocket);
    let (status, rest) = server.end();
    assert_eq!((status.code(), rest.as_str()), (Some(0), ""));
}

/// Somebody whose request never ends would keep the server for the seconds that responses have to end.
#[test]
fn a_second_signal_ends_it_at_once() {
    let server = Serving::start(&["--threads", "1"]);
    let mut unfinished = server.connect();
    unfinished.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    // One thread serves in the order of arrival: once this is answered, the other has been read.
    server.exchange(GET);
    server.signal("TERM");
    while TcpStream::connect(server.address()).is_ok() {}
    server.signal("TERM");
    let (status, rest) = server.end();
    assert_eq!((status.code(), rest.as_str()), (Some(143), ""));
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (status, output, error) = run(&mut command(&["serve", "--listen", &address]));
    assert_eq!((status, output.as_str()), (Some(1), ""));
    assert_eq!(
        error,
        format!(
            "error: cannot listen on {address}: another program does; stop it or choose another port with --listen\n"
        )
    );
}

#[test]
fn an_address_of_another_machine_is_named() {
    let arguments = [
        "serve",
        "--behind-tls-proxy",
        "--public-url",
        "https://chat.example",
        "--listen",
        "192.0.2.1:80",
    ];
    let (status, output, error) = run(&mut command(&arguments));
    assert_eq!((status, output.as_str()), (Some(1), ""));
    assert!(
        error.contains("this machine has no such address"),
        "{error}"
    );
}

#[test]
fn a_certificate_that_is_not_there_is_named() {
    let arguments = [
        "serve",
        "--tls-cert",
        "/no/such.pem",
        "--tls-key",
        "/no/key.pem",
    ];
    let (status, output, error) = run(&mut command(&arguments));
    assert_eq!((status, output.as_str()), (Some(1), ""));
    assert!(
        error.starts_with("error: cannot read /no/such.pem: check that it exists"),
        "{error}"
    );
}

/// A new directory with a certificate and its key, and the paths of all three.
fn certificate(name: &str) -> (PathBuf, String, String) {
    let directory =
        std::env::temp_dir().join(format!("sanctuary-cli-{}-{name}", std::process::id()));
    fs::create_dir_all(&directory).unwrap();
    let path = |name: &str| directory.join(name).to_str().unwrap().to_owned();
    let (certificate, key) = (path("cert.pem"), path("key.pem"));
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(&certificate, cert.pem()).unwrap();
    fs::write(&key, signing_key.serialize_pem()).unwrap();
    (directory, certificate, key)
}

#[test]
fn a_key_of_another_certificate_is_told_in_plain_words() {
    let (directory, certificate_file, _) = certificate("mine");
    let (other, _, key) = certificate("another");
    let arguments = ["serve", "--tls-cert", &certificate_file, "--tls-key", &key];
    let (status, output, error) = run(&mut command(&arguments));
    fs::remove_dir_all(&directory).unwrap();
    fs::remove_dir_all(&other).unwrap();
    assert_eq!((status, output.as_str()), (Some(1), ""));
    assert_eq!(
        error,
        format!(
            "error: this key does not belong to this certificate: {key} is the key of another one than the first in \
             {certificate_file}; give the two files that were made together\n"
        )
    );
}

#[test]
fn with_a_certificate_it_listens_on_https() {
    let (directory, certificate, key) = certificate("https");
    let server = Serving::start(&["--tls-cert", &certificate, "--tls-key", &key]);
    // From here on it needs no file.
    fs::remove_dir_all(&directory).unwrap();
    assert!(
        server
            .line
            .starts_with("Sanctuary listens on https://127.0.0.1:"),
        "{}",
        server.line
    );
    assert!(!server.exchange(GET).starts_with("HTTP/1.1"));
    server.signal("TERM");
    let (status, rest) = server.end();
    assert_eq!((status.code(), rest.as_str()), (Some(0), ""));
}

#[test]
fn a_name_stands_for_the_loopback_address_and_the_environment_counts() {
    let server = Serving::from(
        command(&["serve"])
            .env("SANCTUARY_LISTEN", "localhost:0")
            .env("SANCTUARY_THREADS", "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped()),
    );
    assert!(
        server
            .line
            .starts_with("Sanctuary listens on http://127.0.0.1:"),
        "{}",
        server.line
    );
    assert!(server.exchange(GET).starts_with("HTTP/1.1 200 OK\r\n"));
}

#[test]
fn it_asks_for_descriptors_and_says_when_it_gets_too_few() {
    let serve = |limit: &str, option: &str| {
        let program = env!("CARGO_BIN_EXE_sanctuary");
        let script =
            format!("ulimit {limit}; exec '{program}' serve --listen 127.0.0.1:0 {option}");
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &script])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        shell
    };
    let (status, output, error) = run(&mut serve("-n 512", "--max-connections 1000"));
    assert_eq!((status, output.as_str()), (Some(1), ""));
    assert!(
        error.contains("permits this program 256 connections") && error.contains("ulimit -n"),
        "{error}"
    );
    // Too few for two people, though nobody has asked for more.
    let (status, _, error) = run(&mut serve("-n 258", ""));
    assert_eq!(status, Some(1));
    assert!(
        error.contains("permits this program 2 connections"),
        "{error}"
    );
    // A soft limit is raised, and without a wish the hard one is enough.
    for (limit, option) in [("-S -n 300", "--max-connections 1000"), ("-n 512", "")] {
        let server = Serving::from(&mut serve(limit, option));
        assert!(server.line.starts_with("Sanctuary listens on "), "{limit}");
    }
}
