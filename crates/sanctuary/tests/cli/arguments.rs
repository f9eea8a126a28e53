//! What the command line takes, and what it says about the rest.

use std::process::Command;

use crate::program::{command, run};

/// Each option with a value that it refuses, and what it says to do.
const REFUSED: [(&str, &str, &str); 25] = [
    (
        "listen",
        "8080",
        "write an IP address and a port, such as 127.0.0.1:8080",
    ),
    (
        "listen",
        "chat.example:80",
        "write an IP address and a port",
    ),
    ("public-url", "chat.example", "begin with https://"),
    ("public-url", "https://chat.example/room", "without a path"),
    (
        "public-url",
        "http://chat.example",
        "must begin with https://",
    ),
    ("max-lifetime", "2h", "choose from 5m to 1h"),
    (
        "max-lifetime",
        "10",
        "the unit is missing, and 10 alone means 10s; choose from 5m to 1h",
    ),
    ("max-lifetime", "soon", "a number with its unit"),
    ("max-members", "1", "2..=1000"),
    ("max-rooms", "0", "1..=1000000"),
    ("max-connections", "3", "4..=1000000"),
    ("session-grace", "0s", "choose from 1s to 10m"),
    ("lease", "2m", "choose from 1s to 1m"),
    ("replay-window", "1h", "choose 0 or from 1s to 10m"),
    ("replay-window", "1ms", "choose 0 or from 1s to 10m"),
    ("replay-bytes", "4MB", "a number with its unit"),
    (
        "replay-bytes",
        "4",
        "the unit is missing, and 4 alone means 4B; choose 0 or from 384KiB to 1GiB",
    ),
    ("idle-timeout", "0", "choose from 10s to 1h"),
    ("queue-bytes", "1KiB", "choose from 256KiB to 1GiB"),
    ("max-frame", "17MiB", "choose from 256KiB to 16MiB"),
    ("frame-rate", "1", "choose 0 or a number from 10 to 1000000"),
    (
        "frame-rate",
        "many",
        "choose 0 or a number from 10 to 1000000",
    ),
    ("byte-rate", "1KiB", "choose 0 or from 16KiB to 1GiB"),
    (
        "max-memory",
        "10",
        "the unit is missing, and 10 alone means 10B; choose 0 or from 8MiB to 1TiB",
    ),
    ("max-memory", "10KiB", "choose 0 or from 8MiB to 1TiB"),
];

#[test]
fn wrong_values_are_refused_with_what_to_write() {
    for (option, value, advice) in REFUSED {
        let (status, output, error) = run(&mut command(&["serve", &format!("--{option}={value}")]));
        assert_eq!(
            (status, output.as_str()),
            (Some(2), ""),
            "--{option}={value}"
        );
        assert!(error.contains(advice), "--{option}={value}: {error}");
    }
}

#[test]
fn every_option_also_comes_from_the_environment() {
    for (option, value, advice) in REFUSED {
        let name = format!("SANCTUARY_{}", option.replace('-', "_").to_uppercase());
        let (status, _, error) = run(command(&["serve"]).env(&name, value));
        assert_eq!(status, Some(2), "{name}={value}");
        assert!(error.contains(advice), "{name}={value}: {error}");
    }
}

#[test]
fn a_misspelt_variable_is_refused_and_the_nearest_one_named() {
    for (name, nearest) in [
        ("SANCTUARY_LISTN", "SANCTUARY_LISTEN"),
        ("SANCTUARY_MAXMEMORY", "SANCTUARY_MAX_MEMORY"),
        ("SANCTUARY_TLS_CERTIFICATE", "SANCTUARY_TLS_CERT"),
        ("SANCTUARY_listen", "SANCTUARY_LISTEN"),
    ] {
        // Though what it was to say is missing now.
        let (status, output, error) = run(command(&["serve", "--tls-key=k"]).env(name, "secret"));
        assert_eq!((status, output.as_str()), (Some(2), ""), "{name}");
        let said = error.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            said.starts_with(&format!("error: there is no {name} "))
                && said.contains(&format!("write {nearest}, if that is meant")),
            "{name}: {error}"
        );
        assert!(!error.contains("secret"), "{error}");
    }
    let (status, _, error) = run(command(&["help"]).env("SANCTUARY_LISTN", "x"));
    assert_eq!((status, error.as_str()), (Some(0), ""), "help helps");
}

/// The tests' own, and those of a cluster in which a service has our name: what is wrong is something else.
#[test]
fn variables_that_others_set_are_left_alone() {
    for (name, value) in [
        ("SANCTUARY_BIN", "target/debug/sanctuary"),
        ("SANCTUARY_SERVICE_HOST", "10.0.0.1"),
        ("SANCTUARY_PORT", "tcp://10.0.0.1:8080"),
    ] {
        let (status, _, error) = run(command(&["serve", "--tls-key=k"]).env(name, value));
        assert_eq!(status, Some(2), "{name}");
        assert!(error.contains("--tls-cert <FILE>"), "{name}: {error}");
    }
}

#[test]
fn limits_that_do_not_fit_together_are_refused_with_what_to_change() {
    for (options, advice) in [
        (
            ["--max-members=1000", "--max-frame=2MiB"],
            "rooms of 1000 members need frames of up to 3128 KiB: raise --max-frame",
        ),
        (
            ["--max-members=100", "--queue-bytes=256KiB"],
            "rooms of 100 members need queues of up to 428 KiB: raise --queue-bytes",
        ),
        (
            ["--queue-bytes=4MiB", "--replay-bytes=4MiB"],
            "raise it to 6144 KiB, lower --queue-bytes",
        ),
        (
            ["--max-memory=8MiB", "--threads=16"],
            "one room needs 12 MiB of memory with frames of that size and so many threads: raise --max-memory to that",
        ),
        (
            ["--max-members=100", "--byte-rate=80KiB"],
            "need 86 KiB per second from one connection: raise --byte-rate to that",
        ),
    ] {
        let (status, output, error) = run(command(&["serve"]).args(options));
        assert_eq!((status, output.as_str()), (Some(2), ""), "{options:?}");
        let said = error.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(advice), "{options:?}: {error}");
    }
}

#[test]
fn a_certificate_needs_its_key() {
    for (given, missing) in [
        ("--tls-cert", "--tls-key <FILE>"),
        ("--tls-key", "--tls-cert <FILE>"),
    ] {
        let (status, _, error) = run(&mut command(&["serve", given, "file.pem"]));
        assert_eq!(status, Some(2));
        assert!(
            error.contains("required") && error.contains(missing),
            "{error}"
        );
    }
}

#[test]
fn plain_http_on_an_open_address_is_refused_and_the_ways_out_are_named() {
    let (status, output, error) = run(&mut command(&["serve", "--listen", "0.0.0.0:0"]));
    assert_eq!((status, output.as_str()), (Some(2), ""));
    for way in [
        "--tls-cert",
        "--tls-key",
        "--behind-tls-proxy",
        "127.0.0.1:8080",
    ] {
        assert!(error.contains(way), "{way}: {error}");
    }
}

#[test]
fn a_server_that_others_reach_must_be_told_its_name() {
    let (status, output, error) = run(&mut command(&["serve", "--behind-tls-proxy"]));
    assert_eq!((status, output.as_str()), (Some(2), ""));
    assert!(error.contains("--public-url https://"), "{error}");
}

#[test]
fn a_proxy_and_a_certificate_exclude_each_other() {
    let arguments = [
        "serve",
        "--behind-tls-proxy",
        "--tls-cert",
        "c.pem",
        "--tls-key",
        "k.pem",
    ];
    let (status, _, error) = run(&mut command(&arguments));
    assert_eq!(status, Some(2));
    assert!(
        error.contains("--tls-cert and --behind-tls-proxy exclude each other"),
        "{error}"
    );
}

#[test]
fn help_names_every_option_with_its_default() {
    for help in ["-h", "--help"] {
        let (status, output, error) = run(&mut command(&["serve", help]));
        assert_eq!((status, error.as_str()), (Some(0), ""));
        for (option, _, _) in REFUSED {
            assert!(output.contains(&format!("--{option} <")), "{option}");
        }
        for part in [
            "--tls-cert <FILE>",
            "--tls-key <FILE>",
            "--behind-tls-proxy",
            "--threads <NUMBER>",
        ] {
            assert!(output.contains(part), "{part}");
        }
        for default in [
            "127.0.0.1:8080",
            "60m",
            "100",
            "10s",
            "60s",
            "4MiB",
            "2MiB",
            "10m",
            "1MiB",
        ] {
            assert!(
                output.contains(&format!("[default: {default}]")) || output.contains(default),
                "{default}"
            );
        }
        assert!(output.contains("SANCTUARY_MAX_LIFETIME=30m"));
    }
}

#[test]
fn help_is_also_a_command() {
    let output = |arguments: &[&str]| {
        let (status, output, error) = run(&mut command(arguments));
        assert_eq!((status, error.as_str()), (Some(0), ""), "{arguments:?}");
        output
    };
    assert_eq!(output(&["help"]), output(&["--help"]));
    assert_eq!(output(&["help", "serve"]), output(&["serve", "--help"]));
}

/// As somebody would who copies it into a shell, but for the certificate, which is not there.
#[test]
fn the_first_example_of_the_help_works() {
    let (_, help, _) = run(&mut command(&["serve", "--help"]));
    let begin = help.find("  sanctuary serve ").unwrap();
    let example = help[begin..].split("\n  sanctuary").next().unwrap();
    let script = example.replace("sanctuary serve", "\"$0\" serve");
    let mut shell = Command::new("sh");
    let program = env!("CARGO_BIN_EXE_sanctuary");
    let (status, output, error) = run(shell.args(["-c", &script, program]).current_dir("/"));
    assert_eq!((status, output.as_str()), (Some(1), ""));
    let missing = "error: cannot read fullchain.pem: check that it exists";
    assert!(error.starts_with(missing), "{error}");
}

#[test]
fn without_a_command_it_says_which_there_are() {
    let (status, output, error) = run(&mut command(&[]));
    assert_eq!((status, output.as_str()), (Some(2), ""));
    assert!(
        error.contains("Usage: sanctuary <COMMAND>") && error.contains("serve"),
        "{error}"
    );
    let (status, _, error) = run(&mut command(&["server"]));
    assert_eq!(status, Some(2));
    assert!(error.contains("'serve'"), "{error}");
}
