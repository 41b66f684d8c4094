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

    /// A value that is made anew, and kept for as long as the row.
    fn made(&self, column: usize, ty: &Type, raw: &[u8]) -> Result<ValueRef<'_>> {
        match anew(ty, raw) {
            Found::Value(value) => {
                let kept = self.kept.get_or_init(|| (0..self.row.len()).map(|_| OnceCell::new()).collect());
                Ok(kept.get(column).map_or(ValueRef::Null, |cell| cell.get_or_init(|| value).as_ref()))
            }
            Found::Malformed => Err(self.malformed(column)),
            Found::Unknown => Err(self.unknown(column)),
        }
    }

    #[cold]
    fn missing(&self, column: usize) -> Error {
        let message = format!("column {column} was asked of a row that has {}", self.row.len());
        Error::new(ErrorKind::Decode, message).with_help("Columns are counted from 0.")
    }

    #[cold]
    fn malformed(&self, column: usize) -> Error {
        let (ty, name) = self.column(column);
        let message = format!("the value in column `{name}` is one of the type `{ty}` that cannot be held");
        Error::new(ErrorKind::Decode, message).with_columns([name]).with_help(
            "Infinite times, 24:00, years beyond 9999 and arrays of arrays have no value; cast the column to text to see them.",
        )
    }

    #[cold]
    fn unknown(&self, column: usize) -> Error {
        let (ty, name) = self.column(column);
        Error::new(ErrorKind::Decode, format!("column `{name}` is of the type `{ty}`, which cannot be read"))
            .with_columns([name])
            .with_help("Cast it to a type that can, such as text, in the statement.")
    }

    /// The type of a column that is there, and what it is called.
    fn column(&self, column: usize) -> (&str, &str) {
        let column = &self.row.columns()[column];
        (base(column.type_()).name(), column.name())
    }
}

impl Row for PgRow<'_> {
    fn len(&self) -> usize {
        self.row.len()
    }

    fn get(&self, column: usize) -> Result<ValueRef<'_>> {
        let Ok(Raw(raw)) = self.row.try_get(column) else { return Err(self.missing(column)) };
        let Some(raw) = raw else { return Ok(ValueRef::Null) };
        let ty = self.row.columns()[column].type_();
        match plain(ty, raw) {
            Found::Value(value) => Ok(value),
            Found::Malformed => Err(self.malformed(column)),
            Found::Unknown => self.made(column, ty, raw),
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

/// The bytes of a value; none of NULL.
struct Raw<'a>(Option<&'a [u8]>);

impl<'a> FromSql<'a> for Raw<'a> {
    #[inline]
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Raw(Some(raw)))
    }

    #[inline]
    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Raw(None))
    }

    #[inline]
    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A value that is there as it is in its bytes.
#[inline]
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
        _ => match ty.kind() {
            Kind::Domain(inner) => return plain(inner, raw),
            Kind::Enum(_) => text(raw),
            _ if ty.name() == "citext" => text(raw),
            _ => return Found::Unknown,
        },
    };
    value.map_or(Found::Malformed, Found::Value)
}

/// A value that is not: a decimal or an array.
fn anew(ty: &Type, raw: &[u8]) -> Found<Value> {
    let ty = base(ty);
    match array::element(ty) {
        Some(element) => elements(base(element), raw),
        None => decimal(ty, raw, Value::Text),
    }
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
