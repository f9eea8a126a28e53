//! What the crowd counts while it talks.

use std::time::Duration;

use crate::histogram::Histogram;

/// The counts.
#[derive(Debug)]
pub(crate) struct Tally {
    /// Members that got in.
    pub(crate) entered: usize,
    /// Messages that the server told their sender it took.
    pub(crate) receipts: u64,
    /// Messages of others that members got.
    pub(crate) deliveries: u64,
    /// Bytes of those, framing included.
    pub(crate) bytes: u64,
    /// Members that the server gave up because they did not read.
    pub(crate) cut_off: usize,
    /// From the moment a message was due to be sent until a member had it.
    pub(crate) latencies: Histogram,
    /// Senders go on when their windows open.
    pub(crate) is_talking: bool,
}

impl Tally {
    pub(crate) fn new() -> Self {
        Self {
            entered: 0,
            receipts: 0,
            deliveries: 0,
            bytes: 0,
            cut_off: 0,
            latencies: Histogram::new(),
            is_talking: false,
        }
    }

    /// Counts a delivery.
    pub(crate) fn delivered(&mut self, latency: Duration, bytes: usize) {
        self.deliveries += 1;
        self.bytes += bytes as u64;
        self.latencies.record(latency);
    }
}
