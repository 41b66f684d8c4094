//! Finding the entities whose key column holds a value, and knowing which collections are here in full.

use std::collections::HashMap;

use aludel_sql::Value;

use super::{Arena, SlotState};

impl Arena {
    /// Finds children by the value of a key column from here on.
    pub(in crate::session) fn index_children(&mut self, column: usize) {
        if self.children.contains_key(&column) {
            return;
        }
        self.children.insert(column, HashMap::new());
        for slot in 0..self.slots.len() {
            self.index_child(slot, column);
        }
    }

    pub(super) fn index_child(&mut self, slot: usize, column: usize) {
        let value = self.rows.get(slot, column);
        if let Some(index) = self.children.get_mut(&column) {
            let slots = index.entry(value).or_default();
            if slots.last() != Some(&slot) {
                slots.push(slot);
            }
        }
    }

    /// The entities whose key column holds `value`, in the order they came in. The index answers for those that were not
    /// touched; the touched are looked at again.
    pub(in crate::session) fn children(&self, column: usize, value: &Value) -> Vec<usize> {
        let everything: Vec<usize>;
        let indexed = match self.children.get(&column) {
            Some(index) => index.get(value).map_or(&[][..], |slots| slots),
            None => {
                everything = (0..self.slots.len()).collect();
                &everything
            }
        };
        let mut found: Vec<usize> = indexed
            .iter()
            .chain(&self.touched)
            .copied()
            .filter(|&slot| {
                self.is_alive(slot)
                    && self.rows.holds(slot, column, value)
                    && !self.edges(slot).iter().any(|(edge, _)| *edge == column)
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
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

    /// After a refresh from the database: finds the slot under its key columns anew.
    pub(in crate::session) fn refreshed(&mut self, slot: usize) {
        if self.children.is_empty() {
            return;
        }
        let columns: Vec<usize> = self.children.keys().copied().collect();
        for column in columns {
            self.index_child(slot, column);
        }
    }
}
