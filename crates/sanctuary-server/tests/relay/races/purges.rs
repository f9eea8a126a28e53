//! A purge, and somebody who joins, sends or purges at the same moment.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sanctuary_wire::{ClientFrame, EndedReason, Epoch, MessageId, RelayFrame};
use tokio::sync::oneshot;

use super::chance::{Chance, Start};
use super::verdict::{GONE, LATE, Prober, Transcript, create_again, never_reserved};
use crate::support::{Client, Gone, Host, Invitation, Keys, Member, message};

/// Seeds of one race.
const SEEDS: u64 = 8;

/// Messages of a sender: enough that the end comes between two of them.
const BURST: u64 = 4;

/// How long the relay listens to a connection that it has ended, less what it may be late. A peer that
/// goes on sending beyond that is hung up on, and may lose what it had not read.
const LISTENS: Duration = Duration::from_secs(2);

/// What a purge meets.
#[derive(Clone, Copy)]
pub(super) enum Against {
    Join,
    Send,
    Purge,
}

impl Against {
    /// Runs a race; tells how it came out. Counts in `cut` who could not read to the end.
    pub(super) async fn race(
        self,
        host: &Host,
        prober: &mut Prober,
        number: u64,
        cut: &AtomicU64,
    ) -> &'static str {
        let seed = number * SEEDS;
        let (creator, invitation) = Member::create(host, seed).await;
        let other = invitation.knock(host, seed + 1).await;
        let race = Race {
            number,
            seed,
            invitation,
            cut,
        };
        match self {
            Self::Join => race.join(host, prober, creator, other).await,
            Self::Send => race.send(host, prober, creator, other).await,
            Self::Purge => race.purge(prober, creator, other).await,
        }
    }
}

struct Race<'a> {
    number: u64,
    seed: u64,
    invitation: Invitation,
    cut: &'a AtomicU64,
}

impl Race<'_> {
    async fn join(
        self,
        host: &Host,
        prober: &mut Prober,
        mut purger: Member,
        mut bystander: Member,
    ) -> &'static str {
        let mut joiner = host.connect().await;
        let session = Keys::from_seed(self.seed + 2);
        let join = self.invitation.join_frame(&joiner, &session);
        let mut chance = Chance::new(self.number);
        let start = Start::of(2);
        let (purging, joining) = (start.line(&mut chance), start.line(&mut chance));
        let joining = tokio::spawn(async move {
            joining.await;
            joiner.send(join).await;
            answered(joiner).await
        });
        let end = tokio::spawn(async move {
            purging.await;
            purger.client.send(ClientFrame::Purge).await;
            (Transcript::of(&mut purger.client).await, purger.keys)
        });
        let (told, keys) = end.await.unwrap();
        self.told(&told);
        prober.check(self.invitation, &keys).await.unwrap();
        self.told(&Transcript::of(&mut bystander.client).await);
        let outcome = match joining.await.unwrap() {
            Answered::Refused(client) => {
                let id = self.invitation.room_id;
                let id = if self.number.is_multiple_of(2) {
                    id
                } else {
                    never_reserved(id)
                };
                let again = create_again(*client, id, self.seed + 3).await;
                assert_eq!(again, Gone::Closed(4001));
                "refused"
            }
            Answered::LetIn(transcript) => {
                self.told(&transcript);
                "let in and told"
            }
        };
        prober.check(self.invitation, &session).await.unwrap();
        outcome
    }

    async fn send(
        self,
        host: &Host,
        prober: &mut Prober,
        mut reader: Member,
        sender: Member,
    ) -> &'static str {
        let mut purger = self.invitation.knock(host, self.seed + 2).await;
        let mut chance = Chance::new(self.number);
        let start = Start::of(2);
        let (purging, sending) = (start.line(&mut chance), start.line(&mut chance));
        let (ended, has_ended) = oneshot::channel();
        let begun = Instant::now();
        let sent = tokio::spawn(async move {
            sending.await;
            talk(sender.client, has_ended).await
        });
        let end = tokio::spawn(async move {
            purging.await;
            purger.client.send(ClientFrame::Purge).await;
            let transcript = Transcript::of(&mut purger.client).await;
            let _ = ended.send(());
            (transcript, purger.keys)
        });
        let (told, keys) = end.await.unwrap();
        self.told(&told);
        prober.check(self.invitation, &keys).await.unwrap();
        self.told_unless_late(&sent.await.unwrap(), begun);
        let read = Transcript::of(&mut reader.client).await;
        self.told(&read);
        assert_whole(&read);
        if read.delivered().next().is_some() {
            "delivered"
        } else {
            "dropped"
        }
    }

    async fn purge(self, prober: &mut Prober, a: Member, b: Member) -> &'static str {
        let mut chance = Chance::new(self.number);
        let start = Start::of(2);
        let begun = Instant::now();
        let (line_a, line_b) = (start.line(&mut chance), start.line(&mut chance));
        let a = tokio::spawn(purge_unless_told(a, line_a));
        let b = tokio::spawn(purge_unless_told(b, line_b));
        let mut told_first = 0;
        for racer in [a, b] {
            let (transcript, was_told, keys) = racer.await.unwrap();
            self.told_unless_late(&transcript, begun);
            prober.check(self.invitation, &keys).await.unwrap();
            told_first += u32::from(was_told);
        }
        assert!(told_first < 2, "nobody purged");
        if told_first == 0 {
            "both asked"
        } else {
            "one was told before it asked"
        }
    }

    fn told(&self, transcript: &Transcript) {
        let verdict = transcript.check(EndedReason::Purged);
        assert_eq!(verdict, Ok(()), "race {}", self.number);
    }

    /// As [`Self::told`], for somebody who went on sending: if that took too long, it is judged by what it
    /// heard, and counted.
    fn told_unless_late(&self, transcript: &Transcript, begun: Instant) {
        if begun.elapsed() < LISTENS || transcript.gone != Gone::Cut {
            return self.told(transcript);
        }
        self.cut.fetch_add(1, Ordering::Relaxed);
        let verdict = transcript.check_cut(EndedReason::Purged);
        assert_eq!(verdict, Ok(()), "race {}", self.number);
    }
}

/// How a joiner fared.
enum Answered {
    Refused(Box<Client>),
    LetIn(Transcript),
}

async fn answered(mut joiner: Client) -> Answered {
    let first = joiner.receive().await;
    if first == GONE {
        return Answered::Refused(Box::new(joiner));
    }
    // An admission that was not sent when the end came is dropped: then the end is all it hears.
    let mut transcript = Transcript::of(&mut joiner).await;
    transcript.frames.insert(0, first);
    Answered::LetIn(transcript)
}

/// Sends messages, and one more when the end is told.
async fn talk(mut client: Client, ended: oneshot::Receiver<()>) -> Transcript {
    for id in 1..=BURST {
        let text = format!("{id}");
        client
            .try_send(message(MessageId(id), Epoch(0), &text))
            .await;
    }
    ended.await.unwrap();
    let late = MessageId(BURST + 1);
    client.try_send(message(late, Epoch(0), LATE)).await;
    Transcript::of(&mut client).await
}

/// What was delivered has no hole and no double.
fn assert_whole(transcript: &Transcript) {
    for (index, text) in transcript.delivered().enumerate() {
        assert_eq!(text, (index + 1).to_string().as_bytes());
    }
}

/// Purges when over the line; tells whether the end was told before.
async fn purge_unless_told(
    mut member: Member,
    line: impl Future<Output = ()>,
) -> (Transcript, bool, Keys) {
    let mut frames = Vec::new();
    let ended = |frame: &RelayFrame| matches!(frame, RelayFrame::Ended { .. });
    {
        let mut line = std::pin::pin!(line);
        loop {
            tokio::select! {
                biased;
                () = &mut line => break,
                frame = member.client.receive() => frames.push(frame),
            }
            if frames.iter().any(ended) {
                break;
            }
        }
    }
    let was_told = frames.iter().any(ended);
    member.client.try_send(ClientFrame::Purge).await;
    let mut transcript = Transcript::of(&mut member.client).await;
    transcript.frames.splice(0..0, frames);
    (transcript, was_told, member.keys)
}
