//! External commits that break the rules.

use openmls::{
    group::MlsGroup,
    prelude::{LeafNodeParameters, MlsMessageBodyIn, PreSharedKeyProposal},
    schedule::PreSharedKeyId,
};
use openmls_traits::OpenMlsProvider as _;

use super::*;
use crate::{
    contents::GroupState,
    mls::{self, LeafSigner, Provider},
    random,
    roster::RosterEntry,
};

/// A joiner that does as it is told.
struct Joiner {
    identity: Identity,
    seed: SignatureSeed,
    secrets: RoomSecrets,
    psk_secrets: RoomSecrets,
    psk_ids: Vec<PreSharedKeyId>,
    capabilities: Capabilities,
    authenticated_data: Option<Vec<u8>>,
    rekey: Vec<u8>,
}

impl Joiner {
    fn new(table: &Table) -> Self {
        Self {
            identity: Identity::random().unwrap(),
            seed: SignatureSeed::random().unwrap(),
            secrets: table.ann.secrets().clone(),
            psk_secrets: table.ann.secrets().clone(),
            psk_ids: vec![mls::psk_id().unwrap()],
            capabilities: mls::capabilities(),
            authenticated_data: None,
            rekey: Vec::new(),
        }
    }

    fn entry(
        &self,
        alias: &str,
        number: MemberNumber,
        room_id: &RoomId,
        seed: &SignatureSeed,
    ) -> Vec<u8> {
        let alias = Alias::prepare(alias).unwrap();
        RosterEntry::sign(room_id, self.identity, number, &alias, seed).encode()
    }

    /// The commit that joins `table` in epoch 1.
    fn commit(&self, table: &Table) -> Vec<u8> {
        let room_id = *self.secrets.room_id();
        let opened = self
            .secrets
            .seal_key()
            .open(&Kind::GroupState.aad(&room_id, 1), &table.group_state)
            .unwrap();
        let state = GroupState::decode(&opened).unwrap();
        let MlsMessageBodyIn::GroupInfo(info) = mls::decode(&state.group_info).unwrap().extract()
        else {
            panic!("a GroupInfo");
        };
        let provider = Provider::default();
        let signer = LeafSigner::new(self.seed.clone());
        let data = self
            .authenticated_data
            .clone()
            .unwrap_or_else(|| self.entry("Eve", EVE, &room_id, &self.seed));
        for id in &self.psk_ids {
            id.store(&provider, self.psk_secrets.psk()).unwrap();
        }
        let proposals = self.psk_ids.iter().cloned().map(PreSharedKeyProposal::new);
        let leaf = LeafNodeParameters::builder()
            .with_capabilities(self.capabilities.clone())
            .build();
        let (_, bundle) = MlsGroup::external_commit_builder()
            .with_config(mls::join_config())
            .with_aad(data)
            .build_group(&provider, info, signer.credential(&self.identity))
            .unwrap()
            .leaf_node_parameters(leaf)
            .add_psk_proposals(proposals)
            .load_psks(provider.storage())
            .unwrap()
            .build(provider.rand(), provider.crypto(), &signer, |_| true)
            .unwrap()
            .finalize(&provider)
            .unwrap();
        seal(
            &table.ann,
            &mls::encode(bundle.commit()).unwrap(),
            &self.rekey,
        )
    }
}

#[test]
fn a_joiner_that_keeps_the_rules_is_taken() {
    let mut table = table();
    let commit = Joiner::new(&table).commit(&table);
    let effect = table.ann.apply_commit(1, EVE, &commit).unwrap();
    assert_eq!(effect.joined.unwrap().alias.unwrap().as_str(), "Eve");
}

#[test]
fn the_password_must_be_proven() {
    let mut table = table();
    let none = Joiner {
        psk_ids: vec![],
        ..Joiner::new(&table)
    }
    .commit(&table);
    refused(&mut table, EVE, &none, PolicyViolation::Psk);
    let two = vec![mls::psk_id().unwrap(), mls::psk_id().unwrap()];
    let two = Joiner {
        psk_ids: two,
        ..Joiner::new(&table)
    }
    .commit(&table);
    assert!(table.ann.apply_commit(1, EVE, &two).is_err());
    still_together(&mut table);
}

#[test]
fn another_psk_is_refused() {
    let mut table = table();
    let nonce = || random::bytes::<32>().unwrap().to_vec();
    let id = PreSharedKeyId::external(b"another".to_vec(), nonce());
    // Ann has no such PSK, so already OpenMLS refuses.
    let commit = Joiner {
        psk_ids: vec![id.clone()],
        ..Joiner::new(&table)
    }
    .commit(&table);
    assert_eq!(
        table.ann.apply_commit(1, EVE, &commit).err(),
        Some(E2eeError::Mls("verifying a commit"))
    );
    // If she had it, the rules would.
    id.store(&table.ann.provider, table.ann.secrets().psk())
        .unwrap();
    refused(&mut table, EVE, &commit, PolicyViolation::Psk);
}

#[test]
fn a_wrong_password_does_not_verify() {
    let mut table = table();
    let other = RoomSecrets::from_root(Root::new([8; 32]), *table.ann.room_id());
    let commit = Joiner {
        psk_secrets: other,
        ..Joiner::new(&table)
    }
    .commit(&table);
    assert_eq!(
        table.ann.apply_commit(1, EVE, &commit).err(),
        Some(E2eeError::Mls("verifying a commit"))
    );
    still_together(&mut table);
}

#[test]
fn nobody_takes_anothers_place() {
    let mut table = table();
    // Bob's signature key under another identity removes Bob's leaf.
    let seed = table.bob.signer.seed().clone();
    let commit = Joiner {
        seed,
        ..Joiner::new(&table)
    }
    .commit(&table);
    refused(&mut table, EVE, &commit, PolicyViolation::RemovesAnother);
}

#[test]
fn an_identity_is_in_the_group_once() {
    let mut table = table();
    let identity = *table.bob.identity();
    let commit = Joiner {
        identity,
        ..Joiner::new(&table)
    }
    .commit(&table);
    refused(&mut table, EVE, &commit, PolicyViolation::Identity);
}

#[test]
fn coming_back_takes_ones_own_key() {
    let mut table = table();
    let (identity, seed) = (*table.bob.identity(), table.bob.signer.seed().clone());
    let commit = Joiner {
        identity,
        seed,
        ..Joiner::new(&table)
    }
    .commit(&table);
    let effect = table.ann.apply_commit(1, EVE, &commit).unwrap();
    assert_eq!(effect.resynced.unwrap().identity, identity);
    assert_eq!(table.ann.roster().unwrap().len(), 2);
}

#[test]
fn the_roster_entry_must_be_ones_own() {
    let mut table = table();
    let joiner = Joiner::new(&table);
    let room = *table.ann.room_id();
    let other_seed = SignatureSeed::random().unwrap();
    let good = joiner.entry("Eve", EVE, &room, &joiner.seed);
    let bad_alias = {
        let mut entry = good.clone();
        entry[21] = 0;
        entry
    };
    for data in [
        vec![],
        good[..good.len() - 1].to_vec(),
        [&good[..], &[0]].concat(),
        joiner.entry("Eve", EVE, &room, &other_seed),
        joiner.entry("Eve", EVE, &RoomId::new([5; 16]), &joiner.seed),
        Joiner::new(&table).entry("Eve", EVE, &room, &joiner.seed),
        bad_alias,
    ] {
        let joiner = Joiner {
            authenticated_data: Some(data),
            identity: joiner.identity,
            ..Joiner::new(&table)
        };
        let commit = joiner.commit(&table);
        refused(&mut table, EVE, &commit, PolicyViolation::RosterEntry);
    }
    let commit = Joiner::new(&table).commit(&table);
    refused(
        &mut table,
        MemberNumber(4),
        &commit,
        PolicyViolation::MemberNumber,
    );
}

#[test]
fn a_leaf_can_what_the_protocol_says() {
    let mut table = table();
    let commit = Joiner {
        capabilities: excessive(),
        ..Joiner::new(&table)
    }
    .commit(&table);
    refused(&mut table, EVE, &commit, PolicyViolation::Leaf);
}

#[test]
fn a_joiner_brings_no_new_secrets() {
    let mut table = table();
    let commit = Joiner {
        rekey: vec![1],
        ..Joiner::new(&table)
    }
    .commit(&table);
    refused(&mut table, EVE, &commit, PolicyViolation::Rekey);
}
