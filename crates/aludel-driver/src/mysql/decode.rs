//! Values on their way from the server.
//!
//! Prepared statements give them in binary forms, scripts as text. Which of the types that are sent as bytes is meant, the
//! column says.

use std::{fmt::Display, str};

use aludel_sql::{Error, ErrorKind, Result, ValueRef};
use jiff::civil;
use mysql_async::{
    Column,
    consts::{ColumnFlags, ColumnType},
};

use crate::row::Row;

/// The character set of what is no text.
const BINARY: u16 = 63;
/// How many bytes a UUID may have as text: 36 characters of 4 bytes.
const UUID_LENGTH: u32 = 36 * 4;

/// A row of a result.
pub(super) struct MySqlRow<'a>(pub(super) &'a mysql_async::Row);

impl Row for MySqlRow<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, index: usize) -> Result<ValueRef<'_>> {
        use mysql_async::Value;
        let (Some(value), Some(column)) = (self.0.as_ref(index), self.0.columns_ref().get(index)) else {
            let message = format!("column {index} was asked of a row that has {}", self.0.len());
            return Err(Error::new(ErrorKind::Decode, message).with_help("Columns are counted from 0."));
        };
        let found = match *value {
            Value::NULL => Some(ValueRef::Null),
            Value::Int(value) => Some(ValueRef::I64(value)),
            Value::UInt(value) => return unsigned(value, column),
            Value::Float(value) => Some(ValueRef::F64(value.into())),
            Value::Double(value) => Some(ValueRef::F64(value)),
            Value::Date(year, month, day, hour, minute, second, micros) => {
                date(year, month, day).and_then(|date| match column.column_type() {
                    ColumnType::MYSQL_TYPE_DATE | ColumnType::MYSQL_TYPE_NEWDATE => Some(ValueRef::Date(date)),
                    _ => Some(ValueRef::DateTime(date.to_datetime(time(hour, minute, second, micros)?))),
                })
            }
            Value::Time(false, 0, hour, minute, second, micros) => {
                time(hour, minute, second, micros).map(ValueRef::Time)
            }
            Value::Time(..) => None,
            Value::Bytes(ref bytes) => from_bytes(bytes, column)?,
        };
        found.ok_or_else(|| malformed(column))
    }

    fn name(&self, column: usize) -> Option<&str> {
        std::str::from_utf8(self.0.columns_ref().get(column)?.name_ref()).ok()
    }
}

fn unsigned(value: u64, column: &Column) -> Result<ValueRef<'static>> {
    i64::try_from(value).map(ValueRef::I64).map_err(|_| {
        Error::new(ErrorKind::Decode, format!("the number in `{}` is greater than 9223372036854775807", name(column)))
            .with_columns([name(column)])
            .with_help("Use a signed or a DECIMAL column, or convert it to text in the query.")
    })
}

fn date(year: u16, month: u8, day: u8) -> Option<civil::Date> {
    civil::Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

fn time(hour: u8, minute: u8, second: u8, micros: u32) -> Option<civil::Time> {
    let nanos = i32::try_from(micros).ok()?.checked_mul(1_000)?;
    civil::Time::new(hour.try_into().ok()?, minute.try_into().ok()?, second.try_into().ok()?, nanos).ok()
}

/// What a column's type makes of its bytes. `None` if they are none of the type.
fn from_bytes<'a>(bytes: &'a [u8], column: &Column) -> Result<Option<ValueRef<'a>>> {
    use ColumnType::*;
    let ty = column.column_type();
    let is_text = column.character_set() != BINARY || matches!(ty, MYSQL_TYPE_JSON | MYSQL_TYPE_NEWDECIMAL);
    Ok(match ty {
        MYSQL_TYPE_TINY | MYSQL_TYPE_SHORT | MYSQL_TYPE_INT24 | MYSQL_TYPE_LONG | MYSQL_TYPE_LONGLONG
        | MYSQL_TYPE_YEAR => match (parsed(bytes), parsed(bytes)) {
            (Some(value), _) => Some(ValueRef::I64(value)),
            (None, Some(value)) => return unsigned(value, column).map(Some),
            (None, None) => None,
        },
        MYSQL_TYPE_FLOAT | MYSQL_TYPE_DOUBLE => parsed(bytes).map(ValueRef::F64),
        MYSQL_TYPE_DATE | MYSQL_TYPE_NEWDATE => parsed(bytes).map(ValueRef::Date),
        MYSQL_TYPE_TIME | MYSQL_TYPE_TIME2 => parsed(bytes).map(ValueRef::Time),
        MYSQL_TYPE_DATETIME | MYSQL_TYPE_DATETIME2 | MYSQL_TYPE_TIMESTAMP | MYSQL_TYPE_TIMESTAMP2 => {
            parsed(bytes).map(ValueRef::DateTime)
        }
        _ if !is_text => Some(ValueRef::Bytes(bytes)),
        _ if is_uuid(column) => uuid(bytes).map(ValueRef::Uuid),
        _ => Some(ValueRef::Text(str::from_utf8(bytes).map_err(|_| not_text(column))?)),
    })
}

fn parsed<T: str::FromStr>(bytes: &[u8]) -> Option<T> {
    str::from_utf8(bytes).ok()?.parse().ok()
}

/// MariaDB's type of UUIDs is a text of 36 characters that, unlike every other, is unsigned.
fn is_uuid(column: &Column) -> bool {
    column.column_type() == ColumnType::MYSQL_TYPE_STRING
        && column.column_length() == UUID_LENGTH
        && column.flags().contains(ColumnFlags::UNSIGNED_FLAG)
}

fn uuid(text: &[u8]) -> Option<[u8; 16]> {
    let mut digits = text.iter().filter(|byte| **byte != b'-').map(|byte| char::from(*byte).to_digit(16));
    let mut uuid = [0; 16];
    for byte in &mut uuid {
        *byte = u8::try_from(digits.next()?? * 16 + digits.next()??).ok()?;
    }
    digits.next().is_none().then_some(uuid)
}

fn name(column: &Column) -> String {
    column.name_str().into_owned()
}

#[cold]
fn malformed(column: &Column) -> Error {
    let ty = format!("{:?}", column.column_type());
    let ty: &dyn Display = &ty.strip_prefix("MYSQL_TYPE_").unwrap_or(&ty);
    Error::new(ErrorKind::Decode, format!("`{}` holds a {ty} that no value can hold", name(column)))
        .with_columns([name(column)])
        .with_help("Correct the row: a date has no zeros, and a time of day lies between 00:00 and 24:00.")
}

#[cold]
fn not_text(column: &Column) -> Error {
    Error::new(ErrorKind::Decode, format!("the text in `{}` is not UTF-8", name(column)))
        .with_columns([name(column)])
        .with_help("Correct the row, or make the column one of bytes.")
}
