//! Members without a browser in rooms of the real program: the whole path of the protocol, in one
//! language.

// What fails in a helper fails the test, as it should.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod conversations;
mod crowds;
mod deliveries;
mod endings;
mod networks;
mod proxy;
mod removals;
mod seat;
mod serving;
mod tally;
mod work;
