//! Many at once: who comes in, and who leaves.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::{seat::Seat, serving::Serving, tally::Tally};

/// Types of frames (PROTOCOL.md, section 4.2).
const COMMIT_ACCEPTED: u8 = 0x88;
const COMMIT_REJECTED: u8 = 0x89;

/// Everyone in the room.
const CROWD: usize = 100;

/// How long the first in rank waits before it removes those who are gone, less what a message takes
/// (PROTOCOL.md, section 8.5). Whoever leaves within that is removed by one commit.
const AT_ONCE: Duration = Duration::from_millis(1400);

/// Nobody commits in vain, and nobody more than once: leases see to the one, one commit for all who are
/// gone to the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_come_by_a_commit_each_and_fifty_who_leave_at_once_go_by_one() {
    // A machine that is busy with other things as well must not make leases lapse, or members be lost.
    let relay = Serving::start(&["--lease", "60s", "--session-grace", "600s"]);
    let tally = Tally::to(relay.address()).await;
    let mut ann = Seat::create(&tally.origin, "Ann").await;
    let link = ann.link().await;
    let mut joining = JoinSet::new();
    for n in 1..CROWD {
        let link = link.clone();
        joining.spawn(async move { Seat::join_patiently(&link, &format!("guest {n}")).await });
    }
    let mut guests = joining.join_all().await;
    ann.crowd(CROWD).await;
    assert_eq!(tally.of(COMMIT_ACCEPTED), CROWD - 1);
    assert_eq!(tally.of(COMMIT_REJECTED), 0);

    let begun = Instant::now();
    let leaving = guests.split_off(CROWD / 2 - 1);
    for guest in &leaving {
        guest.client.leave();
    }
    for mut guest in leaving {
        guest.ended().await;
    }
    let at_once = begun.elapsed() < AT_ONCE;
    ann.crowd(CROWD / 2).await;
    for guest in &mut guests {
        guest.crowd(CROWD / 2).await;
    }
    let removals = tally.of(COMMIT_ACCEPTED) - (CROWD - 1);
    // On a machine that took its time over the leaving, some may have gone after the first commit.
    assert!(
        removals == 1 || !at_once && removals <= 5,
        "{removals} commits"
    );
    assert_eq!(tally.of(COMMIT_REJECTED), 0);
}
