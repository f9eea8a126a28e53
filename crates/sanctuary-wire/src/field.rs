//! How each type of field is encoded. Frames are lists of fields and nothing else, so this is
//! where every rule of a field's values stands, once.

use bytes::BufMut;

use crate::codec::{Reader, length_len, put_length};
use crate::error::DecodeError;
use crate::frame::MemberPresence;
use crate::ids::{
    AdmissionKey, Epoch, InstanceId, MemberNumber, MessageId, Nonce, RoomId, Seq, SessionKey,
    Signature, WorkChallenge, WorkSolutions,
};
use crate::payload::{Capsule, Payload, SealedName};
use crate::reason::{
    Alarm, Completeness, Continuity, EndedReason, NackReason, Presence, RefusedReason, RoomLock,
};

/// A field of a frame.
pub(crate) trait Field: Sized {
    /// How many bytes [`Field::put`] writes.
    fn encoded_len(&self) -> usize;

    /// Writes the one encoding of the value.
    fn put(&self, out: &mut impl BufMut);

    /// Reads a value. `name` is the field's, for errors.
    fn take(reader: &mut Reader<'_>, name: &'static str) -> Result<Self, DecodeError>;
}

macro_rules! integer {
    ($($int:ident $put:ident,)+) => {$(
        impl Field for $int {
            fn encoded_len(&self) -> usize {
                size_of::<Self>()
            }

            fn put(&self, out: &mut impl BufMut) {
                out.$put(*self);
            }

            fn take(reader: &mut Reader<'_>, _: &'static str) -> Result<Self, DecodeError> {
                Ok(Self::from_be_bytes(reader.fixed()?))
            }
        }
    )+};
}

macro_rules! number {
    ($($name:ident)+) => {$(
        impl Field for $name {
            fn encoded_len(&self) -> usize {
                self.0.encoded_len()
            }

            fn put(&self, out: &mut impl BufMut) {
                self.0.put(out);
            }

            fn take(reader: &mut Reader<'_>, name: &'static str) -> Result<Self, DecodeError> {
                Field::take(reader, name).map(Self)
            }
        }
    )+};
}

macro_rules! opaque {
    ($($name:ident)+) => {$(
        impl Field for $name {
            fn encoded_len(&self) -> usize {
                Self::LEN
            }

            fn put(&self, out: &mut impl BufMut) {
                out.put_slice(&self.0);
            }

            fn take(reader: &mut Reader<'_>, _: &'static str) -> Result<Self, DecodeError> {
                reader.fixed().map(Self)
            }
        }
    )+};
}

macro_rules! value {
    ($($name:ident)+) => {$(
        impl Field for $name {
            fn encoded_len(&self) -> usize {
                1
            }

            fn put(&self, out: &mut impl BufMut) {
                out.put_u8(self.to_wire());
            }

            fn take(reader: &mut Reader<'_>, name: &'static str) -> Result<Self, DecodeError> {
                let [value] = reader.fixed()?;
                Self::from_wire(value).ok_or(DecodeError::UnknownValue(name))
            }
        }
    )+};
}

macro_rules! bounded {
    ($($name:ident)+) => {$(
        impl Field for $name {
            fn encoded_len(&self) -> usize {
                vector_len(self.len())
            }

            fn put(&self, out: &mut impl BufMut) {
                put_vector(out, self);
            }

            fn take(reader: &mut Reader<'_>, name: &'static str) -> Result<Self, DecodeError> {
                Self::try_from(reader.vector()?).map_err(|_| DecodeError::VectorLength(name))
            }
        }
    )+};
}

integer!(u8 put_u8, u16 put_u16, u32 put_u32, u64 put_u64,);
number!(MemberNumber Epoch Seq MessageId);
opaque!(RoomId SessionKey AdmissionKey Nonce InstanceId Signature WorkChallenge WorkSolutions);
value!(Presence Completeness Continuity RefusedReason RoomLock NackReason Alarm EndedReason);
bounded!(Payload Capsule SealedName);

/// A new admission key, or an empty vector for none.
impl Field for Option<AdmissionKey> {
    fn encoded_len(&self) -> usize {
        vector_len(self.map_or(0, |_| AdmissionKey::LEN))
    }

    fn put(&self, out: &mut impl BufMut) {
        put_vector(out, self.as_ref().map_or(&[], |key| key.0.as_slice()));
    }

    fn take(reader: &mut Reader<'_>, name: &'static str) -> Result<Self, DecodeError> {
        match reader.vector()?.as_ref() {
            [] => Ok(None),
            key => match key.try_into() {
                Ok(key) => Ok(Some(AdmissionKey(key))),
                Err(_) => Err(DecodeError::VectorLength(name)),
            },
        }
    }
}

/// A new sealed name, or an empty vector for none.
impl Field for Option<SealedName> {
    fn encoded_len(&self) -> usize {
        self.as_ref().map_or(vector_len(0), Field::encoded_len)
    }

    fn put(&self, out: &mut impl BufMut) {
        put_vector(out, self.as_deref().unwrap_or_default());
    }

    fn take(reader: &mut Reader<'_>, name: &'static str) -> Result<Self, DecodeError> {
        let bytes = reader.vector()?;
        if bytes.is_empty() {
            return Ok(None);
        }
        match SealedName::try_from(bytes) {
            Ok(sealed) => Ok(Some(sealed)),
            Err(_) => Err(DecodeError::VectorLength(name)),
        }
    }
}

/// An item of a vector. All items of a type have the same size.
pub(crate) trait Item: Field {
    /// Size of one item in bytes.
    const LEN: usize;
}

impl Item for MemberNumber {
    const LEN: usize = 4;
}

impl Item for MemberPresence {
    const LEN: usize = 5;
}

impl Field for MemberPresence {
    fn encoded_len(&self) -> usize {
        Self::LEN
    }

    fn put(&self, out: &mut impl BufMut) {
        self.member.put(out);
        self.presence.put(out);
    }

    fn take(reader: &mut Reader<'_>, name: &'static str) -> Result<Self, DecodeError> {
        let member = Field::take(reader, name)?;
        let presence = Field::take(reader, name)?;
        Ok(Self { member, presence })
    }
}

impl<T: Item> Field for Vec<T> {
    fn encoded_len(&self) -> usize {
        vector_len(self.len() * T::LEN)
    }

    fn put(&self, out: &mut impl BufMut) {
        put_length(out, self.len() * T::LEN);
        for item in self {
            item.put(out);
        }
    }

    fn take(reader: &mut Reader<'_>, name: &'static str) -> Result<Self, DecodeError> {
        let bytes = reader.vector()?;
        if !bytes.len().is_multiple_of(T::LEN) {
            return Err(DecodeError::VectorLength(name));
        }
        let mut items = Reader::new(&bytes);
        (0..bytes.len() / T::LEN)
            .map(|_| T::take(&mut items, name))
            .collect()
    }
}

fn vector_len(len: usize) -> usize {
    length_len(len) + len
}

fn put_vector(out: &mut impl BufMut, bytes: &[u8]) {
    put_length(out, bytes.len());
    out.put_slice(bytes);
}
