//! Values on their way from the server, in the binary forms it sends them in.

use std::cell::OnceCell;

use aludel_sql::{Error, ErrorKind, Result, Value, ValueRef};
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Time, date},
};
use tokio_postgres::types::{FromSql, Kind, Type};

use super::{array, encode::base, numeric};
use crate::row::Row;

/// The day all days are counted from.
pub(super) const EPOCH_DAY: Date = date(2000, 1, 1);
/// The instant all times without a zone are counted from.
pub(super) const EPOCH: DateTime = date(2000, 1, 1).at(0, 0, 0, 0);
/// The same in UTC, in seconds since 1970.
pub(super) const EPOCH_SECOND: i64 = 946_684_800;

/// A row of a result.
pub(super) struct PgRow<'a> {
    row: &'a tokio_postgres::Row,
    /// The decimals and arrays that were asked for, by column.
    kept: OnceCell<Box<[OnceCell<Value>]>>,
}

impl<'a> PgRow<'a> {
    pub(super) fn new(row: &'a tokio_postgres::Row) -> Self {
        PgRow { row, kept: OnceCell::new() }
    }

    /// Keeps a value for as long as the row.
    fn keep(&self, column: usize, value: Value) -> ValueRef<'_> {
        let kept = self.kept.get_or_init(|| (0..self.row.len()).map(|_| OnceCell::new()).collect());
        kept.get(column).map_or(ValueRef::Null, |cell| cell.get_or_init(|| value).as_ref())
    }
}

/// The bytes of a value.
struct Raw<'a>(&'a [u8]);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Raw(raw))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl Row for PgRow<'_> {
    fn len(&self) -> usize {
        self.row.len()
    }

    fn get(&self, column: usize) -> Result<ValueRef<'_>> {
        let Ok(raw) = self.row.try_get::<_, Option<Raw<'_>>>(column) else {
            let message = format!("column {column} was asked of a row that has {}", self.row.len());
            return Err(Error::new(ErrorKind::Decode, message).with_help("Columns are counted from 0."));
        };
        let Some(Raw(raw)) = raw else { return Ok(ValueRef::Null) };
        let column_info = &self.row.columns()[column];
        let (ty, name) = (column_info.type_(), column_info.name());
        match self.value(column, base(ty), raw) {
            Found::Value(value) => Ok(value),
            Found::Malformed => Err(malformed(ty, name)),
            Found::Unknown => Err(unknown(ty, name)),
        }
    }

    fn name(&self, column: usize) -> Option<&str> {
        self.row.columns().get(column).map(|column| column.name())
    }
}

/// What was made of a value's bytes.
enum Found<V> {
    Value(V),
    /// They are none of the type, or no value of Aludel's can hold them.
    Malformed,
    /// The type is one without a value of Aludel's.
    Unknown,
}

impl PgRow<'_> {
    fn value<'a>(&'a self, column: usize, ty: &Type, raw: &'a [u8]) -> Found<ValueRef<'a>> {
        // Most are: what is made anew is looked for last.
        let found = plain(ty, raw);
        if !matches!(found, Found::Unknown) {
            return found;
        }
        let made = match array::element(ty) {
            Some(element) => elements(base(element), raw),
            None => decimal(ty, raw, Value::Text),
        };
        match made {
            Found::Value(value) => Found::Value(self.keep(column, value)),
            Found::Malformed => Found::Malformed,
            Found::Unknown => Found::Unknown,
        }
    }
}

/// A value that is there as it is in its bytes.
fn plain<'a>(ty: &Type, raw: &'a [u8]) -> Found<ValueRef<'a>> {
    let value = match *ty {
        Type::BOOL => <[u8; 1]>::try_from(raw).ok().map(|[v]| ValueRef::Bool(v != 0)),
        Type::INT2 => raw.try_into().ok().map(|v| ValueRef::I64(i16::from_be_bytes(v).into())),
        Type::INT4 => raw.try_into().ok().map(|v| ValueRef::I64(i32::from_be_bytes(v).into())),
        Type::INT8 => raw.try_into().ok().map(|v| ValueRef::I64(i64::from_be_bytes(v))),
        Type::OID => raw.try_into().ok().map(|v| ValueRef::I64(u32::from_be_bytes(v).into())),
        Type::FLOAT4 => raw.try_into().ok().map(|v| ValueRef::F64(f32::from_be_bytes(v).into())),
        Type::FLOAT8 => raw.try_into().ok().map(|v| ValueRef::F64(f64::from_be_bytes(v))),
        Type::TEXT
        | Type::VARCHAR
        | Type::BPCHAR
        | Type::NAME
        | Type::UNKNOWN
        | Type::CHAR
        | Type::JSON
        | Type::XML => text(raw),
        // A version comes first.
        Type::JSONB => raw.strip_prefix(&[1]).and_then(text),
        Type::BYTEA => Some(ValueRef::Bytes(raw)),
        Type::UUID => raw.try_into().ok().map(ValueRef::Uuid),
        Type::DATE => raw.try_into().ok().map(i32::from_be_bytes).and_then(day).map(ValueRef::Date),
        Type::TIME => long(raw).and_then(time).map(ValueRef::Time),
        Type::TIMESTAMP => long(raw).and_then(date_time).map(ValueRef::DateTime),
        Type::TIMESTAMPTZ => long(raw).and_then(timestamp).map(ValueRef::Timestamp),
        // What a function without a result gives.
        Type::VOID => Some(ValueRef::Null),
        _ if matches!(ty.kind(), Kind::Enum(_)) || ty.name() == "citext" => text(raw),
        _ => return Found::Unknown,
    };
    value.map_or(Found::Malformed, Found::Value)
}

/// A decimal, if the type is that.
fn decimal(ty: &Type, raw: &[u8], value: fn(String) -> Value) -> Found<Value> {
    match *ty {
        Type::NUMERIC => numeric::to_text(raw).map_or(Found::Malformed, |text| Found::Value(value(text))),
        _ => Found::Unknown,
    }
}

/// An array with elements of this type.
fn elements(ty: &Type, raw: &[u8]) -> Found<Value> {
    let mut unknown = false;
    let elements = array::read(raw, |raw| {
        let element = match plain(ty, raw) {
            Found::Value(value) => Found::Value(value.to_value()),
            Found::Malformed => Found::Malformed,
            Found::Unknown => decimal(ty, raw, Value::Decimal),
        };
        unknown |= matches!(element, Found::Unknown);
        if let Found::Value(value) = element { Some(value) } else { None }
    });
    match elements {
        Some(elements) => Found::Value(Value::Array(elements)),
        None if unknown => Found::Unknown,
        None => Found::Malformed,
    }
}

fn text(raw: &[u8]) -> Option<ValueRef<'_>> {
    std::str::from_utf8(raw).ok().map(ValueRef::Text)
}

fn long(raw: &[u8]) -> Option<i64> {
    raw.try_into().ok().map(i64::from_be_bytes)
}

fn day(days: i32) -> Option<Date> {
    EPOCH_DAY.checked_add(SignedDuration::from_hours(i64::from(days) * 24)).ok()
}

fn time(micros: i64) -> Option<Time> {
    Time::midnight().checked_add(SignedDuration::from_micros(micros)).ok()
}

/// `None` for infinity too.
fn date_time(micros: i64) -> Option<DateTime> {
    EPOCH.checked_add(SignedDuration::from_micros(micros)).ok()
}

fn timestamp(micros: i64) -> Option<Timestamp> {
    let (second, micros) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
    // Not of microseconds at once, of which it takes none in the last second there is.
    Timestamp::new(second.checked_add(EPOCH_SECOND)?, (micros * 1_000) as i32).ok()
}

#[cold]
fn malformed(ty: &Type, name: &str) -> Error {
    let message = format!("the value in column `{name}` is one of the type `{}` that cannot be held", ty.name());
    Error::new(ErrorKind::Decode, message)
        .with_columns([name])
        .with_help(
            "Infinite times, 24:00, years beyond 9999 and arrays of arrays have no value; cast the column to text to see them.",
        )
}

#[cold]
fn unknown(ty: &Type, name: &str) -> Error {
    Error::new(ErrorKind::Decode, format!("column `{name}` is of the type `{}`, which cannot be read", ty.name()))
        .with_columns([name])
        .with_help("Cast it to a type that can, such as text, in the statement.")
}
