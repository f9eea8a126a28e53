//! How many proposals an external commit holds, read from its bytes (RFC 9420, sections 6.1, 12.1
//! and 12.4). It is a `PublicMessage`, so they are in the clear.
//!
//! OpenMLS 0.9.2 takes identical proposals for one and so shows fewer than there are. Other
//! libraries count each, and would refuse what we take.
//!
//! Invariant: bytes are only counted here; OpenMLS verifies what they say.

use openmls::prelude::{ContentType, WireFormat};

use crate::{
    encoding::Reader,
    error::{E2eeError, Result},
};

/// `SenderType` `new_member_commit` (RFC 9420, section 6).
const NEW_MEMBER_COMMIT: u8 = 4;
/// `ProposalOrRefType` proposal (RFC 9420, section 12.4).
const BY_VALUE: u8 = 1;
/// `PSKType` external (RFC 9420, section 8.4).
const PSK_TYPE_EXTERNAL: u8 = 1;

/// Proposal types that an external commit of this protocol may hold (RFC 9420, section 17.4).
const REMOVE: u16 = 3;
const PRE_SHARED_KEY: u16 = 4;
const EXTERNAL_INIT: u16 = 6;

/// The number of proposals in an external commit, identical ones included. Fails on a proposal that
/// has no place in one.
pub(crate) fn proposal_count(mls_message: &[u8]) -> Result<usize> {
    let mut proposals = Reader::new(proposals(mls_message)?);
    let mut count = 0;
    while !proposals.is_empty() {
        skip_proposal(&mut proposals)?;
        count += 1;
    }
    Ok(count)
}

/// The `proposals` vector of an external commit.
fn proposals(mls_message: &[u8]) -> Result<&[u8]> {
    let mut reader = Reader::new(mls_message);
    let _version: [u8; 2] = reader.array()?;
    expect(reader.array() == Ok((WireFormat::PublicMessage as u16).to_be_bytes()))?;
    let _group_id = reader.vector()?;
    let _epoch: [u8; 8] = reader.array()?;
    expect(reader.uint8() == Ok(NEW_MEMBER_COMMIT))?;
    let _authenticated_data = reader.vector()?;
    expect(reader.uint8() == Ok(ContentType::Commit as u8))?;
    reader.vector()
}

fn skip_proposal(reader: &mut Reader<'_>) -> Result<()> {
    expect(reader.uint8() == Ok(BY_VALUE))?;
    match u16::from_be_bytes(reader.array()?) {
        REMOVE => reader.uint32().map(|_removed| ()),
        EXTERNAL_INIT => reader.vector().map(|_kem_output| ()),
        PRE_SHARED_KEY => {
            expect(reader.uint8() == Ok(PSK_TYPE_EXTERNAL))?;
            let (_id, _nonce) = (reader.vector()?, reader.vector()?);
            Ok(())
        }
        _ => expect(false),
    }
}

fn expect(holds: bool) -> Result<()> {
    if holds {
        Ok(())
    } else {
        Err(E2eeError::Encoding("it is no external commit of ours"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::Writer;

    const INIT: &[u8] = &[1, 0, 6, 2, 7, 7];
    const PSK: &[u8] = &[1, 0, 4, 1, 1, b'x', 2, 8, 8];
    const OUT: &[u8] = &[1, 0, 3, 0, 0, 0, 5];

    fn commit(proposals: &[&[u8]]) -> Vec<u8> {
        Writer::default()
            .array(&[0, 1, 0, 1])
            .vector(b"group")
            .array(&[0; 8])
            .uint8(NEW_MEMBER_COMMIT)
            .vector(b"data")
            .uint8(3)
            .vector(&proposals.concat())
            .array(b"the path and the rest")
            .finish()
    }

    #[test]
    fn identical_proposals_count_each() {
        for (proposals, count) in [
            (&[][..], 0),
            (&[INIT, PSK], 2),
            (&[OUT, INIT, PSK], 3),
            (&[INIT, INIT, PSK], 3),
            (&[INIT, PSK, PSK], 3),
            (&[OUT, INIT, OUT, PSK], 4),
        ] {
            assert_eq!(proposal_count(&commit(proposals)), Ok(count));
        }
    }

    #[test]
    fn what_has_no_place_there_is_no_count() {
        let by_reference: &[u8] = &[2, 1, 9];
        let add: &[u8] = &[1, 0, 1, 0];
        let resumption: &[u8] = &[1, 0, 4, 2, 1, 0, 0];
        for proposal in [by_reference, add, resumption, &INIT[..4]] {
            assert!(proposal_count(&commit(&[proposal])).is_err());
        }
        let good = commit(&[INIT, PSK]);
        for (at, byte) in [(3, 2), (18, 1), (24, 2)] {
            let mut bad = good.clone();
            assert_ne!(bad[at], byte);
            bad[at] = byte;
            assert!(proposal_count(&bad).is_err(), "byte {at}");
        }
        assert!(proposal_count(&good[..20]).is_err());
    }
}
