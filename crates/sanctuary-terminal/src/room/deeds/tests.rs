//! What people do, and what the others are told of it.

use super::super::company::{Company, HELLO, text};
use super::*;
use crate::event::Event;
use std::time::Duration;

const ANN: usize = 0;
const BOB: usize = 1;
const CLEO: usize = 2;

const SECOND: Duration = Duration::from_secs(1);

/// What somebody was told, in words; how far messages came is left out.
fn told(events: &[Event]) -> Vec<String> {
    let alias = |by: &Option<crate::Person>| by.as_ref().map_or("-".into(), |by| by.alias.clone());
    let line = |event: &Event| match event {
        Event::Text {
            from,
            body,
            reply_to,
            whispered_to,
            ..
        } => {
            let answers = if reply_to.is_some() { " (answer)" } else { "" };
            let to = whispered_to
                .as_ref()
                .map(|to| format!(" (to {})", to.len()));
            format!(
                "{}: {}{answers}{}",
                from.alias,
                **body,
                to.unwrap_or_default()
            )
        }
        Event::Edited { from, body, .. } => format!("{} edits: {}", from.alias, **body),
        Event::Deleted { from, .. } => format!("{} deletes", from.alias),
        Event::Reacted { from, emoji, .. } => {
            let emoji: String = emoji.iter().map(Emoji::as_str).collect();
            format!("{} has {emoji}", from.alias)
        }
        Event::Burnt(_) => "burnt".into(),
        Event::Typing(who) => format!("{} types", who.alias),
        Event::Read { who, .. } => format!("{} reads", who.alias),
        Event::Cover { by, on } => format!("cover {on} by {}", alias(by)),
        Event::Locked { locked, by } => format!("locked {locked} by {}", alias(by)),
        Event::Renamed { who, before } => format!("{before} is {}", who.alias),
        Event::Unsent(_) => "unsent".into(),
        other => format!("{other:?}"),
    };
    let is_news = |event: &&Event| !matches!(event, Event::Delivery { .. });
    events.iter().filter(is_news).map(line).collect()
}

/// Carries, and tells what each was told.
fn carried(company: &mut Company) -> Vec<Vec<String>> {
    let events = company.carry();
    events.iter().map(|events| told(events)).collect()
}

fn emoji(text: &str) -> Emoji {
    Emoji::parse(text).unwrap()
}

/// All messages that somebody has for the relay.
fn messages(room: &mut Room) -> usize {
    let frames = room.take_out();
    let is_message = |frame: &&ClientFrame| matches!(frame, ClientFrame::Message { .. });
    frames.iter().filter(is_message).count()
}

#[tokio::test(start_paused = true)]
async fn what_answers_a_whisper_is_whispered_to_all_who_take_part_and_to_nobody_else() {
    let mut company = Company::of(&["Ann", "Bob", "Cleo", "Dan"]);
    let whisper = company.say(ANN, "psst", Some(&[BOB, CLEO]));
    let answer = text("what?", Some(whisper), 0);
    company.rooms[BOB].say_text(answer, None).unwrap();
    let heard = "Bob: what? (answer) (to 2)".to_owned();
    let expected = [vec![heard.clone()], vec![], vec![heard], vec![]];
    assert_eq!(carried(&mut company), expected);
}

#[tokio::test(start_paused = true)]
async fn what_answers_a_text_that_is_not_here_any_more_is_not_said_at_all() {
    type Gone = fn(&mut Company, MessageRef) -> MessageRef;
    let deleted: Gone = |company, whisper| {
        company.rooms[ANN].do_deed(Deed::Delete { target: whisper.id });
        company.carry();
        whisper
    };
    let let_go: Gone = |company, whisper| {
        let room = &mut company.rooms[BOB];
        let person = room.people.own().unwrap();
        for _ in 0..2000 {
            room.texts.take(&person, text("chatter", None, 0), None);
        }
        whisper
    };
    let never_here: Gone = |_, whisper| MessageRef {
        id: TextId::random().unwrap(),
        ..whisper
    };
    for (name, gone) in [
        ("burnt", None),
        ("deleted", Some(deleted)),
        ("let go", Some(let_go)),
        ("never here", Some(never_here)),
    ] {
        let mut company = Company::of(&["Ann", "Bob", "Cleo"]);
        let mut whisper = company.say_for(ANN, "psst", Some(&[BOB]), 5);
        match gone {
            Some(gone) => whisper = gone(&mut company, whisper),
            None => company.wait(5 * SECOND).await,
        }
        let bob = &mut company.rooms[BOB];
        bob.take_out();
        for whisper_to in [None, Some(vec![whisper.author])] {
            let answer = text("what?", Some(whisper), 0);
            let refused = bob.say_text(answer, whisper_to);
            assert_eq!(refused, Err(SayError::NothingToAnswer), "{name}");
        }
        assert_eq!(messages(bob), 0, "{name}");
        assert_eq!(bob.say_text(text("what?", None, 0), None), Ok(()));
    }
}

#[tokio::test(start_paused = true)]
async fn those_who_are_named_must_be_those_who_take_part_in_what_is_answered() {
    let mut company = Company::of(&["Ann", "Bob", "Cleo", "Dan", "Eve"]);
    let open = company.say(ANN, "hello", None);
    let whisper = company.say(ANN, "psst", Some(&[BOB, CLEO, 4]));
    // Eve has left.
    company.rooms.truncate(4);
    let everyone_else = [ANN, CLEO];
    company.rooms[ANN].handle(sanctuary_wire::RelayFrame::Presence {
        member: sanctuary_wire::MemberNumber(5),
        presence: sanctuary_wire::Presence::Gone,
    });
    company.wait(2 * SECOND).await;
    company.carry();
    for (answered, to, expected) in [
        (whisper, &everyone_else[..], Ok(())),
        (whisper, &[CLEO, ANN, ANN, BOB], Ok(())),
        (whisper, &[ANN], Err(SayError::OtherCircle)),
        (whisper, &[], Err(SayError::OtherCircle)),
        (whisper, &[ANN, CLEO, 3], Err(SayError::OtherCircle)),
        (whisper, &[3], Err(SayError::OtherCircle)),
        (open, &[3], Ok(())),
        (open, &[ANN, ANN], Ok(())),
    ] {
        let named = to.iter().map(|who| company.identity(*who)).collect();
        let bob = &mut company.rooms[BOB];
        let said = bob.say_text(text("yes", Some(answered), 0), Some(named));
        assert_eq!(said, expected, "to {to:?}");
        let heard = carried(&mut company);
        let circle = if answered == whisper {
            &everyone_else[..]
        } else {
            to
        };
        for (who, lines) in heard.iter().enumerate() {
            let is_meant = said.is_ok() && who != BOB && circle.contains(&who);
            assert_eq!(
                lines.len(),
                usize::from(is_meant),
                "{who} of {to:?}: {lines:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn own_texts_are_edited_and_taken_back_openly_or_among_those_who_have_them() {
    for (to, outsiders) in [(None, [true, true]), (Some(&[BOB][..]), [true, false])] {
        let mut company = Company::of(&["Ann", "Bob", "Cleo"]);
        let said = company.say(ANN, "helo", to);
        let edit = |body: &str| Deed::Edit {
            target: said.id,
            body: zeroize::Zeroizing::new(body.to_owned()),
        };
        let delete = || Deed::Delete { target: said.id };
        let hears = |line: &str| -> Vec<Vec<String>> {
            let heard = outsiders.map(|hears| vec![line.to_owned(); usize::from(hears)]);
            [vec![vec![]], heard.to_vec()].concat()
        };
        // Nobody else's.
        assert!(!company.rooms[BOB].do_deed(edit("mine")) && !company.rooms[BOB].do_deed(delete()));
        for body in ["hello", "Hello"] {
            assert!(company.rooms[ANN].do_deed(edit(body)));
            assert_eq!(carried(&mut company), hears(&format!("Ann edits: {body}")));
        }
        assert!(!company.rooms[ANN].do_deed(edit("")));
        assert!(company.rooms[ANN].do_deed(delete()));
        assert_eq!(carried(&mut company), hears("Ann deletes"));
        let react = Deed::React {
            target: said,
            emoji: emoji("\u{1f44d}"),
        };
        for deed in [edit("again"), delete(), react] {
            assert!(!company.rooms[ANN].do_deed(deed));
        }
        assert_eq!(messages(&mut company.rooms[ANN]), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn an_emoji_comes_and_goes_and_there_are_eight_at_most() {
    let mut company = Company::of(&["Ann", "Bob"]);
    let said = company.say(ANN, "hello", None);
    let mut react = |which: u32| {
        let emoji = emoji(&char::from_u32(0x1f600 + which).unwrap().to_string());
        let done = company.rooms[BOB].do_deed(Deed::React {
            target: said,
            emoji,
        });
        (done, carried(&mut company)[ANN].concat())
    };
    assert_eq!(react(0), (true, "Bob has \u{1f600}".into()));
    assert_eq!(react(0), (true, "Bob has ".into()));
    for which in 1..=8 {
        assert!(react(which).0);
    }
    assert_eq!(react(9), (false, String::new()));
    let (done, has) = react(1);
    assert!(done && has.chars().count() == "Bob has ".len() + 7);
    let target = MessageRef {
        id: TextId::random().unwrap(),
        ..said
    };
    let emoji = emoji("\u{1f44d}");
    assert!(!company.rooms[BOB].do_deed(Deed::React { target, emoji }));
}

#[tokio::test(start_paused = true)]
async fn a_text_burns_at_its_sender_from_its_ack_and_at_the_others_from_when_it_came() {
    let mut company = Company::of(&["Ann", "Bob"]);
    let said = text("fire", None, 5);
    let target = said.id;
    company.rooms[ANN].say_text(said, None).unwrap();
    // It waits for the relay longer than it is to live.
    company.wait(60 * SECOND).await;
    assert!(told(&company.rooms[ANN].take_events()).is_empty());
    assert_eq!(
        carried(&mut company),
        [vec![], vec!["Ann: fire".to_owned()]]
    );
    company.wait(4 * SECOND).await;
    assert_eq!(carried(&mut company), [vec![], Vec::<String>::new()]);
    // An edit does not prolong it.
    let body = zeroize::Zeroizing::new("water".to_owned());
    assert!(company.rooms[ANN].do_deed(Deed::Edit { target, body }));
    carried(&mut company);
    company.wait(SECOND).await;
    assert_eq!(carried(&mut company), [vec!["burnt"], vec!["burnt"]]);
    assert!(!company.rooms[ANN].do_deed(Deed::Delete { target }));
}

#[tokio::test(start_paused = true)]
async fn another_alias_is_told_to_all() {
    let mut company = Company::of(&["Ann", "Bob"]);
    let alias = Alias::prepare("Anna").unwrap();
    assert!(company.rooms[ANN].do_deed(Deed::Rename { alias }));
    assert_eq!(carried(&mut company), [["Ann is Anna"], ["Ann is Anna"]]);
    assert_eq!(company.rooms[ANN].keys.alias.as_str(), "Anna");
    company.rooms[ANN]
        .say_text(text("hi", None, 0), None)
        .unwrap();
    assert_eq!(carried(&mut company)[BOB], ["Anna: hi"]);
}

#[tokio::test(start_paused = true)]
async fn the_lock_is_set_while_there_is_a_connection_and_told_once() {
    let mut company = Company::of(&["Ann", "Bob"]);
    for (lock, lines) in [
        (RoomLock::Locked, vec!["locked true by Bob"]),
        (RoomLock::Locked, vec![]),
        (RoomLock::Open, vec!["locked false by Bob"]),
    ] {
        assert!(company.rooms[BOB].do_deed(Deed::Lock { lock }));
        assert_eq!(carried(&mut company), [lines.clone(), lines]);
    }
    let bob = &mut company.rooms[BOB];
    bob.lost();
    let lock = RoomLock::Locked;
    assert!(!bob.do_deed(Deed::Lock { lock }));
    bob.opened(HELLO);
    assert!(matches!(&bob.take_out()[..], [ClientFrame::Resume { .. }]));
}

#[tokio::test(start_paused = true)]
async fn cover_is_turned_on_and_off_for_all_and_gives_one_message_every_two_seconds() {
    let mut company = Company::of(&["Ann", "Bob"]);
    assert!(company.rooms[ANN].do_deed(Deed::Cover { on: true }));
    // The switch itself is the first that keeps to it.
    company.wait(2 * SECOND).await;
    assert_eq!(carried(&mut company)[BOB], ["cover true by Ann"]);
    for body in ["one", "two"] {
        company.rooms[ANN]
            .say_text(text(body, None, 0), None)
            .unwrap();
    }
    assert_eq!(messages(&mut company.rooms[ANN]), 0);
    for expected in [&["Ann: one"][..], &["Ann: two"], &[], &[]] {
        company.wait(2 * SECOND).await;
        let before = company.seq;
        let heard = carried(&mut company);
        assert_eq!(heard[BOB], expected);
        assert_eq!(company.seq.0 - before.0, 2, "one of each");
    }
    assert!(company.rooms[BOB].do_deed(Deed::Cover { on: false }));
    assert_eq!(carried(&mut company)[ANN], ["cover false by Bob"]);
    company.wait(10 * SECOND).await;
    let before = company.seq;
    company.carry();
    assert_eq!(company.seq, before);
}

#[tokio::test(start_paused = true)]
async fn typing_and_reading_pass_by() {
    let mut company = Company::of(&["Ann", "Bob", "Cleo"]);
    let (open, whisper) = (
        company.say(ANN, "hello", None),
        company.say(ANN, "psst", Some(&[BOB])),
    );
    assert!(company.rooms[BOB].do_deed(Deed::Typing));
    assert_eq!(
        carried(&mut company),
        [vec!["Bob types"], vec![], vec!["Bob types"]]
    );
    assert!(company.rooms[BOB].do_deed(Deed::Read { up_to: open }));
    assert_eq!(
        carried(&mut company),
        [vec!["Bob reads"], vec![], vec!["Bob reads"]]
    );
    // It has no name for Cleo.
    assert!(!company.rooms[BOB].do_deed(Deed::Read { up_to: whisper }));
    let bob = &mut company.rooms[BOB];
    bob.lost();
    bob.do_deed(Deed::Typing);
    bob.lost();
    bob.opened(HELLO);
    assert_eq!(messages(bob), 0);
}

#[tokio::test(start_paused = true)]
async fn a_whisper_that_nobody_is_there_for_is_told_as_unsent() {
    let mut company = Company::of(&["Ann", "Bob"]);
    let ann = &mut company.rooms[ANN];
    for to in [
        vec![],
        vec![ann.keys.identity],
        vec![Identity::random().unwrap()],
    ] {
        ann.say_text(text("psst", None, 0), Some(to)).unwrap();
        assert_eq!(told(&ann.take_events()), ["unsent"]);
        assert_eq!(messages(ann), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_done_in_a_room_that_has_ended() {
    let mut company = Company::of(&["Ann", "Bob"]);
    let said = company.say(ANN, "hello", None);
    let ann = &mut company.rooms[ANN];
    ann.over(crate::Ended::Purged);
    ann.take_events();
    assert_eq!(
        ann.say_text(text("late", None, 0), None),
        Err(SayError::Ended)
    );
    let lock = RoomLock::Locked;
    for deed in [
        Deed::Delete { target: said.id },
        Deed::Typing,
        Deed::Read { up_to: said },
        Deed::Cover { on: true },
        Deed::Lock { lock },
    ] {
        assert!(!ann.do_deed(deed));
    }
    assert!(ann.take_out().is_empty() && ann.take_events().is_empty());
}
