//! Random histories of one room against what every member must see of it.

mod orders;

use proptest::prelude::*;

use super::histories::pick::Pick;
use super::histories::world::{Step, World};

fn step() -> impl Strategy<Value = Step> {
    let who = || any::<usize>().prop_map(Pick);
    prop_oneof![
        4 => any::<bool>().prop_map(|knows| Step::Join { knows }),
        6 => (who(), 0_usize..4).prop_map(|(who, forgets)| Step::Resume { who, forgets }),
        2 => who().prop_map(|who| Step::Refresh { who }),
        4 => who().prop_map(|who| Step::Disconnect { who }),
        6 => who().prop_map(|who| Step::RequestLease { who }),
        1 => who().prop_map(|who| Step::ReleaseLease { who }),
        12 => (who(), 0_u64..2, prop::option::weighted(0.2, who()), prop::bool::weighted(0.2))
            .prop_map(|(who, behind, evicts, rekeys)| Step::Commit { who, behind, evicts, rekeys }),
        4 => who().prop_map(|who| Step::RepeatCommit { who }),
        16 => (who(), 0_u64..4, prop::option::weighted(0.2, who()))
            .prop_map(|(who, behind, to)| Step::Say { who, behind, to }),
        3 => (who(), 0_u64..3).prop_map(|(who, back)| Step::Repeat { who, back }),
        1 => who().prop_map(|who| Step::SayOutOfTurn { who }),
        2 => who().prop_map(|who| Step::PutCapsule { who }),
        1 => who().prop_map(|who| Step::Leave { who }),
        3 => (who(), any::<bool>()).prop_map(|(who, hangs_up)| Step::Haunt { who, hangs_up }),
        6 => (0_u64..20).prop_map(|seconds| Step::Wait { seconds }),
        10 => (who(), 0_u64..3).prop_map(|(who, back)| Step::Report { who, back }),
        1 => who().prop_map(|who| Step::Overreport { who }),
        4 => Just(Step::Pause),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn every_history_keeps_the_promises(
        steps in prop::collection::vec(step(), 1..150),
        replays in prop::sample::select(vec![0_usize, 2_000, 1 << 20]),
        ending in prop::sample::select(vec![Step::Purge, Step::Expire]),
    ) {
        let mut world = World::new(replays);
        for step in steps {
            world.play(step);
            world.check();
        }
        world.come_to_rest();
        world.play(ending);
        world.check_end();
    }
}
