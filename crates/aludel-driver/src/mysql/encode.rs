//! Values on their way to the server.

use aludel_sql::{Error, ErrorKind, Result, Value};
use jiff::{civil, tz::Offset};
use mysql_async::Value as Param;

use super::flavour::Flavour;

/// The values of one run, as the protocol's client takes them.
pub(super) fn params(values: Vec<Value>, flavour: &Flavour) -> Result<Vec<Param>> {
    values.into_iter().map(|value| param(value, flavour)).collect()
}

/// How many bytes the values take on their way, at most.
pub(super) fn length(params: &[Param]) -> usize {
    /// A value's type, its length or what has none, and its bit among those that are NULL.
    const EACH: usize = 16;
    let bytes = |param: &Param| if let Param::Bytes(bytes) = param { bytes.len() } else { 0 };
    params.iter().map(|param| bytes(param) + EACH).sum()
}

fn param(value: Value, flavour: &Flavour) -> Result<Param> {
    value.check()?;
    Ok(match value {
        Value::Null => Param::NULL,
        Value::Bool(value) => Param::Int(value.into()),
        Value::I64(value) => Param::Int(value),
        Value::F64(value) if value.is_finite() => Param::Double(value),
        Value::Decimal(text) | Value::Text(text) | Value::Json(text) => Param::Bytes(text.into_bytes()),
        Value::Bytes(bytes) => Param::Bytes(bytes),
        Value::Uuid(bytes) => Param::Bytes(bytes.to_vec()),
        Value::Date(date) => date_time(date.at(0, 0, 0, 0), flavour)?,
        Value::DateTime(value) => date_time(value, flavour)?,
        Value::Timestamp(value) => date_time(Offset::UTC.to_datetime(value), flavour)?,
        Value::Time(time) => {
            Param::Time(false, 0, unsigned(time.hour()), unsigned(time.minute()), unsigned(time.second()), micros(time))
        }
        Value::Array(_) => {
            let message = format!("{} has no arrays, and was given one", flavour.name);
            return Err(Error::new(ErrorKind::Unsupported, message).with_help("Convert it to JSON first."));
        }
        other => return Err(unsupported(&other, flavour)),
    })
}

fn date_time(value: civil::DateTime, flavour: &Flavour) -> Result<Param> {
    // There is no year before 0, and what begins with 0000-00 would be "no date".
    let year = u16::try_from(value.year()).map_err(|_| unsupported(&Value::DateTime(value), flavour))?;
    let time = value.time();
    let [month, day, hour, minute, second] =
        [value.month(), value.day(), time.hour(), time.minute(), time.second()].map(unsigned);
    Ok(Param::Date(year, month, day, hour, minute, second, micros(time)))
}

/// A part of a date or a time: none is below 0.
fn unsigned(part: i8) -> u8 {
    part.unsigned_abs()
}

/// Nanoseconds cut off after the microseconds.
fn micros(time: civil::Time) -> u32 {
    (time.subsec_nanosecond() / 1_000).unsigned_abs()
}

#[cold]
fn unsupported(value: &Value, flavour: &Flavour) -> Error {
    Error::new(ErrorKind::Unsupported, format!("{} cannot hold {value}", flavour.name))
        .with_help("Use a finite number, and a date in the years 0 to 9999, or NULL.")
}
