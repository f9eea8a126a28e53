//! What a frame does, by where its connection stands (PROTOCOL.md, sections 3 and 5.1).

use std::rc::Rc;

use sanctuary_wire::{ClientFrame, CloseCode, RelayFrame, RoomId};

use super::crossing::{Lobby, random};
use super::{Connection, Next, Stage};
use crate::relay::directory::ShardIndex;
use crate::relay::encode::encode;
use crate::relay::room::{Joiner, Refusal, Returning, Unexpected};
use crate::relay::rooms::{Founder, NoPlace, Place};

const UNEXPECTED: &str = "this frame is not allowed in this state of the connection";

impl Connection {
    /// Handles a frame.
    pub(super) fn handle(&mut self, frame: ClientFrame) -> Next {
        #[cfg(feature = "faults")]
        fail_on_demand(&frame);
        if let ClientFrame::Ping { token } = frame {
            self.answer(&RelayFrame::Pong { token });
            return Next::Receive;
        }
        let lobby = match &self.stage {
            Stage::Member(place) => {
                if let ClientFrame::RequestLease = frame {
                    // A byte that is answered with all of this.
                    let answer = place.group_state_bytes();
                    self.pace.count_answer(answer);
                }
                if self.shard.rooms.handle(place, frame) == Err(Unexpected) {
                    self.unexpected();
                }
                return Next::Receive;
            }
            Stage::Lobby(lobby) => {
                // What a client shows to get in is handled by value.
                self.shard.sweeper.sweep_soon();
                **lobby
            }
            Stage::Closing => return Next::Receive,
        };
        if let ClientFrame::Work { solutions } = frame {
            self.take_work(lobby, solutions);
            return Next::Receive;
        }
        if let Some(shard) = self.other_shard(&frame) {
            return Next::Cross(shard, frame);
        }
        if !self.has_worked(lobby, &frame) {
            return Next::Receive;
        }
        self.handle_in_lobby(lobby, frame);
        Next::Receive
    }

    /// The shard that has to handle a frame, if it is not this one.
    fn other_shard(&self, frame: &ClientFrame) -> Option<ShardIndex> {
        let directory = &self.shard.directory;
        let shard = match frame {
            ClientFrame::Lookup { room_id }
            | ClientFrame::Create { room_id, .. }
            | ClientFrame::Join { room_id, .. } => directory.shard_of(room_id),
            ClientFrame::Resume { session_key, .. } => {
                directory.shard_of(&directory.room_of(session_key)?)
            }
            _ => return None,
        };
        (shard != self.shard.index).then_some(shard)
    }

    fn handle_in_lobby(&mut self, lobby: Lobby, frame: ClientFrame) {
        let shard = Rc::clone(&self.shard);
        let rooms = &shard.rooms;
        let line = || Rc::clone(&self.line);
        let placed = match frame {
            ClientFrame::Lookup { room_id } => return self.answer(&rooms.look_up(&room_id)),
            ClientFrame::Reserve => return self.reserve(lobby),
            ClientFrame::Create {
                room_id,
                lifetime_s,
                admission_key,
                session_key,
                capsule,
                sealed_name,
                group_state,
            } if lobby.reserved == Some(room_id) => {
                let founder = Founder {
                    room_id,
                    lifetime_s,
                    admission_key,
                    session_key,
                    capsule,
                    sealed_name,
                    group_state,
                };
                rooms.create(founder, line())
            }
            ClientFrame::Join {
                room_id,
                session_key,
                signature,
                capsule,
            } => {
                let joiner = Joiner {
                    session_key,
                    signature,
                };
                rooms.join(&room_id, joiner, &capsule, lobby.challenge, line())
            }
            ClientFrame::Resume {
                session_key,
                signature,
                last_seq,
            } => {
                let returning = Returning {
                    session_key,
                    signature,
                    last_seq,
                    greeted: lobby.greeted,
                };
                let room_id = shard.directory.room_of(&session_key);
                match room_id {
                    Some(id) => rooms.resume(&id, returning, lobby.challenge, line()),
                    None => Err(Refusal::GONE.into()),
                }
            }
            _ => return self.unexpected(),
        };
        self.settle(placed);
    }

    fn settle(&mut self, placed: Result<Place, NoPlace>) {
        match placed {
            Ok(place) => {
                self.stage = Stage::Member(place);
                self.guest = None;
                let limit = self.shard.limits.max_frame as usize;
                self.decoder.set_limit(limit);
            }
            Err(NoPlace::Refused(refusal)) => self.answer(&refusal.to_frame()),
            Err(NoPlace::Unexpected) => self.unexpected(),
        }
    }

    fn reserve(&mut self, lobby: Lobby) {
        // Without random bytes there is no id to give, and no reason to go on.
        let Some(id) = random().map(RoomId) else {
            return self.line.cut();
        };
        self.stage = Stage::Lobby(Box::new(Lobby {
            reserved: Some(id),
            ..lobby
        }));
        self.answer(&RelayFrame::Reserved { room_id: id });
    }

    pub(super) fn answer(&self, frame: &RelayFrame) {
        self.line.send(encode(frame));
    }

    pub(super) fn unexpected(&mut self) {
        self.close(CloseCode::Unexpected.into(), UNEXPECTED);
    }
}

/// What no client sends but the one of the proof (`web/e2e/prove`).
#[cfg(feature = "faults")]
const FAULT: u32 = 0x0bad_f00d;

/// Panics over a ping with that token, and says all of it, as the worst of faults would.
#[cfg(feature = "faults")]
#[allow(clippy::panic)]
fn fail_on_demand(frame: &ClientFrame) {
    if let ClientFrame::Ping { token: FAULT } = frame {
        panic!("a fault on demand in {frame:?}");
    }
}
