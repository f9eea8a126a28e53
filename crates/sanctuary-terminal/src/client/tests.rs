//! The task without a relay.

use sanctuary_e2ee::Member;
use sanctuary_wire::{ClientFrame, MemberNumber};
use tokio::sync::mpsc::channel;

use super::*;
use crate::room::{Admission, company};

#[tokio::test(start_paused = true)]
async fn who_drops_the_handle_leaves_once_however_long_the_relay_takes_to_answer() {
    let keys = company::keyring("Ann");
    let (member, _) = Member::create(keys.params(MemberNumber(1))).unwrap();
    let admission = Admission {
        hello: company::HELLO,
        number: MemberNumber(1),
        remaining: Duration::from_secs(3600),
        members: Vec::new(),
    };
    let (_line, line) = channel(1);
    let (out, mut sent) = unbounded_channel();
    let (commands, inbox) = unbounded_channel();
    let (events, mut told) = unbounded_channel();
    let task = Task {
        room: Room::new(keys, &admission, Some(member)),
        line,
        out: Some(out),
        is_first: true,
        inbox,
        events,
        inside: None,
    };
    drop(Client { commands });
    task.run().await;
    assert_eq!(sent.recv().await, Some(ClientFrame::Leave));
    assert_eq!(sent.recv().await, None);
    let mut last = None;
    while let Some(event) = told.recv().await {
        last = Some(event);
    }
    assert!(matches!(last, Some(Event::Ended(Ended::Left))), "{last:?}");
}
