//! Relays that hang up, on a clock that stands still.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use sanctuary_wire::{Seq, SessionKey, Signature};
use tokio::io::DuplexStream;

use super::*;
use crate::connection::tests::{FalseRelay, pair};

/// When connections were opened, in milliseconds since the first.
type Dials = Arc<Mutex<Vec<u128>>>;

/// Keeps a line to a relay that does this with each connection, until the line is over or so much time has passed.
async fn kept<F>(
    relay: impl Fn(FalseRelay) -> F + Clone + Send + Sync + 'static,
    time: Duration,
) -> (Vec<u128>, Option<Ended>)
where
    F: Future<Output = ()> + Send + 'static,
{
    let (start, dials) = (Instant::now(), Dials::default());
    let first = dial(relay.clone(), start, dials.clone()).await.unwrap();
    let again = {
        let dials = dials.clone();
        move || dial(relay.clone(), start, dials.clone())
    };
    let (events, mut receiver) = channel(QUEUE);
    tokio::spawn(run(again, first, events, Retry::new(|| 0.5)));
    let session = async {
        let mut to_relay;
        loop {
            match receiver.recv().await? {
                LineEvent::Up { out, .. } => {
                    to_relay = out;
                    let _ = to_relay.send(resume());
                }
                LineEvent::Over(end) => return Some(end),
                LineEvent::Frame(_) | LineEvent::Down => {}
            }
        }
    };
    let end = tokio::time::timeout(time, session).await;
    let dials = dials.lock().unwrap().clone();
    (dials, end.unwrap_or_default())
}

async fn dial<F>(
    relay: impl Fn(FalseRelay) -> F,
    start: Instant,
    dials: Dials,
) -> Result<Connection<DuplexStream>, ConnectionError>
where
    F: Future<Output = ()> + Send + 'static,
{
    dials.lock().unwrap().push(start.elapsed().as_millis());
    let (connection, there) = pair().await;
    tokio::spawn(relay(there));
    Ok(connection)
}

const fn resume() -> ClientFrame {
    ClientFrame::Resume {
        session_key: SessionKey([1; 32]),
        signature: Signature([2; 64]),
        last_seq: Seq(3),
    }
}

#[tokio::test(start_paused = true)]
async fn a_relay_that_greets_and_takes_every_resume_for_a_fault_is_left_after_three() {
    let refuse = |mut relay: FalseRelay| async move {
        relay.hear().await;
        relay.close(4001).await;
    };
    let (dials, end) = kept(refuse, Duration::from_secs(3600)).await;
    assert_eq!((dials, end), (vec![0, 125, 375], Some(Ended::Tampered)));
}

#[tokio::test(start_paused = true)]
async fn a_relay_that_greets_and_hangs_up_is_asked_ever_less_often() {
    let hang_up = |relay: FalseRelay| relay.close(1000);
    let (dials, end) = kept(hang_up, Duration::from_secs(10)).await;
    let expected = [0, 125, 375, 875, 1875, 3875, 5875, 7875, 9875];
    assert_eq!((&dials[..], end), (&expected[..], None));
}

#[tokio::test(start_paused = true)]
async fn a_line_that_has_held_is_sought_again_at_once_and_its_fault_forgiven() {
    let hold = |relay: FalseRelay| async move {
        sleep(retry::STABLE).await;
        relay.close(4001).await;
    };
    let (dials, end) = kept(hold, Duration::from_secs(50)).await;
    let expected = [0, 10_125, 20_250, 30_375, 40_500];
    assert_eq!((&dials[..], end), (&expected[..], None));
}

#[tokio::test(start_paused = true)]
async fn nobody_is_called_for_nobody() {
    let (events, receiver) = channel(QUEUE);
    let (first, relay) = pair().await;
    let dial = || async { panic!("called for nobody") };
    let line = tokio::spawn(run(dial, first, events, Retry::new(|| 0.5)));
    drop(receiver);
    relay.close(1000).await;
    line.await.unwrap();
}
