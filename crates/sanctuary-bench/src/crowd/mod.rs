//! The load generator: any number of members on one thread, without a runtime.
//!
//! All sockets are waited for at once; each that has something is read until it has no more, and
//! what all of that caused is written at the end of the turn, with one system call for each
//! connection. So the generator costs less than any server that does the same.

mod acts;
mod member;
mod pace;
mod reports;
mod tally;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use mio::event::Event;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

pub(crate) use acts::Talk;
use member::{Attention, Floor, Member, PATIENCE, Stage};
pub(crate) use pace::Pace;
use reports::Reports;
pub(crate) use tally::Tally;

use crate::clock::Clock;
use crate::dialect::{Dialect, Seat};
use crate::link::Link;
use crate::tls::Trust;

/// Events taken at once. More wait in the kernel.
const EVENTS: usize = 4096;

/// Size in bytes of the buffer that everyone reads into.
const BUFFER: usize = 256 * 1024;

/// Where the server is.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    /// As the `Host` header names it.
    pub(crate) host: String,
    pub(crate) trust: Option<Trust>,
}

/// Members of rooms on one server.
pub(crate) struct Crowd<D: Dialect> {
    target: Target,
    dialect: D,
    poll: Poll,
    events: Events,
    members: Vec<Member<D::State>>,
    /// Those who have something to write, or may have.
    listed: Vec<usize>,
    buffer: Vec<u8>,
    reports: Reports,
    tally: Tally,
    clock: Clock,
}

impl<D: Dialect> Crowd<D> {
    /// Nobody yet.
    pub(crate) fn new(target: Target, dialect: D) -> Result<Self> {
        Ok(Self {
            target,
            dialect,
            poll: Poll::new().context("cannot wait for sockets")?,
            events: Events::with_capacity(EVENTS),
            members: Vec::new(),
            listed: Vec::new(),
            buffer: vec![0; BUFFER],
            reports: Reports::default(),
            tally: Tally::new(),
            clock: Clock::start(),
        })
    }

    /// What was counted since the crowd last began to talk, after its warm-up.
    pub(crate) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Begins to connect one more member.
    fn add(&mut self, seat: Seat) -> Result<()> {
        let mut socket = TcpStream::connect(self.target.address).context("cannot connect")?;
        let token = Token(self.members.len());
        let both = Interest::READABLE | Interest::WRITABLE;
        self.poll.registry().register(&mut socket, token, both)?;
        let tls = self.target.trust.as_ref().map(Trust::connect).transpose()?;
        let state = self.dialect.arrive(seat);
        let link = Link::new(socket, tls);
        self.members.push(Member::new(link, seat, state));
        Ok(())
    }

    /// Waits for at most that long, and serves everyone for whom something came.
    fn turn(&mut self, timeout: Duration) -> Result<()> {
        match self.poll.poll(&mut self.events, Some(timeout)) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(()),
            polled => polled.context("cannot wait for sockets")?,
        }
        let mut floor = Floor {
            dialect: &mut self.dialect,
            host: &self.target.host,
            tally: &mut self.tally,
            clock: &self.clock,
            buffer: &mut self.buffer,
            reports: &mut self.reports,
            index: 0,
        };
        for event in &self.events {
            let Token(index) = event.token();
            let Some(member) = self.members.get_mut(index) else {
                continue;
            };
            if member.attention == Attention::Stalls {
                continue;
            }
            floor.index = index;
            attend(member, event, &mut floor).with_context(|| {
                format!("room {}, place {}", member.seat.room, member.seat.place)
            })?;
            if member.outbox.len() > 0 || member.link.is_behind() {
                list(member, index, &mut self.listed);
            }
        }
        self.report();
        self.flush()
    }

    /// Has those report who should.
    fn report(&mut self) {
        let now = self.clock.now();
        while let Some(index) = self.reports.next(now) {
            if let Some(member) = self.members.get_mut(index)
                && member.attention != Attention::Stalls
                && (self.reports).is_due(index, &mut member.unreported, now)
            {
                self.dialect
                    .report(&mut member.state, member.outbox.bytes());
                list(member, index, &mut self.listed);
            }
        }
    }

    /// Writes for everyone who has something to write.
    fn flush(&mut self) -> Result<()> {
        for index in self.listed.drain(..) {
            if let Some(member) = self.members.get_mut(index) {
                member.is_listed = false;
                member.flush()?;
            }
        }
        Ok(())
    }
}

fn attend<D: Dialect>(
    member: &mut Member<D::State>,
    event: &Event,
    floor: &mut Floor<D>,
) -> Result<()> {
    if member.stage == Stage::Connecting {
        member.connected(floor)?;
    }
    if member.stage == Stage::Connecting {
        return Ok(());
    }
    if event.is_readable() || event.is_read_closed() || event.is_error() {
        member.read(floor, event.is_read_closed())?;
    }
    Ok(())
}

/// Has a member's connection written at the end of the turn.
fn list<S>(member: &mut Member<S>, index: usize, listed: &mut Vec<usize>) {
    if !member.is_listed {
        member.is_listed = true;
        listed.push(index);
    }
}
