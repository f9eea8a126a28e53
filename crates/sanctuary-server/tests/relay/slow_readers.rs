//! A reader that stalls is cut off, and never delays others.

use std::time::Duration;

use sanctuary_server::relay::Limits;
use sanctuary_wire::{ClientFrame, Continuity, Epoch, RelayFrame, Seq};

use crate::support::{Certificate, Gone, Member, PIPE, Running, inline};

#[tokio::test(start_paused = true)]
async fn a_stalled_reader_is_cut_off_at_its_bound_and_resumes() {
    be_cut_off_and_resume(60_000).await;
}

/// What the relay keeps with each message for those who come back weighs most with these.
#[tokio::test(start_paused = true)]
async fn a_reader_who_was_cut_off_with_the_smallest_messages_waiting_resumes() {
    be_cut_off_and_resume(SMALLEST).await;
}

/// The payload of the smallest message: a seal around 256 bytes (PROTOCOL.md, section 7).
const SMALLEST: usize = 12 + 256 + 16;

/// With the limits as they come.
async fn be_cut_off_and_resume(length: usize) {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut slow = invitation.join(&host, 2).await;
        let mut other = invitation.join(&host, 3).await;
        slow.client.heard().await;
        // What the pipe and the queue hold, and more.
        let text = "x".repeat(length);
        let count = (PIPE + Limits::default().queue_bytes) / text.len() + 2;
        for _ in 0..count {
            a.say(Epoch(2), &text).await;
            assert_eq!(other.hear().await.1, text);
        }
        // It gets what was on its way, the frame it was in whole, and the reason.
        let mut last = Seq(3);
        let gone = loop {
            match slow.client.next().await {
                Ok(RelayFrame::MessageRelayed { seq, .. }) => {
                    assert_eq!(seq, last.next());
                    last = seq;
                }
                Ok(_) => {}
                Err(gone) => break gone,
            }
        };
        assert_eq!(gone, Gone::Closed(4003));
        let (mut slow, continuity) = Member::resume(&host, slow.keys, last).await;
        assert_eq!(continuity, Continuity::Complete);
        while last < Seq(3 + count as u64) {
            last = last.next();
            assert_eq!(slow.hear().await, (last, text.clone()));
        }
    })
    .await;
}

/// A relay that does not slow the speaker down.
fn hurried() -> Limits {
    Limits {
        byte_rate: 0,
        ..Limits::default()
    }
}

#[tokio::test]
async fn others_do_not_wait_for_a_stalled_reader() {
    stall_one_of_three(Running::start(hurried(), 1)).await;
}

#[tokio::test]
async fn others_do_not_wait_for_a_stalled_reader_over_tls() {
    let certificate = Certificate::new("stalled");
    stall_one_of_three(Running::start_tls(hurried(), certificate)).await;
}

async fn stall_one_of_three(running: Running) {
    let host = &running.host;
    let (mut a, invitation) = Member::create(host, 1).await;
    let mut slow = invitation.join(host, 2).await;
    let mut other = invitation.join(host, 3).await;
    // More than the kernel and the queue hold for a reader that reads nothing.
    let text = "x".repeat(60_000);
    let exchange = async {
        for _ in 0..400 {
            a.say(Epoch(2), &text).await;
            assert_eq!(other.hear().await.1.len(), text.len());
        }
        other.client.send(ClientFrame::Leave).await;
        other.client.gone().await;
    };
    tokio::time::timeout(Duration::from_secs(60), exchange)
        .await
        .expect("a stalled reader delayed the others");
    // On a busy machine it is hung up on before it reads the reason.
    let gone = slow.client.gone().await;
    assert!(matches!(gone, Gone::Closed(4003) | Gone::Cut), "{gone:?}");
}
