//! Commits of members that break the rules.

use openmls::{
    group::{CommitBuilder, Initial, LoadedPsks, MlsGroup},
    prelude::{
        Extension, Extensions, KeyPackage, LeafNodeIndex, LeafNodeParameters, MlsGroupJoinConfig,
        NewSignerBundle, PURE_PLAINTEXT_WIRE_FORMAT_POLICY, PreSharedKeyProposal, Proposal,
        RequiredCapabilitiesExtension,
    },
};
use openmls_traits::OpenMlsProvider as _;

use super::*;
use crate::{
    RosterMember,
    mls::{self, LeafSigner, Provider},
    roster::RosterEntry,
};

type Builder<'a> = CommitBuilder<'a, Initial, &'a mut MlsGroup>;

/// A commit of Bob's that `shape` gave its proposals, as an MLS message.
fn by_bob(bob: &mut Member, shape: impl FnOnce(Builder<'_>) -> Builder<'_>) -> Vec<u8> {
    let Member {
        provider,
        group,
        signer,
        ..
    } = bob;
    let builder = shape(
        group
            .as_mut()
            .unwrap()
            .commit_builder()
            .force_self_update(true),
    );
    let loaded: CommitBuilder<'_, LoadedPsks, _> = builder.load_psks(provider.storage()).unwrap();
    let bundle = loaded
        .build(provider.rand(), provider.crypto(), signer, |_| true)
        .unwrap()
        .stage_commit(provider)
        .unwrap();
    let commit = mls::encode(bundle.commit()).unwrap().to_vec();
    bob.discard_pending().unwrap();
    commit
}

fn check(shape: impl FnOnce(Builder<'_>) -> Builder<'_>, violation: PolicyViolation) {
    let mut table = table();
    let commit = by_bob(&mut table.bob, shape);
    let commit = seal(&table.bob, &commit, &[]);
    refused(&mut table, BOB, &commit, violation);
}

#[test]
fn a_commit_that_keeps_the_rules_is_taken() {
    let mut table = table();
    let commit = by_bob(&mut table.bob, |builder| builder);
    let commit = seal(&table.bob, &commit, &[]);
    let effect = table.ann.apply_commit(1, BOB, &commit).unwrap();
    assert_eq!(effect.by.unwrap().identity, *table.bob.identity());
}

#[test]
fn members_add_nobody() {
    let provider = Provider::default();
    let signer = LeafSigner::new(SignatureSeed::random().unwrap());
    let package = KeyPackage::builder()
        .leaf_node_capabilities(mls::capabilities())
        .build(
            mls::CIPHERSUITE,
            &provider,
            &signer,
            signer.credential(&Identity::random().unwrap()),
        )
        .unwrap()
        .key_package()
        .clone();
    check(
        |builder| builder.propose_adds([package]),
        PolicyViolation::Proposal,
    );
}

#[test]
fn members_change_no_group_context() {
    let required = RequiredCapabilitiesExtension::new(&[], &[], &[]);
    let extensions = Extensions::single(Extension::RequiredCapabilities(required)).unwrap();
    check(
        |builder| {
            builder
                .propose_group_context_extensions(extensions)
                .unwrap()
        },
        PolicyViolation::Proposal,
    );
}

#[test]
fn members_commit_no_psk() {
    let proposal = PreSharedKeyProposal::new(mls::psk_id().unwrap());
    check(
        |builder| builder.add_proposal(Proposal::PreSharedKey(Box::new(proposal))),
        PolicyViolation::Proposal,
    );
}

#[test]
fn members_keep_their_leaf() {
    let leaf = LeafNodeParameters::builder()
        .with_capabilities(excessive())
        .build();
    check(
        |builder| builder.leaf_node_parameters(leaf),
        PolicyViolation::Leaf,
    );

    let renamed = |bob: &Member| {
        let credential = bob.signer.credential(&Identity::random().unwrap());
        LeafNodeParameters::builder()
            .with_credential_with_key(credential)
            .build()
    };
    let mut table = table();
    let leaf = renamed(&table.bob);
    let commit = by_bob(&mut table.bob, |builder| builder.leaf_node_parameters(leaf));
    let commit = seal(&table.bob, &commit, &[]);
    refused(&mut table, BOB, &commit, PolicyViolation::LeafChanged);
}

#[test]
fn members_keep_their_signature_key() {
    let mut table = table();
    let new = LeafSigner::new(SignatureSeed::random().unwrap());
    let Member {
        provider,
        group,
        signer,
        identity,
        ..
    } = &mut table.bob;
    let bundle = NewSignerBundle {
        signer: &new,
        credential_with_key: new.credential(identity),
    };
    let bundle = group
        .as_mut()
        .unwrap()
        .commit_builder()
        .load_psks(provider.storage())
        .unwrap()
        .build_with_new_signer(provider.rand(), provider.crypto(), signer, bundle, |_| true)
        .unwrap()
        .stage_commit(provider)
        .unwrap();
    let commit = mls::encode(bundle.commit()).unwrap();
    table.bob.discard_pending().unwrap();
    let commit = seal(&table.bob, &commit, &[]);
    refused(&mut table, BOB, &commit, PolicyViolation::LeafChanged);
}

#[test]
fn commits_carry_no_data() {
    let mut table = table();
    table
        .bob
        .group
        .as_mut()
        .unwrap()
        .set_aad(b"something".to_vec());
    let commit = by_bob(&mut table.bob, |builder| builder);
    let commit = seal(&table.bob, &commit, &[]);
    refused(&mut table, BOB, &commit, PolicyViolation::RosterEntry);
}

/// A commit of Bob's with a roster entry of his own making.
fn renaming(
    table: &mut Table,
    identity: Identity,
    number: MemberNumber,
    seed: &SignatureSeed,
) -> Vec<u8> {
    let alias = Alias::prepare("Eve").unwrap();
    let entry = RosterEntry::sign(table.bob.room_id(), identity, number, &alias, seed);
    let group = table.bob.group.as_mut().unwrap();
    group.set_aad(entry.encode());
    let commit = by_bob(&mut table.bob, |builder| builder);
    seal(&table.bob, &commit, &[])
}

#[test]
fn nobody_renames_another_or_renames_in_anothers_name() {
    let mut table = table();
    let (ann, bob) = (*table.ann.identity(), *table.bob.identity());
    let own = table.bob.signer.seed().clone();
    for (identity, number, seed, violation) in [
        (ann, ANN, own.clone(), PolicyViolation::RosterEntry),
        (
            ann,
            BOB,
            table.ann.signer.seed().clone(),
            PolicyViolation::RosterEntry,
        ),
        (bob, ANN, own.clone(), PolicyViolation::MemberNumber),
        (
            bob,
            BOB,
            SignatureSeed::random().unwrap(),
            PolicyViolation::RosterEntry,
        ),
    ] {
        let commit = renaming(&mut table, identity, number, &seed);
        refused(&mut table, BOB, &commit, violation);
    }
    let commit = renaming(&mut table, bob, BOB, &own);
    let effect = table.ann.apply_commit(1, BOB, &commit).unwrap();
    let name = |member: Option<RosterMember>| member.and_then(|member| member.alias);
    assert_eq!(name(effect.renamed).unwrap().as_str(), "Eve");
    assert_eq!(name(effect.by).unwrap().as_str(), "Bob");
}

#[test]
fn nobody_renames_in_a_removal() {
    let mut table = table();
    let cy = Member::join(
        params(table.ann.secrets(), "Cy", EVE),
        1,
        &table.group_state,
    )
    .unwrap();
    for member in [&mut table.ann, &mut table.bob] {
        member.apply_commit(1, EVE, &cy.commit).unwrap();
    }
    let bob = *table.bob.identity();
    let alias = Alias::prepare("Eve").unwrap();
    let entry = RosterEntry::sign(
        table.bob.room_id(),
        bob,
        BOB,
        &alias,
        table.bob.signer.seed(),
    );
    table.bob.group.as_mut().unwrap().set_aad(entry.encode());
    let commit = by_bob(&mut table.bob, |builder| {
        builder.propose_removals([LeafNodeIndex::new(2)])
    });
    let commit = seal(&table.bob, &commit, &[]);
    assert_eq!(
        table.ann.apply_commit(2, BOB, &commit).err(),
        Some(E2eeError::Policy(PolicyViolation::AuthenticatedData))
    );
    assert_eq!(table.ann.epoch(), Ok(2));
}

#[test]
fn new_secrets_come_with_a_removal_and_open() {
    let mut table = table();
    let commit = by_bob(&mut table.bob, |builder| builder);
    let commit = seal(&table.bob, &commit, b"rekey");
    refused(&mut table, BOB, &commit, PolicyViolation::Rekey);

    // Cy joins, and Bob removes him with new secrets that do not open.
    let cy = Member::join(
        params(table.ann.secrets(), "Cy", EVE),
        1,
        &table.group_state,
    )
    .unwrap();
    table.ann.apply_commit(1, EVE, &cy.commit).unwrap();
    table.bob.apply_commit(1, EVE, &cy.commit).unwrap();
    let commit = by_bob(&mut table.bob, |builder| {
        builder.propose_removals([LeafNodeIndex::new(2)])
    });
    let commit = seal(&table.bob, &commit, &[0; 300]);
    let refusal = table.ann.apply_commit(2, BOB, &commit).err();
    assert_eq!(refusal, Some(E2eeError::Policy(PolicyViolation::Rekey)));
    assert_eq!(table.ann.epoch(), Ok(2));
}

#[test]
fn proposals_come_in_commits_only() {
    let mut table = table();
    let Member {
        provider,
        group,
        signer,
        ..
    } = &mut table.bob;
    let group = group.as_mut().unwrap();
    let (proposal, _) = group
        .propose_remove_member(provider, signer, LeafNodeIndex::new(0))
        .unwrap();
    let alone = mls::encode(&proposal).unwrap();
    let alone = seal(&table.bob, &alone, &[]);
    refused(&mut table, BOB, &alone, PolicyViolation::NotACommit);
}

#[test]
fn commits_hold_their_proposals_themselves() {
    let mut table = table();
    let Member {
        provider,
        group,
        signer,
        ..
    } = &mut table.bob;
    let group = group.as_mut().unwrap();
    group
        .propose_self_update(provider, signer, LeafNodeParameters::default())
        .unwrap();
    group
        .propose_remove_member(provider, signer, LeafNodeIndex::new(0))
        .unwrap();
    let commit = by_bob(&mut table.bob, |builder| {
        builder.consume_proposal_store(true)
    });
    let commit = seal(&table.bob, &commit, &[]);
    // Nobody has kept the proposal that it refers to.
    assert_eq!(
        table.ann.apply_commit(1, BOB, &commit).err(),
        Some(E2eeError::Mls("verifying a commit"))
    );
}

#[test]
fn members_commit_in_private() {
    let mut table = table();
    let config = MlsGroupJoinConfig::builder()
        .wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
        .use_ratchet_tree_extension(true)
        .build();
    let Member {
        provider, group, ..
    } = &mut table.bob;
    group
        .as_mut()
        .unwrap()
        .set_configuration(provider.storage(), &config)
        .unwrap();
    let commit = by_bob(&mut table.bob, |builder| builder);
    let commit = seal(&table.bob, &commit, &[]);
    refused(&mut table, BOB, &commit, PolicyViolation::Sender);
}

#[test]
fn a_message_is_no_commit_and_a_commit_no_message() {
    let mut table = table();
    let message = {
        let Member {
            provider,
            group,
            signer,
            ..
        } = &mut table.bob;
        let message = group
            .as_mut()
            .unwrap()
            .create_message(provider, signer, b"hello")
            .unwrap();
        mls::encode(&message).unwrap()
    };
    let as_commit = seal(&table.bob, &message, &[]);
    refused(&mut table, BOB, &as_commit, PolicyViolation::NotACommit);

    let commit = by_bob(&mut table.bob, |builder| builder);
    let aad = Kind::Message.aad(table.bob.room_id(), 1);
    let as_message = table.bob.secrets().seal_key().seal(&aad, &commit).unwrap();
    assert!(table.ann.decrypt(1, &as_message).is_err());
    // Neither was used up: both are still taken in their place.
    let commit = seal(&table.bob, &commit, &[]);
    assert!(table.ann.apply_commit(1, BOB, &commit).is_ok());
}

#[test]
fn messages_carry_no_data() {
    let mut table = table();
    let Member {
        provider,
        group,
        signer,
        ..
    } = &mut table.bob;
    let group = group.as_mut().unwrap();
    group.set_aad(b"something".to_vec());
    let message = mls::encode(&group.create_message(provider, signer, b"hello").unwrap()).unwrap();
    let aad = Kind::Message.aad(table.bob.room_id(), 1);
    let payload = table.bob.secrets().seal_key().seal(&aad, &message).unwrap();
    let violation = E2eeError::Policy(PolicyViolation::AuthenticatedData);
    assert_eq!(table.ann.decrypt(1, &payload).err(), Some(violation));
}

#[test]
fn nobody_removes_themselves() {
    let mut table = table();
    let own = *table.bob.identity();
    assert_eq!(
        table.bob.commit_removal(&[own]).err(),
        Some(E2eeError::UnknownMember)
    );
}
