//! A relay under load has newcomers work (PROTOCOL.md, section 5.8).

use crate::{
    seat::{Seat, joined},
    serving::Serving,
};

/// More rooms than a relay bears for which one join per second is easy.
const ROOMS: usize = 6;

#[tokio::test]
async fn members_work_for_their_place_when_the_relay_asks_for_it() {
    let relay = Serving::start(&["--easy-joins=1"]);
    let mut rooms = Vec::new();
    for _ in 0..ROOMS {
        rooms.push(Seat::create(&relay.origin, "Ann").await);
    }
    let mut ann = rooms.pop().unwrap();
    let bob = Seat::join(&ann.link().await, "Bob").await;
    ann.saw(joined, "Bob").await;
    bob.say("made it");
    assert_eq!(ann.heard().await.1, "made it");
}
