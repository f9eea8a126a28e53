//! What must hold once a room has ended, whoever was first. The tests at the end plant one breach of
//! each kind, and it is found.

use sanctuary_wire::{ClientFrame, EndedReason, RefusedReason, RelayFrame, RoomId, Seq};

use crate::support::{
    Client, Gone, Host, Invitation, Keys, capsule, group_state, resume_frame, sealed_name,
};

/// A text that is sent only after somebody was told of the end.
pub(super) const LATE: &str = "sent after the end was told";

/// The answer for what ended, and what never was.
pub(super) const GONE: RelayFrame = RelayFrame::Refused {
    reason: RefusedReason::Gone,
    retry_after_ms: 0,
};

/// What breaks the promise.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Breach {
    /// A connection of the room ended without a word, or for another reason.
    NotTold(Gone),
    /// Something came after the end was told.
    AfterTheEnd(&'static str),
    /// Something was delivered that was sent after somebody was told of the end.
    Late,
    /// The relay answers for the room as it does not for one that never existed.
    Lives(&'static str),
}

/// What one connection heard, from some moment until it was gone.
#[derive(Debug)]
pub(super) struct Transcript {
    pub(super) frames: Vec<RelayFrame>,
    pub(super) gone: Gone,
}

impl Transcript {
    /// Listens until the connection is gone.
    pub(super) async fn of(client: &mut Client) -> Self {
        let mut frames = Vec::new();
        loop {
            match client.next().await {
                Ok(frame) => frames.push(frame),
                Err(gone) => return Self { frames, gone },
            }
        }
    }

    /// Whether the end was told as it has to be: once, last, and before the connection was closed.
    pub(super) fn check(&self, reason: EndedReason) -> Result<(), Breach> {
        let ended = RelayFrame::Ended { reason };
        self.check_cut(reason)?;
        if !self.frames.contains(&ended) || self.gone != Gone::Closed(1000) {
            return Err(Breach::NotTold(self.gone.clone()));
        }
        Ok(())
    }

    /// What of it holds for a connection, too, that was cut before its end could be read.
    pub(super) fn check_cut(&self, reason: EndedReason) -> Result<(), Breach> {
        let ended = RelayFrame::Ended { reason };
        if self.delivered().any(|text| text == LATE.as_bytes()) {
            return Err(Breach::Late);
        }
        let mut after = self.frames.iter().skip_while(|frame| **frame != ended);
        after
            .nth(1)
            .map_or(Ok(()), |frame| Err(Breach::AfterTheEnd(frame.name())))
    }

    /// The messages of others.
    pub(super) fn delivered(&self) -> impl Iterator<Item = &[u8]> {
        self.frames.iter().filter_map(|frame| match frame {
            RelayFrame::MessageRelayed { payload, .. } => Some(&payload[..]),
            _ => None,
        })
    }
}

/// A connection that never gets into a room, and asks for them.
pub(super) struct Prober(Client);

impl Prober {
    pub(super) async fn new(host: &Host) -> Self {
        Self(host.connect().await)
    }

    /// Whether the room, and a session of it, are as if they had never been. Frames have one encoding
    /// each, so equal answers are equal bytes.
    pub(super) async fn check(
        &mut self,
        invitation: Invitation,
        session: &Keys,
    ) -> Result<(), Breach> {
        let client = &mut self.0;
        let never = Invitation {
            room_id: never_reserved(invitation.room_id),
            password: invitation.password,
        };
        let stranger = Keys::from_seed(u64::MAX);
        let look_up = |of: Invitation| ClientFrame::Lookup {
            room_id: of.room_id,
        };
        let pairs = [
            ("lookup", look_up(invitation), look_up(never)),
            (
                "join",
                invitation.join_frame(client, &stranger),
                never.join_frame(client, &stranger),
            ),
            (
                "resume",
                resume_frame(client, session, Seq(0)),
                resume_frame(client, &stranger, Seq(0)),
            ),
        ];
        for (question, of_the_room, of_none) in pairs {
            let answer = client.ask(of_the_room).await;
            if answer != GONE || answer != client.ask(of_none).await {
                return Err(Breach::Lives(question));
            }
        }
        Ok(())
    }
}

/// Tries to make a room with an id that somebody else was given: how the connection ends.
pub(super) async fn create_again(mut client: Client, room_id: RoomId, seed: u64) -> Gone {
    client
        .send(ClientFrame::Create {
            room_id,
            lifetime_s: 300,
            admission_key: Keys::from_seed(seed).admission_key(),
            session_key: Keys::from_seed(seed).session_key(),
            capsule: capsule("again"),
            sealed_name: sealed_name(),
            group_state: group_state(sanctuary_wire::Epoch(0)),
        })
        .await;
    client.gone().await
}

/// An id that the relay never gave out, on the same thread as the one given.
pub(super) fn never_reserved(mut room_id: RoomId) -> RoomId {
    room_id.0[15] ^= 1;
    room_id
}

mod controls {
    use sanctuary_server::relay::Limits;
    use sanctuary_wire::{Epoch, Payload};

    use super::*;
    use crate::support::{Member, inline};

    const ENDED: RelayFrame = RelayFrame::Ended {
        reason: EndedReason::Purged,
    };

    fn relayed(text: &str) -> RelayFrame {
        RelayFrame::MessageRelayed {
            seq: Seq(1),
            epoch: Epoch(0),
            payload: Payload(text.to_owned().into()),
        }
    }

    fn judge(frames: Vec<RelayFrame>, code: u16) -> Result<(), Breach> {
        let gone = Gone::Closed(code);
        Transcript { frames, gone }.check(EndedReason::Purged)
    }

    #[test]
    fn the_verdict_finds_what_is_planted() {
        assert_eq!(judge(vec![relayed("hello"), ENDED], 1000), Ok(()));
        assert_eq!(
            judge(vec![ENDED, relayed("hello")], 1000),
            Err(Breach::AfterTheEnd("MessageRelayed"))
        );
        assert_eq!(
            judge(vec![ENDED, ENDED], 1000),
            Err(Breach::AfterTheEnd("Ended"))
        );
        assert_eq!(judge(vec![relayed(LATE), ENDED], 1000), Err(Breach::Late));
        let silent = Err(Breach::NotTold(Gone::Closed(1000)));
        assert_eq!(judge(vec![relayed("hello")], 1000), silent);
        let stalled = Err(Breach::NotTold(Gone::Closed(4003)));
        assert_eq!(judge(vec![ENDED], 4003), stalled);
        let expired = RelayFrame::Ended {
            reason: EndedReason::Expired,
        };
        assert_eq!(judge(vec![expired], 1000), silent);
    }

    #[test]
    fn a_cut_connection_is_judged_by_what_it_heard() {
        let judge = |frames| {
            let gone = Gone::Cut;
            Transcript { frames, gone }.check_cut(EndedReason::Purged)
        };
        assert_eq!(judge(vec![relayed("hello")]), Ok(()));
        assert_eq!(judge(vec![relayed(LATE)]), Err(Breach::Late));
        assert_eq!(
            judge(vec![ENDED, relayed("hello")]),
            Err(Breach::AfterTheEnd("MessageRelayed"))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_prober_finds_a_room_and_a_session_that_live() {
        inline(Limits::default(), async |host| {
            let (a, invitation) = Member::create(&host, 1).await;
            let mut prober = Prober::new(&host).await;
            let found = prober.check(invitation, &a.keys).await;
            assert_eq!(found, Err(Breach::Lives("lookup")));
            // A session that outlived its room would be found too.
            let mut elsewhere = invitation;
            elsewhere.room_id.0[14] ^= 1;
            let found = prober.check(elsewhere, &a.keys).await;
            assert_eq!(found, Err(Breach::Lives("resume")));
        })
        .await;
    }
}
