//! Random histories of a room, played by real sessions in a real group over a small relay and a network that breaks at any
//! frame.
//!
//! What must hold in each: a text is heard once, in the order in which it was said, by everybody who was in the group at
//! its place and was not told of a gap there; by nobody who came later; ids have no gap; nobody is told that everyone has a
//! message that somebody in the room lacks; all comes to rest; and nothing follows the end.

mod relay;
mod world;

use proptest::prelude::*;
use tokio::runtime::Builder;
use world::{Step, World};

fn step() -> impl Strategy<Value = Step> {
    let who = || 0_usize..6;
    prop_oneof![
        10 => who().prop_map(Step::Say),
        14 => (who(), 1_usize..4).prop_map(|(who, frames)| Step::Up(who, frames)),
        14 => (who(), 1_usize..4).prop_map(|(who, frames)| Step::Down(who, frames)),
        10 => who().prop_map(Step::Quiet),
        6 => (who(), any::<bool>()).prop_map(|(who, notices)| Step::Cut(who, notices)),
        8 => who().prop_map(Step::Back),
        6 => Just(Step::Join),
        2 => who().prop_map(Step::Leave),
        2 => Just(Step::ForgetAbsent),
        4 => Just(Step::DropKept),
        3 => who().prop_map(Step::Repeat),
        6 => Just(Step::Report),
        6 => (0_u64..6_000).prop_map(Step::Wait),
    ]
}

/// Plays a history on a clock that stands still but for its steps.
fn play(steps: impl IntoIterator<Item = Step>) {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut world = World::new();
        for step in steps {
            world.play(step).await;
        }
        world.come_to_rest().await;
        world.end();
    });
}

/// Found by the property: the answer to a commit that was sent again must not be taken for that to a newer one.
#[test]
fn a_rejected_commit_takes_no_newer_one_along() {
    play([
        Step::Join,
        Step::Join,
        Step::Down(1, 1),
        Step::Up(1, 1),
        Step::Say(0),
        Step::Down(2, 3),
        Step::Cut(2, true),
        Step::Say(0),
        Step::Back(2),
        Step::Say(0),
        Step::Say(0),
        Step::Join,
        Step::Cut(0, false),
        Step::Up(2, 3),
        Step::Down(3, 3),
    ]);
}

/// Found by the property: the relay takes a creator that comes back to an empty room for one without a state.
#[test]
fn a_creator_that_loses_its_connection_first_of_all_is_heard_all_the_same() {
    play([
        Step::Say(0),
        Step::Cut(0, true),
        Step::Say(0),
        Step::Back(0),
        Step::Join,
    ]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, max_shrink_time: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn every_history_keeps_the_promises(steps in prop::collection::vec(step(), 1..100)) {
        play(steps);
    }
}
