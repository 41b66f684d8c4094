//! Fields of a model whose types were forgotten, and what makes a model of values.

use std::{any::Any, marker::PhantomData};

use aludel_driver::Row;
use aludel_sql::{Error, ErrorKind, Result, Value, ValueRef};

use super::{Field, Precision};
use crate::model::{FieldDef, Model};

/// A field whose type was forgotten; for generated code.
pub trait AnyField: Any {
    /// [`Field::to_value`]
    fn value(&self) -> Value;

    /// [`Field::is_value`]
    fn holds(&self, value: &Value) -> bool;

    /// Takes on a value, of these digits where the column says them.
    ///
    /// # Errors
    /// The value is not one of the type.
    fn assign(&mut self, value: ValueRef<'_>, digits: Option<Precision>) -> Result<()>;
}

impl<T: Field> AnyField for T {
    fn value(&self) -> Value {
        self.to_value()
    }

    fn holds(&self, value: &Value) -> bool {
        self.is_value(value)
    }

    fn assign(&mut self, value: ValueRef<'_>, digits: Option<Precision>) -> Result<()> {
        *self = read(value, digits)?;
        Ok(())
    }
}

/// The value of a column, of these digits where the column says them.
pub(crate) fn read<T: Field>(value: ValueRef<'_>, digits: Option<Precision>) -> Result<T> {
    match digits {
        Some(digits) => digits.from_value(value),
        None => T::from_value(value),
    }
}

/// The values that a model is made of, one after the other; for generated code.
///
/// One that cannot be had is a placeholder, and the error kept for the end: a `?` for each column of each model is much for
/// the compiler to read.
pub trait Values {
    /// That of the next column.
    fn next<T: Field>(&mut self) -> T;
}

/// What fields hold until the database has given them values.
pub(crate) struct Placeholders;

impl Values for Placeholders {
    fn next<T: Field>(&mut self) -> T {
        T::placeholder()
    }
}

/// The columns of a model of which nothing is said but what their types say, gathered by making a value of it.
pub(crate) struct Definitions {
    names: &'static [&'static str],
    pub(crate) fields: Vec<FieldDef>,
}

impl Definitions {
    pub(crate) fn new(names: &'static [&'static str]) -> Self {
        Definitions { names, fields: Vec::with_capacity(names.len()) }
    }
}

impl Values for Definitions {
    fn next<T: Field>(&mut self) -> T {
        self.fields.push(FieldDef::of::<T>(self.names[self.fields.len()]));
        T::placeholder()
    }
}

/// The columns of a row from number `first` on, which are those of model `M`.
pub(crate) struct RowValues<'a, M> {
    row: &'a dyn Row,
    first: usize,
    column: usize,
    failed: Option<Error>,
    model: PhantomData<M>,
}

impl<'a, M: Model> RowValues<'a, M> {
    pub(crate) fn new(row: &'a dyn Row, first: usize) -> Self {
        RowValues { row, first, column: 0, failed: None, model: PhantomData }
    }

    /// The model of these values, unless one did not fit.
    pub(crate) fn build(mut self) -> Result<M> {
        let built = M::build(&mut self);
        match self.failed {
            None => Ok(built),
            Some(error) => Err(error),
        }
    }

    /// Keeps the first error.
    #[cold]
    fn fail<T: Field>(&mut self, error: Error, column: usize) -> T {
        self.failed.get_or_insert_with(|| misfit::<M>(error, column));
        T::placeholder()
    }
}

impl<M: Model> Values for RowValues<'_, M> {
    #[inline]
    fn next<T: Field>(&mut self) -> T {
        let column = self.column;
        self.column += 1;
        let value = self.row.get(self.first + column).and_then(|value| read(value, M::digits(column)));
        value.unwrap_or_else(|error| self.fail(error, column))
    }
}

/// Says which column it was whose value does not fit.
#[cold]
pub(crate) fn misfit<M: Model>(error: Error, column: usize) -> Error {
    let model = M::definition();
    match model.fields.get(column) {
        Some(field) if error.kind() == ErrorKind::Decode => {
            error.context(format_args!("column `{}.{}`", model.table, field.column))
        }
        _ => error,
    }
}
