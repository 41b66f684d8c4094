//! Where the entities of one model live, what state each is in, and which key is whose.

mod children;
mod identity;
mod rows;
mod savepoint;
mod transition;

pub(super) use rows::{Entities, Rows};

use std::{any::TypeId, collections::HashSet};

use aludel_sql::{Result, Type, Value};

use self::{children::Children, identity::Identity};
use super::handle::Handle;
use crate::{
    key::Key,
    model::{Model, ModelDef, Reference},
};

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
    /// The values the database had in this transaction when the entity was first touched since the last flush.
    baseline: Option<Box<[Value]>>,
    /// The values it had when the transaction began, if a flush has changed them since.
    begun: Option<Box<[Value]>>,
    /// The columns that the flush under way has written: the database has what the entity holds.
    written: Vec<usize>,
    /// For a new row: which columns were given a value.
    pub(super) given: Vec<bool>,
    /// The foreign keys, by number, that will hold the key of a row that has none yet.
    pub(super) edges: Vec<(usize, Handle)>,
    /// A column that `new!` was told two values for.
    pub(super) contradiction: Option<usize>,
    /// Inserted in this transaction.
    born: bool,
}

pub(super) struct Arena {
    model: &'static ModelDef,
    slots: Vec<Slot>,
    identity: Identity,
    /// The slots with `touched`.
    touched: Vec<usize>,
    /// The slots a flush has written in the open transaction.
    flushed: Vec<usize>,
    children: Children,
    /// The collections that are here in full: relation and slot.
    loaded: HashSet<(usize, usize)>,
    /// The savepoints of the open transaction, the outermost first.
    levels: Vec<savepoint::Level>,
    /// Freed last: when large pieces are freed after many small ones, the allocator merges those, and takes long to cut them
    /// for the rows that are read next.
    rows: Box<dyn Rows>,
}

impl Arena {
    pub(super) fn new(model: &'static ModelDef, rows: Box<dyn Rows>) -> Self {
        Arena {
            model,
            rows,
            slots: Vec::new(),
            identity: Identity::default(),
            touched: Vec::new(),
            flushed: Vec::new(),
            children: Children::default(),
            loaded: Default::default(),
            levels: Vec::new(),
        }
    }

    pub(super) fn model(&self) -> &'static ModelDef {
        self.model
    }

    /// The foreign keys of the model.
    pub(super) fn references(&self) -> &'static [Reference] {
        self.model.foreign_keys()
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

    /// Brings a value that was written into the form it is stored in: timestamps to microseconds, decimals to
    /// their scale.
    pub(super) fn round(&mut self, slot: usize, column: usize) -> Result<()> {
        match self.model.fields[column].ty {
            // Large, or exact.
            Type::VarChar(_) | Type::Text | Type::VarBinary(_) | Type::Blob | Type::Json => Ok(()),
            _ => self.rows.set(slot, column, &self.rows.get(slot, column)),
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

    /// Makes a slot for the new row that was just pushed.
    pub(super) fn push_new(&mut self, given: Vec<bool>) -> usize {
        let slot = self.slots.len();
        let work = Work { given, ..Work::default() };
        self.slots.push(Slot { state: SlotState::New, touched: true, work: Some(Box::new(work)) });
        self.touched.push(slot);
        slot
    }

    /// Takes in rows that were read, of the kind that `values` are: the `handle`s of their slots, new ones or those of the
    /// entities they are. An entity that the program changed keeps its values.
    pub(super) fn take_in<R>(
        &mut self,
        rows: Vec<R>,
        values: impl Fn(&mut Self) -> &mut Vec<R>,
        get: impl Fn(&R, usize) -> Value,
        handle: impl Fn(usize) -> Handle,
    ) -> Vec<Handle> {
        let known = self.slots.len();
        let mut handles = Vec::with_capacity(rows.len());
        self.slots.reserve(rows.len());
        for row in &rows {
            let key = Key::of(&self.model.key, |column| get(row, column));
            if handles.is_empty() {
                self.identity.reserve(&key, rows.len());
            }
            let slot = self.identity.get_or_insert(key, self.slots.len());
            if slot == self.slots.len() {
                self.slots.push(Slot { state: SlotState::Persistent, touched: false, work: None });
            }
            handles.push(handle(slot));
        }
        if known == 0 && self.slots.len() == rows.len() {
            // No need to move them one by one.
            *values(self) = rows;
        } else {
            for (slot, row) in handles.iter().map(|handle| handle.slot()).zip(rows) {
                if slot == values(self).len() {
                    values(self).push(row);
                } else if !self.is_touched(slot) && self.is_alive(slot) {
                    self.save(slot);
                    values(self)[slot] = row;
                }
            }
        }
        if !self.children.is_empty() {
            handles.iter().for_each(|handle| self.refreshed(handle.slot()));
        }
        handles
    }

    /// Makes room for the keys of new rows.
    pub(super) fn reserve_keys(&mut self, slots: &[usize]) {
        if let Some(&first) = slots.first() {
            self.identity.reserve(&self.key(first), slots.len());
        }
    }

    pub(super) fn work(&self, slot: usize) -> Option<&Work> {
        self.slots[slot].work.as_deref()
    }

    pub(super) fn work_mut(&mut self, slot: usize) -> &mut Work {
        self.slots[slot].work.get_or_insert_default()
    }

    /// The values from before the entity was first touched since the last flush, if it was.
    pub(super) fn baseline(&self, slot: usize) -> Option<&[Value]> {
        self.work(slot)?.baseline.as_deref()
    }

    pub(super) fn edges(&self, slot: usize) -> &[(usize, Handle)] {
        self.work(slot).map_or(&[], |work| &work.edges)
    }

    /// Says that an entity may change: keeps the values it has now. A new one is touched from the beginning.
    pub(super) fn touch(&mut self, slot: usize) {
        if !self.slots[slot].touched {
            self.save(slot);
            self.slots[slot].touched = true;
            self.touched.push(slot);
        }
        if self.baseline(slot).is_none() {
            let values = self.values(slot);
            self.work_mut(slot).baseline = Some(values);
        }
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
            SlotState::Persistent => !self.edges(slot).is_empty() || self.changes(slot).next().is_some(),
            _ => false,
        })
    }

    /// Whether a column's value is no longer the one the database has.
    pub(super) fn is_changed(&self, slot: usize, column: usize) -> bool {
        self.work(slot).is_some_and(|work| {
            let baseline = work.baseline.as_deref().filter(|_| !work.written.contains(&column));
            baseline.is_some_and(|baseline| !self.rows.holds(slot, column, &baseline[column]))
        })
    }

    /// The columns whose values are no longer those the database has.
    pub(super) fn changes(&self, slot: usize) -> impl Iterator<Item = usize> {
        (0..self.model.fields.len()).filter(move |&column| self.is_changed(slot, column))
    }

    /// Whether the entity's key is known: it is a row, or it was given one.
    pub(super) fn has_key(&self, slot: usize) -> bool {
        self.slots[slot].state != SlotState::New || self.model.key.iter().all(|&column| self.is_given(slot, column))
    }

    /// Whether a column of a new row was given a value, by `new!` or since.
    pub(super) fn is_given(&self, slot: usize, column: usize) -> bool {
        self.work(slot).is_some_and(|work| work.given.get(column) == Some(&true)) || self.is_changed(slot, column)
    }

    /// Puts back the value a column had, until a row that has no key yet gives it another.
    pub(super) fn take_back(&mut self, slot: usize, column: usize) {
        let Some(before) = self.baseline(slot).map(|values| values[column].clone()) else { return };
        // The field held this very value before.
        let _ = self.rows.set(slot, column, &before);
        if let Some(given) = self.work_mut(slot).given.get_mut(column) {
            *given = false;
        }
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

    /// Whether these columns hold the values of a key.
    pub(super) fn holds_key(&self, slot: usize, columns: &[usize], key: &Key) -> bool {
        columns.iter().zip(key.values()).all(|(&column, value)| self.rows.holds(slot, column, value))
    }

    /// The value the database has, as long as no flush is under way: from before any change.
    pub(super) fn stored(&self, slot: usize, column: usize) -> Value {
        match self.baseline(slot) {
            Some(baseline) => baseline[column].clone(),
            None => self.rows.get(slot, column),
        }
    }

    /// The key the database knows the row by.
    pub(super) fn stored_key(&self, slot: usize) -> Vec<Value> {
        self.model.key.iter().map(|&column| self.stored(slot, column)).collect()
    }

    pub(super) fn find(&self, key: &Key) -> Option<usize> {
        self.identity.get(key)
    }

    fn key(&self, slot: usize) -> Key {
        Key::of(&self.model.key, |column| self.rows.get(slot, column))
    }

    fn remember_key(&mut self, slot: usize) {
        self.identity.insert(self.key(slot), slot);
    }

    fn is_born(&self, slot: usize) -> bool {
        self.work(slot).is_some_and(|work| work.born)
    }
}
