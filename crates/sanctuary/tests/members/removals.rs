//! Who is gone, and who has to go.

use sanctuary_terminal::{Ended, EntranceError, Event};

use crate::{
    seat::{PASSWORD, Seat, joined, left},
    serving::Serving,
};

#[tokio::test]
async fn who_left_is_removed_from_the_group() {
    let relay = Serving::start(&[]);
    let mut ann = Seat::create(&relay.origin, "Ann").await;
    let mut bob = Seat::join(&ann.link().await, "Bob").await;
    let mut cy = Seat::join(&ann.link().await, "Cy").await;
    ann.crowd(3).await;
    let before = ann.state().await.safety;
    cy.client.leave();
    assert_eq!(cy.ended().await, Ended::Left);
    for seat in [&mut ann, &mut bob] {
        seat.saw(left, "Cy").await;
    }
    // The phrase changes once a commit has shut the door behind Cy; messages go on meanwhile and
    // after.
    loop {
        ann.say("are we alone?");
        bob.heard().await;
        if bob.state().await.safety != before {
            break;
        }
        tokio::task::yield_now().await;
    }
    ann.say("now we are");
    while bob.heard().await.1 != "now we are" {}
    assert_eq!(ann.state().await.safety, bob.state().await.safety);
}

#[tokio::test]
async fn a_kick_shuts_out_for_good() {
    let relay = Serving::start(&[]);
    let mut ann = Seat::create(&relay.origin, "Ann").await;
    let old_link = ann.link().await;
    let mut bob = Seat::join(&old_link, "Bob").await;
    let mut eve = Seat::join(&old_link, "Eve").await;
    ann.crowd(3).await;
    let roster = ann.state().await.roster;
    let target = roster.iter().find(|person| person.alias == "Eve").unwrap();
    ann.client.kick(target.identity).await.unwrap();
    assert_eq!(eve.ended().await, Ended::Evicted);
    let rekeyed = |event| match event {
        Event::Rekeyed { link, password } => Some((link.to_string(), password.as_str().to_owned())),
        _ => None,
    };
    let removed = |event| match event {
        Event::Removed { who, by } => Some((who.alias, by.alias)),
        _ => None,
    };
    assert_eq!(
        bob.told(removed).await,
        ("Eve".to_owned(), "Ann".to_owned())
    );
    let (link, password) = bob.told(rekeyed).await;
    assert_eq!(ann.told(rekeyed).await, (link.clone(), password.clone()));

    assert_eq!(
        Seat::try_join(&old_link, "Eve", PASSWORD).await.err(),
        Some(EntranceError::Gone)
    );
    let mut dee = Seat::try_join(&link, "Dee", &password).await.unwrap();
    bob.saw(joined, "Dee").await;
    bob.say("without Eve");
    assert_eq!(dee.heard().await.1, "without Eve");
    assert_eq!(dee.crowd(3).await, ["Ann", "Bob", "Dee"]);
    let refusal = Seat::try_join(&link, "Eve", PASSWORD).await.err();
    assert_eq!(refusal, Some(EntranceError::WrongPassword));
}

#[tokio::test]
async fn two_kick_each_other_and_one_wins() {
    let relay = Serving::start(&[]);
    let mut ann = Seat::create(&relay.origin, "Ann").await;
    let mut bob = Seat::join(&ann.link().await, "Bob").await;
    ann.crowd(2).await;
    let roster = ann.state().await.roster;
    let identity = |alias| {
        roster
            .iter()
            .find(|person| person.alias == alias)
            .unwrap()
            .identity
    };
    let (one, other) = tokio::join!(
        ann.client.kick(identity("Bob")),
        bob.client.kick(identity("Ann"))
    );
    assert_ne!(one.is_ok(), other.is_ok());
    let (winner, loser) = if one.is_ok() {
        (&mut ann, &mut bob)
    } else {
        (&mut bob, &mut ann)
    };
    assert_eq!(loser.ended().await, Ended::Evicted);
    assert_eq!(winner.crowd(1).await.len(), 1);
}
