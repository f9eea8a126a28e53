//! The door: creating a room, and being admitted to one (PROTOCOL.md, sections 5.1 and 5.2).

use std::{fmt, time::Duration};

use sanctuary_e2ee::{
    Alias, AliasError, E2eeError, Identity, Link, LinkError, LinkSecret, Member, Password,
    PasswordError, RoomId, RoomName, RoomSecrets, Root, SessionKeys, SignatureSeed,
};
use sanctuary_wire::{
    AdmissionKey, ClientFrame, MemberNumber, RefusedReason, RelayFrame, SessionKey,
};
use thiserror::Error;

use crate::{
    connection::{Connection, ConnectionError},
    keyring::Keyring,
    room::{Admission, Room},
};

/// What somebody wants who creates a room.
#[derive(Clone)]
pub struct CreateWish {
    /// Scheme, host and port of the relay.
    pub origin: String,
    /// The alias, as typed.
    pub alias: String,
    /// The room's name.
    pub room_name: String,
    /// The password, as typed.
    pub password: String,
    /// How long the room shall live, in seconds.
    pub lifetime_s: u32,
}

/// What somebody wants who joins a room.
#[derive(Clone)]
pub struct JoinWish {
    /// The invitation link.
    pub link: String,
    /// The password, as typed.
    pub password: String,
    /// The alias, as typed.
    pub alias: String,
}

impl fmt::Debug for CreateWish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CreateWish(..)")
    }
}

impl fmt::Debug for JoinWish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JoinWish(..)")
    }
}

/// Why the door stayed shut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EntranceError {
    /// No link.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// No alias.
    #[error(transparent)]
    Alias(#[from] AliasError),
    /// No password.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The relay cannot be reached, or is none.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// Something of the end-to-end encryption failed.
    #[error(transparent)]
    Crypto(#[from] E2eeError),
    /// The room has ended, or never existed.
    #[error("this room has ended or never existed")]
    Gone,
    /// The password is not the room's.
    #[error("wrong password")]
    WrongPassword,
    /// Too many wrong passwords lately.
    #[error("too many wrong passwords: try again in {} s", .0.as_secs() + 1)]
    Throttled(Duration),
    /// The room has as many members as it may.
    #[error("the room is full")]
    RoomFull,
    /// The members take nobody in.
    #[error("the room is locked: ask somebody inside to open it")]
    Locked,
    /// The relay has as many rooms as it may.
    #[error("the relay is full: try again later")]
    RelayFull,
    /// The lifetime is not one that the relay allows.
    #[error("the relay does not allow this lifetime")]
    Lifetime,
    /// The room ended for this client before it was inside.
    #[error("the room ended before the door opened: {0}")]
    Ended(crate::event::Ended),
}

/// Creates a room: the connection to carry on with, and the room.
pub(crate) async fn create(wish: CreateWish) -> Result<(Connection, Room), EntranceError> {
    let (alias, password) = (
        Alias::prepare(&wish.alias)?,
        Password::prepare(&wish.password)?,
    );
    let room_name = RoomName::new(&wish.room_name)?;
    let mut connection = Connection::open(&wish.origin).await?;
    connection.send(&ClientFrame::Reserve).await?;
    let room_id = match answer(&mut connection).await? {
        RelayFrame::Reserved { room_id } => RoomId::new(room_id.0),
        _ => return Err(ConnectionError::NotARelay.into()),
    };
    let keys = keyring(
        wish.origin,
        room_id,
        LinkSecret::random()?,
        password,
        room_name,
        alias,
    )
    .await?;
    let (member, group_state) = Member::create(keys.params(MemberNumber(1)))?;
    let frame = ClientFrame::Create {
        room_id: keys.room_id(),
        lifetime_s: wish.lifetime_s,
        admission_key: AdmissionKey(keys.secrets.admission_key()),
        session_key: SessionKey(*keys.session.public_key()),
        capsule: keys.capsule(&keys.session)?,
        sealed_name: keys.sealed_name()?,
        group_state: group_state.into(),
    };
    connection.send(&frame).await?;
    let admission = admitted(&mut connection).await?;
    Ok((connection, Room::new(keys, &admission, Some(member))))
}

/// Is admitted to a room: the connection to carry on with, and the room, which is not inside yet.
pub(crate) async fn join(wish: JoinWish) -> Result<(Connection, Room), EntranceError> {
    let (link, alias) = (Link::parse(&wish.link)?, Alias::prepare(&wish.alias)?);
    let password = Password::prepare(&wish.password)?;
    let mut connection = Connection::open(&link.origin).await?;
    let room_name = look_up(&mut connection, &link).await?;
    let keys = keyring(
        link.origin,
        link.room_id,
        link.link_secret,
        password,
        room_name,
        alias,
    )
    .await?;
    let frame = keys.join_frame(&keys.session, &connection.hello.nonce)?;
    connection.send(&frame).await?;
    let admission = admitted(&mut connection).await?;
    Ok((connection, Room::new(keys, &admission, None)))
}

async fn look_up(connection: &mut Connection, link: &Link) -> Result<RoomName, EntranceError> {
    let room_id = sanctuary_wire::RoomId(*link.room_id.as_bytes());
    connection.send(&ClientFrame::Lookup { room_id }).await?;
    match answer(connection).await? {
        // A link whose secret is wrong is a link to no room.
        RelayFrame::Room { sealed_name, .. } => {
            RoomName::open(&sealed_name, &link.room_id, &link.link_secret)
                .map_err(|_| EntranceError::Gone)
        }
        _ => Err(ConnectionError::NotARelay.into()),
    }
}

/// Derives a new member's keys; the root takes a while, so it is computed aside.
async fn keyring(
    origin: String,
    room_id: RoomId,
    link_secret: LinkSecret,
    password: Password,
    room_name: RoomName,
    alias: Alias,
) -> Result<Keyring, EntranceError> {
    let (typed, secret) = (password.clone(), link_secret.clone());
    let root = tokio::task::spawn_blocking(move || Root::derive(&typed, &room_id, &secret))
        .await
        .map_err(|_| E2eeError::Encoding("the password cannot be hashed"))??;
    Ok(Keyring {
        origin,
        secrets: RoomSecrets::from_root(root, room_id),
        link_secret,
        password,
        room_name,
        alias,
        identity: Identity::random()?,
        signature_seed: SignatureSeed::random()?,
        session: SessionKeys::create()?,
    })
}

async fn admitted(connection: &mut Connection) -> Result<Admission, EntranceError> {
    match answer(connection).await? {
        RelayFrame::Admitted {
            member,
            remaining_ms,
            members,
        } => Ok(Admission {
            hello: connection.hello,
            number: member,
            remaining: Duration::from_millis(remaining_ms.into()),
            members,
        }),
        _ => Err(ConnectionError::NotARelay.into()),
    }
}

/// The relay's answer, a refusal as an error.
async fn answer(connection: &mut Connection) -> Result<RelayFrame, EntranceError> {
    match connection.receive().await? {
        RelayFrame::Refused {
            reason,
            retry_after_ms,
        } => Err(match reason {
            RefusedReason::Gone => EntranceError::Gone,
            RefusedReason::WrongPassword => EntranceError::WrongPassword,
            RefusedReason::Throttled => {
                EntranceError::Throttled(Duration::from_millis(retry_after_ms.into()))
            }
            RefusedReason::RoomFull => EntranceError::RoomFull,
            RefusedReason::Locked => EntranceError::Locked,
            RefusedReason::RelayFull => EntranceError::RelayFull,
            RefusedReason::LifetimeOutOfRange => EntranceError::Lifetime,
        }),
        RelayFrame::Ended { reason } => Err(EntranceError::Ended(reason.into())),
        frame => Ok(frame),
    }
}
