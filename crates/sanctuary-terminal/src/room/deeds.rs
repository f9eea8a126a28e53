//! What people do in the room besides leaving and kicking: what they say, and what they say of it.

use sanctuary_e2ee::{Alias, Emoji, Identity, Message, MessageRef, Said, Saying, TextId};
use sanctuary_wire::{ClientFrame, RoomLock};
use tokio::time::Instant;

use super::Room;
use crate::{
    outbox::Content,
    texts::{Circle, without},
};

/// Something that a person does to texts.
pub(crate) enum Deed {
    /// Says a text, to those with these identities alone if there are some.
    Say {
        said: Said,
        whisper_to: Option<Vec<Identity>>,
    },
    /// Puts another body in place of that of an own text.
    Edit {
        target: TextId,
        body: zeroize::Zeroizing<String>,
    },
    /// Takes an own text back.
    Delete { target: TextId },
    /// Puts an emoji on a text, or takes it off.
    React { target: MessageRef, emoji: Emoji },
    /// Lets the others know that the person types.
    Typing,
    /// Lets the others know how far the person has read.
    Read { up_to: MessageRef },
    /// Turns cover traffic on or off, for everyone.
    Cover { on: bool },
    /// Locks the room to newcomers, or opens it.
    Lock { lock: RoomLock },
    /// Takes another alias.
    Rename { alias: Alias },
}

impl Room {
    /// Does it; false if it cannot be done.
    pub(crate) fn do_deed(&mut self, deed: Deed) -> bool {
        if self.ended.is_some() {
            return false;
        }
        let own = |target| MessageRef {
            author: self.keys.identity,
            id: target,
        };
        let is_done = match deed {
            Deed::Say { said, whisper_to } => {
                let circle = self.circle(&said, whisper_to);
                self.say(said, circle)
            }
            Deed::Edit { target, body } => {
                let revision = self.texts.next_revision(&own(target));
                self.say_of(own(target), |_| {
                    Some(Saying::Edit {
                        target,
                        revision,
                        body,
                    })
                })
            }
            Deed::Delete { target } => {
                self.say_of(own(target), |_| Some(Saying::Delete { target }))
            }
            Deed::React { target, emoji } => self.say_of(target, |room| {
                let own = &room.keys.identity;
                let (revision, emoji) = room.texts.toggled(&target, own, &emoji)?;
                Some(Saying::Reactions {
                    target,
                    revision,
                    emoji,
                })
            }),
            Deed::Typing => self.pass(&Message::Typing),
            // What was whispered has no name for the others.
            Deed::Read { up_to } => {
                matches!(self.texts.circle(&up_to), Some(None)) && self.pass(&Message::Read(up_to))
            }
            Deed::Cover { on } => self.switch_cover(on),
            Deed::Lock { lock } => {
                let is_attached = self.attachment.is_attached();
                if is_attached {
                    self.out.push(ClientFrame::SetLock { lock });
                }
                is_attached
            }
            Deed::Rename { alias } => {
                self.commits.rename(alias);
                true
            }
        };
        self.guarded(|_| Ok(()));
        is_done
    }

    fn say(&mut self, said: Said, circle: Circle) -> bool {
        let own = self.keys.identity;
        let Ok(data) = said.encode() else {
            return false;
        };
        let is_text = matches!(said.what, Saying::Text { .. });
        let key = is_text.then_some(said.id);
        let content = match &circle {
            None => Content::Open(data),
            Some(all) => Content::Whisper(without(all, own), said.clone()),
        };
        self.outbox.add(key, content);
        if let Some(person) = self.people.own() {
            // Its own doings are no news to a person.
            let _ = self.texts.take(&person, said, circle);
        }
        true
    }

    fn say_of(&mut self, text: MessageRef, what: impl FnOnce(&Self) -> Option<Saying>) -> bool {
        let Some(circle) = self.texts.circle(&text) else {
            return false;
        };
        let (Some(what), Ok(id)) = (what(self), TextId::random()) else {
            return false;
        };
        self.say(Said { id, what }, circle)
    }

    /// Who takes part: those who are named, or all who take part in the whisper that is answered.
    fn circle(&self, said: &Said, whisper_to: Option<Vec<Identity>>) -> Circle {
        if let Saying::Text {
            reply_to: Some(text),
            ..
        } = &said.what
            && let Some(Some(circle)) = self.texts.circle(text)
        {
            return Some(circle);
        }
        let own = self.keys.identity;
        whisper_to.map(|to| [vec![own], without(&to, own)].concat())
    }

    fn pass(&mut self, message: &Message) -> bool {
        if let Ok(data) = message.encode() {
            self.outbox.pass(data);
        }
        true
    }

    fn switch_cover(&mut self, on: bool) -> bool {
        let Ok(id) = TextId::random() else {
            return false;
        };
        if let Ok(data) = (Message::CoverSwitch { id, on }).encode() {
            self.outbox.add(None, Content::Open(data));
        }
        self.cover.switched(on, Instant::now());
        true
    }
}
