//! The limit that servers are held against: a raw TCP broadcaster that coalesces.
//!
//! One thread, one epoll, messages with a length in front, no admission, no limits, nothing kept.
//! It reads everything that is there, copies each message behind the others for each receiver, and
//! writes once for each connection. Nothing that does more can be faster in the same language by
//! much; it is what the kernel's TCP costs.

mod peer;

use std::io::{self, ErrorKind, Write};
use std::net::SocketAddr;

use anyhow::{Context, Result};
use mio::net::TcpListener;
use mio::{Events, Interest, Poll, Token};

use crate::dialect::{Kind, RECEIPT_LEN};
use crate::framing::{Framing, put_prefix};
use crate::link::Link;
use crate::tls::Identity;
use peer::Peer;

const LISTENER: Token = Token(usize::MAX);
const EVENTS: usize = 4096;
const BUFFER: usize = 256 * 1024;

/// The broadcaster.
struct Broadcaster {
    identity: Option<Identity>,
    poll: Poll,
    listener: TcpListener,
    /// By token. Places of those who left stay empty: a measurement is short.
    peers: Vec<Option<Peer>>,
    /// Tokens of those in each room.
    rooms: Vec<Vec<usize>>,
    /// Tokens of those who have something to write.
    listed: Vec<usize>,
    buffer: Vec<u8>,
}

/// Serves until the process is ended. Prints where it listens.
pub(crate) fn serve(listen: SocketAddr, identity: Option<Identity>) -> Result<()> {
    let mut listener =
        TcpListener::bind(listen).with_context(|| format!("cannot listen on {listen}"))?;
    let poll = Poll::new().context("cannot wait for sockets")?;
    poll.registry()
        .register(&mut listener, LISTENER, Interest::READABLE)?;
    writeln!(io::stdout(), "listens on {}", listener.local_addr()?)?;
    let mut broadcaster = Broadcaster {
        identity,
        poll,
        listener,
        peers: Vec::new(),
        rooms: Vec::new(),
        listed: Vec::new(),
        buffer: vec![0; BUFFER],
    };
    let mut events = Events::with_capacity(EVENTS);
    loop {
        broadcaster.turn(&mut events)?;
    }
}

impl Broadcaster {
    fn turn(&mut self, events: &mut Events) -> Result<()> {
        match self.poll.poll(events, None) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(()),
            polled => polled.context("cannot wait for sockets")?,
        }
        for event in &*events {
            match event.token() {
                LISTENER => self.accept()?,
                Token(index) => self.attend(index, event.is_read_closed()),
            }
        }
        for index in std::mem::take(&mut self.listed) {
            self.flush(index);
        }
        Ok(())
    }

    fn accept(&mut self) -> Result<()> {
        loop {
            let mut socket = match self.listener.accept() {
                Ok((socket, _)) => socket,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error).context("cannot accept"),
            };
            socket.set_nodelay(true)?;
            let token = Token(self.peers.len());
            let both = Interest::READABLE | Interest::WRITABLE;
            self.poll.registry().register(&mut socket, token, both)?;
            let tls = self.identity.as_ref().map(Identity::accept).transpose()?;
            self.peers.push(Some(Peer::new(Link::new(socket, tls))));
        }
    }

    /// Reads what a peer sent and acts on it; whoever hangs up or fails is dropped.
    fn attend(&mut self, index: usize, to_the_end: bool) {
        let Some(mut peer) = self.peers.get_mut(index).and_then(Option::take) else {
            return;
        };
        let mut buffer = std::mem::take(&mut self.buffer);
        let kept = peer.read(&mut buffer, to_the_end, |peer, message| {
            self.act(index, peer, message);
        });
        self.buffer = buffer;
        if !kept {
            return self.forget(index, &peer);
        }
        if peer.has_more_to_write() {
            self.list(index, &mut peer);
        }
        if let Some(place) = self.peers.get_mut(index) {
            *place = Some(peer);
        }
    }

    fn act(&mut self, index: usize, peer: &mut Peer, message: &[u8]) {
        match Kind::of(message) {
            Some(Kind::Join) => {
                let room = message.get(1..).and_then(<[u8]>::first_chunk);
                let room = room.map_or(0, |room| u32::from_be_bytes(*room)) as usize;
                if self.rooms.len() <= room {
                    self.rooms.resize_with(room + 1, Vec::new);
                }
                if let Some(room) = self.rooms.get_mut(room) {
                    room.push(index);
                }
                peer.room = Some(room);
                Framing::Prefixed.message(peer.out(), 1, |out| out.push(Kind::Join as u8));
            }
            Some(Kind::Message) => {
                self.broadcast(index, peer.room, message);
                Framing::Prefixed.message(peer.out(), RECEIPT_LEN, |out| {
                    out.push(Kind::Receipt as u8);
                    out.extend_from_slice(&[0; RECEIPT_LEN - 1]);
                });
            }
            Some(Kind::Receipt) | None => {}
        }
    }

    fn broadcast(&mut self, from: usize, room: Option<usize>, message: &[u8]) {
        let Some(room) = room.and_then(|room| self.rooms.get(room)) else {
            return;
        };
        for &to in room {
            // The sender is not in its place while it is read.
            if let Some(Some(peer)) = self.peers.get_mut(to)
                && to != from
            {
                let out = peer.out();
                put_prefix(out, message.len());
                out.extend_from_slice(message);
                if !std::mem::replace(&mut peer.is_listed, true) {
                    self.listed.push(to);
                }
            }
        }
    }

    fn list(&mut self, index: usize, peer: &mut Peer) {
        if !std::mem::replace(&mut peer.is_listed, true) {
            self.listed.push(index);
        }
    }

    fn flush(&mut self, index: usize) {
        if let Some(Some(peer)) = self.peers.get_mut(index) {
            peer.is_listed = false;
            if peer.flush().is_err()
                && let Some(peer) = self.peers.get_mut(index).and_then(Option::take)
            {
                self.forget(index, &peer);
            }
        }
    }

    fn forget(&mut self, index: usize, peer: &Peer) {
        if let Some(room) = peer.room.and_then(|room| self.rooms.get_mut(room)) {
            room.retain(|&other| other != index);
        }
    }
}
