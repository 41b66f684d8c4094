//! What a statement is written for: a database, and what schemas are called there.

use crate::{dialect::Dialect, schema::SchemaMap};

/// What a statement of a running program is written for. A dialect alone is one, in which schemas keep their names.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// How the database spells things.
    pub dialect: &'a dyn Dialect,
    /// What schemas are called there.
    pub schemas: Option<&'a SchemaMap>,
}

impl<'a> From<&'a dyn Dialect> for Target<'a> {
    fn from(dialect: &'a dyn Dialect) -> Self {
        Target { dialect, schemas: None }
    }
}

impl<'a, D: Dialect> From<&'a D> for Target<'a> {
    fn from(dialect: &'a D) -> Self {
        Target { dialect, schemas: None }
    }
}
