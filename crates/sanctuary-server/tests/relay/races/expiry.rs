//! The expiry of a room, and somebody who comes back at that moment. The relay's clock is held and moved
//! on by small steps while the others run.

use std::time::Duration;

use sanctuary_server::relay::Limits;
use sanctuary_wire::{EndedReason, Presence, Seq};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Outcomes;
use super::chance::{Chance, Start};
use super::verdict::{GONE, Prober, Transcript};
use crate::support::{Client, Held, Host, Invitation, Keys, Member, resume_frame};

/// Rooms that expire one after the other in one sweep of the clock.
const ROOMS: u64 = 50;

/// The shortest life of a room.
const LIFETIME: Duration = Limits::MIN_LIFETIME;

/// Between the expiry of one room and of the next.
const STEP: Duration = Duration::from_millis(1);

/// Longer than all sweeps take on the held clock.
const PATIENT: Duration = LIFETIME.saturating_mul(100);

/// Sessions outlive the wait for the end, and nobody is asked whether it is still there: neither is
/// what is raced against.
fn limits() -> Limits {
    Limits {
        session_grace: PATIENT,
        heartbeat: PATIENT,
        idle_timeout: PATIENT,
        easy_joins: 0,
        ..Limits::default()
    }
}

/// Runs races; tells how they came out.
pub(super) async fn race(races: u64) -> Outcomes {
    let held = Held::start(limits());
    let mut outcomes = Outcomes::new();
    for sweep in 0..races / ROOMS {
        for outcome in sweep_over(&held, sweep).await {
            *outcomes.entry(outcome).or_default() += 1;
        }
    }
    outcomes
}

/// Makes rooms, and sweeps the clock over their ends while those who are away come back.
async fn sweep_over(held: &Held, sweep: u64) -> Vec<&'static str> {
    let (reach, reached) = watch::channel(0);
    let mut returning = JoinSet::new();
    for room in 1..=ROOMS {
        let doomed = Doomed::new(&held.host, sweep * ROOMS + room).await;
        held.advance(STEP).await;
        returning.spawn(doomed.come_back(reached.clone(), room));
    }
    let made_in = STEP * u32::try_from(ROOMS + 1).unwrap();
    held.advance(LIFETIME.checked_sub(made_in).unwrap()).await;
    for room in 1..=ROOMS {
        reach.send_replace(room);
        held.advance(STEP).await;
    }
    held.advance(STEP).await;
    returning.join_all().await
}

/// A room with one member here and one away, who stands before the door.
struct Doomed {
    number: u64,
    here: Member,
    away: Keys,
    at_the_door: Client,
    prober: Prober,
    invitation: Invitation,
}

impl Doomed {
    async fn new(host: &Host, number: u64) -> Self {
        let (mut here, invitation) = Member::create_for(host, 2 * number, LIFETIME).await;
        let away = invitation.knock(host, 2 * number + 1).await;
        let member = away.number;
        let away = away.vanish();
        here.sees(member, Presence::Away).await;
        Self {
            number,
            here,
            away,
            at_the_door: host.connect().await,
            prober: Prober::new(host).await,
            invitation,
        }
    }

    /// Comes back when the clock comes to the room's end; tells whether that was in time.
    async fn come_back(mut self, mut reached: watch::Receiver<u64>, room: u64) -> &'static str {
        let mut chance = Chance::new(self.number);
        let line = Start::of(1).line(&mut chance);
        let resume = resume_frame(&self.at_the_door, &self.away, Seq(0));
        reached.wait_for(|reached| *reached >= room).await.unwrap();
        line.await;
        let first = self.at_the_door.ask(resume).await;
        let outcome = if first == GONE {
            "refused"
        } else {
            let mut transcript = Transcript::of(&mut self.at_the_door).await;
            transcript.frames.insert(0, first);
            self.told(&transcript);
            "let back in and told"
        };
        let heard = Transcript::of(&mut self.here.client).await;
        self.told(&heard);
        for session in [&self.here.keys, &self.away] {
            self.prober.check(self.invitation, session).await.unwrap();
        }
        outcome
    }

    fn told(&self, transcript: &Transcript) {
        let verdict = transcript.check(EndedReason::Expired);
        assert_eq!(verdict, Ok(()), "race {}", self.number);
    }
}
