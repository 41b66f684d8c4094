//! What a flush writes, in which order.
//!
//! Deletes come first wherever the foreign keys allow it, so that a unique value can pass from a deleted row to another one;
//! where rows move away from a deleted row, their updates come before it. Then come the updates of tables with a unique
//! column that also get new rows, for the same reason; then inserts, parents before children; then the other updates.

use std::{
    any::TypeId,
    collections::{HashMap, HashSet},
};

use aludel_sql::{Error, ErrorKind, Result, Type, Value};

use super::{
    Session,
    arena::{Arena, Key, SlotState},
    handle::Handle,
};
use crate::model::ModelDef;

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
                .filter(|&slot| !arena.edges(slot).is_empty() || !arena.changes(slot).is_empty())
                .collect();
            // In the order of their keys, so that two sessions lock rows in the same order.
            slots.sort_by_cached_key(|&slot| {
                arena.stored_key(slot).iter().map(super::flush::sort_key).collect::<Vec<_>>()
            });
            let waits = |slot: usize| self.waits_for(*index, slot, &explicit).next().is_some();
            let (movers, mut others): (Vec<usize>, Vec<usize>) =
                slots.into_iter().partition(|&slot| !waits(slot) && self.moves_from(*index, slot).next().is_some());
            let unique = |&slot: &usize| arena.changes(slot).iter().any(|&column| passes_on(arena.model(), column));
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
                foreign_keys(model).any(|(_, target)| {
                    target.type_id != model.type_id
                        && left.iter().any(|&other| self.arenas[other].model().type_id == target.type_id)
                })
            };
            let next = left.iter().position(|index| !waits(index)).unwrap_or(0);
            order.push(left.remove(next));
        }
        order
    }

    fn check_changes(&self, index: usize) -> Result<()> {
        let arena = &self.arenas[index];
        let model = arena.model();
        let refuse = |message: String, help: &'static str| {
            Err(Error::new(ErrorKind::Session, message).with_model(model.name).with_table(model.table).with_help(help))
        };
        for &slot in arena.touched() {
            if arena.gone(slot).is_some() {
                continue;
            }
            if let Some(relation) = arena.replaced_relation(slot) {
                return refuse(
                    format!(
                        "the field `{}.{relation}` of a tracked entity was replaced, which writes nothing",
                        model.name
                    ),
                    "Change relations through the session: `session.rel_mut(handle, |x| x.…)`.",
                );
            }
            let changes = arena.changes(slot);
            if arena.state(slot) == SlotState::Persistent && changes.iter().any(|column| model.key.contains(column)) {
                let (before, after) = (arena.stored_key(slot), arena.key_values(slot));
                return refuse(
                    format!("the key of a `{}` was changed from {} to {}", model.name, list(&before), list(&after)),
                    "Keys stay: delete the row and add a new one, or run an UPDATE.",
                );
            }
            for column in 0..model.fields.len() {
                if arena.state(slot) != SlotState::New && !changes.contains(&column) {
                    continue;
                }
                if let Some((length, room, unit)) = too_long(&model.fields[column].ty, arena, slot, column) {
                    let field = model.fields[column].name;
                    let message = format!("`{}.{field}` holds {length} {unit}, and has room for {room}", model.name);
                    return Err(Error::new(ErrorKind::Check, message)
                        .with_model(model.name)
                        .with_table(model.table)
                        .with_columns([model.fields[column].column])
                        .with_help("Shorten it, or give the column a greater `length`."));
                }
            }
            for (column, _) in arena.edges(slot) {
                if changes.contains(column) {
                    let field = model.fields[*column].name;
                    return refuse(
                        format!("`{}.{field}` was changed, and so was the relation it is the key of", model.name),
                        "Change one of the two.",
                    );
                }
            }
        }
        Ok(())
    }

    fn plan_deletes(&self, order: &[usize], stages: &HashMap<Handle, Stage>, stage: Stage, plan: &mut Plan) {
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
    fn delete_stages(&self, explicit: &ExplicitKeys) -> HashMap<Handle, Stage> {
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
                for (column, target) in foreign_keys(arena.model()) {
                    let referred = super::flush::referred_column(arena.model(), column);
                    let Some(before) = arena.work(handle.slot()).and_then(|work| work.baseline.as_ref()) else {
                        continue;
                    };
                    if let Some(parent) = self.find_by(target, referred, &before[column])
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
    fn moves_from(&self, index: usize, slot: usize) -> impl Iterator<Item = Handle> + '_ {
        let arena = &self.arenas[index];
        let changes = arena.changes(slot);
        foreign_keys(arena.model()).filter_map(move |(column, target)| {
            let moved = changes.contains(&column) || arena.edges(slot).iter().any(|(edge, _)| *edge == column);
            let before = &arena.work(slot)?.baseline.as_ref()?[column];
            let referred = super::flush::referred_column(arena.model(), column);
            let parent = self.find_by(target, referred, before).filter(|_| moved)?;
            (self.arenas[parent.arena()].state(parent.slot()) == SlotState::Deleting).then_some(parent)
        })
    }

    fn plan_updates(&self, index: usize, slots: Vec<usize>, plan: &mut Plan) -> Result<()> {
        let mut parked = Vec::new();
        let waves = self.waves(index, slots, &mut parked)?;
        plan.steps.extend(parked.into_iter().map(|(holder, column)| Step::Park(holder, column)));
        waves.into_iter().for_each(|slots| plan.push(Step::Update, index, slots));
        Ok(())
    }

    fn children_first(&self, index: usize, slots: Vec<usize>) -> Vec<Vec<usize>> {
        let arena = &self.arenas[index];
        let own: Vec<usize> = own_references(arena.model());
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
                    own.iter().map(move |&column| Key::One(arena.stored(slot, column))).filter(move |to| *to != key)
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

    /// Puts updates into an order in which a unique value is given up by one row before another takes it.
    fn waves(&self, index: usize, slots: Vec<usize>, parked: &mut Vec<(Handle, usize)>) -> Result<Vec<Vec<usize>>> {
        let arena = &self.arenas[index];
        let model = arena.model();
        let unique: Vec<usize> = (0..model.fields.len()).filter(|&column| model.fields[column].unique).collect();
        // Who gives up which value.
        let mut given_up: HashMap<(usize, Value), usize> = HashMap::new();
        let changes: HashMap<usize, Vec<usize>> = slots.iter().map(|&slot| (slot, arena.changes(slot))).collect();
        for &slot in &slots {
            let Some(baseline) = arena.work(slot).and_then(|work| work.baseline.as_deref()) else { continue };
            for &column in
                unique.iter().filter(|column| changes[&slot].contains(column) && !baseline[**column].is_null())
            {
                given_up.insert((column, baseline[column].clone()), slot);
            }
        }
        let mut waves = Vec::new();
        let mut left = slots;
        while !left.is_empty() {
            let waits = |&slot: &usize| {
                unique.iter().any(|&column| {
                    let wanted = changes[&slot].contains(&column).then(|| (column, arena.get(slot, column)));
                    wanted.is_some_and(|wanted| given_up.get(&wanted).is_some_and(|&holder| holder != slot))
                })
            };
            let (wait, ready): (Vec<usize>, Vec<usize>) = left.iter().partition(|&slot| waits(slot));
            if ready.is_empty() {
                let circle = given_up
                    .iter()
                    .filter(|((column, _), holder)| model.fields[*column].nullable && wait.contains(holder));
                let Some((key, holder)) = circle.min_by_key(|((column, _), holder)| (**holder, *column)) else {
                    let message = format!("rows of `{}` pass their unique values around in a circle", model.table);
                    return Err(Error::new(ErrorKind::Session, message)
                        .with_model(model.name)
                        .with_table(model.table)
                        .with_help("Give one of them another value and flush, then give it the one it is to have."));
                };
                parked.push((Handle::new(self.id, index, *holder), key.0));
                let key = key.clone();
                given_up.remove(&key);
            } else {
                given_up.retain(|_, holder| !ready.contains(holder));
                waves.push(ready);
            }
            left = wait;
        }
        Ok(waves)
    }

    fn plan_inserts(
        &self,
        mut waiting: Vec<(usize, Vec<usize>)>,
        explicit: &ExplicitKeys,
        plan: &mut Plan,
    ) -> Result<()> {
        let mut written: HashSet<Handle> = HashSet::new();
        let mut postponed: HashSet<(Handle, usize)> = HashSet::new();
        while waiting.iter().any(|(_, slots)| !slots.is_empty()) {
            let mut progress = false;
            for (index, slots) in &mut waiting {
                let (ready, wait): (Vec<usize>, Vec<usize>) = slots.iter().partition(|&&slot| {
                    let handle = Handle::new(self.id, *index, slot);
                    self.waits_for(*index, slot, explicit)
                        .all(|(column, parent)| written.contains(&parent) || postponed.contains(&(handle, column)))
                });
                progress |= !ready.is_empty();
                written.extend(ready.iter().map(|&slot| Handle::new(self.id, *index, slot)));
                plan.push(Step::Insert, *index, ready);
                *slots = wait;
            }
            if !progress {
                let (handle, column) = self.break_circle(&waiting, explicit, &written)?;
                postponed.insert((handle, column));
                plan.postponed.push(handle);
            }
        }
        Ok(())
    }

    /// The new rows a new row must wait for: those without a key it hangs on to, and those whose given key it holds.
    fn waits_for<'a>(
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
        let by_key = foreign_keys(arena.model()).filter_map(move |(column, target)| {
            let parent = explicit.get(&(target.type_id, Key::One(arena.get(slot, column))))?;
            (*parent != own).then_some((column, *parent))
        });
        edges.chain(by_key)
    }

    /// Whether a unique value of a row changes, and all it waits for are keys that its fields do not hold yet.
    fn can_be_split(&self, index: usize, slot: usize, explicit: &ExplicitKeys) -> bool {
        let arena = &self.arenas[index];
        arena.changes(slot).iter().any(|&column| arena.model().fields[column].unique)
            && self.waits_for(index, slot, explicit).all(|edge| arena.edges(slot).contains(&edge))
    }

    /// The new rows whose keys were given, by key.
    fn explicit_keys(&self, new: &[(usize, Vec<usize>)]) -> Result<ExplicitKeys> {
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
    fn break_circle(
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
                for (column, parent) in self.waits_for(*index, slot, explicit) {
                    let by_edge = arena.edges(slot).contains(&(column, parent));
                    if by_edge && arena.model().fields[column].nullable && !written.contains(&parent) {
                        return Ok((Handle::new(self.id, *index, slot), column));
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

/// How long a value is, what it has room for, and in what, when it does not fit. Not every database would say so.
fn too_long(ty: &Type, arena: &Arena, slot: usize, column: usize) -> Option<(usize, usize, &'static str)> {
    if !matches!(ty, Type::VarChar(_) | Type::VarBinary(_)) {
        return None;
    }
    let (length, room, unit) = match (ty, arena.get(slot, column)) {
        (Type::VarChar(room), Value::Text(text)) => (text.chars().count(), *room, "characters"),
        (Type::VarBinary(room), Value::Bytes(bytes)) => (bytes.len(), *room, "bytes"),
        _ => return None,
    };
    (length > room as usize).then_some((length, room as usize, unit))
}

/// When a row is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    /// Before anything else.
    First,
    /// After rows have moved away from it.
    AfterMoves,
    /// After rows have moved away from it to rows that are new.
    Last,
}

/// Whether a column's values may have to be given up by one row before another takes them.
pub(super) fn passes_on(model: &ModelDef, column: usize) -> bool {
    let field = &model.fields[column];
    field.unique && field.foreign_key.is_none()
}

/// The columns of a model that refer to a row, and to which model.
fn foreign_keys(model: &'static ModelDef) -> impl Iterator<Item = (usize, &'static ModelDef)> {
    let keyed = model.fields.iter().enumerate();
    keyed.filter_map(|(column, field)| Some((column, (field.foreign_key.as_ref()?.target)())))
}

fn own_references(model: &'static ModelDef) -> Vec<usize> {
    foreign_keys(model).filter(|(_, target)| target.type_id == model.type_id).map(|(column, _)| column).collect()
}

fn list(values: &[Value]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
