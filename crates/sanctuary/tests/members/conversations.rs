//! Joining and talking.

use sanctuary_terminal::{EntranceError, Event};

use crate::{
    seat::{PASSWORD, Seat, joined, left},
    serving::Serving,
};

fn text(from: &str, body: &str) -> (String, String) {
    (from.to_owned(), body.to_owned())
}

#[tokio::test]
async fn two_members_talk_both_ways() {
    let relay = Serving::start(&[]);
    let mut ann = Seat::create(&relay.origin, "Ann").await;
    let mut bob = Seat::join(&ann.link().await, "Bob").await;
    ann.saw(joined, "Bob").await;
    ann.say("hello Bob");
    assert_eq!(bob.heard().await, text("Ann", "hello Bob"));
    bob.say("hello Ann");
    assert_eq!(ann.heard().await, text("Bob", "hello Ann"));
    let (anns, bobs) = (ann.state().await, bob.state().await);
    assert_eq!(anns.safety.len(), 6);
    assert_eq!(anns.safety, bobs.safety);
    assert_eq!(bobs.room_name, "Tea");
    assert_eq!(bob.crowd(2).await, ["Ann", "Bob"]);
}

/// What is refused below that is not refused too early.
#[tokio::test]
async fn the_least_memory_and_the_lowest_rates_are_enough_to_talk() {
    let relay = Serving::start(&[
        "--max-memory=10MiB",
        "--byte-rate=86KiB",
        "--frame-rate=10",
        "--max-connections=4",
        "--threads=8",
    ]);
    let ann = Seat::create(&relay.origin, "Ann").await;
    let mut bob = Seat::join(&ann.link().await, "Bob").await;
    ann.say("hello Bob");
    assert_eq!(bob.heard().await, text("Ann", "hello Bob"));
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_told() {
    let relay = Serving::start(&[]);
    let mut ann = Seat::create(&relay.origin, "Ann").await;
    let link = ann.link().await;
    let refusal = Seat::try_join(&link, "Eve", "tea at five").await.err();
    assert_eq!(refusal, Some(EntranceError::WrongPassword));
    let count = |event| {
        if let Event::WrongPassword(count) = event {
            Some(count)
        } else {
            None
        }
    };
    assert_eq!(ann.told(count).await, 1);
    // The right one is not verified either until the second is over.
    let throttled = Seat::try_join(&link, "Bob", PASSWORD).await.err();
    if let Some(EntranceError::Throttled(wait)) = throttled {
        tokio::time::sleep(wait).await;
    }
    Seat::join(&link, "Bob").await;
    ann.saw(joined, "Bob").await;
}

#[tokio::test]
async fn links_to_nothing_are_all_the_same() {
    let relay = Serving::start(&[]);
    let ann = Seat::create(&relay.origin, "Ann").await;
    let link = ann.link().await;
    let (place, _) = link.split_once('#').unwrap();
    let another_secret = format!("{place}#{}", "A".repeat(32));
    let another_room = link.replacen("/r/", "/r/AAAAAAAAAAAAAAAAAAAAAA#", 1);
    let another_room = format!(
        "{}#{}",
        another_room.split_once('#').unwrap().0,
        "A".repeat(32)
    );
    for wrong in [another_secret, another_room] {
        assert_eq!(
            Seat::try_join(&wrong, "Bob", PASSWORD).await.err(),
            Some(EntranceError::Gone)
        );
    }
    let no_link = Seat::try_join(place, "Bob", PASSWORD).await.err();
    assert!(matches!(no_link, Some(EntranceError::Link(_))));
}

#[tokio::test]
async fn ten_join_at_once_and_all_hear_everything() {
    let relay = Serving::start(&[]);
    let ann = Seat::create(&relay.origin, "Ann").await;
    let link = ann.link().await;
    let joining: Vec<_> = (0..10)
        .map(|n| {
            let link = link.clone();
            tokio::spawn(async move { Seat::join(&link, &format!("guest {n}")).await })
        })
        .collect();
    let mut seats = vec![ann];
    for seat in joining {
        seats.push(seat.await.unwrap());
    }
    for seat in &mut seats {
        seat.crowd(11).await;
    }
    for (n, seat) in seats.iter().enumerate() {
        seat.say(&n.to_string());
    }
    for seat in &mut seats {
        let mut bodies = Vec::new();
        for _ in 0..10 {
            bodies.push(seat.heard().await.1);
        }
        bodies.sort();
        bodies.dedup();
        assert_eq!(bodies.len(), 10);
    }
}

#[tokio::test]
async fn members_come_and_go_as_they_like() {
    let relay = Serving::start(&[]);
    let mut ann = Seat::create(&relay.origin, "Ann").await;
    let link = ann.link().await;
    for _ in 0..2 {
        let bob = Seat::join(&link, "Bob").await;
        ann.saw(joined, "Bob").await;
        bob.client.leave();
        ann.saw(left, "Bob").await;
    }
    ann.client.leave();
    // The room stands empty, and lives.
    let alone = Seat::join(&link, "Cy").await;
    alone.say("nobody hears me");
    let mut dee = Seat::join(&link, "Dee").await;
    alone.say("hello Dee");
    assert_eq!(dee.heard().await, text("Cy", "hello Dee"));
}
