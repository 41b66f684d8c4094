//! What a flush writes, in which order.
//!
//! Deletes come first wherever the foreign keys allow it, so that a unique value can pass from a deleted row to another one;
//! where rows move away from a deleted row, their updates come before it. Then come the updates of tables with a unique
//! column that also get new rows, for the same reason; then inserts, parents before children; then the other updates.

mod check;
mod delete;
mod insert;
mod update;

use std::{any::TypeId, collections::HashMap};

use aludel_sql::{Result, Value};

use self::delete::Stage;
use super::{
    Session,
    arena::{Arena, SlotState},
    handle::Handle,
};
use crate::{
    key::Key,
    model::{ModelDef, Reference},
};

/// New rows whose keys were given.
type ExplicitKeys = HashMap<(TypeId, Key), Handle>;

/// The slots of one arena that can be written together.
#[derive(Debug, PartialEq)]
pub(super) struct Group {
    pub(super) arena: usize,
    pub(super) slots: Vec<usize>,
}

/// One thing to write.
#[derive(Debug)]
pub(super) enum Step {
    Delete(Group),
    Insert(Group),
    Update(Group),
    /// An update that leaves unique values for later: for rows that move away from one that is to be deleted.
    Move(Group),
    /// Puts NULL where a unique value stands that is passed around in a circle, until its row is written.
    Park(Handle, usize),
}

#[derive(Debug, Default)]
pub(super) struct Plan {
    /// What is written, in order.
    pub(super) steps: Vec<Step>,
    /// Rows in a circle of edges: inserted without one, and updated when it has a key.
    postponed: Vec<Handle>,
}

impl Plan {
    pub(super) fn rows(&self) -> usize {
        let rows = |step: &Step| match step {
            Step::Delete(group) | Step::Insert(group) | Step::Update(group) | Step::Move(group) => group.slots.len(),
            Step::Park(..) => 1,
        };
        self.steps.iter().map(rows).sum()
    }

    fn push(&mut self, step: fn(Group) -> Step, arena: usize, slots: Vec<usize>) {
        if !slots.is_empty() {
            self.steps.push(step(Group { arena, slots }));
        }
    }
}

impl Session {
    /// Finds what must be written.
    ///
    /// # Errors
    /// An entity was changed in a way that cannot be written; nothing was sent.
    pub(super) fn plan(&self) -> Result<Plan> {
        let order = self.parents_first();
        let mut plan = Plan::default();
        for &arena in &order {
            self.check_changes(arena)?;
        }
        let waiting: Vec<(usize, Vec<usize>)> =
            order.iter().map(|&arena| (arena, self.with_state(arena, SlotState::New).collect())).collect();
        let explicit = self.explicit_keys(&waiting)?;
        let stages = self.delete_stages(&explicit);

        self.plan_deletes(&order, &stages, Stage::First, &mut plan);
        let mut rest = Vec::new();
        for (index, new) in &waiting {
            let arena = &self.arenas[*index];
            let mut slots: Vec<usize> = self
                .with_state(*index, SlotState::Persistent)
                .filter(|&slot| !arena.edges(slot).is_empty() || arena.changes(slot).next().is_some())
                .collect();
            // In the order of their keys, so that two sessions lock rows in the same order.
            slots.sort_by_cached_key(|&slot| sort_key(arena, slot));
            let waits = |slot: usize| self.waits_for(*index, slot, &explicit).next().is_some();
            let (movers, mut others): (Vec<usize>, Vec<usize>) =
                slots.into_iter().partition(|&slot| !waits(slot) && self.moves_from(*index, slot).next().is_some());
            let unique = |&slot: &usize| arena.changes(slot).any(|column| passes_on(arena.model(), column));
            others.extend(movers.iter().copied().filter(unique));
            plan.push(Step::Move, *index, movers);
            let frees_values = !new.is_empty() && arena.model().fields.iter().any(|field| field.unique);
            let (mut early, late): (Vec<usize>, Vec<usize>) =
                others.into_iter().partition(|&slot| frees_values && !waits(slot));
            // What waits for a new row may hold the very value that row is to have: it is written in two parts.
            early.extend(
                late.iter().copied().filter(|&slot| frees_values && self.can_be_split(*index, slot, &explicit)),
            );
            rest.push((*index, early, late));
        }
        self.plan_deletes(&order, &stages, Stage::AfterMoves, &mut plan);
        for (index, early, _) in &mut rest {
            self.plan_updates(*index, std::mem::take(early), &mut plan)?;
        }
        self.plan_inserts(waiting, &explicit, &mut plan)?;
        for (index, _, late) in rest {
            self.plan_updates(index, late, &mut plan)?;
        }
        for child in std::mem::take(&mut plan.postponed) {
            plan.push(Step::Update, child.arena(), vec![child.slot()]);
        }
        self.plan_deletes(&order, &stages, Stage::Last, &mut plan);
        Ok(plan)
    }

    fn with_state(&self, arena: usize, state: SlotState) -> impl Iterator<Item = usize> {
        let arena = &self.arenas[arena];
        arena.touched().iter().copied().filter(move |&slot| arena.state(slot) == state)
    }

    /// The arenas, a table before those that refer to it. Tables that refer to each other stay in the order they came in.
    fn parents_first(&self) -> Vec<usize> {
        let mut order = Vec::with_capacity(self.arenas.len());
        let mut left: Vec<usize> = (0..self.arenas.len()).collect();
        while !left.is_empty() {
            let waits = |&index: &usize| {
                let model = self.arenas[index].model();
                self.arenas[index].references().iter().any(|Reference { target, .. }| {
                    target.type_id != model.type_id
                        && left.iter().any(|&other| self.arenas[other].model().type_id == target.type_id)
                })
            };
            let next = left.iter().position(|index| !waits(index)).unwrap_or(0);
            order.push(left.remove(next));
        }
        order
    }
}

/// Keys in an order of their own: numbers by value, all else by its text. The first column is apart: most keys have no other.
fn sort_key(arena: &Arena, slot: usize) -> (Option<(i64, String)>, Vec<(i64, String)>) {
    let mut parts = arena.model().key.iter().map(|&column| match arena.stored(slot, column) {
        Value::I64(value) => (value, String::new()),
        other => (0, other.to_string()),
    });
    (parts.next(), parts.collect())
}

/// Whether a column's values may have to be given up by one row before another takes them.
pub(super) fn passes_on(model: &ModelDef, column: usize) -> bool {
    let field = &model.fields[column];
    field.unique && field.foreign_key.is_none()
}

fn list(values: &[Value]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
