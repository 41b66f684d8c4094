//! Where the entities of one model live, what state each is in, and which key is whose.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
};

use aludel_sql::{Result, Value};

use super::handle::Handle;
use crate::model::{Model, ModelDef};

/// The values of one model's entities, by slot.
pub(super) trait Rows: Any + Send + Sync {
    fn get(&self, slot: usize, column: usize) -> Value;
    fn set(&mut self, slot: usize, column: usize, value: &Value) -> Result<()>;
    fn replaced_relation(&self, slot: usize) -> Option<&'static str>;
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

/// Entities as values of the model's own type.
pub(super) struct Entities<M>(Vec<M>);

impl<M> Default for Entities<M> {
    fn default() -> Self {
        Entities(Vec::new())
    }
}

impl<M: Model> Rows for Entities<M> {
    fn get(&self, slot: usize, column: usize) -> Value {
        self.0[slot].get(column)
    }

    fn set(&mut self, slot: usize, column: usize, value: &Value) -> Result<()> {
        self.0[slot].set(column, value)
    }

    fn replaced_relation(&self, slot: usize) -> Option<&'static str> {
        self.0[slot].replaced_relation()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// A primary key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    One(Value),
    Many(Vec<Value>),
}

impl Key {
    pub(super) fn new(mut values: Vec<Value>) -> Self {
        if values.len() == 1 { Key::One(values.remove(0)) } else { Key::Many(values) }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SlotState {
    /// To be inserted.
    New,
    /// A row of the database, as far as the session knows.
    Persistent,
    /// To be deleted.
    Deleting,
    /// Deleted in the open transaction.
    Deleted,
    /// Its insertion was rolled back, or it was deleted before it was ever written.
    Undone,
    /// Its deletion was committed.
    Committed,
}

struct Slot {
    state: SlotState,
    /// Lent mutably, linked, or marked since the last flush.
    touched: bool,
    work: Option<Box<Work>>,
}

/// What the session remembers of an entity that is being changed.
#[derive(Default)]
pub(super) struct Work {
    /// The values the database has in this transaction, from the moment the entity was first touched.
    pub(super) baseline: Option<Box<[Value]>>,
    /// The values it had when the transaction began, if a flush has changed them since.
    begun: Option<Box<[Value]>>,
    /// For a new row: which columns were given a value.
    pub(super) given: Vec<bool>,
    /// Key columns that will hold the key of a row that has none yet.
    pub(super) edges: Vec<(usize, Handle)>,
    /// Inserted in this transaction.
    born: bool,
}

pub(super) struct Arena {
    model: &'static ModelDef,
    rows: Box<dyn Rows>,
    slots: Vec<Slot>,
    identity: HashMap<Key, usize>,
    /// The slots with `touched`.
    touched: Vec<usize>,
    /// The slots a flush has written in the open transaction.
    flushed: Vec<usize>,
    /// For key columns through which collections were loaded: which slots had which value. A slot may have moved on since.
    children: HashMap<usize, HashMap<Value, Vec<usize>>>,
    /// The collections that are here in full: relation and slot.
    loaded: std::collections::HashSet<(usize, usize)>,
}

impl Arena {
    pub(super) fn new(model: &'static ModelDef, rows: Box<dyn Rows>) -> Self {
        Arena {
            model,
            rows,
            slots: Vec::new(),
            identity: HashMap::new(),
            touched: Vec::new(),
            flushed: Vec::new(),
            children: HashMap::new(),
            loaded: Default::default(),
        }
    }

    pub(super) fn model(&self) -> &'static ModelDef {
        self.model
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn holds(&self, model: TypeId) -> bool {
        self.model.type_id == model && !self.rows.as_any().is::<super::records::Records>()
    }

    pub(super) fn rows_mut<R: Rows>(&mut self) -> &mut R {
        self.rows.as_any_mut().downcast_mut().expect("an arena keeps the kind of rows it was made for")
    }

    pub(super) fn entities<M: Model>(&self) -> &Vec<M> {
        let rows: &Entities<M> =
            self.rows.as_any().downcast_ref().expect("an arena keeps the kind of rows it was made for");
        &rows.0
    }

    pub(super) fn entities_mut<M: Model>(&mut self) -> &mut Vec<M> {
        &mut self.rows_mut::<Entities<M>>().0
    }

    pub(super) fn get(&self, slot: usize, column: usize) -> Value {
        self.rows.get(slot, column)
    }

    pub(super) fn set(&mut self, slot: usize, column: usize, value: &Value) -> Result<()> {
        self.rows.set(slot, column, value)
    }

    /// Brings a value that was written into the form it is stored in: timestamps to microseconds.
    pub(super) fn round(&mut self, slot: usize, column: usize) -> Result<()> {
        let value = self.rows.get(slot, column);
        match value {
            Value::Timestamp(_) | Value::DateTime(_) | Value::Time(_) => self.rows.set(slot, column, &value),
            _ => Ok(()),
        }
    }

    pub(super) fn replaced_relation(&self, slot: usize) -> Option<&'static str> {
        self.rows.replaced_relation(slot)
    }

    pub(super) fn state(&self, slot: usize) -> SlotState {
        self.slots[slot].state
    }

    /// Whether the entity is to be in the database after the next flush.
    pub(super) fn is_alive(&self, slot: usize) -> bool {
        matches!(self.slots[slot].state, SlotState::New | SlotState::Persistent)
    }

    /// Why there is nothing at a slot any more.
    pub(super) fn gone(&self, slot: usize) -> Option<&'static str> {
        match self.slots[slot].state {
            SlotState::Undone => Some("was rolled back, or deleted before it was written"),
            SlotState::Committed => Some("was deleted"),
            _ => None,
        }
    }

    /// Makes a slot for the row that was just pushed.
    pub(super) fn push_slot(&mut self, state: SlotState, given: Option<Vec<bool>>) -> usize {
        let slot = self.slots.len();
        self.slots.push(Slot { state, touched: false, work: None });
        if let Some(given) = given {
            self.touch(slot);
            self.work_mut(slot).given = given;
        } else {
            self.remember_key(slot);
            let columns: Vec<usize> = self.children.keys().copied().collect();
            for column in columns {
                self.index_child(slot, column);
            }
        }
        slot
    }

    pub(super) fn work(&self, slot: usize) -> Option<&Work> {
        self.slots[slot].work.as_deref()
    }

    pub(super) fn work_mut(&mut self, slot: usize) -> &mut Work {
        self.slots[slot].work.get_or_insert_default()
    }

    pub(super) fn edges(&self, slot: usize) -> &[(usize, Handle)] {
        self.work(slot).map_or(&[], |work| &work.edges)
    }

    /// Says that an entity may change: keeps the values it has now.
    pub(super) fn touch(&mut self, slot: usize) {
        if self.slots[slot].touched {
            return;
        }
        self.slots[slot].touched = true;
        self.touched.push(slot);
        let values = self.values(slot);
        self.work_mut(slot).baseline = Some(values);
    }

    pub(super) fn is_touched(&self, slot: usize) -> bool {
        self.slots[slot].touched
    }

    pub(super) fn touched(&self) -> &[usize] {
        &self.touched
    }

    fn values(&self, slot: usize) -> Box<[Value]> {
        (0..self.model.fields.len()).map(|column| self.rows.get(slot, column)).collect()
    }

    pub(super) fn delete(&mut self, slot: usize) {
        match self.slots[slot].state {
            SlotState::New => self.slots[slot].state = SlotState::Undone,
            SlotState::Persistent => {
                self.touch(slot);
                self.slots[slot].state = SlotState::Deleting;
            }
            _ => {}
        }
    }

    pub(super) fn is_dirty(&self) -> bool {
        self.touched.iter().any(|&slot| match self.slots[slot].state {
            SlotState::New | SlotState::Deleting => true,
            SlotState::Persistent => !self.edges(slot).is_empty() || !self.changes(slot).is_empty(),
            _ => false,
        })
    }

    /// The columns whose values are no longer those the database has.
    pub(super) fn changes(&self, slot: usize) -> Vec<usize> {
        let Some(baseline) = self.work(slot).and_then(|work| work.baseline.as_deref()) else { return Vec::new() };
        (0..baseline.len()).filter(|&column| self.rows.get(slot, column) != baseline[column]).collect()
    }

    /// Whether the entity's key is known: it is a row, or it was given one.
    pub(super) fn has_key(&self, slot: usize) -> bool {
        self.slots[slot].state != SlotState::New || self.model.key.iter().all(|&column| self.is_given(slot, column))
    }

    /// Whether a column of a new row was given a value, by `new!` or since.
    pub(super) fn is_given(&self, slot: usize, column: usize) -> bool {
        self.work(slot).is_some_and(|work| work.given.get(column) == Some(&true))
            || self.changes(slot).contains(&column)
    }

    /// Changes a column on behalf of a relation.
    pub(super) fn give(&mut self, slot: usize, column: usize, value: &Value) {
        // NULL for a key that cannot be: the flush reports it, with the column's name.
        if self.rows.set(slot, column, value).is_ok()
            && let Some(given) = self.work_mut(slot).given.get_mut(column)
        {
            *given = true;
        }
    }

    pub(super) fn key_values(&self, slot: usize) -> Vec<Value> {
        self.model.key.iter().map(|&column| self.rows.get(slot, column)).collect()
    }

    /// The value the database has: from before any change.
    pub(super) fn stored(&self, slot: usize, column: usize) -> Value {
        match self.work(slot).and_then(|work| work.baseline.as_deref()) {
            Some(baseline) => baseline[column].clone(),
            None => self.rows.get(slot, column),
        }
    }

    /// The key the database knows the row by.
    pub(super) fn stored_key(&self, slot: usize) -> Vec<Value> {
        self.model.key.iter().map(|&column| self.stored(slot, column)).collect()
    }

    pub(super) fn find(&self, key: &Key) -> Option<usize> {
        self.identity.get(key).copied()
    }

    fn remember_key(&mut self, slot: usize) {
        self.identity.insert(Key::new(self.key_values(slot)), slot);
    }

    /// Finds children by the value of a key column from here on.
    pub(super) fn index_children(&mut self, column: usize) {
        if self.children.contains_key(&column) {
            return;
        }
        self.children.insert(column, HashMap::new());
        for slot in 0..self.slots.len() {
            self.index_child(slot, column);
        }
    }

    fn index_child(&mut self, slot: usize, column: usize) {
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
    pub(super) fn children(&self, column: usize, value: &Value) -> Vec<usize> {
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
                    && self.rows.get(slot, column) == *value
                    && !self.edges(slot).iter().any(|(edge, _)| *edge == column)
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    pub(super) fn mark_loaded(&mut self, relation: usize, slot: usize) {
        self.loaded.insert((relation, slot));
    }

    pub(super) fn is_loaded(&self, relation: usize, slot: usize) -> bool {
        self.loaded.contains(&(relation, slot)) || self.slots[slot].state == SlotState::New || self.is_born(slot)
    }

    fn is_born(&self, slot: usize) -> bool {
        self.work(slot).is_some_and(|work| work.born)
    }

    /// After a refresh from the database: finds the slot under its key columns anew.
    pub(super) fn refreshed(&mut self, slot: usize) {
        let columns: Vec<usize> = self.children.keys().copied().collect();
        for column in columns {
            self.index_child(slot, column);
        }
    }

    /// The entity holds what the database has.
    pub(super) fn forget_changes(&mut self, slot: usize) {
        if self.slots[slot].touched {
            let values = self.values(slot);
            let work = self.work_mut(slot);
            work.baseline = Some(values);
            work.edges.clear();
        }
        self.refreshed(slot);
    }

    /// The row of a new entity was written.
    pub(super) fn inserted(&mut self, slot: usize) {
        self.slots[slot].state = SlotState::Persistent;
        let work = self.work_mut(slot);
        work.born = true;
        work.given = Vec::new();
        self.remember_key(slot);
        self.flushed.push(slot);
        // From here on it counts as touched only for what is still to be written, such as an edge left for later.
        let values = self.values(slot);
        self.work_mut(slot).baseline = Some(values);
        self.refreshed(slot);
    }

    /// The changes of these columns of a row were written.
    pub(super) fn updated(&mut self, slot: usize, columns: &[usize]) {
        let written: Vec<Value> = columns.iter().map(|&column| self.rows.get(slot, column)).collect();
        let work = self.work_mut(slot);
        if work.begun.is_none() && !work.born {
            work.begun = work.baseline.clone();
        }
        if let Some(baseline) = &mut work.baseline {
            columns.iter().zip(written).for_each(|(&column, value)| baseline[column] = value);
        }
        self.flushed.push(slot);
        self.refreshed(slot);
    }

    /// The row was deleted.
    pub(super) fn deleted(&mut self, slot: usize) {
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
    pub(super) fn flush_done(&mut self) {
        for slot in std::mem::take(&mut self.touched) {
            self.slots[slot].touched = false;
            let Some(work) = &mut self.slots[slot].work else { continue };
            work.baseline = None;
            if work.begun.is_none() && !work.born {
                self.slots[slot].work = None;
            }
        }
    }

    pub(super) fn committed(&mut self) {
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
    pub(super) fn rolled_back(&mut self) {
        let mut slots = std::mem::take(&mut self.touched);
        slots.append(&mut self.flushed);
        for slot in slots {
            let work = self.slots[slot].work.take();
            self.slots[slot].touched = false;
            let born = work.as_ref().is_some_and(|work| work.born);
            if self.slots[slot].state == SlotState::New || born {
                if born {
                    self.identity.remove(&Key::new(self.key_values(slot)));
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
