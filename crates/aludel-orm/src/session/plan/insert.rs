//! New rows, a row before those that wait for its key.

use std::collections::{HashMap, HashSet};

use aludel_sql::{Error, ErrorKind, Result};

use super::{ExplicitKeys, Plan, Step, list};
use crate::{
    key::Key,
    model::Reference,
    session::{Session, arena::SlotState, handle::Handle},
};

impl Session {
    pub(super) fn plan_inserts(
        &self,
        mut waiting: Vec<(usize, Vec<usize>)>,
        explicit: &ExplicitKeys,
        plan: &mut Plan,
    ) -> Result<()> {
        let rows = waiting.iter().map(|(_, slots)| slots.len()).sum();
        let mut written: HashSet<Handle> = HashSet::with_capacity(rows);
        let mut postponed: HashSet<(Handle, usize)> = HashSet::new();
        while waiting.iter().any(|(_, slots)| !slots.is_empty()) {
            let mut progress = false;
            for (index, slots) in &mut waiting {
                let (ready, wait): (Vec<usize>, Vec<usize>) = slots.iter().partition(|&&slot| {
                    let handle = Handle::new(self.id, *index, slot);
                    self.waits_for(*index, slot, explicit)
                        .all(|(number, parent)| written.contains(&parent) || postponed.contains(&(handle, number)))
                });
                progress |= !ready.is_empty();
                written.extend(ready.iter().map(|&slot| Handle::new(self.id, *index, slot)));
                plan.push(Step::Insert, *index, ready);
                *slots = wait;
            }
            if !progress {
                let (handle, foreign_key) = self.break_circle(&waiting, explicit, &written)?;
                postponed.insert((handle, foreign_key));
                plan.postponed.push(handle);
            }
        }
        Ok(())
    }

    /// The new rows a new row must wait for, each with the number of the foreign key: those without a key it hangs on to, and
    /// those whose given key it holds.
    pub(super) fn waits_for<'a>(
        &'a self,
        index: usize,
        slot: usize,
        explicit: &'a ExplicitKeys,
    ) -> impl Iterator<Item = (usize, Handle)> + 'a {
        let arena = &self.arenas[index];
        let own = Handle::new(self.id, index, slot);
        let edges = arena
            .edges(slot)
            .iter()
            .copied()
            .filter(|(_, parent)| self.arenas[parent.arena()].state(parent.slot()) == SlotState::New);
        let known = move |(_, reference): &(usize, &'static Reference)| !arena.waits(slot, reference);
        let by_key = arena.references().iter().enumerate().filter(known).filter_map(move |(number, reference)| {
            let key = reference.primary_key(|column| arena.get(slot, column))?;
            let parent = explicit.get(&(reference.target.type_id, key))?;
            (*parent != own).then_some((number, *parent))
        });
        edges.chain(by_key)
    }

    /// Whether a unique value of a row changes, and all it waits for are keys that its fields do not hold yet.
    pub(super) fn can_be_split(&self, index: usize, slot: usize, explicit: &ExplicitKeys) -> bool {
        let arena = &self.arenas[index];
        arena.changes(slot).any(|column| arena.model().fields[column].unique)
            && self.waits_for(index, slot, explicit).all(|edge| arena.edges(slot).contains(&edge))
    }

    /// The new rows whose keys were given, by key.
    pub(super) fn explicit_keys(&self, new: &[(usize, Vec<usize>)]) -> Result<ExplicitKeys> {
        let mut keys = HashMap::new();
        for (index, slots) in new {
            let arena = &self.arenas[*index];
            let model = arena.model();
            for &slot in slots.iter().filter(|&&slot| arena.has_key(slot)) {
                let values = arena.key_values(slot);
                let text = list(&values);
                let key = Key::new(values);
                let taken = arena.find(&key).is_some_and(|other| arena.is_alive(other))
                    || keys.insert((model.type_id, key), Handle::new(self.id, *index, slot)).is_some();
                if taken {
                    let message = format!("two entities of this session have the key {text} of `{}`", model.table);
                    return Err(Error::new(ErrorKind::Unique, message)
                        .with_model(model.name)
                        .with_table(model.table)
                        .with_columns(model.key.iter().map(|&column| model.fields[column].column)));
                }
            }
        }
        Ok(keys)
    }

    /// Among rows that wait for each other, an edge that may be NULL for a while.
    pub(super) fn break_circle(
        &self,
        waiting: &[(usize, Vec<usize>)],
        explicit: &ExplicitKeys,
        written: &HashSet<Handle>,
    ) -> Result<(Handle, usize)> {
        let mut stuck = Vec::new();
        for (index, slots) in waiting {
            let arena = &self.arenas[*index];
            for &slot in slots {
                stuck.push(arena.model().name);
                for (number, parent) in self.waits_for(*index, slot, explicit) {
                    let by_edge = arena.edges(slot).contains(&(number, parent));
                    let nullable = !arena.references()[number].cleared.is_empty();
                    if by_edge && nullable && !written.contains(&parent) {
                        return Ok((Handle::new(self.id, *index, slot), number));
                    }
                }
            }
        }
        stuck.sort_unstable();
        stuck.dedup();
        let message = format!("new rows need each other's keys: {}", stuck.join(", "));
        Err(Error::new(ErrorKind::Session, message).with_help(
            "Make one of the keys between them an `Option`, so that it can be set after both rows are there.",
        ))
    }
}
