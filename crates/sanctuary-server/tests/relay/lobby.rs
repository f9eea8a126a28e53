//! Before a room (PROTOCOL.md, sections 3 and 5.1).

use std::time::Duration;

use sanctuary_server::relay::Limits;
use sanctuary_wire::{
    ClientFrame, Epoch, MemberNumber, MemberPresence, MessageId, Presence, RefusedReason,
    RelayFrame, RoomId, Seq,
};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use crate::support::{
    Gone, Keys, LIFETIME, Member, capsule, group_state, inline, message, resume_frame, sealed_name,
};

const GONE: RelayFrame = RelayFrame::Refused {
    reason: RefusedReason::Gone,
    retry_after_ms: 0,
};

fn create(room_id: RoomId, lifetime_s: u32, session: u64) -> ClientFrame {
    ClientFrame::Create {
        room_id,
        lifetime_s,
        admission_key: Keys::from_seed(1).admission_key(),
        session_key: Keys::from_seed(session).session_key(),
        capsule: capsule("creator"),
        sealed_name: sealed_name(),
        group_state: group_state(Epoch(0)),
    }
}

#[tokio::test(start_paused = true)]
async fn the_creator_is_member_one_and_everyone_with_the_link_can_look_the_room_up() {
    inline(Limits::default(), async |host| {
        let mut creator = host.connect().await;
        let RelayFrame::Reserved { room_id } = creator.ask(ClientFrame::Reserve).await else {
            panic!("not reserved");
        };
        let admitted = RelayFrame::Admitted {
            member: MemberNumber(1),
            remaining_ms: 300_000,
            members: vec![MemberPresence {
                member: MemberNumber(1),
                presence: Presence::Here,
            }],
        };
        assert_eq!(creator.ask(create(room_id, 300, 7)).await, admitted);
        tokio::time::advance(Duration::from_millis(1500)).await;
        let room = RelayFrame::Room {
            remaining_ms: 298_500,
            sealed_name: sealed_name(),
        };
        let mut guest = host.connect().await;
        assert_eq!(guest.ask(ClientFrame::Lookup { room_id }).await, room);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn ended_unknown_and_never_existing_rooms_and_sessions_get_one_and_the_same_answer() {
    inline(Limits::default(), async |host| {
        let (mut creator, ended) = Member::create(&host, 1).await;
        creator.client.send(ClientFrame::Purge).await;
        creator.client.gone().await;
        let never = RoomId([7; 16]);
        let mut client = host.connect().await;
        for room_id in [ended.room_id, never] {
            assert_eq!(client.ask(ClientFrame::Lookup { room_id }).await, GONE);
            let mut invitation = ended;
            invitation.room_id = room_id;
            let join = invitation.join_frame(&client, &Keys::from_seed(2));
            assert_eq!(client.ask(join).await, GONE);
        }
        for keys in [creator.keys, Keys::from_seed(99)] {
            let resume = resume_frame(&client, &keys, Seq(0));
            assert_eq!(client.ask(resume).await, GONE);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_session_is_resumed_with_its_own_signature_only() {
    inline(Limits::default(), async |host| {
        let (creator, _) = Member::create(&host, 1).await;
        let mut client = host.connect().await;
        let stolen = resume_frame(&creator.client, &creator.keys, Seq(0));
        assert_eq!(client.ask(stolen).await, GONE, "of another connection");
        let ClientFrame::Resume { session_key, .. } = resume_frame(&client, &creator.keys, Seq(0))
        else {
            unreachable!()
        };
        let forged = ClientFrame::Resume {
            session_key,
            signature: Keys::from_seed(2).sign(b"anything"),
            last_seq: Seq(0),
        };
        assert_eq!(client.ask(forged).await, GONE);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_room_lives_as_long_as_the_protocol_and_the_operator_allow() {
    let limits = Limits {
        max_lifetime: Duration::from_secs(600),
        ..Limits::default()
    };
    inline(limits, async |host| {
        let mut client = host.connect().await;
        let RelayFrame::Reserved { room_id } = client.ask(ClientFrame::Reserve).await else {
            panic!("not reserved");
        };
        let refused = RelayFrame::Refused {
            reason: RefusedReason::LifetimeOutOfRange,
            retry_after_ms: 0,
        };
        for lifetime_s in [0, 299, 601, 3600, u32::MAX] {
            assert_eq!(client.ask(create(room_id, lifetime_s, 1)).await, refused);
        }
        let admitted = client.ask(create(room_id, 600, 1)).await;
        assert!(matches!(admitted, RelayFrame::Admitted { .. }));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_full_relay_says_so_and_has_room_again_when_one_has_ended() {
    let limits = Limits {
        max_rooms: 1,
        ..Limits::default()
    };
    inline(limits, async |host| {
        let (mut first, _) = Member::create(&host, 1).await;
        let mut client = host.connect().await;
        let RelayFrame::Reserved { room_id } = client.ask(ClientFrame::Reserve).await else {
            panic!("not reserved");
        };
        let full = RelayFrame::Refused {
            reason: RefusedReason::RelayFull,
            retry_after_ms: 0,
        };
        assert_eq!(client.ask(create(room_id, 300, 2)).await, full);
        first.client.send(ClientFrame::Purge).await;
        first.client.gone().await;
        let admitted = client.ask(create(room_id, 300, 2)).await;
        assert!(matches!(admitted, RelayFrame::Admitted { .. }));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_room_id_is_the_relays_choice_and_works_on_the_connection_that_reserved_it() {
    inline(Limits::default(), async |host| {
        let mut one = host.connect().await;
        let mut other = host.connect().await;
        let RelayFrame::Reserved { room_id } = one.ask(ClientFrame::Reserve).await else {
            panic!("not reserved");
        };
        other.send(create(room_id, 300, 1)).await;
        assert_eq!(other.gone().await, Gone::Closed(4001));
        one.send(create(RoomId([1; 16]), 300, 1)).await;
        assert_eq!(one.gone().await, Gone::Closed(4001));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_session_key_stands_for_one_session() {
    inline(Limits::default(), async |host| {
        let (_creator, invitation) = Member::create(&host, 1).await;
        let mut client = host.connect().await;
        let join = invitation.join_frame(&client, &Keys::from_seed(1));
        client.send(join).await;
        assert_eq!(client.gone().await, Gone::Closed(4001));
        let mut client = host.connect().await;
        let RelayFrame::Reserved { room_id } = client.ask(ClientFrame::Reserve).await else {
            panic!("not reserved");
        };
        client.send(create(room_id, 300, 1)).await;
        assert_eq!(client.gone().await, Gone::Closed(4001));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn frames_that_need_a_room_close_a_connection_without_one() {
    inline(Limits::default(), async |host| {
        for frame in [
            ClientFrame::RequestLease,
            ClientFrame::ReleaseLease,
            message(MessageId(1), Epoch(0), "hello"),
            ClientFrame::PutCapsule {
                capsule: capsule("new"),
            },
            ClientFrame::Leave,
            ClientFrame::Purge,
        ] {
            let mut client = host.connect().await;
            client.send(frame).await;
            assert_eq!(client.gone().await, Gone::Closed(4001));
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn frames_that_come_before_a_room_close_a_connection_that_has_one() {
    inline(Limits::default(), async |host| {
        let (_creator, invitation) = Member::create(&host, 1).await;
        for seed in 2..5 {
            let mut member = invitation.join(&host, seed).await;
            let again = match seed {
                2 => invitation.join_frame(&member.client, &Keys::from_seed(9)),
                3 => ClientFrame::Reserve,
                _ => resume_frame(&member.client, &member.keys, Seq(0)),
            };
            member.client.send(again).await;
            assert_eq!(member.client.gone().await, Gone::Closed(4001));
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_not_a_frame_closes_the_connection() {
    inline(Limits::default(), async |host| {
        let mut trailing = ClientFrame::Leave.encode();
        trailing.push(0);
        for (message, code) in [
            (Message::Binary(vec![].into()), 4000),
            (Message::Binary(vec![0x7f].into()), 4000),
            (Message::Binary(vec![0x81].into()), 4000),
            (Message::Binary(trailing.into()), 4000),
            (Message::Text("hello".into()), 1003),
            (Message::Binary(vec![0; (1 << 20) + 1].into()), 1009),
        ] {
            let mut client = host.connect().await;
            client.send_message(message).await;
            assert_eq!(client.gone().await, Gone::Closed(code));
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_does_nothing_is_closed_after_ten_minutes() {
    inline(Limits::default(), async |host| {
        let start = Instant::now();
        let mut client = host.connect().await;
        assert_eq!(client.gone().await, Gone::Closed(4002));
        assert_eq!(start.elapsed().as_secs(), 600);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_member_is_not_idle_however_silent() {
    inline(Limits::default(), async |host| {
        let start = Instant::now();
        let (mut creator, _) = Member::create(&host, 1).await;
        creator.client.gone().await;
        assert_eq!(start.elapsed(), LIFETIME);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn when_all_rooms_are_taken_the_oldest_that_nobody_is_in_makes_place() {
    let limits = Limits {
        max_rooms: 3,
        easy_joins: 0,
        ..Limits::default()
    };
    inline(limits, async |host| {
        let mut rooms = Vec::new();
        for seed in 1..=3 {
            rooms.push(Member::create(&host, seed).await);
        }
        let mut late = host.connect().await;
        let RelayFrame::Reserved { room_id } = late.ask(ClientFrame::Reserve).await else {
            panic!("not reserved");
        };
        let full = RelayFrame::Refused {
            reason: RefusedReason::RelayFull,
            retry_after_ms: 0,
        };
        assert_eq!(late.ask(create(room_id, 300, 4)).await, full);
        // The second and the third are left; the first has its creator.
        for (member, _) in &mut rooms[1..] {
            member.client.ask(ClientFrame::Leave).await;
        }
        let admitted = late.ask(create(room_id, 300, 4)).await;
        assert!(matches!(admitted, RelayFrame::Admitted { .. }));
        let mut guest = host.connect().await;
        let mut exist = Vec::new();
        for (_, invitation) in &rooms {
            let room_id = invitation.room_id;
            exist.push(guest.ask(ClientFrame::Lookup { room_id }).await != GONE);
        }
        assert_eq!(exist, [true, false, true]);
    })
    .await;
}
