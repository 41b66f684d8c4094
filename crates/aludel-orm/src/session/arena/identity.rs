//! The identity map: which key is whose.

use std::collections::HashMap;

use aludel_sql::Value;
use foldhash::fast::RandomState;

use crate::key::Key;

/// Slots by key. Numbers, which most keys are, have a map of their own: its entries are small, and dropped all at once.
#[derive(Default)]
pub(super) struct Identity {
    numbers: HashMap<i64, usize, RandomState>,
    others: HashMap<Key, usize, RandomState>,
}

impl Identity {
    /// The slot of a key: `slot`, if it has none yet.
    pub(super) fn get_or_insert(&mut self, key: Key, slot: usize) -> usize {
        match key {
            Key::One(Value::I64(number)) => *self.numbers.entry(number).or_insert(slot),
            key => *self.others.entry(key).or_insert(slot),
        }
    }

    pub(super) fn insert(&mut self, key: Key, slot: usize) {
        match key {
            Key::One(Value::I64(number)) => self.numbers.insert(number, slot),
            key => self.others.insert(key, slot),
        };
    }

    pub(super) fn get(&self, key: &Key) -> Option<usize> {
        match key {
            Key::One(Value::I64(number)) => self.numbers.get(number).copied(),
            key => self.others.get(key).copied(),
        }
    }

    pub(super) fn remove(&mut self, key: &Key) {
        match key {
            Key::One(Value::I64(number)) => self.numbers.remove(number),
            key => self.others.remove(key),
        };
    }

    /// Makes room for this many more keys like `key`.
    pub(super) fn reserve(&mut self, key: &Key, more: usize) {
        match key {
            Key::One(Value::I64(_)) => self.numbers.reserve(more),
            _ => self.others.reserve(more),
        }
    }
}
