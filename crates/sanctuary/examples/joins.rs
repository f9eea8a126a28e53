//! How long it takes a crowd to come into one room at once, and half of it to leave again.
//!
//! `joins RELAY [MEMBERS]`, with the relay's binary, or the address of one that runs, such as
//! `http://127.0.0.1:8080`. The members are those of the terminal client, with everything that belongs
//! to them: the password is hashed, the group is real, and each applies the commit of everyone who
//! comes in after it. All of them live in this process, so what is told is what this machine takes for
//! the work of all.

use std::env;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use sanctuary_terminal::{Client, CreateWish, Event, JoinWish};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;

const PASSWORD: &str = "a crowd at the door";

/// Members that join unless told otherwise.
const MEMBERS: usize = 100;

/// A member, and what it is told.
struct Guest {
    client: Client,
    events: UnboundedReceiver<Event>,
}

/// Where the relay is reached; one that was started here ends with this.
struct Relay {
    origin: String,
    child: Option<Child>,
}

impl Relay {
    fn at(place: String) -> Result<Self> {
        if place.starts_with("http") {
            let child = None;
            return Ok(Self {
                origin: place,
                child,
            });
        }
        let mut child = Command::new(place)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .context("the relay does not start")?;
        let out = child.stdout.take().context("the relay says nothing")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let origin = line.split_whitespace().last();
        Ok(Self {
            origin: origin.context("the relay says nothing")?.to_owned(),
            child: Some(child),
        })
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let relay = arguments
        .next()
        .context("name the relay's binary or address")?;
    let relay = Relay::at(relay)?;
    let members: usize = arguments.next().map_or(Ok(MEMBERS), |text| text.parse())?;
    // The one who makes the room is one of them.
    let (host, link) = create(&relay.origin).await?;
    let (mut crowd, waits, all_in) = join(&link, members - 1).await?;
    crowd.push(host);
    for guest in &mut crowd {
        guest.sees(members).await?;
    }
    let (first, middle, last) = spread(waits);
    let mut out = io::stdout();
    writeln!(out, "{members} members in one room")?;
    writeln!(
        out,
        "the first was in after {first:.2?}, half of them after {middle:.2?}, the last after {last:.2?}"
    )?;
    writeln!(
        out,
        "everyone had seen everyone after {:.2?}",
        all_in.elapsed()
    )?;
    let begun = Instant::now();
    let left: Vec<_> = crowd.drain(..members / 2).collect();
    for guest in &left {
        guest.client.leave();
    }
    for guest in &mut crowd {
        guest.sees(members - left.len()).await?;
    }
    writeln!(
        out,
        "{} left at once, and were out of the group after {:.2?}",
        left.len(),
        begun.elapsed()
    )?;
    Ok(())
}

async fn create(relay: &str) -> Result<(Guest, String)> {
    let (client, events) = Client::create(CreateWish {
        origin: relay.to_owned(),
        alias: "host".to_owned(),
        room_name: "Crowd".to_owned(),
        password: PASSWORD.to_owned(),
        lifetime_s: 3600,
    })
    .await?;
    let state = client.state().await.context("the room has ended")?;
    Ok((Guest { client, events }, state.link.to_string()))
}

/// Has so many join at once: them, how long each waited, and when they began.
async fn join(link: &str, count: usize) -> Result<(Vec<Guest>, Vec<Duration>, Instant)> {
    let begun = Instant::now();
    let mut joining = JoinSet::new();
    for number in 0..count {
        let wish = JoinWish {
            link: link.to_owned(),
            password: PASSWORD.to_owned(),
            alias: format!("guest {number}"),
        };
        joining.spawn(async move {
            let (client, events) = Client::join(wish).await?;
            anyhow::Ok((Guest { client, events }, begun.elapsed()))
        });
    }
    let (mut crowd, mut waits) = (Vec::new(), Vec::new());
    while let Some(joined) = joining.join_next().await {
        let (guest, wait) = joined??;
        crowd.push(guest);
        waits.push(wait);
    }
    Ok((crowd, waits, begun))
}

fn spread(mut waits: Vec<Duration>) -> (Duration, Duration, Duration) {
    waits.sort_unstable();
    let at = |index: usize| waits.get(index).copied().unwrap_or_default();
    (
        at(0),
        at(waits.len() / 2),
        at(waits.len().saturating_sub(1)),
    )
}

impl Guest {
    /// Waits until so many are in the room.
    async fn sees(&mut self, count: usize) -> Result<()> {
        loop {
            let state = self.client.state().await.context("the room has ended")?;
            if state.roster.len() == count {
                return Ok(());
            }
            let first = self.events.recv().await;
            let mut next = Some(first.context("the room has ended")?);
            // One look at the list for all that has happened.
            while let Some(event) = next {
                ensure!(
                    !matches!(event, Event::Gap),
                    "a member fell out of the group"
                );
                next = self.events.try_recv().ok();
            }
        }
    }
}
