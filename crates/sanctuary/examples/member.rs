//! Members without a browser, driven over standard input: one JSON request per line, one JSON
//! answer per line, and events in between.
//!
//! Tests of the whole product start this program beside browsers. A request has a number `i`, an
//! operation `op` and the name `m` of the member that it is for; the answer has the same `i`, and
//! `err` if it failed. Operations:
//!
//! - `create` with `origin`, `room_name`, `password`, `alias`, `lifetime_s`: answers with `link`
//!   when the member is inside
//! - `join` with `link`, `password`, `alias`: answers when the member is inside
//! - `say` with `body`, and perhaps `reply_to` (the name of a text), `burn_s`, `whisper_to` (aliases): answers with the `id` of
//!   the message. A text's name is its author's identity, `/`, and its id, in hex
//! - `rename` with `alias`
//! - `edit` with `name`, `body`; `delete` and `read` with `name`; `react` with `name`, `emoji`; `typing`; `cover` with `on`; `lock` with `locked`: answer
//!   with `done`, whether it could be done
//! - `kick` with `alias`; `leave`; `purge`
//! - `state`: answers with `roster` (aliases), `safety` (words), `link`, `password`, `room_name`
//!
//! Events have `m` and `event`: `joined`, `left`, `returned`, `presence`, `removed` (all with
//! `alias`), `text` (`from`, `name`, `body`, `reply_to`, `burn_s`, `whispered_to`: to how many), `edited` (`from`, `name`, `body`),
//! `deleted` (`from`, `name`), `reacted` (`from`, `name`, `emoji`), `burnt` (`name`), `typing` (`from`), `read` (`from`, `name`), `cover` (`by`,
//! `on`), `renamed` (`alias`, `before`), `locked` (`locked`, `by`), `unsent` (`id`), `delivery` (`id` of an own message, `state`), `unreadable` (`from`), `damaged`, `wrong-password` (`count`),
//! `rekeyed` (`link`, `password`), `gap`, `inside`, `ended` (`why`).

use std::collections::HashMap;

use anyhow::{Context as _, bail};
use sanctuary_terminal::{
    Client, CreateWish, Emoji, Event, Identity, JoinWish, MessageRef, TextId, TextOptions,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, stdin, stdout},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

/// The members that this program plays.
struct Members {
    clients: HashMap<String, Client>,
    lines: UnboundedSender<Value>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let (lines, to_print) = unbounded_channel();
    let printer = tokio::spawn(print(to_print));
    let mut members = Members {
        clients: HashMap::new(),
        lines,
    };
    let mut input = BufReader::new(stdin()).lines();
    while let Some(line) = input.next_line().await? {
        let request: Value = serde_json::from_str(&line).context("a line is no JSON")?;
        let mut answer = match members.answer(&request).await {
            Ok(answer) => answer,
            Err(error) => json!({ "err": format!("{error:#}") }),
        };
        answer["i"] = request["i"].clone();
        let _ = members.lines.send(answer);
    }
    drop(members);
    printer.await?;
    Ok(())
}

async fn print(mut lines: UnboundedReceiver<Value>) {
    let mut out = stdout();
    while let Some(line) = lines.recv().await {
        let text = format!("{line}\n");
        if out.write_all(text.as_bytes()).await.is_err() || out.flush().await.is_err() {
            return;
        }
    }
}

impl Members {
    async fn answer(&mut self, request: &Value) -> anyhow::Result<Value> {
        let name = text(request, "m")?;
        match text(request, "op")?.as_str() {
            "create" => {
                let entered = Client::create(CreateWish {
                    origin: text(request, "origin")?,
                    alias: text(request, "alias")?,
                    room_name: text(request, "room_name")?,
                    password: text(request, "password")?,
                    lifetime_s: u32::try_from(request["lifetime_s"].as_u64().unwrap_or(3600))?,
                });
                self.take(name.clone(), entered.await?);
                let state = self
                    .client(&name)?
                    .state()
                    .await
                    .context("the room has ended")?;
                Ok(json!({ "link": *state.link }))
            }
            "join" => {
                let entered = Client::join(JoinWish {
                    link: text(request, "link")?,
                    password: text(request, "password")?,
                    alias: text(request, "alias")?,
                });
                self.take(name, entered.await?);
                Ok(json!({}))
            }
            "say" => {
                let options = self.options(&name, request).await?;
                let body = text(request, "body")?;
                let id = self.client(&name)?.say_with(&body, options).await?;
                Ok(json!({ "id": hex(id.as_bytes()) }))
            }
            "rename" => {
                let alias = text(request, "alias")?;
                let done = self.client(&name)?.rename(&alias).await?;
                Ok(json!({ "done": done }))
            }
            "edit" | "delete" | "react" | "typing" | "read" | "cover" | "lock" => {
                let done = self.deed(self.client(&name)?, request).await?;
                Ok(json!({ "done": done }))
            }
            "kick" => self.kick(&name, &text(request, "alias")?).await,
            "leave" => {
                self.client(&name)?.leave();
                Ok(json!({}))
            }
            "purge" => {
                self.client(&name)?.purge();
                Ok(json!({}))
            }
            "state" => self.state(&name).await,
            _ => bail!("no such operation"),
        }
    }

    async fn deed(&self, client: &Client, request: &Value) -> anyhow::Result<bool> {
        Ok(match text(request, "op")?.as_str() {
            "typing" => client.type_on().await,
            "cover" => {
                let on = request["on"]
                    .as_bool()
                    .context("on must be true or false")?;
                client.set_cover(on).await
            }
            "lock" => {
                let locked = request["locked"]
                    .as_bool()
                    .context("locked must be true or false")?;
                client.set_lock(locked).await
            }
            op => {
                let target = text_of(&text(request, "name")?)?;
                match op {
                    "edit" => client.edit(target.id, &text(request, "body")?).await,
                    "delete" => client.delete(target.id).await,
                    "read" => client.read(target).await,
                    _ => {
                        let emoji = Emoji::parse(&text(request, "emoji")?)?;
                        client.react(target, emoji).await
                    }
                }
            }
        })
    }

    /// What goes along with a text.
    async fn options(&self, name: &str, request: &Value) -> anyhow::Result<TextOptions> {
        let reply_to = match request["reply_to"].as_str() {
            Some(name) => Some(text_of(name)?),
            None => None,
        };
        let burn_s = u16::try_from(request["burn_s"].as_u64().unwrap_or_default())?;
        let mut options = TextOptions {
            reply_to,
            burn_s,
            whisper_to: None,
        };
        if let Some(aliases) = request["whisper_to"].as_array() {
            let state = self.client(name)?.state().await;
            let roster = state.context("the room has ended")?.roster;
            let is_meant = |alias: &String| aliases.iter().any(|one| one == alias.as_str());
            let to = roster.iter().filter(|person| is_meant(&person.alias));
            options.whisper_to = Some(to.map(|person| person.identity).collect());
        }
        Ok(options)
    }

    async fn kick(&self, name: &str, alias: &str) -> anyhow::Result<Value> {
        let client = self.client(name)?;
        let state = client.state().await.context("the room has ended")?;
        let target = state
            .roster
            .iter()
            .find(|person| person.alias == alias && !person.own)
            .context("nobody has this alias")?;
        client.kick(target.identity).await?;
        Ok(json!({}))
    }

    async fn state(&self, name: &str) -> anyhow::Result<Value> {
        let state = self
            .client(name)?
            .state()
            .await
            .context("the room has ended")?;
        let roster: Vec<_> = state.roster.iter().map(|person| &person.alias).collect();
        Ok(json!({
            "roster": roster,
            "safety": state.safety,
            "link": *state.link,
            "password": state.password.as_str(),
            "room_name": state.room_name,
        }))
    }

    fn take(&mut self, name: String, (client, mut events): (Client, UnboundedReceiver<Event>)) {
        let (lines, told_name) = (self.lines.clone(), name.clone());
        tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                let mut line = describe(&event);
                line["m"] = told_name.clone().into();
                let _ = lines.send(line);
            }
        });
        self.clients.insert(name, client);
    }

    fn client(&self, name: &str) -> anyhow::Result<&Client> {
        self.clients
            .get(name)
            .context("no member of this name: create or join first")
    }
}

fn describe(event: &Event) -> Value {
    match event {
        Event::Inside => json!({ "event": "inside" }),
        Event::Joined(who) => json!({ "event": "joined", "alias": who.alias }),
        Event::Left(who) => json!({ "event": "left", "alias": who.alias }),
        Event::Returned(who) => json!({ "event": "returned", "alias": who.alias }),
        Event::Removed { who, by } => {
            json!({ "event": "removed", "alias": who.alias, "by": by.alias })
        }
        Event::Presence { who, here } => {
            json!({ "event": "presence", "alias": who.alias, "here": here })
        }
        Event::Text {
            from,
            id,
            body,
            reply_to,
            burn_s,
            whispered_to,
        } => json!({
            "event": "text", "from": from.alias, "name": hex(from.identity.as_bytes()) + "/" + &hex(id.as_bytes()), "body": **body,
            "reply_to": reply_to.as_ref().map(named), "burn_s": burn_s,
            "whispered_to": whispered_to.as_ref().map(Vec::len),
        }),
        Event::Edited { from, target, body } => {
            json!({ "event": "edited", "from": from.alias, "name": named(target), "body": **body })
        }
        Event::Deleted { from, target } => {
            json!({ "event": "deleted", "from": from.alias, "name": named(target) })
        }
        Event::Reacted {
            from,
            target,
            emoji,
        } => {
            let emoji: Vec<_> = emoji.iter().map(Emoji::as_str).collect();
            json!({ "event": "reacted", "from": from.alias, "name": named(target), "emoji": emoji })
        }
        Event::Burnt(text) => json!({ "event": "burnt", "name": named(text) }),
        Event::Typing(who) => json!({ "event": "typing", "from": who.alias }),
        Event::Read { who, up_to } => {
            json!({ "event": "read", "from": who.alias, "name": named(up_to) })
        }
        Event::Cover { by, on } => {
            json!({ "event": "cover", "by": by.as_ref().map(|by| &by.alias), "on": on })
        }
        Event::Renamed { who, before } => {
            json!({ "event": "renamed", "alias": who.alias, "before": before })
        }
        Event::Locked { locked, by } => {
            json!({ "event": "locked", "locked": locked, "by": by.as_ref().map(|by| &by.alias) })
        }
        Event::Unsent(id) => json!({ "event": "unsent", "id": hex(id.as_bytes()) }),
        Event::Delivery { id, delivery } => {
            json!({ "event": "delivery", "id": hex(id.as_bytes()), "state": delivery.to_string() })
        }
        Event::Unreadable(from) => json!({ "event": "unreadable", "from": from.alias }),
        Event::Damaged => json!({ "event": "damaged" }),
        Event::WrongPassword(count) => json!({ "event": "wrong-password", "count": count }),
        Event::Rekeyed { link, password } => {
            json!({ "event": "rekeyed", "link": **link, "password": password.as_str() })
        }
        Event::Gap => json!({ "event": "gap" }),
        Event::Ended(why) => json!({ "event": "ended", "why": why.to_string() }),
    }
}

/// A text's name on all screens: its author and its id.
fn named(text: &MessageRef) -> String {
    hex(text.author.as_bytes()) + "/" + &hex(text.id.as_bytes())
}

/// The text that a name names.
fn text_of(name: &str) -> anyhow::Result<MessageRef> {
    let (author, id) = name.split_once('/').context("a name has two parts")?;
    Ok(MessageRef {
        author: Identity::new(bytes(author)?),
        id: TextId::new(bytes(id)?),
    })
}

fn bytes(hex: &str) -> anyhow::Result<[u8; 16]> {
    Ok(u128::from_str_radix(hex, 16)?.to_be_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn text(request: &Value, field: &str) -> anyhow::Result<String> {
    Ok(request[field]
        .as_str()
        .with_context(|| format!("{field} must be a text"))?
        .to_owned())
}
