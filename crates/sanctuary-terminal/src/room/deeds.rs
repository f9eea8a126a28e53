//! What people do in the room besides leaving and kicking: what they say, and what they say of it.
//!
//! Invariant: what answers a whisper, or is said of one, is whispered to all who take part in it, or not said at all. Of a
//! text that is not here any more nobody knows whether it was whispered.

use sanctuary_e2ee::{
    Alias, E2eeError, Emoji, Identity, Message, MessageRef, Said, Saying, TextId,
};
use sanctuary_wire::{ClientFrame, RoomLock};
use thiserror::Error;
use tokio::time::Instant;

use super::Room;
use crate::{
    outbox::Content,
    texts::{Circle, without},
};

/// Why a text was not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SayError {
    /// The text breaks a rule.
    #[error(transparent)]
    Text(#[from] E2eeError),
    /// It answers a text that has vanished, was taken back, is too long ago, or never came.
    #[error("what this answers is not here any more: say it without answering")]
    NothingToAnswer,
    /// It answers a whisper, and is for others than those who take part in that.
    #[error(
        "this answers a whisper among others: whisper to exactly those, or say it without answering"
    )]
    OtherCircle,
    /// The room is over.
    #[error("the room has ended")]
    Ended,
}

/// Something that a person does to texts.
pub(crate) enum Deed {
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

    /// Says a text, to those with these identities alone if there are some.
    pub(crate) fn say_text(
        &mut self,
        said: Said,
        whisper_to: Option<Vec<Identity>>,
    ) -> Result<(), SayError> {
        if self.ended.is_some() {
            return Err(SayError::Ended);
        }
        let circle = self.circle(&said, whisper_to)?;
        self.say(said, circle)?;
        self.guarded(|_| Ok(()));
        Ok(())
    }

    fn say(&mut self, said: Said, circle: Circle) -> Result<(), E2eeError> {
        let own = self.keys.identity;
        let data = said.encode()?;
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
        Ok(())
    }

    fn say_of(&mut self, text: MessageRef, what: impl FnOnce(&Self) -> Option<Saying>) -> bool {
        let Some(circle) = self.texts.circle(&text) else {
            return false;
        };
        let (Some(what), Ok(id)) = (what(self), TextId::random()) else {
            return false;
        };
        self.say(Said { id, what }, circle).is_ok()
    }

    /// Who takes part: all who take part in the whisper that is answered, or those who are named.
    fn circle(&self, said: &Said, whisper_to: Option<Vec<Identity>>) -> Result<Circle, SayError> {
        let own = self.keys.identity;
        let named = whisper_to.map(|to| {
            let mut named = vec![own];
            for one in to {
                if !named.contains(&one) {
                    named.push(one);
                }
            }
            named
        });
        let Saying::Text {
            reply_to: Some(answered),
            ..
        } = &said.what
        else {
            return Ok(named);
        };
        let circle = self.texts.circle(answered);
        let Some(circle) = circle.ok_or(SayError::NothingToAnswer)? else {
            return Ok(named);
        };
        // Who has left need not be named.
        let has_all = |named: &Vec<Identity>| {
            let mut here = circle.iter().filter(|one| self.people.is_in_group(one));
            here.all(|one| named.contains(one))
        };
        let fits = |named: &Vec<Identity>| {
            has_all(named) && named.iter().all(|one| *one == own || circle.contains(one))
        };
        if named.as_ref().is_none_or(fits) {
            Ok(Some(circle))
        } else {
            Err(SayError::OtherCircle)
        }
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

#[cfg(test)]
mod tests;
