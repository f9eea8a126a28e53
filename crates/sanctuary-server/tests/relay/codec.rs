//! WebSocket byte by byte (RFC 6455), as no library would send it.

use std::time::Duration;

use proptest::prelude::*;
use sanctuary_server::relay::Limits;
use sanctuary_server::websocket::{Decoder, Encoded, Received, TextPolicy, Violation};
use sanctuary_wire::{ClientFrame, RelayFrame};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::Instant;

use crate::support::{Host, PIPE, inline};

const FIN: u8 = 0x80;
const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// A masked frame with any first byte.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mask = [0x37, 0xfa, 0x21, 0x3d];
    let mut bytes = vec![first];
    match u16::try_from(payload.len()) {
        Ok(len @ 0..126) => bytes.push(0x80 | u8::try_from(len).unwrap()),
        Ok(len) => {
            bytes.push(0xfe);
            bytes.extend(len.to_be_bytes());
        }
        Err(_) => {
            bytes.push(0xff);
            bytes.extend((payload.len() as u64).to_be_bytes());
        }
    }
    bytes.extend(mask);
    bytes.extend(payload.iter().zip(mask.iter().cycle()).map(|(a, b)| a ^ b));
    bytes
}

fn decode(decoder: &mut Decoder, mut bytes: &[u8]) -> Result<Vec<Received>, Violation> {
    let mut all = Vec::new();
    while let Some(received) = decoder.decode(&mut bytes)? {
        all.push(received);
    }
    assert!(bytes.is_empty());
    Ok(all)
}

fn decode_once(bytes: &[u8]) -> Result<Vec<Received>, Violation> {
    decode(&mut Decoder::new(1000, TextPolicy::Accept), bytes)
}

/// A connection to a relay without a library in between.
struct Raw(DuplexStream);

impl Raw {
    async fn open(host: &Host) -> Self {
        let Host::Inline(relay) = host else {
            unreachable!()
        };
        let (near, far) = tokio::io::duplex(PIPE);
        relay.accept(far);
        let mut raw = Self(near);
        let (first, hello) = raw.receive().await;
        assert_eq!(first, FIN | BINARY);
        let hello = RelayFrame::decode(&hello.into()).unwrap();
        assert!(matches!(hello, RelayFrame::Hello { .. }));
        raw
    }

    async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    /// The first byte and the payload of the next frame.
    async fn receive(&mut self) -> (u8, Vec<u8>) {
        let first = self.0.read_u8().await.unwrap();
        let len = match self.0.read_u8().await.unwrap() {
            126 => self.0.read_u16().await.unwrap().into(),
            127 => self.0.read_u64().await.unwrap(),
            len => u64::from(len),
        };
        assert!(len < 1 << 20, "masked or huge");
        let mut payload = vec![0; usize::try_from(len).unwrap()];
        self.0.read_exact(&mut payload).await.unwrap();
        (first, payload)
    }

    /// Expects a close frame with that code, and the end of the stream after it.
    async fn closed(&mut self, code: u16) {
        let (first, payload) = self.receive().await;
        assert_eq!(first, FIN | CLOSE);
        assert_eq!(payload.get(..2), Some(&code.to_be_bytes()[..]));
        assert!(std::str::from_utf8(&payload[2..]).is_ok());
        assert_eq!(self.0.read(&mut [0]).await.unwrap(), 0);
    }
}

fn ping_frame() -> Vec<u8> {
    ClientFrame::Ping { token: 5 }.encode()
}

#[tokio::test(start_paused = true)]
async fn whatever_breaks_the_rfc_is_answered_with_its_close_code() {
    let unmasked = [FIN | BINARY, 1, 0x0b];
    let huge = [FIN | BINARY, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 1, 0, 0, 0, 0];
    let negative = [FIN | BINARY, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
    let overlong = [FIN | BINARY, 0xfe, 0, 1, 0, 0, 0, 0, 0x0b];
    let interleaved = [frame(BINARY, &[0x0b]), frame(FIN | BINARY, &[0x0b])].concat();
    let cases: Vec<(&str, Vec<u8>, u16)> = vec![
        ("unmasked", unmasked.into(), 1002),
        ("first reserved bit", frame(FIN | 0x40 | BINARY, &[]), 1002),
        ("second reserved bit", frame(FIN | 0x20 | BINARY, &[]), 1002),
        ("third reserved bit", frame(FIN | 0x10 | BINARY, &[]), 1002),
        ("reserved data opcode", frame(FIN | 3, &[]), 1002),
        ("reserved control opcode", frame(FIN | 0xb, &[]), 1002),
        ("fragmented ping", frame(PING, &[]), 1002),
        ("fragmented close", frame(CLOSE, &[]), 1002),
        ("long ping", frame(FIN | PING, &[0; 126]), 1002),
        ("overlong length", overlong.into(), 1002),
        ("negative length", negative.into(), 1002),
        ("nothing to continue", frame(FIN | CONTINUATION, &[]), 1002),
        ("interleaved messages", interleaved, 1002),
        ("close with half a code", frame(FIN | CLOSE, &[3]), 1002),
        ("close with code 1005", frame(FIN | CLOSE, &[3, 0xed]), 1002),
        ("close with code 999", frame(FIN | CLOSE, &[3, 0xe7]), 1002),
        (
            "close with bad text",
            frame(FIN | CLOSE, &[3, 0xe8, 0xff]),
            1007,
        ),
        ("text", frame(FIN | TEXT, b"hello"), 1003),
        ("too large", huge.into(), 1009),
    ];
    inline(Limits::default(), async |host| {
        for (name, bytes, code) in cases {
            let mut raw = Raw::open(&host).await;
            raw.send(&bytes).await;
            println!("{name}");
            raw.closed(code).await;
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn fragments_that_grow_beyond_the_limit_are_refused_as_one_message_would_be() {
    inline(Limits::default(), async |host| {
        let mut raw = Raw::open(&host).await;
        raw.send(&frame(BINARY, &[0x0b])).await;
        let fragment = frame(CONTINUATION, &vec![0; 60_000]);
        for _ in 0..17 {
            raw.send(&fragment).await;
        }
        raw.send(&fragment).await;
        raw.closed(1009).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn control_frames_may_come_between_fragments_and_are_answered_at_once() {
    inline(Limits::default(), async |host| {
        let mut raw = Raw::open(&host).await;
        let message = ping_frame();
        let (head, tail) = message.split_at(2);
        raw.send(&frame(BINARY, head)).await;
        raw.send(&frame(CONTINUATION, &[])).await;
        raw.send(&frame(FIN | PONG, b"unasked")).await;
        raw.send(&frame(FIN | PING, b"are you there?")).await;
        assert_eq!(
            raw.receive().await,
            (FIN | PONG, b"are you there?".to_vec())
        );
        raw.send(&frame(FIN | CONTINUATION, tail)).await;
        let (first, pong) = raw.receive().await;
        assert_eq!(first, FIN | BINARY);
        assert_eq!(pong, RelayFrame::Pong { token: 5 }.encode());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn frames_may_come_byte_by_byte() {
    inline(Limits::default(), async |host| {
        let mut raw = Raw::open(&host).await;
        for byte in frame(FIN | BINARY, &ping_frame()) {
            raw.send(&[byte]).await;
            tokio::task::yield_now().await;
        }
        let (_, pong) = raw.receive().await;
        assert_eq!(pong, RelayFrame::Pong { token: 5 }.encode());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_close_is_answered_with_its_code_and_nothing_after_it_is_looked_at() {
    inline(Limits::default(), async |host| {
        for (payload, answer) in [
            (&[][..], &[][..]),
            (&[3, 0xe8], &[3, 0xe8]),
            (&[0x0f, 0xa0, b'b', b'y', b'e'], &[0x0f, 0xa0]),
        ] {
            let mut raw = Raw::open(&host).await;
            let close = frame(FIN | CLOSE, payload);
            let after = frame(FIN | BINARY, &ping_frame());
            raw.send(&[close, after].concat()).await;
            assert_eq!(raw.receive().await, (FIN | CLOSE, answer.to_vec()));
            assert_eq!(raw.0.read(&mut [0]).await.unwrap(), 0);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_pings_from_a_peer_that_reads_nothing_is_cut_off() {
    let limits = Limits {
        queue_bytes: 10_000,
        ..Limits::default()
    };
    inline(limits, async |host| {
        let mut raw = Raw::open(&host).await;
        let ping = frame(FIN | PING, &[0; 125]);
        // The relay stops reading and hangs up; then writing fails.
        while raw.0.write_all(&ping).await.is_ok() {}
    })
    .await;
}

#[test]
fn what_is_only_announced_is_not_allocated() {
    let mut decoder = Decoder::new(1 << 40, TextPolicy::Refuse);
    let header = [FIN | BINARY, 0xff, 0, 0, 0, 0xff, 0, 0, 0, 0, 1, 2, 3, 4];
    assert_eq!(decode(&mut decoder, &header), Ok(vec![]));
}

#[test]
fn text_is_taken_where_it_is_wanted_if_it_is_utf8() {
    let both = [
        frame(TEXT, "κόσ".as_bytes()),
        frame(FIN | CONTINUATION, "με".as_bytes()),
    ];
    assert_eq!(
        decode_once(&both.concat()),
        Ok(vec![Received::Text("κόσμε".into())])
    );
    let wrong = frame(FIN | TEXT, &[0xce, 0xba, 0xe1]);
    assert_eq!(decode_once(&wrong), Err(Violation::InvalidText));
}

#[test]
fn encoded_frames_are_never_masked_and_have_the_shortest_length() {
    for (len, header) in [
        (0, vec![0x82, 0]),
        (125, vec![0x82, 125]),
        (126, vec![0x82, 126, 0, 126]),
        (65_536, vec![0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
    ] {
        let encoded = Encoded::binary(len, |out| out.resize(out.len() + len, 7));
        assert_eq!(&encoded[..header.len()], header);
        assert_eq!(encoded.len(), header.len() + len);
    }
}

/// What a client may send, and what is to come out.
fn exchange() -> impl Strategy<Value = (Vec<u8>, Vec<Received>)> {
    let control = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..=125).prop_map(|payload| {
            let bytes = frame(FIN | PING, &payload);
            (bytes, Received::Ping(payload))
        }),
        prop::collection::vec(any::<u8>(), 0..=125)
            .prop_map(|payload| (frame(FIN | PONG, &payload), Received::Pong)),
    ];
    let fragment = (
        prop::collection::vec(any::<u8>(), 0..300),
        prop::option::of(control),
    );
    prop::collection::vec(prop::collection::vec(fragment, 1..5), 0..5).prop_map(|messages| {
        let mut bytes = Vec::new();
        let mut received = Vec::new();
        for fragments in messages {
            let mut payload = Vec::new();
            let count = fragments.len();
            for (i, (fragment, control)) in fragments.into_iter().enumerate() {
                let opcode = if i == 0 { BINARY } else { CONTINUATION };
                let fin = if i + 1 == count { FIN } else { 0 };
                bytes.extend(frame(fin | opcode, &fragment));
                payload.extend(fragment);
                if fin == 0
                    && let Some((control, is)) = control
                {
                    bytes.extend(control);
                    received.push(is);
                }
            }
            received.push(Received::Binary(payload));
        }
        (bytes, received)
    })
}

proptest! {
    #[test]
    fn valid_frames_decode_the_same_however_they_are_cut(
        (bytes, expected) in exchange(),
        cuts in prop::collection::vec(1_usize..200, 1..50),
    ) {
        let mut decoder = Decoder::new(2000, TextPolicy::Refuse);
        let mut received = Vec::new();
        let mut rest = &bytes[..];
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, after) = rest.split_at((*cut).min(rest.len()));
            received.extend(decode(&mut decoder, piece).unwrap());
            rest = after;
        }
        prop_assert_eq!(received, expected);
    }

    #[test]
    fn no_bytes_make_the_decoder_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut decoder = Decoder::new(100, TextPolicy::Accept);
        let mut rest = &bytes[..];
        while let Ok(Some(_)) = decoder.decode(&mut rest) {}
    }
}

#[test]
fn fragments_without_end_and_content_take_no_memory() {
    let mut decoder = Decoder::new(1000, TextPolicy::Refuse);
    assert_eq!(decode(&mut decoder, &frame(BINARY, &[1])), Ok(vec![]));
    let held = decoder.held();
    let empty = frame(CONTINUATION, &[]).repeat(1000);
    for _ in 0..100 {
        assert_eq!(decode(&mut decoder, &empty), Ok(vec![]));
    }
    assert_eq!(decoder.held(), held);
    assert!(held <= 1000, "{held}");
}

/// A message that never ends is no sign of wanting in.
#[tokio::test(start_paused = true)]
async fn fragments_without_end_do_not_keep_a_connection_that_has_no_room() {
    inline(Limits::default(), async |host| {
        let mut raw = Raw::open(&host).await;
        let begun = Instant::now();
        raw.send(&frame(BINARY, &[])).await;
        let fragment = frame(CONTINUATION, &[]);
        while raw.0.write_all(&fragment).await.is_ok() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let kept = begun.elapsed();
        assert!(kept >= Duration::from_secs(600), "{kept:?}");
        assert!(kept < Duration::from_secs(610), "{kept:?}");
    })
    .await;
}

/// The other end has vanished without a word: nothing comes, not even an answer to a ping.
#[tokio::test(start_paused = true)]
async fn a_peer_that_vanished_is_given_up_within_three_heartbeats() {
    inline(Limits::default(), async |host| {
        let mut raw = Raw::open(&host).await;
        let begun = Instant::now();
        let (first, payload) = raw.receive().await;
        assert_eq!((first, payload), (FIN | PING, Vec::new()));
        let mut rest = Vec::new();
        raw.0.read_to_end(&mut rest).await.unwrap();
        assert_eq!(rest, b"");
        let kept = begun.elapsed();
        assert!(kept <= Duration::from_secs(61), "{kept:?}");
    })
    .await;
}
