//! The statements that carry out an operation.

use crate::{error::Result, operation::Operation};

use super::Target;

/// One of the statements that carry out an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The text, with its values as literals and without a semicolon.
    pub sql: String,
    /// Whether it changes rows and leaves the schema as it is: where DDL commits by itself, such statements alone can be
    /// rolled back.
    pub is_data: bool,
}

impl Statement {
    /// What [`render::operation`](super::operation) gives.
    ///
    /// # Errors
    /// Those of [`render::operation`](super::operation).
    pub fn of<'a>(target: impl Into<Target<'a>>, operation: &Operation) -> Result<Self> {
        Ok(Statement { sql: super::operation(target, operation)?, is_data: operation.is_data() })
    }
}

/// A statement that changes the schema.
impl From<String> for Statement {
    fn from(sql: String) -> Self {
        Statement { sql, is_data: false }
    }
}
