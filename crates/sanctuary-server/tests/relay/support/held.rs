//! A relay on a thread of its own, whose clock stands still until a test moves it: clients on other
//! threads race with its timers.

use std::sync::mpsc as blocking;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use sanctuary_server::relay::{Limits, Relay};
use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot};
use tokio::task::spawn_blocking;
use tokio::time::advance;

use super::Host;

/// A step of the clock, and who waits for it.
type Step = (Duration, oneshot::Sender<()>);

/// A relay with a held clock. It stops when this is dropped.
pub(crate) struct Held {
    pub(crate) host: Host,
    steps: Option<mpsc::UnboundedSender<Step>>,
    thread: Option<JoinHandle<()>>,
}

impl Held {
    pub(crate) fn start(limits: Limits) -> Self {
        let (steps, to_take) = mpsc::unbounded_channel();
        let (tell, told) = blocking::channel();
        let thread = thread::spawn(move || {
            let runtime = Builder::new_current_thread()
                .enable_time()
                .start_paused(true)
                .build();
            runtime.unwrap().block_on(serve(limits, to_take, tell));
        });
        Self {
            host: Host::Inline(told.recv().unwrap()),
            steps: Some(steps),
            thread: Some(thread),
        }
    }

    /// Moves the clock; returns once it has moved.
    pub(crate) async fn advance(&self, by: Duration) {
        let (done, moved) = oneshot::channel();
        let steps = self.steps.as_ref().unwrap();
        steps.send((by, done)).unwrap();
        moved.await.unwrap();
    }
}

async fn serve(
    limits: Limits,
    mut steps: mpsc::UnboundedReceiver<Step>,
    tell: blocking::Sender<Relay>,
) {
    let (relay, run) = Relay::inline(limits).unwrap();
    tell.send(relay).unwrap();
    // A clock that is paused runs ahead whenever nothing else is to be done, unless something blocks.
    let (release, held) = blocking::channel::<()>();
    spawn_blocking(move || held.recv());
    let stepping = async {
        while let Some((by, done)) = steps.recv().await {
            advance(by).await;
            let _ = done.send(());
        }
    };
    tokio::select! {
        () = run => {}
        () = stepping => {}
    }
    drop(release);
}

impl Drop for Held {
    fn drop(&mut self) {
        self.steps = None;
        let ended = self.thread.take().unwrap().join();
        if !thread::panicking() {
            ended.unwrap();
        }
    }
}
