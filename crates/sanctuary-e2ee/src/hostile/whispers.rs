//! Whispers among members of whom some would like to hear more than is meant for them (PROTOCOL.md, section 9.5).

use proptest::prelude::*;

use super::*;
use crate::{Message, Said, TextId, Whisper};

const SECRET: &str = "between you and me, and nobody else";

/// So many members of one room, the first of whom founded it.
fn room(size: u32) -> Vec<Member> {
    let secrets = RoomSecrets::from_root(Root::new([9; 32]), RoomId::new([4; 16]));
    let (founder, mut state) = Member::create(params(&secrets, "Ann", ANN)).unwrap();
    let mut members = vec![founder];
    for number in 2..=size {
        let epoch = members[0].epoch().unwrap();
        let number = MemberNumber(number);
        let join = Member::join(params(&secrets, "Member", number), epoch, &state).unwrap();
        for member in &mut members {
            member.apply_commit(epoch, number, &join.commit).unwrap();
        }
        state.clone_from(&join.group_state);
        members.push(join.accept());
    }
    members
}

fn said() -> Said {
    Said::text(TextId::random().unwrap(), SECRET)
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

/// What comes out of MLS for a member, and the whisper in it.
fn heard(member: &mut Member, epoch: u64, payload: &[u8]) -> (Vec<u8>, Whisper) {
    let data = member.decrypt(epoch, payload).unwrap().data.to_vec();
    let Message::Whisper(whisper) = Message::decode(&data).unwrap() else {
        panic!("a whisper");
    };
    (data, whisper)
}

#[test]
fn a_third_member_that_shows_everything_it_can_has_nothing_of_it() {
    let mut members = room(4);
    let from = *members[0].identity();
    let to = [*members[1].identity(), *members[2].identity()];
    let said = said();
    let (epoch, payload) = members[0].encrypt_whisper(&to, &said, 0).unwrap();
    for member in &mut members[1..3] {
        let (_, whisper) = heard(member, epoch, &payload);
        let whispered = member
            .open_whisper(epoch, &from, &whisper)
            .unwrap()
            .unwrap();
        assert!(whispered.said == said && whispered.recipients == to);
        // Bound to its sender: nobody can pass it on as their own.
        assert!(
            member
                .open_whisper(epoch, &to[0], &whisper)
                .unwrap()
                .is_none()
        );
    }
    let (data, whisper) = heard(&mut members[3], epoch, &payload);
    assert!(
        members[3]
            .open_whisper(epoch, &from, &whisper)
            .unwrap()
            .is_none()
    );
    for secret in [
        SECRET.as_bytes(),
        &SECRET.as_bytes()[..8],
        to[0].as_bytes(),
        to[1].as_bytes(),
    ] {
        assert!(!contains(&data, secret));
    }
    assert_eq!(whisper.slots(), 2);
}

#[test]
fn one_that_comes_late_opens_although_the_own_leaf_has_changed_and_no_later_than_other_messages() {
    let mut members = room(2);
    let (from, to) = (*members[0].identity(), *members[1].identity());
    let (epoch, payload) = members[0].encrypt_whisper(&[to], &said(), 0).unwrap();
    let (_, whisper) = heard(&mut members[1], epoch, &payload);
    for later in 0..3 {
        let opened = members[1].open_whisper(epoch, &from, &whisper);
        assert!(opened.is_ok_and(|opened| opened.is_some()), "{later}");
        let pending = members[1].commit_removal(&[]).unwrap();
        members[0]
            .apply_commit(epoch + later, BOB, &pending.commit)
            .unwrap();
        members[1].accept(pending).unwrap();
    }
    let opened = members[1].open_whisper(epoch, &from, &whisper);
    assert!(matches!(opened, Err(E2eeError::Epoch)));
}

#[test]
fn nobody_is_whispered_to_who_is_not_there() {
    let mut members = room(2);
    let stranger = Identity::random().unwrap();
    for nobody in [vec![], vec![stranger], vec![*members[0].identity()]] {
        let whispered = members[0].encrypt_whisper(&nobody, &said(), 0);
        assert_eq!(whispered.err(), Some(E2eeError::UnknownMember));
    }
    let to = [stranger, *members[1].identity()];
    let (epoch, payload) = members[0].encrypt_whisper(&to, &said(), 0).unwrap();
    assert_eq!(heard(&mut members[1], epoch, &payload).1.slots(), 1);
}

#[test]
fn what_is_sealed_is_as_large_as_a_text_of_its_class_and_of_cover_as_any_short_text() {
    let mut members = room(2);
    let to = [*members[1].identity()];
    let (_, whisper) = members[0].encrypt_whisper(&to, &said(), 0).unwrap();
    let large = Said::text(TextId::new([1; 16]), &"a".repeat(1500))
        .encode()
        .unwrap();
    assert_eq!(whisper.len(), members[0].encrypt(&large).unwrap().1.len());
    let kinds = [
        said().encode().unwrap(),
        Said::text(TextId::new([1; 16]), &"a".repeat(270))
            .encode()
            .unwrap(),
        Message::Typing.encode().unwrap(),
        Message::Cover.encode().unwrap(),
    ];
    let lengths = kinds.map(|data| members[0].encrypt_large(&data, 512).unwrap().1.len());
    assert!(
        lengths.iter().all(|length| *length == 512 + 28),
        "{lengths:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whoever is meant opens it, whoever is not does not, and the number of slots says no more than it must.
    #[test]
    fn those_it_is_for_open_it(mask in 1_usize..64, from in 0_usize..7) {
        let mut members = room(7);
        let others: Vec<_> = (0..7).filter(|at| *at != from).collect();
        let meant: Vec<_> = (0..6).filter(|bit| mask & (1 << bit) != 0).map(|bit| others[bit]).collect();
        let to: Vec<_> = meant.iter().map(|at| *members[*at].identity()).collect();
        let (author, said) = (*members[from].identity(), said());
        let (epoch, payload) = members[from].encrypt_whisper(&to, &said, 0).unwrap();
        for at in others {
            let (_, whisper) = heard(&mut members[at], epoch, &payload);
            prop_assert_eq!(whisper.slots(), meant.len().next_power_of_two());
            let opened = members[at].open_whisper(epoch, &author, &whisper).unwrap();
            prop_assert_eq!(opened.is_some(), meant.contains(&at));
        }
    }

    /// A changed whisper is not for anybody, or damaged; it is never another one.
    #[test]
    fn a_changed_one_says_nothing(at in 1_usize..1500, flip in 1_u8..=255) {
        let mut members = room(2);
        let (from, to) = (*members[0].identity(), [*members[1].identity()]);
        let said = said();
        let (epoch, payload) = members[0].encrypt_whisper(&to, &said, 0).unwrap();
        let (mut data, _) = heard(&mut members[1], epoch, &payload);
        let at = at % data.len();
        data[at] ^= flip;
        if let Ok(Message::Whisper(whisper)) = Message::decode(&data) {
            let opened = members[1].open_whisper(epoch, &from, &whisper);
            prop_assert!(!matches!(opened, Ok(Some(_))));
        }
    }
}
