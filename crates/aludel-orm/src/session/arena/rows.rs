//! The values of entities.

use std::any::Any;

use aludel_sql::{Result, Value};

use crate::model::Model;

/// The values of one model's entities, by slot.
pub(in crate::session) trait Rows: Any + Send + Sync {
    fn get(&self, slot: usize, column: usize) -> Value;
    fn holds(&self, slot: usize, column: usize, value: &Value) -> bool;
    fn set(&mut self, slot: usize, column: usize, value: &Value) -> Result<()>;
    fn replaced_relation(&self, slot: usize) -> Option<&'static str>;
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

/// Entities as values of the model's own type.
pub(in crate::session) struct Entities<M>(pub(super) Vec<M>);

impl<M> Default for Entities<M> {
    fn default() -> Self {
        Entities(Vec::new())
    }
}

impl<M: Model> Rows for Entities<M> {
    fn get(&self, slot: usize, column: usize) -> Value {
        self.0[slot].get(column)
    }

    fn holds(&self, slot: usize, column: usize, value: &Value) -> bool {
        self.0[slot].holds(column, value)
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
