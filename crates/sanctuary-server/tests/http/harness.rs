//! A running server, and a client that sends exactly the bytes it is told to.

use std::net::SocketAddr;

use sanctuary_server::{Options, Server};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A server that runs until it is told to stop, or the test ends.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// For this machine, on a port that the system chooses.
pub(crate) fn options() -> Options {
    Options {
        listen: "127.0.0.1:0".parse().unwrap(),
        ..Options::default()
    }
}

/// As it would be run behind a proxy, under a name of its own.
pub(crate) fn public(url: &str) -> Options {
    Options {
        public_url: Some(url.parse().unwrap()),
        ..options()
    }
}

pub(crate) fn start(options: Options) -> Running {
    let server = Server::bind(options).unwrap();
    let address = server.local_addr();
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(async move {
        let shutdown = async { drop(stopped.await) };
        server.run(shutdown).await.unwrap();
    });
    Running {
        address,
        stop,
        task,
    }
}

impl Running {
    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends these bytes and reads the answer to the end; say `Connection: close` in them.
    pub(crate) async fn send(&self, request: &str) -> Answer {
        exchange(self.connect().await, request).await
    }

    /// Asks for a path under the server's own address.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "").await
    }

    /// Sends a request under the server's own address, with more header lines.
    pub(crate) async fn ask(&self, method: &str, path: &str, headers: &str) -> Answer {
        let host = self.address;
        self.send(&format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n"
        ))
        .await
    }

    pub(crate) async fn stop(self) {
        self.stop.send(()).unwrap();
        self.task.await.unwrap();
    }
}

/// Sends these bytes on a connection and reads the answer to the end.
pub(crate) async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    request: &str,
) -> Answer {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    Answer::parse(&bytes)
}

/// One response.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    head: String,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .expect("a whole head");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let body = bytes[end + 4..].to_vec();
        Self { status, body, head }
    }

    /// The value of a header that stands once.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self
            .headers()
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value);
        let value = values.next();
        assert_eq!(values.next(), None, "{name} stands twice");
        value
    }

    pub(crate) fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "))
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}
