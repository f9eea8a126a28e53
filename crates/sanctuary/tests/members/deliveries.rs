//! How far own messages come.

use sanctuary_terminal::{Delivery, Event, TextId};

use crate::{
    proxy::apart,
    seat::{Seat, inside, joined, missed, went_away},
    serving::Serving,
};

impl Seat {
    fn sends(&self, body: &str) -> TextId {
        self.client.say(body).unwrap()
    }

    /// Waits for the next news of an own message.
    async fn learns(&mut self) -> (TextId, Delivery) {
        self.told(|event| match event {
            Event::Delivery { id, delivery } => Some((id, delivery)),
            _ => None,
        })
        .await
    }
}

#[tokio::test]
async fn a_message_is_sent_and_then_everyones() {
    let relay = Serving::start(&[]);
    let (mut ann, mut bob, _proxy) = apart(&relay).await;
    let id = ann.sends("hello");
    assert_eq!(ann.learns().await, (id, Delivery::Sent));
    assert_eq!(ann.learns().await, (id, Delivery::Everyone));
    assert_eq!(bob.heard().await.1, "hello");
}

#[tokio::test]
async fn who_is_away_holds_it_back_and_has_it_before_the_sender_is_told() {
    let relay = Serving::start(&[]);
    let (mut ann, mut bob, proxy) = apart(&relay).await;
    proxy.down();
    ann.saw(went_away, "Bob").await;
    let id = ann.sends("while away");
    assert_eq!(ann.learns().await, (id, Delivery::Sent));
    proxy.up();
    assert_eq!(bob.heard().await.1, "while away");
    assert_eq!(ann.learns().await, (id, Delivery::Everyone));
}

#[tokio::test]
async fn who_was_away_too_long_makes_it_missed() {
    let relay = Serving::start(&["--replay-window", "0s"]);
    let (mut ann, mut bob, proxy) = apart(&relay).await;
    proxy.down();
    ann.saw(went_away, "Bob").await;
    let id = ann.sends("not for Bob");
    assert_eq!(ann.learns().await, (id, Delivery::Sent));
    proxy.up();
    bob.told(missed).await;
    bob.told(inside).await;
    assert_eq!(ann.learns().await, (id, Delivery::Missed));
    let id = ann.sends("for Bob");
    assert_eq!(ann.learns().await, (id, Delivery::Sent));
    assert_eq!(ann.learns().await, (id, Delivery::Everyone));
}

#[tokio::test]
async fn who_is_gone_holds_nothing_back_any_more() {
    let relay = Serving::start(&["--session-grace", "1s"]);
    let (mut ann, _bob, proxy) = apart(&relay).await;
    let mut eve = Seat::join(&ann.link().await, "Eve").await;
    ann.saw(joined, "Eve").await;
    proxy.down();
    ann.saw(went_away, "Bob").await;
    let id = ann.sends("for who is left");
    assert_eq!(ann.learns().await, (id, Delivery::Sent));
    assert_eq!(eve.heard().await.1, "for who is left");
    assert_eq!(ann.learns().await, (id, Delivery::Everyone));
}
