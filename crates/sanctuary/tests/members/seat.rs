//! A member with an ear: what it was told can be awaited.

use std::time::Duration;

use sanctuary_terminal::{
    Client, CreateWish, Ended, EntranceError, Event, JoinWish, Person, RoomState,
};
use tokio::{sync::mpsc::UnboundedReceiver, time::timeout};

/// Long enough for two busy cores; a test that works never waits for it.
const PATIENCE: Duration = Duration::from_secs(180);

pub(crate) const PASSWORD: &str = "tea at four";

/// A member of a room.
pub(crate) struct Seat {
    pub(crate) client: Client,
    events: UnboundedReceiver<Event>,
}

impl Seat {
    pub(crate) async fn create(origin: &str, alias: &str) -> Self {
        let wish = CreateWish {
            origin: origin.to_owned(),
            alias: alias.to_owned(),
            room_name: "Tea".to_owned(),
            password: PASSWORD.to_owned(),
            lifetime_s: 600,
        };
        let (client, events) = Client::create(wish).await.unwrap();
        Self { client, events }
    }

    pub(crate) async fn join(link: &str, alias: &str) -> Self {
        Self::try_join(link, alias, PASSWORD).await.unwrap()
    }

    /// As [`Self::join`], in a crowd that the machine needs minutes for when it is busy.
    pub(crate) async fn join_patiently(link: &str, alias: &str) -> Self {
        let joined = timeout(10 * PATIENCE, Client::join(wish(link, alias, PASSWORD))).await;
        let (client, events) = joined.unwrap().unwrap();
        Self { client, events }
    }

    pub(crate) async fn try_join(
        link: &str,
        alias: &str,
        password: &str,
    ) -> Result<Self, EntranceError> {
        let joined = timeout(PATIENCE, Client::join(wish(link, alias, password))).await;
        let (client, events) = joined.unwrap()?;
        Ok(Self { client, events })
    }

    pub(crate) fn say(&self, body: &str) {
        self.client.say(body).unwrap();
    }

    /// Waits for the next event that `pick` takes; others before it are passed over.
    pub(crate) async fn told<T>(&mut self, pick: impl Fn(Event) -> Option<T>) -> T {
        let next = async {
            loop {
                let event = self.events.recv().await.expect("the room has ended");
                if let Some(found) = pick(event) {
                    return found;
                }
            }
        };
        timeout(PATIENCE, next).await.expect("the event never came")
    }

    /// Waits for the next text: its author's alias and the text.
    pub(crate) async fn heard(&mut self) -> (String, String) {
        self.told(|event| match event {
            Event::Text { from, body, .. } => Some((from.alias, body.to_string())),
            _ => None,
        })
        .await
    }

    /// Waits for somebody to join, leave and so on.
    pub(crate) async fn saw(&mut self, pick: impl Fn(Event) -> Option<Person>, alias: &str) {
        self.told(|event| pick(event).filter(|who| who.alias == alias))
            .await;
    }

    pub(crate) async fn ended(&mut self) -> Ended {
        self.told(|event| match event {
            Event::Ended(why) => Some(why),
            _ => None,
        })
        .await
    }

    pub(crate) async fn state(&self) -> RoomState {
        self.client.state().await.expect("the room has ended")
    }

    pub(crate) async fn link(&self) -> String {
        self.state().await.link.to_string()
    }

    /// Waits until so many people are listed.
    pub(crate) async fn crowd(&mut self, size: usize) -> Vec<String> {
        loop {
            let roster = self.state().await.roster;
            if roster.len() == size {
                return roster.into_iter().map(|person| person.alias).collect();
            }
            self.told(Some).await;
        }
    }
}

fn wish(link: &str, alias: &str, password: &str) -> JoinWish {
    JoinWish {
        link: link.to_owned(),
        password: password.to_owned(),
        alias: alias.to_owned(),
    }
}

pub(crate) fn joined(event: Event) -> Option<Person> {
    if let Event::Joined(who) = event {
        Some(who)
    } else {
        None
    }
}

pub(crate) fn left(event: Event) -> Option<Person> {
    if let Event::Left(who) = event {
        Some(who)
    } else {
        None
    }
}

pub(crate) fn returned(event: Event) -> Option<Person> {
    if let Event::Returned(who) = event {
        Some(who)
    } else {
        None
    }
}

pub(crate) fn came_back(event: Event) -> Option<Person> {
    match event {
        Event::Presence { who, here: true } => Some(who),
        _ => None,
    }
}

pub(crate) fn went_away(event: Event) -> Option<Person> {
    match event {
        Event::Presence { who, here: false } => Some(who),
        _ => None,
    }
}

pub(crate) fn missed(event: Event) -> Option<Event> {
    matches!(event, Event::Gap).then_some(event)
}

pub(crate) fn inside(event: Event) -> Option<Event> {
    matches!(event, Event::Inside).then_some(event)
}
