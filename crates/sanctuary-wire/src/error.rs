//! Why bytes are not a frame. The classes are shared with the TypeScript client through
//! `vectors/wire`, so that both refuse the same bytes for the same reason.

use thiserror::Error;

/// Why bytes did not decode. Fields are checked in order; the first that fails decides.
///
/// Carries names of fields, never their contents, so it may go into a close reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes end before the structure does.
    #[error("frame ends early: send every field of its type")]
    Truncated,
    /// Bytes are left over after the last field.
    #[error("frame has bytes left over: send nothing after its last field")]
    TrailingBytes,
    /// The type is unknown, or belongs to frames of the other direction.
    #[error("frame type is unknown: send a type of this direction and protocol version")]
    UnknownType,
    /// A vector's length is not in its shortest form.
    #[error("vector length is not in its shortest form: use the fewest bytes")]
    NonMinimalLength,
    /// A vector's length has the prefix `11`.
    #[error("vector length has the invalid prefix 11: use 1, 2 or 4 bytes")]
    LengthPrefix,
    /// A field with enumerated values has none of them.
    #[error("field {0} has an unknown value: use one of the protocol's")]
    UnknownValue(&'static str),
    /// A vector's length is not one its type allows.
    #[error("field {0} has a length its type does not allow: hold to the protocol's limits")]
    VectorLength(&'static str),
}

impl DecodeError {
    /// The name of the class in `vectors/wire` and in the TypeScript client's `WireError`.
    pub fn class(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::TrailingBytes => "trailing-bytes",
            Self::UnknownType => "unknown-type",
            Self::NonMinimalLength => "non-minimal-length",
            Self::LengthPrefix => "length-prefix",
            Self::UnknownValue(_) => "unknown-value",
            Self::VectorLength(_) => "vector-length",
        }
    }
}

/// Bytes given to a type of limited length are too many or too few.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{what} has a length its type does not allow: hold to the protocol's limits")]
pub struct InvalidLength {
    /// The name of the type.
    pub(crate) what: &'static str,
}

/// A text is not a room id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("text is not a room id: copy all 22 characters of the link's last path segment")]
pub struct RoomIdError;
