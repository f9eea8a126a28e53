//! Histories of one room: everything that may happen in it, in any order, against what every member must see of it.
//!
//! Property tests make them at random (`tests`), the fuzzer from bytes ([`play`]); what it found once stands in
//! `fuzz/corpus/room` and is played again by `cargo test`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a rule that does not hold ends the test or the fuzzer's run by a panic"
)]

pub(super) mod actor;
mod ledger;
pub(super) mod pick;
pub(super) mod recorder;
mod script;
pub(super) mod world;

use script::Script;
use world::{Step, World};

/// Plays the history that the bytes tell, and panics if it breaks a promise.
pub(crate) fn play(bytes: &[u8]) {
    let mut script = Script::new(bytes);
    let mut world = World::new(script.replay_bytes());
    let ending = script.ending();
    // Its creator hears that they are in.
    world.play(Step::Pause);
    for step in script {
        world.play(step);
        world.check();
    }
    world.come_to_rest();
    world.play(ending);
    world.check_end();
}
