//! Finding the entities whose foreign key holds a key, and knowing which collections are here in full.

use std::collections::HashMap;

use super::{Arena, Rows, SlotState};
use crate::{key::Key, model::Reference};

/// Which slots had which key in a foreign key. A slot may have moved on since.
type Index = HashMap<Key, Vec<usize>>;

/// The indexes of the foreign keys through which collections were loaded, by their numbers.
#[derive(Default)]
pub(super) struct Children(HashMap<usize, Index>);

impl Children {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn enter(index: &mut Index, reference: &Reference, rows: &dyn Rows, slot: usize) {
    let key = Key::of(&reference.columns, |column| rows.get(slot, column));
    let slots = index.entry(key).or_default();
    if slots.last() != Some(&slot) {
        slots.push(slot);
    }
}

impl Arena {
    /// Finds children by this foreign key from here on.
    pub(in crate::session) fn index_children(&mut self, foreign_key: usize) {
        if self.children.0.contains_key(&foreign_key) {
            return;
        }
        let mut index = Index::new();
        for slot in 0..self.slots.len() {
            enter(&mut index, &self.references()[foreign_key], &*self.rows, slot);
        }
        self.children.0.insert(foreign_key, index);
    }

    /// The entities whose foreign key holds `key`, in the order they came in. The index answers for those that were not
    /// touched; the touched are looked at again.
    pub(in crate::session) fn children(&self, foreign_key: usize, key: &Key) -> Vec<usize> {
        let everything: Vec<usize>;
        let indexed = match self.children.0.get(&foreign_key) {
            Some(index) => index.get(key).map_or(&[][..], |slots| slots),
            None => {
                everything = (0..self.slots.len()).collect();
                &everything
            }
        };
        let reference = &self.references()[foreign_key];
        let mut found: Vec<usize> = indexed
            .iter()
            .chain(&self.touched)
            .copied()
            .filter(|&slot| {
                self.is_alive(slot) && self.holds_key(slot, &reference.columns, key) && !self.waits(slot, reference)
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether a row without a key will give a column of a foreign key its value.
    pub(in crate::session) fn waits(&self, slot: usize, reference: &Reference) -> bool {
        self.edges(slot).iter().any(|&(edge, _)| self.references()[edge].overlaps(reference))
    }

    pub(in crate::session) fn mark_loaded(&mut self, relation: usize, slot: usize) {
        if self.loaded.insert((relation, slot))
            && let Some(level) = self.levels.last_mut()
        {
            level.loaded.push((relation, slot));
        }
    }

    pub(in crate::session) fn is_loaded(&self, relation: usize, slot: usize) -> bool {
        self.loaded.contains(&(relation, slot)) || self.slots[slot].state == SlotState::New || self.is_born(slot)
    }

    /// After a refresh from the database: finds the slot under its foreign keys anew.
    pub(in crate::session) fn refreshed(&mut self, slot: usize) {
        for (&foreign_key, index) in &mut self.children.0 {
            enter(index, &self.model.foreign_keys()[foreign_key], &*self.rows, slot);
        }
    }
}
