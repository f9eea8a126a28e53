//! Whether there was ever a room cannot be told from how long the answer takes.
//!
//! Two kinds of questions are put in turn, thousands of times, each time in an order that chance decides; how often an
//! answer of one kind took longer than one of the other tells whether they can be told apart. The control is a pair that
//! can: a session whose signature is looked at, and one that nobody knows.

use std::time::Instant;

use sanctuary_server::relay::Limits;
use sanctuary_wire::{ClientFrame, EndedReason, RelayFrame, RoomId, Seq};

use crate::support::{Client, Keys, Member, inline, resume_frame};

/// Questions of each kind.
const QUESTIONS: usize = 3000;

/// How far from one half the share may be, in thousandths: six times what chance makes of so many questions.
const CHANCE: usize = 50;

/// The share of pairs in which the first kind's answer took longer, in thousandths: one half, if both take as long.
fn share_of_longer(first: &[u128], second: &[u128]) -> usize {
    let mut second = second.to_vec();
    second.sort_unstable();
    let longer: usize = first
        .iter()
        .map(|time| {
            let below = second.partition_point(|other| other < time);
            let equal = second.partition_point(|other| other <= time) - below;
            2 * below + equal
        })
        .sum();
    1000 * longer / (2 * first.len() * second.len())
}

/// The times of the answers to two kinds of questions.
async fn times(
    client: &mut Client,
    first: &ClientFrame,
    second: &ClientFrame,
    answer: &RelayFrame,
) -> (Vec<u128>, Vec<u128>) {
    let (mut of_first, mut of_second) = (Vec::new(), Vec::new());
    let mut chance = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..2 * QUESTIONS {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        let (question, times) = if chance & 1 == 0 {
            (first, &mut of_first)
        } else {
            (second, &mut of_second)
        };
        let asked = Instant::now();
        let told = client.ask(question.clone()).await;
        times.push(asked.elapsed().as_nanos());
        assert_eq!(told, *answer, "the same, byte for byte");
    }
    (of_first, of_second)
}

fn unlimited() -> Limits {
    Limits {
        frame_rate: 0,
        easy_joins: 0,
        ..Limits::default()
    }
}

fn gone() -> RelayFrame {
    RelayFrame::Refused {
        reason: sanctuary_wire::RefusedReason::Gone,
        retry_after_ms: 0,
    }
}

#[tokio::test]
async fn a_room_that_has_ended_takes_as_long_as_one_that_never_was() {
    inline(unlimited(), async |host| {
        let (mut creator, invitation) = Member::create(&host, 1).await;
        creator.client.send(ClientFrame::Purge).await;
        creator.client.ended(EndedReason::Purged).await;
        let never = RoomId([9; 16]);
        let mut client = host.connect().await;
        let look_up = |room_id| ClientFrame::Lookup { room_id };
        let join = |client: &Client, room_id| {
            let invitation = crate::support::Invitation {
                room_id,
                ..invitation
            };
            invitation.join_frame(client, &Keys::from_seed(7))
        };
        let pairs = [
            (look_up(invitation.room_id), look_up(never)),
            (join(&client, invitation.room_id), join(&client, never)),
        ];
        for (ended, never) in pairs {
            let (ended, never) = times(&mut client, &ended, &never, &gone()).await;
            let share = share_of_longer(&ended, &never);
            assert!(share.abs_diff(500) < CHANCE, "{share}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_same_method_sees_a_signature_that_is_looked_at() {
    inline(unlimited(), async |host| {
        let (member, _) = Member::create(&host, 1).await;
        let mut client = host.connect().await;
        let forged = |key: &Keys, client: &Client| {
            let frame = resume_frame(client, &Keys::from_seed(8), Seq(0));
            let ClientFrame::Resume {
                signature,
                last_seq,
                ..
            } = frame
            else {
                unreachable!("that is what it is");
            };
            let session_key = key.session_key();
            ClientFrame::Resume {
                session_key,
                signature,
                last_seq,
            }
        };
        let known = forged(&member.keys, &client);
        let unknown = forged(&Keys::from_seed(9), &client);
        let (known, unknown) = times(&mut client, &known, &unknown, &gone()).await;
        let share = share_of_longer(&known, &unknown);
        assert!(share > 500 + 4 * CHANCE, "{share}");
    })
    .await;
}
