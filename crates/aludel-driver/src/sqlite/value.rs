//! Values in the forms SQLite stores.

use aludel_sql::{Error, ErrorKind, Result, Value, ValueRef, dialect::sqlite::temporal_text};
use rusqlite::{
    Statement,
    types::{ToSqlOutput, Value as Owned, ValueRef as Stored},
};

use super::run::Failure;
use crate::row::Row;

/// Binds `params` to the placeholders of a statement, which have to be as many.
pub(super) fn bind(statement: &mut Statement<'_>, params: &[Value]) -> Result<(), Failure> {
    let wanted = statement.parameter_count();
    if wanted != params.len() {
        let message = format!("the statement has {wanted} parameters and was given {} values", params.len());
        return Err(Error::new(ErrorKind::Usage, message).with_help("Give one value for each placeholder.").into());
    }
    for (number, value) in (1..).zip(params) {
        statement.raw_bind_parameter::<usize, _>(number, form(value)?).map_err(Failure::Sqlite)?;
    }
    Ok(())
}

/// What is stored for a value.
fn form(value: &Value) -> Result<ToSqlOutput<'_>> {
    value.check()?;
    Ok(match value {
        Value::Null => ToSqlOutput::Owned(Owned::Null),
        Value::Bool(v) => ToSqlOutput::Owned(Owned::Integer((*v).into())),
        Value::I64(v) => ToSqlOutput::Owned(Owned::Integer(*v)),
        // SQLite would store NULL.
        Value::F64(v) if v.is_nan() => {
            return Err(Error::new(ErrorKind::Unsupported, "SQLite has no NaN")
                .with_help("Store NULL where there is no number."));
        }
        Value::F64(v) => ToSqlOutput::Owned(Owned::Real(*v)),
        Value::Decimal(v) | Value::Text(v) | Value::Json(v) => ToSqlOutput::Borrowed(Stored::Text(v.as_bytes())),
        Value::Bytes(v) => ToSqlOutput::Borrowed(Stored::Blob(v)),
        Value::Uuid(v) => ToSqlOutput::Borrowed(Stored::Blob(v)),
        Value::Date(_) | Value::Time(_) | Value::DateTime(_) | Value::Timestamp(_) => {
            ToSqlOutput::Owned(Owned::Text(temporal_text(value)?))
        }
        other => {
            let message = format!("SQLite has no form for {}", other.kind());
            return Err(
                Error::new(ErrorKind::Unsupported, message).with_help("Convert it to text first, an array to JSON.")
            );
        }
    })
}

/// A row of a running statement.
pub(super) struct SqliteRow<'a> {
    pub(super) row: &'a rusqlite::Row<'a>,
    pub(super) columns: usize,
}

impl Row for SqliteRow<'_> {
    fn len(&self) -> usize {
        self.columns
    }

    fn get(&self, column: usize) -> Result<ValueRef<'_>> {
        let value = self.row.get_ref(column).map_err(|_| {
            Error::new(ErrorKind::Decode, format!("column {column} was asked of a row that has {}", self.columns))
                .with_help("Columns are counted from 0.")
        })?;
        Ok(match value {
            Stored::Null => ValueRef::Null,
            Stored::Integer(v) => ValueRef::I64(v),
            Stored::Real(v) => ValueRef::F64(v),
            Stored::Text(v) => ValueRef::Text(std::str::from_utf8(v).map_err(|error| self.not_utf8(column, error))?),
            Stored::Blob(v) => ValueRef::Bytes(v),
        })
    }

    fn name(&self, column: usize) -> Option<&str> {
        let statement: &Statement<'_> = self.row.as_ref();
        statement.column_name(column).ok()
    }
}

impl SqliteRow<'_> {
    #[cold]
    fn not_utf8(&self, column: usize, error: std::str::Utf8Error) -> Error {
        let statement: &Statement<'_> = self.row.as_ref();
        let name = statement.column_name(column).unwrap_or("?").to_owned();
        Error::new(ErrorKind::Decode, format!("the text in column `{name}` is not UTF-8"))
            .with_columns([name])
            .with_help("Store what is not text as bytes, or repair the value.")
            .with_source(error)
    }
}
