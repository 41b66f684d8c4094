//! The way back to a savepoint: what entities were when it was made.

use std::collections::HashMap;

use aludel_sql::Value;

use super::{Arena, SlotState, Work};

/// What the entities of one model were when a savepoint was made, as far as they have changed since.
pub(super) struct Level {
    /// Slots from here on were made since.
    len: usize,
    saved: HashMap<usize, Saved>,
    /// The collections that came in full since: relation and slot.
    pub(super) loaded: Vec<(usize, usize)>,
}

/// What an entity without unwritten changes was.
struct Saved {
    state: SlotState,
    values: Box<[Value]>,
    begun: Option<Box<[Value]>>,
    born: bool,
}

impl Arena {
    /// Makes a savepoint. Nothing waits to be written.
    pub(in crate::session) fn push_level(&mut self) {
        self.levels.push(Level { len: self.slots.len(), saved: HashMap::new(), loaded: Vec::new() });
    }

    /// Keeps what an entity is before it changes. The innermost savepoint is enough: when it is released, it hands on what it has.
    pub(in crate::session) fn save(&mut self, slot: usize) {
        let Some(level) = self.levels.last() else { return };
        if level.saved.contains_key(&slot) || self.is_new_in(level, slot) {
            return;
        }
        let (begun, born) = self.work(slot).map_or((None, false), |work| (work.begun.clone(), work.born));
        let saved = Saved { state: self.slots[slot].state, values: self.values(slot), begun, born };
        if let Some(level) = self.levels.last_mut() {
            level.saved.insert(slot, saved);
        }
    }

    /// Whether a savepoint is older than the row.
    fn is_new_in(&self, level: &Level, slot: usize) -> bool {
        slot >= level.len && (self.slots[slot].state == SlotState::New || self.is_born(slot))
    }

    /// Ends the innermost savepoint, and keeps what was done since.
    pub(in crate::session) fn release_level(&mut self) {
        let (Some(level), outer) = (self.levels.pop(), self.levels.last_mut()) else { return };
        let Some(outer) = outer else { return };
        for (slot, saved) in level.saved {
            outer.saved.entry(slot).or_insert(saved);
        }
        outer.loaded.extend(level.loaded);
    }

    /// Ends the innermost savepoint: values and states are again what they were when it was made, and rows made since are gone.
    pub(in crate::session) fn undo_level(&mut self) {
        let Some(level) = self.levels.pop() else { return };
        for slot in std::mem::take(&mut self.touched) {
            self.slots[slot].touched = false;
        }
        for slot in level.len..self.slots.len() {
            if self.is_new_in(&level, slot) {
                let key = self.key(slot);
                if self.identity.get(&key) == Some(slot) {
                    self.identity.remove(&key);
                }
                self.slots[slot].state = SlotState::Undone;
                self.slots[slot].work = None;
            }
        }
        for (slot, saved) in level.saved {
            if self.slots[slot].state == SlotState::Undone {
                continue;
            }
            for (column, value) in saved.values.iter().enumerate() {
                // The field held this very value before.
                let _ = self.rows.set(slot, column, value);
            }
            let Saved { state, begun, born, .. } = saved;
            self.slots[slot].state = state;
            self.slots[slot].work =
                (begun.is_some() || born).then(|| Box::new(Work { begun, born, ..Work::default() }));
            self.remember_key(slot);
            self.refreshed(slot);
        }
        for collection in level.loaded {
            self.loaded.remove(&collection);
        }
    }
}
