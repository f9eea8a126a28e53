//! Texts that were heard, so that each is told once, however often it arrives: somebody who lost its
//! session may have to send one again (PROTOCOL.md, section 9.1).

use std::collections::{HashSet, VecDeque};

use sanctuary_e2ee::{Identity, TextId};

/// Texts that are remembered: more than can be sent again after a loss.
const MAX_REMEMBERED: usize = 4096;

/// Who said it, under which id.
type Name = (Identity, TextId);

/// The latest texts.
#[derive(Default)]
pub(crate) struct Heard {
    names: HashSet<Name>,
    order: VecDeque<Name>,
}

impl Heard {
    /// Takes note of a text; tells whether it is new.
    pub(crate) fn is_new(&mut self, from: Identity, id: TextId) -> bool {
        let name = (from, id);
        if !self.names.insert(name) {
            return false;
        }
        self.order.push_back(name);
        if self.order.len() > MAX_REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.names.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_new_once_for_each_who_says_it() {
        let (ann, bob) = (Identity::random().unwrap(), Identity::random().unwrap());
        let mut heard = Heard::default();
        assert!(heard.is_new(ann, TextId::new([1; 16])) && heard.is_new(bob, TextId::new([1; 16])));
        assert!(!heard.is_new(ann, TextId::new([1; 16])));
        for n in 0..=u16::try_from(MAX_REMEMBERED).unwrap() {
            let mut id = [2; 16];
            id[..2].copy_from_slice(&n.to_be_bytes());
            assert!(heard.is_new(bob, TextId::new(id)));
        }
        assert_eq!(heard.names.len(), MAX_REMEMBERED);
    }
}
