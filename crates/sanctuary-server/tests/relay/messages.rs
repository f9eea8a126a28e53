//! Messages and their order (PROTOCOL.md, section 5.3).

use sanctuary_server::relay::Limits;
use sanctuary_wire::{
    ClientFrame, Epoch, MemberNumber, MessageId, NackReason, Payload, RelayFrame, Seq,
};

use crate::support::{Member, inline, message};

fn nack(id: u64, reason: NackReason) -> RelayFrame {
    RelayFrame::Nack {
        id: MessageId(id),
        reason,
    }
}

fn ack(id: u64, seq: u64) -> RelayFrame {
    RelayFrame::Ack {
        id: MessageId(id),
        seq: Seq(seq),
    }
}

#[tokio::test(start_paused = true)]
async fn all_members_get_all_messages_in_one_order() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.join(&host, 2).await;
        let mut c = invitation.join(&host, 3).await;
        let epoch = Epoch(2);
        for n in 0..10 {
            a.post(epoch, &format!("a{n}")).await;
            b.post(epoch, &format!("b{n}")).await;
        }
        let mut heard = Vec::new();
        for _ in 0..20 {
            heard.push(c.hear().await);
        }
        let seqs: Vec<u64> = heard.iter().map(|(seq, _)| seq.0).collect();
        assert_eq!(seqs, (4..24).collect::<Vec<_>>());
        for sender in ["a", "b"] {
            let of_sender = heard.iter().map(|(_, text)| text);
            let texts: Vec<_> = of_sender.filter(|text| text.starts_with(sender)).collect();
            assert!(texts.is_sorted() && texts.len() == 10);
        }
        // Each sender knows the place of its own among the others'.
        let mut of_a = Vec::new();
        for frame in a.client.heard().await {
            match frame {
                RelayFrame::Ack { seq, .. } => of_a.push(seq),
                RelayFrame::MessageRelayed { seq, .. } if seq > Seq(3) => of_a.push(seq),
                _ => {}
            }
        }
        assert_eq!(of_a, heard.iter().map(|(seq, _)| *seq).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_message_sent_twice_is_relayed_once_and_acknowledged_twice() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.join(&host, 2).await;
        a.client.heard().await;
        for _ in 0..2 {
            let answer = a.client.ask(message(MessageId(1), Epoch(1), "once")).await;
            assert_eq!(answer, ack(1, 3));
        }
        let answer = a.client.ask(message(MessageId(2), Epoch(1), "next")).await;
        assert_eq!(answer, ack(2, 4));
        assert_eq!(b.hear().await, (Seq(3), "once".into()));
        assert_eq!(b.hear().await, (Seq(4), "next".into()));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn messages_of_the_last_three_epochs_are_relayed_and_no_others() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        for seed in 2..6 {
            invitation.join(&host, seed).await;
        }
        a.client.heard().await;
        for epoch in [0, 1, 5] {
            let late = message(MessageId(1), Epoch(epoch), "late");
            assert_eq!(a.client.ask(late).await, nack(1, NackReason::StaleEpoch));
        }
        for (id, epoch) in [(1, 2), (2, 3), (3, 4)] {
            let answer = a.client.ask(message(MessageId(id), Epoch(epoch), "")).await;
            assert_eq!(answer, ack(id, 5 + id));
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn after_a_nack_later_messages_wait_so_that_none_is_lost() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.join(&host, 2).await;
        a.client.heard().await;
        let stale = message(MessageId(1), Epoch(9), "first");
        assert_eq!(a.client.ask(stale).await, nack(1, NackReason::StaleEpoch));
        let second = message(MessageId(2), Epoch(1), "second");
        let answer = a.client.ask(second.clone()).await;
        assert_eq!(answer, nack(2, NackReason::StaleEpoch));
        let first = message(MessageId(1), Epoch(1), "first");
        assert_eq!(a.client.ask(first).await, ack(1, 3));
        assert_eq!(a.client.ask(second).await, ack(2, 4));
        assert_eq!(b.hear().await.1, "first");
        assert_eq!(b.hear().await.1, "second");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_message_for_some_reaches_those_and_nobody_else() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.join(&host, 2).await;
        let mut c = invitation.join(&host, 3).await;
        for member in [&mut a, &mut b, &mut c] {
            member.client.heard().await;
        }
        let to = |recipients: Vec<MemberNumber>| ClientFrame::Message {
            id: MessageId(1),
            epoch: Epoch(2),
            recipients,
            payload: Payload("for b".into()),
        };
        let unknown = to(vec![b.number, c.number.next()]);
        let answer = a.client.ask(unknown).await;
        assert_eq!(answer, nack(1, NackReason::RecipientsUnknown));
        assert_eq!(a.client.ask(to(vec![b.number])).await, ack(1, 4));
        assert_eq!(b.hear().await, (Seq(4), "for b".into()));
        assert!(c.client.heard().await.is_empty());
        // Neither is it replayed to anybody else.
        let (mut c, _) = Member::resume(&host, c.vanish(), Seq(3)).await;
        assert!(c.client.heard().await.is_empty());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_message_for_somebody_who_has_left_is_taken_and_holds_up_nothing() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.join(&host, 2).await;
        let mut c = invitation.join(&host, 3).await;
        let gone = c.number;
        c.client.heard().await;
        let ended = c.client.ask(ClientFrame::Leave).await;
        assert!(matches!(ended, RelayFrame::Ended { .. }), "{ended:?}");
        a.client.heard().await;
        let to = |id, recipients| ClientFrame::Message {
            id: MessageId(id),
            epoch: Epoch(2),
            recipients,
            payload: Payload(format!("number {id}").into()),
        };
        a.client.send(to(1, vec![gone])).await;
        a.client.send(to(2, vec![gone, b.number])).await;
        a.client.send(to(3, Vec::new())).await;
        let mut answers = a.client.heard().await;
        answers.retain(|answer| !matches!(answer, RelayFrame::Delivered { .. }));
        assert_eq!(answers, [ack(1, 4), ack(2, 5), ack(3, 6)]);
        assert_eq!(b.hear().await, (Seq(5), "number 2".into()));
        assert_eq!(b.hear().await, (Seq(6), "number 3".into()));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn nobody_gets_frames_before_their_first_commit() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut joiner = invitation.knock(&host, 2).await;
        a.say(Epoch(0), "not for you yet").await;
        let heard = joiner.client.heard().await;
        assert!(matches!(heard[..], [RelayFrame::Lease { .. }]), "{heard:?}");
        assert_eq!(joiner.commit(Epoch(0)).await, (Seq(3), Epoch(1)));
        a.say(Epoch(1), "for you").await;
        assert_eq!(joiner.hear().await, (Seq(4), "for you".into()));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn messages_stay_in_their_room() {
    inline(Limits::default(), async |host| {
        let (mut a, _) = Member::create(&host, 1).await;
        let (mut b, _) = Member::create(&host, 2).await;
        a.say(Epoch(0), "here").await;
        assert!(b.client.heard().await.is_empty());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_payload_of_any_size_that_a_frame_holds_arrives_unchanged() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.join(&host, 2).await;
        for len in [
            0,
            1,
            63,
            64,
            125,
            126,
            16_383,
            16_384,
            65_535,
            65_536,
            1 << 19,
            (1 << 20) - 30,
        ] {
            let text = "x".repeat(len);
            a.post(Epoch(1), &text).await;
            assert_eq!(b.hear().await.1, text);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn more_recipients_than_there_can_be_are_refused() {
    let limits = Limits {
        max_members: 3,
        ..Limits::default()
    };
    inline(limits, async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let b = invitation.join(&host, 2).await;
        a.client.heard().await;
        let to = |times| ClientFrame::Message {
            id: MessageId(1),
            epoch: Epoch(1),
            recipients: vec![b.number; times],
            payload: Payload(vec![7].into()),
        };
        let answer = a.client.ask(to(4)).await;
        assert_eq!(answer, nack(1, NackReason::RecipientsUnknown));
        assert_eq!(a.client.ask(to(3)).await, ack(1, 3));
    })
    .await;
}
