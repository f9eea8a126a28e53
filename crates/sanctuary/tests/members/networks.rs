//! Connections that come and go.

use std::time::Duration;

use sanctuary_terminal::Ended;

use crate::{
    proxy::apart,
    seat::{Seat, came_back, inside, joined, left, missed, returned, went_away},
    serving::Serving,
};

#[tokio::test]
async fn nothing_is_lost_with_a_connection() {
    let relay = Serving::start(&[]);
    let (mut ann, mut bob, proxy) = apart(&relay).await;
    proxy.down();
    ann.saw(went_away, "Bob").await;
    for n in 0..20 {
        ann.say(&format!("to Bob {n}"));
        bob.say(&format!("to Ann {n}"));
    }
    proxy.up();
    ann.saw(came_back, "Bob").await;
    for n in 0..20 {
        assert_eq!(ann.heard().await.1, format!("to Ann {n}"));
        assert_eq!(bob.heard().await.1, format!("to Bob {n}"));
    }
}

#[tokio::test]
async fn who_missed_too_much_is_told_and_goes_on() {
    let relay = Serving::start(&["--replay-window", "0s"]);
    let (mut ann, mut bob, proxy) = apart(&relay).await;
    proxy.down();
    ann.saw(went_away, "Bob").await;
    ann.say("Bob will not hear this");
    // Somebody joins, so that Bob's state of the group is old as well.
    let mut cy = Seat::join(&ann.link().await, "Cy").await;
    ann.saw(joined, "Cy").await;
    bob.say("said in the tunnel");
    proxy.up();
    bob.told(missed).await;
    bob.told(inside).await;
    assert_eq!(ann.heard().await.1, "said in the tunnel");
    assert_eq!(cy.heard().await.1, "said in the tunnel");
    ann.say("welcome back");
    assert_eq!(bob.heard().await.1, "welcome back");
    assert_eq!(ann.state().await.safety, bob.state().await.safety);
}

#[tokio::test]
async fn who_was_given_up_joins_again_by_itself() {
    let relay = Serving::start(&["--session-grace", "1s"]);
    let (mut ann, mut bob, proxy) = apart(&relay).await;
    proxy.down();
    ann.saw(left, "Bob").await;
    proxy.up();
    bob.told(missed).await;
    bob.told(inside).await;
    ann.saw(returned, "Bob").await;
    bob.say("here I am");
    assert_eq!(ann.heard().await.1, "here I am");
    assert_eq!(ann.crowd(2).await.len(), 2);
}

#[tokio::test]
async fn who_was_away_during_a_kick_follows_it() {
    let relay = Serving::start(&[]);
    let (mut ann, mut bob, proxy) = apart(&relay).await;
    let _eve = Seat::join(&ann.link().await, "Eve").await;
    ann.crowd(3).await;
    bob.crowd(3).await;
    proxy.down();
    ann.saw(went_away, "Bob").await;
    let roster = ann.state().await.roster;
    let eve = roster
        .iter()
        .find(|person| person.alias == "Eve")
        .unwrap()
        .identity;
    ann.client.kick(eve).await.unwrap();
    proxy.up();
    bob.crowd(2).await;
    assert_eq!(ann.state().await.password, bob.state().await.password);
    bob.say("I have the new secrets");
    assert_eq!(ann.heard().await.1, "I have the new secrets");
}

#[tokio::test]
async fn who_missed_a_kick_altogether_is_locked_out() {
    let relay = Serving::start(&["--replay-window", "0s"]);
    let (mut ann, mut bob, proxy) = apart(&relay).await;
    let _eve = Seat::join(&ann.link().await, "Eve").await;
    ann.crowd(3).await;
    proxy.down();
    ann.saw(went_away, "Bob").await;
    let roster = ann.state().await.roster;
    let eve = roster
        .iter()
        .find(|person| person.alias == "Eve")
        .unwrap()
        .identity;
    ann.client.kick(eve).await.unwrap();
    proxy.up();
    assert_eq!(bob.ended().await, Ended::LockedOut);
}

#[tokio::test]
async fn a_purge_reaches_the_relay_once_there_is_a_way() {
    let relay = Serving::start(&[]);
    let (mut ann, mut bob, proxy) = apart(&relay).await;
    proxy.down();
    ann.saw(went_away, "Bob").await;
    bob.client.purge();
    proxy.up();
    assert_eq!(ann.ended().await, Ended::Purged);
    assert_eq!(bob.ended().await, Ended::Purged);
}

/// Connections are cut over and over while everybody talks and somebody comes and goes: each
/// message arrives once, in order.
#[tokio::test]
async fn a_bad_network_loses_and_doubles_nothing() {
    const MESSAGES: usize = 60;
    let relay = Serving::start(&[]);
    let (mut ann, bob, proxy) = apart(&relay).await;
    let link = ann.link().await.replace(&relay.origin, &proxy.origin);
    let mut listener = Seat::join(&link, "Listener").await;
    ann.crowd(3).await;
    for n in 0..MESSAGES {
        ann.say(&format!("{n}"));
        bob.say(&format!("{n}"));
        match n % 12 {
            3 => proxy.cut(),
            7 => drop(Seat::join(&link.replace(&proxy.origin, &relay.origin), "Passer-by").await),
            _ => tokio::time::sleep(Duration::from_millis(3)).await,
        }
    }
    let (mut from_ann, mut from_bob) = (0, 0);
    while from_ann + from_bob < 2 * MESSAGES {
        let (from, body) = listener.heard().await;
        let next = if from == "Ann" {
            &mut from_ann
        } else {
            &mut from_bob
        };
        assert_eq!(body, next.to_string());
        *next += 1;
    }
}
