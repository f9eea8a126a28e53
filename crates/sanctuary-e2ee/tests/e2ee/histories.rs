//! Random histories: whatever happens in a room, its members stay one group.

use proptest::prelude::*;

use crate::table::Table;

/// Members beyond which nobody joins, so that a history takes a second.
const CROWD: usize = 8;

/// Something that happens; members are chosen by index among those present.
#[derive(Debug, Clone)]
enum Step {
    Join,
    Resync(usize),
    Remove(usize, Vec<usize>),
    Kick(usize, usize),
    Talk(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let who = || 0..CROWD;
    prop_oneof![
        3 => Just(Step::Join),
        2 => who().prop_map(Step::Resync),
        2 => (who(), proptest::collection::vec(who(), 0..3)).prop_map(|(by, gone)| Step::Remove(by, gone)),
        1 => (who(), who()).prop_map(|(by, whom)| Step::Kick(by, whom)),
        3 => who().prop_map(Step::Talk),
    ]
}

fn play(table: &mut Table, step: &Step) {
    let present: Vec<u32> = table.members.keys().copied().collect();
    let at = |index: &usize| present[index % present.len()];
    match step {
        Step::Join if present.len() < CROWD => {
            table.join();
        }
        Step::Resync(who) => table.resync(at(who)),
        Step::Remove(by, gone) => {
            let by = at(by);
            let mut gone: Vec<u32> = gone.iter().map(at).filter(|who| *who != by).collect();
            gone.sort_unstable();
            gone.dedup();
            table.remove(by, &gone);
        }
        Step::Kick(by, whom) if at(by) != at(whom) => {
            table.kick(at(by), at(whom));
        }
        Step::Talk(who) => table.talk(at(who), b"how are you?"),
        Step::Join | Step::Kick(..) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn members_stay_one_group(steps in proptest::collection::vec(step(), 1..24)) {
        let mut table = Table::new();
        for step in &steps {
            play(&mut table, step);
            table.check();
        }
        for number in table.members.keys().copied().collect::<Vec<_>>() {
            table.talk(number, b"goodbye");
        }
    }
}

#[test]
fn a_resync_alone_in_the_room_works() {
    let mut table = Table::new();
    let epoch = table.epoch;
    table.resync(1);
    assert_eq!(table.epoch, epoch + 1);
    table.check();
    table.join();
    table.talk(1, b"hello");
    table.check();
}

#[test]
fn a_room_of_twenty_five_comes_and_goes() {
    let mut table = Table::with(25);
    table.check();
    table.remove(13, &(1..13).collect::<Vec<_>>());
    table.check();
    for _ in 0..3 {
        table.join();
    }
    table.kick(25, 13);
    table.resync(20);
    table.check();
    table.talk(20, b"still here");
}
