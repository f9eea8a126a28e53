//! Bytes that wait to be written to one connection, in one piece, so that however many messages
//! there are one system call writes them.

use std::io;

use crate::link::Link;

/// Capacity in bytes that an empty outbox keeps, so that a busy connection does not allocate.
const KEPT: usize = 64 * 1024;

/// What waits to be written.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    bytes: Vec<u8>,
    written: usize,
}

impl Outbox {
    /// Where to append what is to be written.
    pub(crate) fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// How many bytes wait.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() - self.written
    }

    /// Writes as much as the connection takes at once.
    pub(crate) fn flush(&mut self, link: &mut Link) -> io::Result<()> {
        while self.len() > 0 || link.is_behind() {
            let rest = self.bytes.get(self.written..).unwrap_or_default();
            let n = link.write(rest)?;
            self.written += n;
            if n == 0 {
                break;
            }
        }
        if self.len() == 0 {
            self.written = 0;
            self.bytes.clear();
            if self.bytes.capacity() > KEPT {
                self.bytes = Vec::new();
            }
        }
        Ok(())
    }
}
