//! What all fuzz targets share: the bound on memory that decoding may take.
//!
//! Invariant: a target fails if its property does, or if one input makes it allocate, all in all, more than so many
//! bytes for each byte that came in.

use std::alloc::System;

use cap::Cap;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// How much memory an input may cost in all, freed again or not.
#[derive(Clone, Copy, Debug)]
pub struct Bound {
    /// Bytes whatever comes.
    pub fixed: usize,
    /// Bytes for each byte that comes.
    pub each: usize,
}

/// A decoder: a few copies of what came in (the properties encode it again and print it), and an error.
pub const DECODER: Bound = Bound {
    fixed: 16 << 10,
    each: 64,
};

/// A history of a room, or what OpenMLS does with a message: much for each step, however short it is.
pub const MACHINE: Bound = Bound {
    fixed: 64 << 20,
    each: 1 << 20,
};

/// Holds a property to its bytes and to its bound.
pub fn hold(property: fn(&[u8]), bound: Bound, bytes: &[u8]) {
    let before = ALLOCATOR.total_allocated();
    property(bytes);
    let spent = ALLOCATOR.total_allocated() - before;
    let most = bound.fixed + bound.each * bytes.len();
    assert!(spent <= most, "{spent} bytes allocated, {most} are allowed");
}

/// Makes a target of a property.
#[macro_export]
macro_rules! target {
    ($property:path, $bound:ident) => {
        libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
            $crate::hold($property, $crate::$bound, bytes);
        });
    };
}
