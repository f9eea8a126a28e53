//! Work that newcomers show when many come at once (PROTOCOL.md, section 5.8).

use std::time::Duration;

use ring::digest::{SHA256, digest};
use sanctuary_server::relay::Limits;
use sanctuary_wire::{ClientFrame, Epoch, RelayFrame, RoomId, WorkChallenge, WorkSolutions};
use tokio::time::{Instant, sleep};

use crate::support::{Client, Gone, Host, Invitation, Keys, Member, inline};

/// A relay that one join per second is easy for: nothing is asked up to a weight of 14.
fn strained() -> Limits {
    Limits {
        easy_joins: 1,
        ..Limits::default()
    }
}

fn sha256(input: &[u8]) -> [u8; 32] {
    digest(&SHA256, input).as_ref().try_into().unwrap()
}

fn solved(challenge: WorkChallenge, bits: u8) -> ClientFrame {
    ClientFrame::Work {
        solutions: WorkSolutions::find(&challenge, bits, sha256).unwrap(),
    }
}

/// Asks, and works for it if that is demanded: the answer, and how many bits it took.
async fn ask(client: &mut Client, frame: ClientFrame) -> (RelayFrame, Option<u8>) {
    match client.ask(frame.clone()).await {
        RelayFrame::WorkDemanded { challenge, bits } => {
            client.send(solved(challenge, bits)).await;
            (client.ask(frame).await, Some(bits))
        }
        answer => (answer, None),
    }
}

/// Joins, or tries to, without keeping the place.
async fn pass(host: &Host, invitation: Invitation, seed: u64) -> Option<u8> {
    let mut client = host.connect().await;
    let join = invitation.join_frame(&client, &Keys::from_seed(seed));
    let (answer, bits) = ask(&mut client, join).await;
    assert!(matches!(answer, RelayFrame::Admitted { .. }), "{answer:?}");
    client.ask(ClientFrame::Leave).await;
    bits
}

/// Demanded for joining that room, without doing it.
async fn demanded(client: &mut Client, invitation: Invitation) -> Option<(WorkChallenge, u8)> {
    let join = invitation.join_frame(client, &Keys::from_seed(999));
    match client.ask(join).await {
        RelayFrame::WorkDemanded { challenge, bits } => Some((challenge, bits)),
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn a_flood_raises_the_level_honest_people_get_in_and_it_falls_when_it_is_over() {
    inline(strained(), async |host| {
        let (_creator, invitation) = Member::create(&host, 1).await;
        let mut levels = Vec::new();
        for n in 0..60 {
            levels.push(pass(&host, invitation, 100 + n).await);
        }
        // Nothing at first, then the first level, then the second.
        assert_eq!(levels.first(), Some(&None));
        assert_eq!(levels.last(), Some(&Some(15)));
        assert!(levels.is_sorted(), "{levels:?}");
        // Somebody who has nothing to do with it gets in by the same work, and into a room of their own.
        let mut honest = host.connect().await;
        let RelayFrame::Reserved { room_id } = honest.ask(ClientFrame::Reserve).await else {
            panic!("not reserved");
        };
        let create = Member::create_frame(room_id, 5000);
        let (answer, bits) = ask(&mut honest, create).await;
        assert!(matches!(answer, RelayFrame::Admitted { .. }), "{answer:?}");
        assert_eq!(bits, Some(15));
        // Ten seconds of quiet take one level back each.
        let over = Instant::now();
        let mut seen = vec![15];
        loop {
            sleep(Duration::from_secs(1)).await;
            let mut client = host.connect().await;
            let bits = demanded(&mut client, invitation)
                .await
                .map(|(_, bits)| bits);
            let Some(bits) = bits else { break };
            if seen.last() != Some(&bits) {
                seen.push(bits);
            }
        }
        assert_eq!(seen, [15, 14, 13]);
        assert!(
            over.elapsed() < Duration::from_secs(40),
            "{:?}",
            over.elapsed()
        );
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn without_the_limit_the_same_flood_is_let_in_for_nothing() {
    let limits = Limits {
        easy_joins: 0,
        ..Limits::default()
    };
    inline(limits, async |host| {
        let (_creator, invitation) = Member::create(&host, 1).await;
        for n in 0..60 {
            assert_eq!(pass(&host, invitation, 100 + n).await, None);
        }
    })
    .await;
}

/// Makes the relay ask for work.
async fn strain(host: &Host) -> (Member, Invitation) {
    let (creator, invitation) = Member::create(host, 1).await;
    for n in 0..15 {
        pass(host, invitation, 100 + n).await;
    }
    (creator, invitation)
}

#[tokio::test(start_paused = true)]
async fn work_is_good_once_on_its_own_connection_and_for_some_minutes() {
    inline(strained(), async |host| {
        let (_creator, invitation) = strain(&host).await;
        // Once: a wrong password uses it up, and the next try takes other work.
        let mut client = host.connect().await;
        let wrong = invitation.with_wrong_password();
        let (challenge, bits) = demanded(&mut client, wrong).await.unwrap();
        client.send(solved(challenge, bits)).await;
        assert_eq!(demanded(&mut client, wrong).await, None);
        let (next, bits) = demanded(&mut client, invitation).await.unwrap();
        assert_ne!(next, challenge);
        // What was right for the one before is not for this one.
        client.send(solved(challenge, bits)).await;
        assert_eq!(client.gone().await, Gone::Closed(4001));

        // On its own connection.
        let mut one = host.connect().await;
        let mut other = host.connect().await;
        let (challenge, bits) = demanded(&mut one, invitation).await.unwrap();
        demanded(&mut other, invitation).await.unwrap();
        other.send(solved(challenge, bits)).await;
        assert_eq!(other.gone().await, Gone::Closed(4001));

        // Work that nobody asked for.
        let mut eager = host.connect().await;
        eager.send(solved(challenge, bits)).await;
        assert_eq!(eager.gone().await, Gone::Closed(4001));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn work_that_was_put_by_is_worth_nothing_later() {
    let limits = Limits {
        idle_timeout: Duration::from_secs(3000),
        ..strained()
    };
    inline(limits, async |host| {
        let (_creator, invitation) = strain(&host).await;
        let mut hoarder = host.connect().await;
        let (challenge, bits) = demanded(&mut hoarder, invitation).await.unwrap();
        hoarder.send(solved(challenge, bits)).await;
        // It is there all the time, and answers the relay's pings.
        for _ in 0..31 {
            sleep(Duration::from_secs(10)).await;
            hoarder.heard().await;
        }
        for n in 0..20 {
            pass(&host, invitation, 200 + n).await;
        }
        assert!(demanded(&mut hoarder, invitation).await.is_some());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn it_is_asked_for_rooms_that_never_were_as_well_and_never_of_who_comes_back() {
    inline(strained(), async |host| {
        let (creator, invitation) = strain(&host).await;
        let mut client = host.connect().await;
        let nowhere = Invitation {
            room_id: RoomId([9; 16]),
            ..invitation
        };
        let (_, there) = demanded(&mut client, invitation).await.unwrap();
        let (_, nowhere) = demanded(&mut client, nowhere).await.unwrap();
        assert_eq!(there, nowhere);
        let keys = creator.vanish();
        let (mut creator, _) = Member::resume(&host, keys, sanctuary_wire::Seq(0)).await;
        creator.enter().await;
        creator.say(Epoch(1), "hello").await;
    })
    .await;
}

/// Those who knock and do not work make it harder for nobody.
#[tokio::test(start_paused = true)]
async fn knocking_alone_raises_no_level() {
    inline(strained(), async |host| {
        let (_creator, invitation) = strain(&host).await;
        let mut client = host.connect().await;
        let (_, before) = demanded(&mut client, invitation).await.unwrap();
        for _ in 0..500 {
            demanded(&mut client, invitation).await.unwrap();
        }
        let (_, after) = demanded(&mut client, invitation).await.unwrap();
        assert!(after <= before);
    })
    .await;
}

/// The same case stands in the web client's tests (`web/tests/e2ee/work.test.ts`): both count up from 0.
#[test]
fn both_implementations_find_the_same() {
    let challenge = WorkChallenge(std::array::from_fn(|i| u8::try_from(i).unwrap()));
    let found = WorkSolutions::find(&challenge, 8, sha256).unwrap();
    let found: Vec<_> = found
        .0
        .chunks(8)
        .map(|eight| u16::from_be_bytes([eight[6], eight[7]]))
        .collect();
    assert_eq!(found, [0x102, 0x2c5, 0x54, 0x268, 0x44, 0x161, 0x339, 0xad]);
}

#[tokio::test(start_paused = true)]
async fn the_fewer_connections_are_left_the_more_a_join_costs() {
    let limits = Limits {
        max_connections: 6,
        ..Limits::default()
    };
    inline(limits, async |host| {
        let (_creator, invitation) = Member::create(&host, 1).await;
        let mut client = host.connect().await;
        // Nothing is asked, so this one is in.
        assert!(demanded(&mut client, invitation).await.is_none());
        let _third = invitation.join(&host, 2).await;
        let mut client = host.connect().await;
        let bits = demanded(&mut client, invitation)
            .await
            .map(|(_, bits)| bits);
        assert_eq!(bits, Some(13));
    })
    .await;
}
