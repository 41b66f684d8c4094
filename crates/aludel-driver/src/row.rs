//! Rows on their way from a database into the program.

use std::any::Any;

use aludel_sql::{Result, ValueRef};

/// A row as the database gives it, borrowed until the next one.
pub trait Row {
    /// How many columns it has.
    fn len(&self) -> usize;

    /// Whether it has no columns.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a column, counted from 0.
    ///
    /// # Errors
    /// There is no such column, or the driver cannot read its value.
    fn get(&self, column: usize) -> Result<ValueRef<'_>>;

    /// What a column is called, if the driver knows.
    fn name(&self, _column: usize) -> Option<&str> {
        None
    }
}

/// What takes in the rows of a statement. It moves to the thread the statement runs on, and back.
pub trait RowSink: Any + Send {
    /// Takes in one row.
    ///
    /// # Errors
    /// The row does not fit; the statement is then stopped and fails with this error.
    fn row(&mut self, row: &dyn Row) -> Result<()>;

    /// Forgets all rows taken in: the statement is run again from the start.
    fn restart(&mut self);

    /// For getting the concrete sink back.
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}
