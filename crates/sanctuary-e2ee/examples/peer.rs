//! Members that another implementation drives over standard input: one JSON request per line, one
//! JSON answer per line, bytes in hex.
//!
//! The interoperability tests of the web client start this program and play random histories
//! between its members and their own. A failure is answered with `err`; nothing ends the program
//! but the end of its input.

use std::{
    collections::HashMap,
    io::{self, BufRead as _, Write as _},
};

use sanctuary_e2ee::{
    Alias, CommitEffect, Identity, KickSecrets, LinkSecret, Member, MemberNumber, MemberParams,
    Message, Password, PendingCommit, PendingJoin, RoomId, RoomName, RoomSecrets, Root,
    RosterMember, SignatureSeed,
};
use serde_json::{Map, Value, json};

type Answer = Result<Value, Box<dyn std::error::Error>>;

/// One member, from `new` on.
struct Peer {
    params: MemberParams,
    member: Option<Member>,
    pending: Option<Pending>,
}

/// What `accept` and `discard` are about.
enum Pending {
    Join(Box<PendingJoin>),
    Commit(Box<PendingCommit>),
}

fn main() -> io::Result<()> {
    let mut peers = HashMap::new();
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line?).unwrap_or_default();
        let mut answer = respond(&mut peers, &request)
            .unwrap_or_else(|error| json!({ "err": error.to_string() }));
        if let Some(answer) = answer.as_object_mut() {
            answer.insert("i".to_owned(), request["i"].clone());
        }
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

fn respond(peers: &mut HashMap<String, Peer>, request: &Value) -> Answer {
    let name = text(request, "m")?.to_owned();
    match text(request, "op")? {
        "new" => {
            let peer = Peer::new(request)?;
            let answer = json!({
                "identity": hex::encode(peer.params.identity.as_bytes()),
                "seed": hex::encode(peer.params.signature_seed.as_bytes()),
            });
            peers.insert(name, peer);
            Ok(answer)
        }
        "drop" => {
            peers.remove(&name);
            Ok(json!({}))
        }
        op => peers
            .get_mut(&name)
            .ok_or("no member of this name: send new first")?
            .run(op, request),
    }
}

impl Peer {
    fn new(request: &Value) -> Result<Self, Box<dyn std::error::Error>> {
        let room_id = RoomId::new(bytes(request, "room_id")?);
        let identity = match request["identity"] {
            Value::Null => Identity::random()?,
            _ => Identity::new(bytes(request, "identity")?),
        };
        let signature_seed = match request["seed"] {
            Value::Null => SignatureSeed::random()?,
            _ => SignatureSeed::new(bytes(request, "seed")?),
        };
        let params = MemberParams {
            secrets: RoomSecrets::from_root(Root::new(bytes(request, "root")?), room_id),
            alias: Alias::prepare(text(request, "alias")?)?,
            member_number: member_number(request)?,
            identity,
            signature_seed,
        };
        Ok(Self {
            params,
            member: None,
            pending: None,
        })
    }

    fn run(&mut self, op: &str, request: &Value) -> Answer {
        match op {
            "create" => {
                let (member, group_state) = Member::create(self.params.clone())?;
                self.member = Some(member);
                Ok(json!({ "group_state": hex::encode(group_state) }))
            }
            "join" => {
                let state = data(request, "group_state")?;
                let pending = Member::join(self.params.clone(), number(request, "epoch")?, &state)?;
                let answer = committed(&pending.commit, &pending.group_state);
                self.pending = Some(Pending::Join(Box::new(pending)));
                Ok(answer.into())
            }
            "remove" => self.remove(request),
            "rename" => {
                let alias = Alias::prepare(text(request, "alias")?)?;
                let pending = self.member()?.commit_rename(alias)?;
                let answer = committed(&pending.commit, &pending.group_state);
                self.pending = Some(Pending::Commit(Box::new(pending)));
                Ok(answer.into())
            }
            "kick" => self.kick(request),
            "accept" => self.accept(),
            "discard" => self.discard(),
            "commit" => {
                let (epoch, commit) = (number(request, "epoch")?, data(request, "commit")?);
                let number = member_number(request)?;
                Ok(effect(
                    &self.member()?.apply_commit(epoch, number, &commit)?,
                ))
            }
            "say" => {
                let (epoch, payload) = self.member()?.encrypt(&data(request, "data")?)?;
                Ok(json!({ "epoch": epoch, "payload": hex::encode(payload) }))
            }
            "whisper" => {
                let recipients = identities(request)?;
                let Message::Said(said) = Message::decode(&data(request, "data")?)? else {
                    return Err("only what is said can be whispered".into());
                };
                let (epoch, payload) = self.member()?.encrypt_whisper(&recipients, &said, 0)?;
                Ok(json!({ "epoch": epoch, "payload": hex::encode(payload) }))
            }
            "open" => {
                let epoch = number(request, "epoch")?;
                let from = Identity::new(bytes(request, "from")?);
                let Message::Whisper(whisper) = Message::decode(&data(request, "data")?)? else {
                    return Err("this is no whisper".into());
                };
                let opened = self.member()?.open_whisper(epoch, &from, &whisper)?;
                let said = opened.as_ref().map(|whispered| whispered.said.encode());
                Ok(match said.transpose()? {
                    Some(said) => json!({ "data": hex::encode(&*said) }),
                    None => json!({ "data": null }),
                })
            }
            "hear" => {
                let (epoch, payload) = (number(request, "epoch")?, data(request, "payload")?);
                let heard = self.member()?.decrypt(epoch, &payload)?;
                Ok(json!({
                    "from": hex::encode(heard.from.identity.as_bytes()),
                    "data": hex::encode(&*heard.data),
                }))
            }
            "state" => state(self.member()?),
            _ => Err("no such operation".into()),
        }
    }

    fn remove(&mut self, request: &Value) -> Answer {
        let pending = self.member()?.commit_removal(&identities(request)?)?;
        let answer = committed(&pending.commit, &pending.group_state);
        self.pending = Some(Pending::Commit(Box::new(pending)));
        Ok(answer.into())
    }

    fn kick(&mut self, request: &Value) -> Answer {
        let new = KickSecrets {
            link_secret: LinkSecret::new(bytes(request, "link_secret")?),
            password: Password::prepare(text(request, "password")?)?,
            root: Root::new(bytes(request, "root")?),
            room_name: RoomName::new(text(request, "room_name")?)?,
        };
        let kick = self
            .member()?
            .commit_kick(Identity::new(bytes(request, "identity")?), &new)?;
        let mut answer = committed(&kick.pending.commit, &kick.pending.group_state);
        answer.insert(
            "admission_key".to_owned(),
            hex::encode(kick.admission_key).into(),
        );
        answer.insert(
            "sealed_name".to_owned(),
            hex::encode(kick.sealed_name).into(),
        );
        self.pending = Some(Pending::Commit(Box::new(kick.pending)));
        Ok(answer.into())
    }

    fn accept(&mut self) -> Answer {
        match self.pending.take().ok_or("nothing is pending")? {
            Pending::Join(join) => self.member = Some(join.accept()),
            Pending::Commit(commit) => self.member()?.accept(*commit)?,
        }
        Ok(json!({ "epoch": self.member()?.epoch()? }))
    }

    fn discard(&mut self) -> Answer {
        if let Some(Pending::Commit(commit)) = self.pending.take() {
            self.member()?.discard(*commit)?;
        }
        Ok(json!({}))
    }

    fn member(&mut self) -> Result<&mut Member, Box<dyn std::error::Error>> {
        self.member
            .as_mut()
            .ok_or_else(|| "not in a group: create or join and accept first".into())
    }
}

fn identities(request: &Value) -> Result<Vec<Identity>, Box<dyn std::error::Error>> {
    let identities = request["identities"]
        .as_array()
        .ok_or("identities must be a list")?;
    identities
        .iter()
        .map(|identity| Ok(Identity::new(fixed(identity.as_str().unwrap_or_default())?)))
        .collect()
}

fn committed(commit: &[u8], group_state: &[u8]) -> Map<String, Value> {
    [("commit", commit), ("group_state", group_state)]
        .map(|(name, value)| (name.to_owned(), hex::encode(value).into()))
        .into_iter()
        .collect()
}

fn effect(effect: &CommitEffect) -> Value {
    let identity = |member: &RosterMember| Value::from(hex::encode(member.identity.as_bytes()));
    let mut answer = json!({
        "removed": effect.removed.iter().map(identity).collect::<Vec<_>>(),
        "self_removed": effect.self_removed,
    });
    for (name, member) in [
        ("joined", &effect.joined),
        ("resynced", &effect.resynced),
        ("renamed", &effect.renamed),
        ("by", &effect.by),
    ] {
        if let Some(member) = member {
            answer[name] = identity(member);
        }
    }
    if let Some(new) = &effect.rekey {
        answer["rekey"] = json!({
            "root": hex::encode(new.secrets.root().as_bytes()),
            "link_secret": hex::encode(new.link_secret.as_bytes()),
            "password": new.password.as_str(),
        });
    }
    answer
}

fn state(member: &Member) -> Answer {
    let roster = member.roster()?;
    let roster = roster.iter().map(|member| {
        json!({
            "identity": hex::encode(member.identity.as_bytes()),
            "member": member.member_number.map(|number| number.0),
            "alias": member.alias.as_ref().map(Alias::as_str),
        })
    });
    Ok(json!({
        "epoch": member.epoch()?,
        "epoch_authenticator": hex::encode(member.epoch_authenticator()?),
        "leaf": member.leaf_index()?,
        "safety": member.safety_phrase()?,
        "roster": roster.collect::<Vec<_>>(),
    }))
}

fn text<'a>(request: &'a Value, field: &str) -> Result<&'a str, String> {
    request[field]
        .as_str()
        .ok_or_else(|| format!("{field} must be a text"))
}

fn number(request: &Value, field: &str) -> Result<u64, String> {
    request[field]
        .as_u64()
        .ok_or_else(|| format!("{field} must be a number"))
}

fn member_number(request: &Value) -> Result<MemberNumber, String> {
    u32::try_from(number(request, "member")?)
        .map(MemberNumber)
        .map_err(|_| "member must be below 2^32".to_owned())
}

fn data(request: &Value, field: &str) -> Result<Vec<u8>, String> {
    hex::decode(text(request, field)?).map_err(|_| format!("{field} must be hex"))
}

fn bytes<const N: usize>(request: &Value, field: &str) -> Result<[u8; N], String> {
    fixed(text(request, field)?).map_err(|_| format!("{field} must be hex of {N} bytes"))
}

fn fixed<const N: usize>(text: &str) -> Result<[u8; N], String> {
    let mut out = [0; N];
    hex::decode_to_slice(text, &mut out).map_err(|_| format!("hex of {N} bytes is needed"))?;
    Ok(out)
}
