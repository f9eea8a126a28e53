//! Running the program, and listening to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

/// The program with these arguments and nothing of the surroundings' `SANCTUARY_*`.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sanctuary"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SANCTUARY_")) {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

/// What a run that ended by itself left: exit status, standard output, standard error.
pub(crate) fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// A server that is killed when it is dropped.
pub(crate) struct Serving {
    child: Child,
    output: BufReader<ChildStdout>,
    /// The line it printed first: where it listens.
    pub(crate) line: String,
    /// The line it printed then: what the kernel enforces.
    pub(crate) lock: String,
    /// The line it printed last: what to do now.
    pub(crate) advice: String,
}

impl Serving {
    /// Starts it and waits for its lines.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let arguments = [&["serve", "--listen", "127.0.0.1:0"], arguments].concat();
        Self::from(
            command(&arguments)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped()),
        )
    }

    pub(crate) fn from(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut next = || {
            let mut line = String::new();
            output.read_line(&mut line).unwrap();
            line
        };
        let (line, lock, advice) = (next(), next(), next());
        Self {
            child,
            output,
            line,
            lock,
            advice,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.line
            .rsplit('/')
            .next()
            .unwrap()
            .trim_end()
            .parse()
            .unwrap()
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address()).unwrap()
    }

    /// Sends these bytes and reads all that comes back.
    pub(crate) fn exchange(&self, request: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", name, &id])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Waits for its end: the status, and whatever it printed after its lines, on both outputs.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut rest)
            .unwrap();
        (self.child.wait().unwrap(), rest)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
