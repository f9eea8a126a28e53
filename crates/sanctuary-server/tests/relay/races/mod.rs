//! The end of a room against everything that may happen at the same moment (PROTOCOL.md, section 5.6):
//! ten thousand races, over real connections to a relay on several threads.
//!
//! Each race ends a room while somebody else does something with it, in tasks that begin together and
//! then dawdle by chance. Who was first is told by what the relay answered, and each outcome must have
//! come. Whoever is first, what `verdict` demands must hold.

mod chance;
mod expiry;
mod purges;
mod verdict;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sanctuary_server::relay::Limits;
use tokio::task::JoinSet;

use crate::support::{Host, Running};
use purges::Against;
use verdict::Prober;

/// Races of each kind; there are four.
const RACES: u64 = 2500;

/// How often each outcome must come at least.
const SEEN: u64 = RACES / 100;

/// How many races may be so slow that somebody is hung up on before it has read the end. On a machine
/// that is busy with other things it is a few; if it were many, little would have been checked.
const CUT: u64 = RACES / 4;

/// Races under way at once: enough to keep every thread busy with several rooms.
const AT_ONCE: usize = 8;

/// More threads than the machine may have processors: each is stopped at any point by another.
const SHARDS: usize = 4;

/// How often each outcome came.
type Outcomes = BTreeMap<&'static str, u64>;

/// Demands that these came out, each more than by accident, and nothing else.
fn all_seen(outcomes: &Outcomes, mut expected: Vec<&str>) {
    expected.sort_unstable();
    let seen: Vec<_> = outcomes.keys().copied().collect();
    assert_eq!(seen, expected, "{outcomes:?}");
    assert_eq!(outcomes.values().sum::<u64>(), RACES);
    assert!(
        outcomes.values().all(|count| *count >= SEEN),
        "{outcomes:?}"
    );
}

/// Has rooms purged while something else happens.
async fn purge_against(what: Against) -> Outcomes {
    let running = Running::start(Limits::default(), SHARDS);
    let host = Arc::new(Host::Real(running.address));
    let next = Arc::new(AtomicU64::new(0));
    let cut = Arc::new(AtomicU64::new(0));
    let mut lanes = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (host, next, cut) = (Arc::clone(&host), Arc::clone(&next), Arc::clone(&cut));
        lanes.spawn(lane(what, host, next, cut));
    }
    let mut outcomes = Outcomes::new();
    for (outcome, count) in lanes.join_all().await.into_iter().flatten() {
        *outcomes.entry(outcome).or_default() += count;
    }
    running.stop().await;
    let cut = cut.load(Ordering::Relaxed);
    assert!(cut <= CUT, "{cut} of {RACES} were too slow to be judged");
    outcomes
}

/// One race after the other, until all are run.
async fn lane(
    what: Against,
    host: Arc<Host>,
    next: Arc<AtomicU64>,
    cut: Arc<AtomicU64>,
) -> Outcomes {
    let mut prober = Prober::new(&host).await;
    let mut outcomes = Outcomes::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= RACES {
            return outcomes;
        }
        let outcome = what.race(&host, &mut prober, number, &cut).await;
        *outcomes.entry(outcome).or_default() += 1;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn purge_against_join() {
    let outcomes = purge_against(Against::Join).await;
    all_seen(&outcomes, vec!["refused", "let in and told"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn send_against_purge() {
    let outcomes = purge_against(Against::Send).await;
    all_seen(&outcomes, vec!["delivered", "dropped"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_purges() {
    let outcomes = purge_against(Against::Purge).await;
    all_seen(
        &outcomes,
        vec!["both asked", "one was told before it asked"],
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reconnect_against_expiry() {
    let outcomes = expiry::race(RACES).await;
    all_seen(&outcomes, vec!["refused", "let back in and told"]);
}
