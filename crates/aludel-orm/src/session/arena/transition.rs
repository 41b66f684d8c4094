//! What writing, committing and rolling back do to entities.

use super::{Arena, Key, SlotState};

impl Arena {
    /// The entity holds what the database has.
    pub(in crate::session) fn forget_changes(&mut self, slot: usize) {
        if self.slots[slot].touched {
            let values = self.values(slot);
            let work = self.work_mut(slot);
            work.baseline = Some(values);
            work.edges.clear();
        }
        self.refreshed(slot);
    }

    /// The row of a new entity was written.
    pub(in crate::session) fn inserted(&mut self, slot: usize) {
        self.slots[slot].state = SlotState::Persistent;
        let work = self.work_mut(slot);
        work.born = true;
        work.given = Vec::new();
        self.remember_key(slot);
        self.flushed.push(slot);
        // From here on it counts as touched only for what is still to be written: an edge left for later.
        let waits = !self.edges(slot).is_empty();
        self.work_mut(slot).baseline = waits.then(|| self.values(slot));
        self.refreshed(slot);
    }

    /// The changes of these columns of a row were written.
    pub(in crate::session) fn updated(&mut self, slot: usize, columns: &[usize]) {
        self.work_mut(slot).written.extend_from_slice(columns);
        self.flushed.push(slot);
        self.refreshed(slot);
    }

    /// The row was deleted.
    pub(in crate::session) fn deleted(&mut self, slot: usize) {
        self.slots[slot].state = SlotState::Deleted;
        self.flushed.push(slot);
        let key = Key::new(self.stored_key(slot));
        self.identity.remove(&key);
        let work = self.work_mut(slot);
        if work.begun.is_none() && !work.born {
            work.begun = work.baseline.take();
        }
    }

    /// All that was touched has been written.
    pub(in crate::session) fn flush_done(&mut self) {
        for slot in std::mem::take(&mut self.touched) {
            self.slots[slot].touched = false;
            let Some(work) = &mut self.slots[slot].work else { continue };
            let baseline = work.baseline.take();
            let written = !std::mem::take(&mut work.written).is_empty();
            if written && work.begun.is_none() && !work.born {
                work.begun = baseline;
            }
            if work.begun.is_none() && !work.born {
                self.slots[slot].work = None;
            }
        }
    }

    pub(in crate::session) fn committed(&mut self) {
        for slot in std::mem::take(&mut self.flushed) {
            if self.slots[slot].state == SlotState::Deleted {
                self.slots[slot].state = SlotState::Committed;
            }
            // A new row's collections are complete as long as only this session can have added to them.
            if self.is_born(slot) {
                let relations = self.model.relations.len();
                self.loaded.extend((0..relations).map(|relation| (relation, slot)));
            }
            self.slots[slot].work = None;
        }
    }

    /// Values and states as they were when the transaction began.
    pub(in crate::session) fn rolled_back(&mut self) {
        self.levels.clear();
        let mut slots = std::mem::take(&mut self.touched);
        slots.append(&mut self.flushed);
        for slot in slots {
            let work = self.slots[slot].work.take();
            self.slots[slot].touched = false;
            let born = work.as_ref().is_some_and(|work| work.born);
            if self.slots[slot].state == SlotState::New || born {
                if born {
                    self.identity.remove(&self.key(slot));
                }
                self.slots[slot].state = SlotState::Undone;
                continue;
            }
            if let Some(values) = work.and_then(|work| work.begun.or(work.baseline)) {
                for (column, value) in values.iter().enumerate() {
                    // The field held this very value before.
                    let _ = self.rows.set(slot, column, value);
                }
                self.refreshed(slot);
            }
            if matches!(self.slots[slot].state, SlotState::Deleting | SlotState::Deleted) {
                self.slots[slot].state = SlotState::Persistent;
                self.remember_key(slot);
            }
        }
    }
}
