//! Application data of all kinds (PROTOCOL.md, section 9).

use serde_json::{Value, json};

use super::primitives::{pattern, vector};

/// One file's rows: a name, the kind and the fields if it decodes, and the bytes.
#[derive(Default)]
struct Cases(Vec<Value>);

impl Cases {
    fn good(&mut self, name: &str, kind: &str, fields: &Value, data: &[u8]) {
        self.0.push(
            json!({ "name": name, "kind": kind, "fields": fields, "data": hex::encode(data) }),
        );
    }

    fn bad(&mut self, name: &str, data: &[u8]) {
        self.0
            .push(json!({ "name": name, "kind": null, "fields": null, "data": hex::encode(data) }));
    }

    fn unknown(&mut self, name: &str, data: &[u8]) {
        self.good(name, "unknown", &Value::Null, data);
    }
}

fn id() -> [u8; 16] {
    pattern::<16>(0x33)
}

fn target() -> [u8; 16] {
    pattern::<16>(0x73)
}

/// An author, and the id of a text of theirs.
fn reference() -> Vec<u8> {
    pattern::<32>(0x90).to_vec()
}

fn reference_fields() -> Value {
    json!({ "author": hex::encode(&reference()[..16]), "id": hex::encode(&reference()[16..]) })
}

pub(super) fn messages() -> Vec<Value> {
    let mut cases = Cases::default();
    texts(&mut cases);
    edits_and_deletion(&mut cases);
    reactions(&mut cases);
    whispers(&mut cases);
    others(&mut cases);
    cases.0
}

fn text(reply_to: &[u8], burn_s: u16, body: &[u8]) -> Vec<u8> {
    [
        &[1][..],
        &id(),
        &vector(reply_to),
        &burn_s.to_be_bytes(),
        &vector(body),
    ]
    .concat()
}

fn texts(cases: &mut Cases) {
    let fields = |reply_to: Value, burn_s: u16, body: &str| json!({ "id": hex::encode(id()), "reply_to": reply_to, "burn_s": burn_s, "body": body });
    let longest = "m".repeat(65_536);
    for (name, body) in [
        ("plain", "hello"),
        ("not ASCII", "h\u{e9}llo\n\u{1f44b}"),
        ("longest", &longest),
    ] {
        let data = text(&[], 0, body.as_bytes());
        cases.good(name, "text", &fields(Value::Null, 0, body), &data);
    }
    let reply = text(&reference(), 0, b"yes");
    cases.good(
        "reply",
        "text",
        &fields(reference_fields(), 0, "yes"),
        &reply,
    );
    for (name, burn_s) in [("burns at once", 1), ("burns last", 3600)] {
        cases.good(
            name,
            "text",
            &fields(Value::Null, burn_s, "b"),
            &text(&[], burn_s, b"b"),
        );
    }
    let hello = text(&[], 0, b"hello");
    cases.bad("burns later than a room", &text(&[], 3601, b"b"));
    cases.bad("half a reply", &text(&reference()[..31], 0, b"b"));
    cases.bad("two replies", &text(&reference().repeat(2), 0, b"b"));
    cases.bad("empty body", &text(&[], 0, b""));
    cases.bad("too long", &text(&[], 0, &vec![b'm'; 65_537]));
    cases.bad("U+0000", &text(&[], 0, b"a\0b"));
    cases.bad("not UTF-8", &text(&[], 0, &[0xed, 0xa0, 0x80]));
    cases.bad("a byte long", &[&hello[..], &[0]].concat());
    cases.bad("a byte short", &hello[..hello.len() - 1]);
    cases.bad("id only", &[&[1][..], &id()].concat());
}

fn edits_and_deletion(cases: &mut Cases) {
    let edit = |revision: u32, body: &[u8]| {
        [
            &[2][..],
            &id(),
            &target(),
            &revision.to_be_bytes(),
            &vector(body),
        ]
        .concat()
    };
    for (name, revision) in [("edit", 1), ("last edit", u32::MAX)] {
        let fields = json!({
            "id": hex::encode(id()), "target": hex::encode(target()), "revision": revision, "body": "better"
        });
        cases.good(name, "edit", &fields, &edit(revision, b"better"));
    }
    cases.bad("edit without a revision", &edit(0, b"better"));
    cases.bad("edit to nothing", &edit(1, b""));
    cases.bad("edit to too much", &edit(1, &vec![b'm'; 65_537]));
    let delete = [&[3][..], &id(), &target()].concat();
    let fields = json!({ "id": hex::encode(id()), "target": hex::encode(target()) });
    cases.good("delete", "delete", &fields, &delete);
    cases.bad("delete, a byte long", &[&delete[..], &[0]].concat());
    cases.bad("delete, a byte short", &delete[..32]);
}

fn reactions(cases: &mut Cases) {
    let data = |revision: u32, emoji: &[&str]| {
        let list: Vec<u8> = emoji
            .iter()
            .flat_map(|one| vector(one.as_bytes()))
            .collect();
        [
            &[4][..],
            &id(),
            &reference(),
            &revision.to_be_bytes(),
            &vector(&list),
        ]
        .concat()
    };
    let eight = [
        "\u{1f44d}",
        "\u{2764}\u{fe0f}",
        "\u{1f602}",
        "\u{1f62e}",
        "\u{1f622}",
        "\u{1f64f}",
        "\u{1f389}",
        "\u{1f525}",
    ];
    for (name, emoji) in [
        ("a reaction", &eight[..1]),
        ("eight reactions", &eight[..]),
        ("no reaction any more", &[]),
    ] {
        let fields = json!({
            "id": hex::encode(id()), "target": reference_fields(), "revision": 7, "emoji": emoji
        });
        cases.good(name, "reactions", &fields, &data(7, emoji));
    }
    let nine = [&eight[..], &["\u{1f680}"]].concat();
    cases.bad("nine reactions", &data(7, &nine));
    cases.bad("a reaction twice", &data(7, &["\u{1f44d}", "\u{1f44d}"]));
    cases.bad("a reaction without a revision", &data(0, &eight[..1]));
    cases.bad("a word as a reaction", &data(7, &["ok"]));
    cases.bad("nothing as a reaction", &data(7, &[""]));
}

fn whispers(cases: &mut Cases) {
    let slot = |first: u8| {
        [
            pattern::<1120>(first).to_vec(),
            pattern::<48>(first).to_vec(),
        ]
        .concat()
    };
    let sealed = pattern::<284>(0x50);
    let data =
        |slots: &[u8], sealed: &[u8]| [&[5][..], &id(), &vector(slots), &vector(sealed)].concat();
    for count in [1_u8, 2, 4] {
        let slots: Vec<u8> = (0..count).flat_map(slot).collect();
        let fields = json!({
            "id": hex::encode(id()), "slots": hex::encode(&slots), "sealed": hex::encode(sealed)
        });
        cases.good(
            &format!("whisper with {count}"),
            "whisper",
            &fields,
            &data(&slots, &sealed),
        );
    }
    cases.bad("whisper to nobody", &data(&[], &sealed));
    cases.bad(
        "whisper with 3",
        &data(&[slot(1), slot(2), slot(3)].concat(), &sealed),
    );
    cases.bad("whisper with half a slot", &data(&slot(1)[..600], &sealed));
    cases.bad(
        "whisper, a byte long",
        &[&data(&slot(1), &sealed)[..], &[0]].concat(),
    );
}

fn others(cases: &mut Cases) {
    cases.good("typing", "typing", &json!({}), &[6]);
    let read = [&[7][..], &reference()].concat();
    cases.good(
        "read",
        "read",
        &json!({ "up_to": reference_fields() }),
        &read,
    );
    cases.good("cover", "cover", &json!({}), &[8]);
    for (name, state, on) in [("cover on", 1, true), ("cover off", 2, false)] {
        let data = [&[9][..], &id(), &[state]].concat();
        cases.good(
            name,
            "cover-switch",
            &json!({ "id": hex::encode(id()), "on": on }),
            &data,
        );
    }
    cases.bad("typing, a byte long", &[6, 0]);
    cases.bad("read, a byte short", &read[..32]);
    cases.bad("cover, a byte long", &[8, 0]);
    for state in [0, 3] {
        let name = format!("cover in state {state}");
        cases.bad(&name, &[&[9][..], &id(), &[state]].concat());
    }
    cases.unknown("another kind", &[10, 1, 2, 3]);
    cases.unknown("another kind, nothing else", &[255]);
    cases.unknown("kind zero", &[0]);
    cases.bad("empty", &[]);
}

/// Texts, and whether each is one emoji.
pub(super) fn emoji() -> Vec<Value> {
    let family =
        "\u{1f469}\u{1f3fd}\u{200d}\u{2764}\u{fe0f}\u{200d}\u{1f48b}\u{200d}\u{1f468}\u{1f3ff}";
    let too_long = ["\u{1f469}"; 10].join("\u{200d}");
    let at_most = ["\u{1f469}"; 9].join("\u{200d}");
    [
        ("\u{1f44d}", true),
        ("\u{1f44d}\u{1f3fe}", true),
        ("\u{2764}\u{fe0f}", true),
        ("\u{a9}", true),
        ("\u{203c}\u{fe0f}", true),
        ("\u{1fae8}", true),
        ("\u{1f1e9}\u{1f1ea}", true),
        ("1\u{fe0f}\u{20e3}", true),
        ("#\u{fe0f}\u{20e3}", true),
        (
            "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            true,
        ),
        ("\u{1f3f3}\u{fe0f}\u{200d}\u{1f308}", true),
        (family, true),
        (&at_most, true),
        (&too_long, false),
        ("", false),
        ("a", false),
        ("1", false),
        ("1\u{20e3}", false),
        ("\u{fe0f}", false),
        ("\u{200d}", false),
        ("\u{1f3fd}", false),
        ("\u{1f1e9}", false),
        ("\u{1f1e9}\u{1f1ea}\u{1f1e9}", false),
        ("\u{1f1e9}\u{1f44d}", false),
        ("\u{1f44d}\u{1f44d}", false),
        ("\u{1f44d} ", false),
        ("\u{1f44d}\n", false),
        (" \u{1f44d}", false),
        ("\u{1f44d}\u{200d}", false),
        ("\u{200d}\u{1f44d}", false),
        ("\u{1f44d}\u{200d}\u{200d}\u{1f44d}", false),
        ("\u{1f44d}\u{fe0f}\u{fe0f}", false),
        ("\u{1f44d}\u{301}", false),
        ("\u{1f44d}\u{202e}", false),
        ("\u{1f3f4}\u{e007f}", false),
        ("\u{1f3f4}\u{e0067}", false),
        ("\u{4e00}", false),
    ]
    .map(|(text, valid)| json!({ "text": text, "valid": valid }))
    .to_vec()
}
