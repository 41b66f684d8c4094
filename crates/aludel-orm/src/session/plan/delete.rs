//! When rows can go: before anything else, after others have moved away from them, or last.

use std::collections::{HashMap, HashSet};

use super::{ExplicitKeys, Plan, Step};
use crate::{
    key::Key,
    model::Reference,
    session::{Session, arena::SlotState, handle::Handle},
};

/// When a row is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// Before anything else.
    First,
    /// After rows have moved away from it.
    AfterMoves,
    /// After rows have moved away from it to rows that are new.
    Last,
}

impl Session {
    pub(super) fn plan_deletes(&self, order: &[usize], stages: &HashMap<Handle, Stage>, stage: Stage, plan: &mut Plan) {
        for &index in order.iter().rev() {
            let now = |&slot: &usize| stages.get(&Handle::new(self.id, index, slot)) == Some(&stage);
            let slots = self.with_state(index, SlotState::Deleting).filter(now).collect();
            // Rows that refer to rows of their own table go level by level, the referring ones first.
            for level in self.children_first(index, slots) {
                plan.push(Step::Delete, index, level);
            }
        }
    }

    /// When each row that is to go can go.
    pub(super) fn delete_stages(&self, explicit: &ExplicitKeys) -> HashMap<Handle, Stage> {
        let mut stages = HashMap::new();
        for index in 0..self.arenas.len() {
            for slot in self.with_state(index, SlotState::Deleting) {
                stages.insert(Handle::new(self.id, index, slot), Stage::First);
            }
        }
        if stages.is_empty() {
            return stages;
        }
        for index in 0..self.arenas.len() {
            for slot in self.with_state(index, SlotState::Persistent) {
                let waits = self.waits_for(index, slot, explicit).next().is_some();
                let stage = if waits { Stage::Last } else { Stage::AfterMoves };
                for left in self.moves_from(index, slot) {
                    stages.entry(left).and_modify(|known| *known = stage.max(*known));
                }
            }
        }
        // A row that goes late keeps the rows it refers to until then.
        loop {
            let mut late = Vec::new();
            for (&handle, &stage) in &stages {
                let arena = &self.arenas[handle.arena()];
                for reference in arena.references() {
                    let Some(before) = arena.baseline(handle.slot()) else { continue };
                    let key = Key::of(&reference.columns, |column| before[column].clone());
                    if let Some(parent) = self.find_referred(reference, &key)
                        && parent != handle
                        && stages.get(&parent).is_some_and(|known| *known < stage)
                    {
                        late.push((parent, stage));
                    }
                }
            }
            if late.is_empty() {
                return stages;
            }
            stages.extend(late);
        }
    }

    /// The rows to be deleted that a row refers to in the database and will no longer refer to after this flush.
    pub(super) fn moves_from(&self, index: usize, slot: usize) -> impl Iterator<Item = Handle> + '_ {
        let arena = &self.arenas[index];
        arena.references().iter().filter_map(move |reference| {
            let changed = |&column: &usize| arena.is_changed(slot, column);
            if !arena.waits(slot, reference) && !reference.columns.iter().any(changed) {
                return None;
            }
            let before = arena.baseline(slot)?;
            let parent =
                self.find_referred(reference, &Key::of(&reference.columns, |column| before[column].clone()))?;
            (self.arenas[parent.arena()].state(parent.slot()) == SlotState::Deleting).then_some(parent)
        })
    }

    pub(super) fn children_first(&self, index: usize, slots: Vec<usize>) -> Vec<Vec<usize>> {
        let arena = &self.arenas[index];
        let of_own = |reference: &&Reference| reference.target.type_id == arena.model().type_id;
        let own: Vec<&Reference> = arena.references().iter().filter(of_own).collect();
        if slots.is_empty() || own.is_empty() {
            return if slots.is_empty() { Vec::new() } else { vec![slots] };
        }
        let mut levels = Vec::new();
        let mut left = slots;
        while !left.is_empty() {
            let referred: HashSet<Key> = left
                .iter()
                .flat_map(|&slot| {
                    let key = Key::new(arena.stored_key(slot));
                    let stored = move |column: usize| arena.stored(slot, column);
                    own.iter().filter_map(move |reference| reference.primary_key(stored)).filter(move |to| *to != key)
                })
                .collect();
            let (wait, mut free): (Vec<usize>, Vec<usize>) =
                left.iter().partition(|&&slot| referred.contains(&Key::new(arena.stored_key(slot))));
            if free.is_empty() {
                // A circle: one statement at a time may still do if the database checks at the end; else it says so.
                free = wait.clone();
                left = Vec::new();
            } else {
                left = wait;
            }
            levels.push(free);
        }
        levels
    }
}
