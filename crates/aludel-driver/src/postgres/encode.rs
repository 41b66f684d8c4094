//! Values on their way to the server.
//!
//! The server says which type each parameter has. Where value and type are the same thing the value goes in its binary
//! form, and else as text, which the server reads as it reads a literal: exact for decimals, and right for enums,
//! addresses, intervals and all that has no value of its own here.

use std::{error::Error as StdError, fmt};

use aludel_sql::{Error, ErrorKind, Value};
use bytes::{BufMut, BytesMut};
use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
};
use tokio_postgres::types::{Format, IsNull, Kind, ToSql, Type};

use super::{
    array,
    decode::{EPOCH, EPOCH_DAY, EPOCH_SECOND},
};

/// A value bound to a parameter.
pub(super) struct Param<'a>(pub(super) &'a Value);

/// Says nothing: the protocol's client logs its parameters, and values must not end up in logs.
impl fmt::Debug for Param<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl ToSql for Param<'_> {
    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, ty: &Type) -> Format {
        if is_binary(self.0, base(ty)) { Format::Binary } else { Format::Text }
    }

    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        let ty = base(ty);
        if self.0.is_null() {
            return Ok(IsNull::Yes);
        }
        if is_binary(self.0, ty) { binary(self.0, ty, out) } else { text(self.0, ty, out) }?;
        Ok(IsNull::No)
    }

    fn to_sql_checked(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        self.to_sql(ty, out)
    }
}

/// The type under a domain.
pub(super) fn base(mut ty: &Type) -> &Type {
    while let Kind::Domain(inner) = ty.kind() {
        ty = inner;
    }
    ty
}

pub(super) fn is_binary(value: &Value, ty: &Type) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(_) => *ty == Type::BOOL,
        Value::I64(_) => matches!(*ty, Type::INT2 | Type::INT4 | Type::INT8),
        Value::F64(_) => matches!(*ty, Type::FLOAT4 | Type::FLOAT8),
        Value::Bytes(_) => *ty == Type::BYTEA,
        Value::Date(_) => *ty == Type::DATE,
        Value::Time(_) => *ty == Type::TIME,
        Value::DateTime(_) => *ty == Type::TIMESTAMP,
        Value::Timestamp(_) => *ty == Type::TIMESTAMPTZ,
        Value::Uuid(_) => matches!(*ty, Type::UUID | Type::BYTEA),
        Value::Array(elements) => array::is_binary(elements, ty),
        _ => false,
    }
}

pub(super) fn binary(value: &Value, ty: &Type, out: &mut BytesMut) -> Result<(), Error> {
    match value {
        Value::Bool(v) => out.put_u8((*v).into()),
        Value::I64(v) => match *ty {
            Type::INT2 => out.put_i16(i16::try_from(*v).map_err(|_| too_big(v, ty))?),
            Type::INT4 => out.put_i32(i32::try_from(*v).map_err(|_| too_big(v, ty))?),
            _ => out.put_i64(*v),
        },
        Value::F64(v) if *ty == Type::FLOAT4 => {
            let narrow = *v as f32;
            if narrow.is_infinite() && v.is_finite() {
                return Err(too_big(v, ty));
            }
            out.put_f32(narrow);
        }
        Value::F64(v) => out.put_f64(*v),
        Value::Bytes(v) => out.put_slice(v),
        Value::Uuid(v) => out.put_slice(v),
        Value::Date(v) => {
            let days = v.duration_since(EPOCH_DAY).as_hours() / 24;
            out.put_i32(i32::try_from(days).map_err(|_| too_big(v, ty))?);
        }
        Value::Time(v) => out.put_i64(micros(v.duration_since(Time::midnight()).as_nanos(), ty)?),
        Value::DateTime(v) => out.put_i64(micros(v.duration_since(EPOCH).as_nanos(), ty)?),
        Value::Timestamp(v) => {
            let epoch = i128::from(EPOCH_SECOND) * 1_000_000_000;
            out.put_i64(micros(v.as_nanosecond() - epoch, ty)?);
        }
        Value::Array(elements) => array::binary(elements, ty, out)?,
        other => return Err(unsupported(other, ty)),
    }
    Ok(())
}

/// Nanoseconds cut off after the microseconds, towards the past, as the text forms are.
fn micros(nanos: i128, ty: &Type) -> Result<i64, Error> {
    i64::try_from(nanos.div_euclid(1_000)).map_err(|_| too_big(&"the time", ty))
}

pub(super) fn text(value: &Value, ty: &Type, out: &mut BytesMut) -> Result<(), Error> {
    match value {
        Value::Text(v) | Value::Decimal(v) | Value::Json(v) => out.put_slice(v.as_bytes()),
        Value::Bool(_) | Value::I64(_) | Value::F64(_) | Value::Uuid(_) => put(out, format_args!("{value}")),
        Value::Array(elements) => array::text(elements, ty, out)?,
        Value::Date(v) => put(out, format_args!("{}{}", Day(*v), Era(*v))),
        Value::Time(v) => put(out, format_args!("{}", Clock(*v))),
        Value::DateTime(v) => put_date_time(out, *v, ""),
        Value::Timestamp(v) => put_timestamp(out, *v),
        // Only where no type is known: elsewhere this would store the digits as a text.
        Value::Bytes(v) if *ty == Type::UNKNOWN => {
            out.put_slice(b"\\x");
            v.iter().for_each(|byte| put(out, format_args!("{byte:02x}")));
        }
        other => return Err(unsupported(other, ty)),
    }
    Ok(())
}

fn put(out: &mut BytesMut, text: fmt::Arguments<'_>) {
    // Writing into a buffer cannot fail.
    let _ = fmt::Write::write_fmt(out, text);
}

fn put_date_time(out: &mut BytesMut, value: DateTime, zone: &str) {
    put(out, format_args!("{} {}{zone}{}", Day(value.date()), Clock(value.time()), Era(value.date())));
}

fn put_timestamp(out: &mut BytesMut, value: Timestamp) {
    put_date_time(out, jiff::tz::TimeZone::UTC.to_datetime(value), "+00");
}

/// A day, without its era: the server knows no negative years.
struct Day(Date);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = if self.0.year() > 0 { self.0.year() } else { 1 - self.0.year() };
        write!(f, "{year:04}-{:02}-{:02}", self.0.month(), self.0.day())
    }
}

/// What follows a day before the year 1.
struct Era(Date);

impl fmt::Display for Era {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.year() > 0 { "" } else { " BC" })
    }
}

struct Clock(Time);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0.subsec_nanosecond() / 1_000;
        write!(f, "{:02}:{:02}:{:02}.{micros:06}", self.0.hour(), self.0.minute(), self.0.second())
    }
}

#[cold]
pub(super) fn too_big(value: &dyn fmt::Display, ty: &Type) -> Error {
    Error::new(ErrorKind::Database, format!("{value} does not fit the type `{}` of its parameter", ty.name()))
        .with_help("Give a smaller value, or make the column's type wider.")
}

#[cold]
pub(super) fn unsupported(value: &Value, ty: &Type) -> Error {
    let message = format!("{} cannot be given for a parameter of the type `{}`", value.kind(), ty.name());
    Error::new(ErrorKind::Usage, message).with_help("Give a value of that type, or convert it in the statement.")
}
