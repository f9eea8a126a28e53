//! A network that can fail: it carries bytes between members and the relay until it is cut.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::Notify,
};

use crate::{
    seat::{Seat, joined},
    serving::Serving,
};

/// A network between members and one relay.
pub(crate) struct Proxy {
    /// Where members reach the relay through it.
    pub(crate) origin: String,
    wires: Arc<Wires>,
}

#[derive(Default)]
struct Wires {
    cut: Notify,
    is_down: AtomicBool,
}

impl Proxy {
    /// Lays a network to the relay at `address`.
    pub(crate) async fn to(address: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let wires = Arc::new(Wires::default());
        let (relay, shared) = (address.to_owned(), Arc::clone(&wires));
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                if !shared.is_down.load(Ordering::SeqCst) {
                    tokio::spawn(carry(near, relay.clone(), Arc::clone(&shared)));
                }
            }
        });
        Self { origin, wires }
    }

    /// Cuts every connection; new ones are possible.
    pub(crate) fn cut(&self) {
        self.wires.cut.notify_waiters();
    }

    /// Cuts every connection, and refuses new ones until it is up again.
    pub(crate) fn down(&self) {
        self.wires.is_down.store(true, Ordering::SeqCst);
        self.cut();
    }

    /// Lets connections through again.
    pub(crate) fn up(&self) {
        self.wires.is_down.store(false, Ordering::SeqCst);
    }
}

async fn carry(mut near: TcpStream, relay: String, wires: Arc<Wires>) {
    let cut = wires.cut.notified();
    let Ok(mut far) = TcpStream::connect(relay).await else {
        return;
    };
    tokio::select! {
        _ = copy_bidirectional(&mut near, &mut far) => {}
        () = cut => {}
    }
}

/// Ann beside the relay, Bob behind a network that can fail.
pub(crate) async fn apart(relay: &Serving) -> (Seat, Seat, Proxy) {
    let proxy = Proxy::to(relay.address()).await;
    let mut ann = Seat::create(&relay.origin, "Ann").await;
    let link = ann.link().await.replace(&relay.origin, &proxy.origin);
    let bob = Seat::join(&link, "Bob").await;
    ann.saw(joined, "Bob").await;
    (ann, bob, proxy)
}
