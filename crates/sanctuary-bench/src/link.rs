//! One connection as bytes, with or without TLS, for clients and servers of this crate alike.
//!
//! Nothing here blocks. Waiting is mio's, edge-triggered: whoever reads goes on until there is
//! nothing, or a read gives less than it had room for.

use std::io::{self, ErrorKind, Read, Write};

use mio::net::TcpStream;
use rustls::Connection;

/// What a read gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// So many bytes.
    Bytes(usize),
    /// Nothing for now.
    Nothing,
    /// The peer has ended its direction.
    End,
}

/// A connection.
pub(crate) struct Link {
    pub(crate) socket: TcpStream,
    tls: Option<Box<Connection>>,
}

impl Link {
    /// A connection over `socket`, inside `tls` if there is some.
    pub(crate) fn new(socket: TcpStream, tls: Option<Connection>) -> Self {
        Self {
            socket,
            tls: tls.map(Box::new),
        }
    }

    /// Reads into `buffer`.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<Reading> {
        let Some(tls) = &mut self.tls else {
            return reading(self.socket.read(buffer));
        };
        loop {
            match reading(tls.reader().read(buffer))? {
                Reading::Nothing => {}
                read => return Ok(read),
            }
            match reading(tls.read_tls(&mut self.socket))? {
                Reading::Bytes(_) => {}
                other => return Ok(other),
            }
            tls.process_new_packets()
                .map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
            send(tls, &mut self.socket)?;
        }
    }

    /// Whether a read that does not fill the buffer leaves nothing behind.
    pub(crate) fn short_read_is_last(&self) -> bool {
        self.tls.is_none()
    }

    /// Writes what can be written at once; tells how many bytes were taken.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(tls) = &mut self.tls else {
            return match self.socket.write(bytes) {
                Err(error) if is_pause(&error) => Ok(0),
                written => written,
            };
        };
        let mut taken = 0;
        loop {
            let rest = bytes.get(taken..).unwrap_or_default();
            let more = tls.writer().write(rest)?;
            taken += more;
            send(tls, &mut self.socket)?;
            if more == 0 || taken == bytes.len() || tls.wants_write() {
                return Ok(taken);
            }
        }
    }

    /// Whether bytes that were taken have still to be sent: call [`Self::write`] again when the
    /// socket is writable, with nothing if there is nothing.
    pub(crate) fn is_behind(&self) -> bool {
        self.tls.as_ref().is_some_and(|tls| tls.wants_write())
    }
}

/// Sends what TLS has to send, as far as the socket takes it.
fn send(tls: &mut Connection, socket: &mut TcpStream) -> io::Result<()> {
    while tls.wants_write() {
        match tls.write_tls(socket) {
            Ok(_) => {}
            Err(error) if is_pause(&error) => break,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn reading(read: io::Result<usize>) -> io::Result<Reading> {
    match read {
        Ok(0) => Ok(Reading::End),
        Ok(n) => Ok(Reading::Bytes(n)),
        Err(error) if is_pause(&error) => Ok(Reading::Nothing),
        // A peer that hangs up without TLS's farewell has hung up all the same.
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(Reading::End),
        Err(error) => Err(error),
    }
}

fn is_pause(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
