//! Frames (section 4): one byte of type, then the fields of that type in order.

mod client;
mod relay;

pub use client::ClientFrame;
pub use relay::RelayFrame;

use crate::ids::MemberNumber;
use crate::reason::Presence;

/// Whether one member is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberPresence {
    /// The member.
    pub member: MemberNumber,
    /// Whether it is there.
    pub presence: Presence,
}

/// Defines an enum of frames from the list of their types and fields, in the order of the wire.
macro_rules! frames {
    (
        $(#[$doc:meta])*
        $enum:ident {
            $(
                $(#[$frame_doc:meta])*
                $type:literal $frame:ident $({
                    $($(#[$field_doc:meta])* $field:ident: $field_type:ty,)+
                })?,
            )+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $enum {
            $(
                $(#[$frame_doc])*
                $frame $({
                    $($(#[$field_doc])* $field: $field_type,)+
                })?,
            )+
        }

        impl $enum {
            /// The types of all frames of this direction, with their names.
            pub const TYPES: &'static [(u8, &'static str)] = &[$(($type, stringify!($frame)),)+];

            /// The name of the frame's type.
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$frame { .. } => stringify!($frame),)+
                }
            }

            /// How many bytes the frame takes.
            pub fn encoded_len(&self) -> usize {
                match self {
                    $(Self::$frame { $($($field),+)? } => {
                        1 $($(+ $crate::field::Field::encoded_len($field))+)?
                    })+
                }
            }

            /// Appends the frame to `out`, which must have room for it (`Vec<u8>` and `BytesMut`
            /// always do).
            pub fn encode_into(&self, out: &mut impl ::bytes::BufMut) {
                match self {
                    $(Self::$frame { $($($field),+)? } => {
                        out.put_u8($type);
                        $($($crate::field::Field::put($field, out);)+)?
                    })+
                }
            }

            /// The frame's bytes, in one allocation of exactly their size.
            pub fn encode(&self) -> Vec<u8> {
                let mut out = Vec::with_capacity(self.encoded_len());
                self.encode_into(&mut out);
                out
            }

            /// Reads a frame. Payloads become slices of `bytes`, sharing its memory: whoever keeps
            /// one keeps all of it.
            pub fn decode(bytes: &::bytes::Bytes) -> Result<Self, $crate::error::DecodeError> {
                let mut reader = $crate::codec::Reader::new(bytes);
                let [kind] = reader.fixed()?;
                let frame = match kind {
                    $($type => Self::$frame { $($(
                        $field: $crate::field::Field::take(&mut reader, stringify!($field))?,
                    )+)? },)+
                    _ => return Err($crate::error::DecodeError::UnknownType),
                };
                reader.end()?;
                Ok(frame)
            }
        }
    };
}

pub(crate) use frames;
