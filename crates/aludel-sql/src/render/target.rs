//! What a statement is written for: a database, what schemas are called there, and what it is called itself.

use crate::{dialect::Dialect, schema::SchemaMap};

/// What a statement is written for. A dialect alone is one, in which schemas keep their names.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// How the database spells things.
    pub dialect: &'a dyn Dialect,
    /// What schemas are called there.
    pub schemas: Option<&'a SchemaMap>,
    /// The name of the database the connection is in. Where schemas are databases, a foreign key of a table in another one says it:
    /// see [`crate::Capability::refers_home`].
    pub home: Option<&'a str>,
}

impl<'a> From<&'a dyn Dialect> for Target<'a> {
    fn from(dialect: &'a dyn Dialect) -> Self {
        Target { dialect, schemas: None, home: None }
    }
}

impl<'a, D: Dialect> From<&'a D> for Target<'a> {
    fn from(dialect: &'a D) -> Self {
        Target { dialect, schemas: None, home: None }
    }
}
