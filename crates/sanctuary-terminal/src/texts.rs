//! What is said of texts, and which of it counts (PROTOCOL.md, sections 9.2, 9.3 and 9.5).
//!
//! Invariants:
//! - Edits and deletion count for texts of the same author only: a text is found by its author and id.
//! - What is said of a whisper counts only if it was whispered by somebody who takes part in it; what is said of an
//!   open text only if it was said openly.
//! - At most [`MAX_TEXTS`] texts are known, [`MAX_REACTING`] members' reactions on each, and [`MAX_EARLY`] reactions
//!   that came before their text. No body is kept.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    time::Duration,
};

use sanctuary_e2ee::{Emoji, Identity, MAX_REACTIONS, MessageRef, Said, Saying, TextId};
use tokio::time::Instant;

use crate::{event::Event, people::Person};

/// Texts that something may still be said of; as many as a page keeps lines.
const MAX_TEXTS: usize = 2000;

/// Members whose reactions on one text are kept: more than a room has.
const MAX_REACTING: usize = 128;

/// Reactions kept that came before their text.
const MAX_EARLY: usize = 256;

/// Who takes part in a whisper, its sender included; none if something was said openly.
pub(crate) type Circle = Option<Vec<Identity>>;

#[derive(Default)]
struct Text {
    circle: Circle,
    /// Of the last edit.
    revision: u32,
    is_deleted: bool,
    reactions: BTreeMap<Identity, (u32, Vec<Emoji>)>,
    burn_s: u16,
    burns_at: Option<Instant>,
}

/// A reaction whose text has not come yet.
struct Early {
    from: Person,
    said: Said,
    target: MessageRef,
    revision: u32,
    circle: Circle,
}

/// The texts of a room.
#[derive(Default)]
pub(crate) struct Texts {
    known: HashMap<MessageRef, Text>,
    order: VecDeque<MessageRef>,
    early: VecDeque<Early>,
}

impl Texts {
    /// Takes what somebody said, this client too; tells what is new by it.
    pub(crate) fn take(&mut self, from: &Person, said: Said, circle: Circle) -> Vec<Event> {
        let (author, id) = (from.identity, said.id);
        let own = |target: TextId| MessageRef { author, id: target };
        match said.what {
            Saying::Text {
                reply_to,
                burn_s,
                body,
            } => {
                // It is known for longer than its id is remembered if little was said since; said again, and openly now, it
                // would turn what answers the whisper that it was into something open.
                if self.known.contains_key(&own(id)) {
                    return Vec::new();
                }
                let reply_to = reply_to.filter(|text| self.may_answer(text, author, &circle));
                let told = Event::Text {
                    from: from.clone(),
                    id,
                    body,
                    reply_to,
                    burn_s,
                    whispered_to: circle.as_ref().map(|all| without(all, author)),
                };
                let burns_at = (burn_s > 0 && !from.own).then(|| burn_end(burn_s));
                let text = Text {
                    circle,
                    burn_s,
                    burns_at,
                    ..Text::default()
                };
                self.insert(own(id), text);
                std::iter::once(told)
                    .chain(self.take_early(&own(id)))
                    .collect()
            }
            Saying::Edit {
                target,
                revision,
                body,
            } => {
                let text = self.concerned(&own(target), author, &circle);
                let Some(text) = text.filter(|text| text.revision < revision) else {
                    return Vec::new();
                };
                text.revision = revision;
                let (from, target) = (from.clone(), own(target));
                vec![Event::Edited { from, target, body }]
            }
            Saying::Delete { target } => {
                let Some(text) = self.concerned(&own(target), author, &circle) else {
                    return Vec::new();
                };
                text.is_deleted = true;
                text.reactions.clear();
                let (from, target) = (from.clone(), own(target));
                vec![Event::Deleted { from, target }]
            }
            Saying::Reactions {
                target,
                revision,
                ref emoji,
            } => {
                if !self.known.contains_key(&target) {
                    self.keep_early(Early {
                        from: from.clone(),
                        said,
                        target,
                        revision,
                        circle,
                    });
                    return Vec::new();
                }
                let reaction = (revision, emoji.clone());
                self.react(from, target, reaction, &circle)
            }
        }
    }

    /// The relay took an own text: it burns from now on.
    pub(crate) fn sent(&mut self, text: &MessageRef) {
        if let Some(text) = self.known.get_mut(text)
            && text.burn_s > 0
            && text.burns_at.is_none()
        {
            text.burns_at = Some(burn_end(text.burn_s));
        }
    }

    /// When the next text vanishes.
    pub(crate) fn next_burn(&self) -> Option<Instant> {
        self.known.values().filter_map(|text| text.burns_at).min()
    }

    /// The texts whose time has passed are forgotten.
    pub(crate) fn burn(&mut self, now: Instant) -> Vec<Event> {
        let is_over = |text: &Text| text.burns_at.is_some_and(|at| at <= now);
        let known = &self.known;
        let (over, kept) = self
            .order
            .drain(..)
            .partition::<VecDeque<_>, _>(|name| known.get(name).is_some_and(is_over));
        self.order = kept;
        for name in &over {
            self.known.remove(name);
        }
        over.into_iter().map(Event::Burnt).collect()
    }

    /// Who takes part in a text that something is to be said of; none if nothing can be.
    pub(crate) fn circle(&self, text: &MessageRef) -> Option<Circle> {
        let text = self.known.get(text)?;
        (!text.is_deleted).then(|| text.circle.clone())
    }

    /// The revision of the next edit of a text.
    pub(crate) fn next_revision(&self, text: &MessageRef) -> u32 {
        self.known.get(text).map_or(1, |text| text.revision + 1)
    }

    /// What somebody has on a text after an emoji was put on it or taken off; none if there would be too many.
    pub(crate) fn toggled(
        &self,
        text: &MessageRef,
        who: &Identity,
        emoji: &Emoji,
    ) -> Option<(u32, Vec<Emoji>)> {
        let before = self.known.get(text)?.reactions.get(who).cloned();
        let (revision, mut has) = before.unwrap_or_default();
        if let Some(at) = has.iter().position(|one| one == emoji) {
            has.remove(at);
        } else {
            has.push(emoji.clone());
        }
        (has.len() <= MAX_REACTIONS).then_some((revision + 1, has))
    }

    fn react(
        &mut self,
        from: &Person,
        target: MessageRef,
        (revision, emoji): (u32, Vec<Emoji>),
        circle: &Circle,
    ) -> Vec<Event> {
        let Some(text) = self.concerned(&target, from.identity, circle) else {
            return Vec::new();
        };
        let is_overtaken = match text.reactions.get(&from.identity) {
            Some((before, _)) => *before >= revision,
            None => text.reactions.len() >= MAX_REACTING,
        };
        if is_overtaken {
            return Vec::new();
        }
        text.reactions
            .insert(from.identity, (revision, emoji.clone()));
        let from = from.clone();
        vec![Event::Reacted {
            from,
            target,
            emoji,
        }]
    }

    /// The text, if what somebody said so counts for it.
    fn concerned(
        &mut self,
        name: &MessageRef,
        from: Identity,
        circle: &Circle,
    ) -> Option<&mut Text> {
        let text = self.known.get_mut(name)?;
        (!text.is_deleted && counts(&text.circle, from, circle)).then_some(text)
    }

    /// A whisper may answer an open text; an answer to a whisper is one.
    fn may_answer(&self, text: &MessageRef, from: Identity, circle: &Circle) -> bool {
        self.known
            .get(text)
            .is_none_or(|text| text.circle.is_none() || counts(&text.circle, from, circle))
    }

    fn insert(&mut self, name: MessageRef, text: Text) {
        self.known.insert(name, text);
        self.order.push_back(name);
        if self.order.len() > MAX_TEXTS
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }

    fn keep_early(&mut self, early: Early) {
        let is_same = |other: &Early| {
            other.from.identity == early.from.identity && other.target == early.target
        };
        if let Some(at) = self.early.iter().position(is_same) {
            if self.early[at].revision < early.revision {
                self.early[at] = early;
            }
            return;
        }
        self.early.push_back(early);
        if self.early.len() > MAX_EARLY {
            self.early.pop_front();
        }
    }

    fn take_early(&mut self, name: &MessageRef) -> Vec<Event> {
        let (now, later) = std::mem::take(&mut self.early)
            .into_iter()
            .partition::<VecDeque<_>, _>(|early| early.target == *name);
        self.early = later;
        now.into_iter()
            .flat_map(|early| self.take(&early.from, early.said, early.circle))
            .collect()
    }
}

/// Whether what somebody said in one circle counts for a text that was said in another.
fn counts(text: &Circle, from: Identity, said: &Circle) -> bool {
    match text {
        None => said.is_none(),
        Some(all) => said.is_some() && all.contains(&from),
    }
}

/// Everybody of a circle but one.
pub(crate) fn without(all: &[Identity], one: Identity) -> Vec<Identity> {
    all.iter().copied().filter(|other| *other != one).collect()
}

fn burn_end(burn_s: u16) -> Instant {
    Instant::now() + Duration::from_secs(burn_s.into())
}

#[cfg(test)]
mod tests;
