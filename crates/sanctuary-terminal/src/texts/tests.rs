//! What counts of what is said of texts.

use sanctuary_e2ee::RoomId;
use zeroize::Zeroizing;

use super::*;
use crate::people::People;

const TEXT: TextId = TextId::new([1; 16]);

fn person(who: u8) -> Person {
    let own = Identity::new([99; 16]);
    People::new(RoomId::new([0; 16]), own).person(&sanctuary_e2ee::RosterMember {
        identity: identity(who),
        member_number: None,
        alias: None,
        leaf_index: 0,
    })
}

const fn identity(who: u8) -> Identity {
    Identity::new([who; 16])
}

/// The text that Ann (1) said.
const fn name() -> MessageRef {
    MessageRef {
        author: identity(1),
        id: TEXT,
    }
}

fn body() -> Zeroizing<String> {
    Zeroizing::new("body".to_owned())
}

fn said(what: Saying) -> Said {
    let id = TextId::random().unwrap();
    Said { id, what }
}

fn text() -> Said {
    Said::text(TEXT, "body")
}

fn edit(revision: u32) -> Said {
    said(Saying::Edit {
        target: TEXT,
        revision,
        body: body(),
    })
}

fn delete() -> Said {
    said(Saying::Delete { target: TEXT })
}

fn reactions(revision: u32) -> Said {
    said(Saying::Reactions {
        target: name(),
        revision,
        emoji: vec![Emoji::parse("\u{1f44d}").unwrap()],
    })
}

fn answer() -> Said {
    said(Saying::Text {
        reply_to: Some(name()),
        burn_s: 0,
        body: body(),
    })
}

/// Whether something said by somebody in a circle has an effect on Ann's text in another.
fn has_effect(of: &Circle, by: u8, in_circle: &Circle, what: Said) -> bool {
    let mut texts = Texts::default();
    texts.take(&person(1), text(), of.clone());
    match &texts.take(&person(by), what, in_circle.clone())[..] {
        [Event::Text { reply_to, .. }] => reply_to.is_some(),
        events => !events.is_empty(),
    }
}

#[test]
fn what_is_said_counts_in_its_circle_and_by_whom_it_may() {
    let open = None;
    let whisper = Some(vec![identity(1), identity(2)]);
    let wider = Some(vec![identity(3), identity(1), identity(2)]);
    // Ann is 1, Bob 2, Cleo, who takes no part in the whisper, 3.
    for (of, by, in_circle, [edits, deletes, reacts, answers]) in [
        (&open, 1, &open, [true, true, true, true]),
        (&open, 2, &open, [false, false, true, true]),
        (&open, 1, &whisper, [false, false, false, true]),
        (&whisper, 1, &whisper, [true, true, true, true]),
        (&whisper, 2, &whisper, [false, false, true, true]),
        (&whisper, 1, &open, [false, false, false, false]),
        (&whisper, 2, &open, [false, false, false, false]),
        (&whisper, 3, &wider, [false, false, false, false]),
    ] {
        let name = format!("{by} of {} in {}", of.is_some(), in_circle.is_some());
        assert_eq!(has_effect(of, by, in_circle, edit(1)), edits, "{name}");
        assert_eq!(has_effect(of, by, in_circle, delete()), deletes, "{name}");
        assert_eq!(
            has_effect(of, by, in_circle, reactions(1)),
            reacts,
            "{name}"
        );
        assert_eq!(has_effect(of, by, in_circle, answer()), answers, "{name}");
    }
}

#[test]
fn only_what_is_newer_counts_and_nothing_after_deletion() {
    let mut texts = Texts::default();
    let ann = person(1);
    texts.take(&ann, text(), None);
    for (what, counts) in [
        (edit(2), true),
        (edit(2), false),
        (edit(1), false),
        (edit(3), true),
        (reactions(5), true),
        (reactions(5), false),
        (reactions(4), false),
        (delete(), true),
        (edit(9), false),
        (reactions(9), false),
        (delete(), false),
    ] {
        assert_eq!(!texts.take(&ann, what, None).is_empty(), counts);
    }
    assert_eq!(texts.circle(&name()), None);
}

#[test]
fn reactions_that_come_before_their_text_wait_for_it_and_the_latest_counts() {
    let mut texts = Texts::default();
    for revision in [1, 3, 2] {
        assert!(texts.take(&person(2), reactions(revision), None).is_empty());
    }
    // In another circle than the text, so without effect.
    let whisper = Some(vec![identity(3), identity(1)]);
    texts.take(&person(3), reactions(1), whisper);
    let events = texts.take(&person(1), text(), None);
    assert!(
        matches!(&events[..], [Event::Text { .. }, Event::Reacted { from, .. }] if from.identity == identity(2))
    );
    assert_eq!(
        texts
            .toggled(&name(), &identity(2), &Emoji::parse("\u{1f602}").unwrap())
            .unwrap()
            .0,
        4
    );
}

/// Otherwise whoever whispered something could have the answers to it said openly.
#[test]
fn a_whisper_that_is_said_again_openly_stays_a_whisper() {
    let mut texts = Texts::default();
    let whisper = Some(vec![identity(1), identity(2)]);
    texts.take(&person(1), text(), whisper.clone());
    assert!(texts.take(&person(1), text(), None).is_empty());
    assert_eq!(texts.circle(&name()), Some(whisper));
    // Another's under the same id is another.
    assert_eq!(texts.take(&person(2), text(), None).len(), 1);
}

#[test]
fn no_list_grows_without_end() {
    let mut texts = Texts::default();
    let (ann, most) = (person(1), MAX_TEXTS + 5);
    for _ in 0..most {
        let id = TextId::random().unwrap();
        texts.take(&ann, Said::text(id, "body"), None);
        let target = MessageRef { id, ..name() };
        let what = Saying::Reactions {
            target: MessageRef {
                author: identity(9),
                ..target
            },
            revision: 1,
            emoji: Vec::new(),
        };
        texts.take(&ann, said(what), None);
    }
    assert_eq!(
        (texts.known.len(), texts.order.len()),
        (MAX_TEXTS, MAX_TEXTS)
    );
    assert_eq!(texts.early.len(), MAX_EARLY);
    texts.take(&ann, text(), None);
    for who in 0..=u8::try_from(MAX_REACTING).unwrap() {
        texts.take(&person(who), reactions(1), None);
    }
    assert_eq!(texts.known[&name()].reactions.len(), MAX_REACTING);
}
