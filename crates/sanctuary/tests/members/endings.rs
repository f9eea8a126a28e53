//! How rooms end.

use sanctuary_terminal::{Ended, EntranceError};

use crate::{
    seat::{PASSWORD, Seat, joined},
    serving::Serving,
};

#[tokio::test]
async fn any_member_purges_the_room_for_all() {
    let relay = Serving::start(&[]);
    let mut ann = Seat::create(&relay.origin, "Ann").await;
    let link = ann.link().await;
    let mut bob = Seat::join(&link, "Bob").await;
    ann.saw(joined, "Bob").await;
    bob.client.purge();
    assert_eq!(ann.ended().await, Ended::Purged);
    assert_eq!(bob.ended().await, Ended::Purged);
    assert!(ann.client.state().await.is_none());
    assert_eq!(
        Seat::try_join(&link, "Cy", PASSWORD).await.err(),
        Some(EntranceError::Gone)
    );
}

#[tokio::test]
async fn a_relay_that_stops_tells_its_members() {
    let relay = Serving::start(&[]);
    let mut ann = Seat::create(&relay.origin, "Ann").await;
    let mut bob = Seat::join(&ann.link().await, "Bob").await;
    relay.terminate();
    assert_eq!(ann.ended().await, Ended::RelayStopped);
    assert_eq!(bob.ended().await, Ended::RelayStopped);
}

#[tokio::test]
async fn a_relay_that_was_restarted_has_no_rooms() {
    let relay = Serving::start(&[]);
    let address = relay.address().to_owned();
    let mut ann = Seat::create(&relay.origin, "Ann").await;
    drop(relay);
    let _next = Serving::at(&address, &[]);
    assert_eq!(ann.ended().await, Ended::RelayStopped);
}

#[tokio::test]
async fn who_leaves_without_a_connection_has_left() {
    let relay = Serving::start(&[]);
    let mut ann = Seat::create(&relay.origin, "Ann").await;
    drop(relay);
    ann.client.leave();
    assert_eq!(ann.ended().await, Ended::Left);
}
