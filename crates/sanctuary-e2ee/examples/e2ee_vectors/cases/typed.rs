//! What people type: passwords, aliases, links.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::primitives::pattern;

/// Passwords as typed, and as prepared; null if refused.
pub(super) fn passwords() -> Vec<Value> {
    let long = "p".repeat(256);
    let wide = "\u{e9}".repeat(128);
    let others = [
        (
            "plain",
            "correct horse battery staple",
            Some("correct horse battery staple"),
        ),
        (
            "white space at both ends",
            " \t\n pass word\u{2003}\r\n",
            Some("pass word"),
        ),
        ("next line at the end", "password\u{85}", Some("password")),
        (
            "line separator at the end",
            "password\u{2028}",
            Some("password"),
        ),
        (
            "byte order mark is no white space",
            "\u{feff}password",
            Some("\u{feff}password"),
        ),
        (
            "zero width space is no white space",
            "password\u{200b}",
            Some("password\u{200b}"),
        ),
        (
            "spaces of category Zs",
            "a\u{a0}b\u{1680}c\u{2000}d\u{200a}e\u{202f}f\u{205f}g\u{3000}h",
            Some("a b c d e f g h"),
        ),
        ("several spaces stay", "a  b", Some("a  b")),
        ("tab and newline inside stay", "a\tb\nc", Some("a\tb\nc")),
        ("NFC composes", "cafe\u{301}", Some("caf\u{e9}")),
        (
            "NFC reorders marks",
            "q\u{307}\u{323}",
            Some("q\u{323}\u{307}"),
        ),
        (
            "NFC replaces singletons",
            "\u{212b}\u{2126}",
            Some("\u{c5}\u{3a9}"),
        ),
        (
            "NFC is not NFKC",
            "\u{fb01}\u{2460}\u{ff21}",
            Some("\u{fb01}\u{2460}\u{ff21}"),
        ),
        (
            "Hangul composes",
            "\u{1112}\u{1161}\u{11ab}",
            Some("\u{d55c}"),
        ),
        ("case stays", "PassWord", Some("PassWord")),
        (
            "a space mark composes with nothing",
            "a\u{a0}\u{301}",
            Some("a \u{301}"),
        ),
        (
            "emoji",
            "\u{1f469}\u{200d}\u{1f680}\u{fe0f}",
            Some("\u{1f469}\u{200d}\u{1f680}\u{fe0f}"),
        ),
        ("256 bytes", &long, Some(&long)),
        ("256 bytes of two-byte characters", &wide, Some(&wide)),
        (
            "257 bytes before, 256 after",
            &format!("{long} "),
            Some(&long),
        ),
        ("empty", "", None),
        ("white space only", " \u{3000}\t\u{a0}", None),
        ("257 bytes", &format!("{long}p"), None),
        (
            "258 bytes of two-byte characters",
            &format!("{wide}\u{e9}"),
            None,
        ),
    ];
    DICTATED
        .into_iter()
        .chain(others)
        .map(
            |(name, typed, prepared)| json!({ "name": name, "typed": typed, "prepared": prepared }),
        )
        .collect()
}

/// Generated passwords in whatever way they are typed, and what comes close to one.
const DICTATED: [(&str, &str, Option<&str>); 5] = [
    (
        "generated",
        "abandon-zoo-ability-zone-able-zero",
        Some("abandon-zoo-ability-zone-able-zero"),
    ),
    (
        "generated, dictated",
        " Abandon ZOO  ability\u{2013}zone - able\u{a0}zero",
        Some("abandon-zoo-ability-zone-able-zero"),
    ),
    (
        "a word too few",
        "Abandon zoo ability zone able",
        Some("Abandon zoo ability zone able"),
    ),
    (
        "a word that is none of the list",
        "Abandon zoo ability zone able zeros",
        Some("Abandon zoo ability zone able zeros"),
    ),
    (
        "a hyphen before the words",
        "-Abandon zoo ability zone able zero",
        Some("-Abandon zoo ability zone able zero"),
    ),
];

/// Aliases as typed, as prepared (null if refused), and whether the text is taken as it is when it
/// comes from another member.
pub(super) fn aliases() -> Vec<Value> {
    let long = "x".repeat(64);
    let mut cases: Vec<_> = [
        ("plain", "Ann", Some("Ann")),
        ("space inside", "Ann B", Some("Ann B")),
        (
            "white space at both ends",
            "\u{3000} Ann\u{a0}\n",
            Some("Ann"),
        ),
        ("not normalized", "Zoe\u{308}", Some("Zoe\u{308}")),
        (
            "joined emoji",
            "\u{1f469}\u{200d}\u{1f680}",
            Some("\u{1f469}\u{200d}\u{1f680}"),
        ),
        (
            "variation selector",
            "\u{2764}\u{fe0f}",
            Some("\u{2764}\u{fe0f}"),
        ),
        (
            "Arabic",
            "\u{633}\u{644}\u{627}\u{645}",
            Some("\u{633}\u{644}\u{627}\u{645}"),
        ),
        ("64 bytes", &long, Some(&long)),
        (
            "66 bytes with white space",
            &format!(" {long} "),
            Some(&long),
        ),
        ("65 bytes", &format!("{long}x"), None),
        (
            "66 bytes of two-byte characters",
            &"\u{e9}".repeat(33),
            None,
        ),
        ("empty", "", None),
        ("white space only", " \u{2009} ", None),
        ("markup is text", "<b>x</b>", Some("<b>x</b>")),
    ]
    .iter()
    .map(|(name, typed, prepared)| alias(name, typed, *prepared))
    .collect();
    for point in [
        0x00_u32, 0x09, 0x0a, 0x1f, 0x7f, 0x85, 0x9f, 0xad, 0x600, 0x605, 0x61c, 0x6dd, 0x70f,
        0x890, 0x891, 0x8e2, 0x180e, 0x200b, 0x200c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a,
        0x202e, 0x2060, 0x2065, 0x2066, 0x206f, 0xfeff, 0xfff9, 0xfffb, 0x110bd, 0x110cd, 0x13430,
        0x1343f, 0x1bca0, 0x1bca3, 0x1d173, 0x1d17a, 0xe0000, 0xe0001, 0xe0041, 0xe007f,
    ] {
        let character = char::from_u32(point).expect("no surrogate");
        cases.push(alias(
            &format!("U+{point:04X} is refused"),
            &format!("a{character}b"),
            None,
        ));
    }
    for point in [
        0xa0_u32, 0x2000, 0x200d, 0x2027, 0x202f, 0x205f, 0x2070, 0x3000, 0xfff8, 0xfffd, 0x606,
        0x892, 0x13440, 0xe0080, 0xe000,
    ] {
        let character = char::from_u32(point).expect("no surrogate");
        let typed = format!("a{character}b");
        cases.push(alias(
            &format!("U+{point:04X} is taken inside"),
            &typed,
            Some(&typed),
        ));
    }
    cases
}

fn alias(name: &str, typed: &str, prepared: Option<&str>) -> Value {
    json!({ "name": name, "typed": typed, "prepared": prepared, "valid": prepared == Some(typed) })
}

/// Links as typed, with their parts; null if refused.
pub(super) fn links() -> Vec<Value> {
    let room = pattern::<16>(0xf0);
    let secret = pattern::<24>(0xe8);
    let (room_text, secret_text) = (URL_SAFE_NO_PAD.encode(room), URL_SAFE_NO_PAD.encode(secret));
    let path = format!("/r/{room_text}#{secret_text}");
    let mut cases = Vec::new();
    for origin in [
        "https://example.org",
        "https://sanctuary.example.org:8443",
        "http://127.0.0.1:8080",
        "http://localhost:8080",
        "http://[::1]:8080",
        "http://duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion",
    ] {
        let link = format!("{origin}{path}");
        cases.push(
            json!({ "name": "valid", "text": link, "link": link, "origin": origin,
            "room_id": hex::encode(room), "link_secret": hex::encode(secret) }),
        );
    }
    let link = format!("https://example.org{path}");
    cases.push(json!({ "name": "white space around", "text": format!(" \n{link}\u{a0}\t"), "link": link,
        "origin": "https://example.org", "room_id": hex::encode(room), "link_secret": hex::encode(secret) }));
    let refused = [
        ("empty", String::new()),
        ("no link", "hello".to_owned()),
        ("no secret", format!("https://example.org/r/{room_text}")),
        (
            "empty secret",
            format!("https://example.org/r/{room_text}#"),
        ),
        (
            "a character of the secret is lost",
            format!("https://example.org/r/{room_text}#{}", &secret_text[..31]),
        ),
        ("a character too many in the secret", format!("{link}A")),
        (
            "a character of the id is lost",
            format!("https://example.org/r/{}#{secret_text}", &room_text[..21]),
        ),
        (
            "a character too many in the id",
            format!("https://example.org/r/{room_text}A#{secret_text}"),
        ),
        (
            "trailing bits in the id",
            format!("https://example.org/r/{}x#{secret_text}", &room_text[..21]),
        ),
        (
            "base64 instead of base64url",
            format!("https://example.org/r/{room_text}#{}", "+/".repeat(16)),
        ),
        (
            "padding",
            format!("https://example.org/r/{room_text}==#{secret_text}"),
        ),
        (
            "query",
            format!("https://example.org/r/{room_text}?a=b#{secret_text}"),
        ),
        (
            "slash at the end",
            format!("https://example.org/r/{room_text}/#{secret_text}"),
        ),
        ("path before", format!("https://example.org/x{path}")),
        (
            "another path",
            format!("https://example.org/s/{room_text}#{secret_text}"),
        ),
        ("two fragments", format!("{link}#{secret_text}")),
        ("user name", format!("https://me@example.org{path}")),
        (
            "user name and password",
            format!("https://me:pw@example.org{path}"),
        ),
        ("no host", format!("https://{path}")),
        ("no scheme", format!("example.org{path}")),
        ("another scheme", format!("ftp://example.org{path}")),
        ("a script", format!("javascript:alert(1)//{path}")),
        (
            "white space inside",
            format!("https://example.org/r/{room_text} #{secret_text}"),
        ),
        (
            "white space in the host",
            format!("https://exa mple.org{path}"),
        ),
        ("backslash", format!("https:\\\\example.org{path}")),
        (
            "percent encoding in the secret",
            format!("https://example.org/r/{room_text}#%41{}", &secret_text[1..]),
        ),
    ];
    cases.extend(refused.map(|(name, text)| {
        json!({ "name": name, "text": text, "link": null, "origin": null, "room_id": null, "link_secret": null })
    }));
    cases
}
