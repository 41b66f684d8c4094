//! Dates and times, as `jiff` has them. What is finer than a microsecond is cut off.

use aludel_sql::{Error, ErrorKind, Result, Type, Value, ValueRef};
use jiff::{SignedDuration, Timestamp, Unit, civil, tz::Offset};

use super::{Field, Options, mismatch, unreadable};

impl Field for civil::Date {
    type Base = civil::Date;

    fn column_type(_: Options) -> Type {
        Type::Date
    }

    fn to_value(&self) -> Value {
        Value::Date(*self)
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Date(value) => Ok(value),
            ValueRef::Text(text) => text.parse().or_else(|_| unreadable("a date", text)),
            other => mismatch("a date", other),
        }
    }

    fn placeholder() -> Self {
        civil::Date::constant(1970, 1, 1)
    }
}

impl Field for civil::Time {
    type Base = civil::Time;

    fn column_type(_: Options) -> Type {
        Type::Time
    }

    fn to_value(&self) -> Value {
        let nanos = self.subsec_nanosecond();
        Value::Time(*self - SignedDuration::from_nanos((nanos % 1000).into()))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Time(value) => Ok(value),
            ValueRef::Text(text) => text.parse().or_else(|_| unreadable("a time", text)),
            other => mismatch("a time", other),
        }
    }

    fn placeholder() -> Self {
        civil::Time::midnight()
    }
}

impl Field for civil::DateTime {
    type Base = civil::DateTime;

    fn column_type(_: Options) -> Type {
        Type::DateTime
    }

    fn to_value(&self) -> Value {
        Value::DateTime(civil::DateTime::from_parts(self.date(), truncated(self.time())))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::DateTime(value) => Ok(value),
            ValueRef::Text(text) => text.parse().or_else(|_| unreadable("a date and time", text)),
            other => mismatch("a date and time", other),
        }
    }

    fn placeholder() -> Self {
        civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0)
    }
}

impl Field for Timestamp {
    type Base = Timestamp;

    fn column_type(_: Options) -> Type {
        Type::Timestamp
    }

    fn to_value(&self) -> Value {
        // Towards the past, so that a time that was "now" when it was taken does not lie in the future when read.
        let nanos = self.as_nanosecond();
        Value::Timestamp(Timestamp::from_nanosecond(nanos - nanos.rem_euclid(1000)).unwrap_or(*self))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Timestamp(value) => Ok(value),
            // A database without instants keeps them as dates and times in UTC.
            ValueRef::DateTime(value) => Offset::UTC.to_timestamp(value).map_err(|_| {
                Error::new(ErrorKind::Decode, format!("{value} lies beyond the instants that a Timestamp can hold"))
            }),
            ValueRef::Text(text) => timestamp(text),
            other => mismatch("a timestamp", other),
        }
    }

    fn placeholder() -> Self {
        Timestamp::UNIX_EPOCH
    }
}

fn truncated(time: civil::Time) -> civil::Time {
    time.round(jiff::civil::TimeRound::new().smallest(Unit::Microsecond).mode(jiff::RoundMode::Trunc)).unwrap_or(time)
}

/// Text without an offset is UTC: the form stored on SQLite, by Aludel and by SQLAlchemy alike.
fn timestamp(text: &str) -> Result<Timestamp> {
    if let Ok(civil) = text.parse::<civil::DateTime>()
        && !text.ends_with(['Z', 'z'])
        && let Ok(instant) = Offset::UTC.to_timestamp(civil)
        && !has_offset(text)
    {
        return Ok(instant);
    }
    text.parse().or_else(|_| unreadable("a timestamp", text))
}

fn has_offset(text: &str) -> bool {
    text.get(10..).is_some_and(|time| time.contains(['+', '-']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_rounded_to_what_is_stored() {
        let fine: Timestamp = "2026-11-23T03:21:07.123456789Z".parse().unwrap();
        let stored: Timestamp = "2026-11-23T03:21:07.123456Z".parse().unwrap();
        assert_eq!(fine.to_value(), Value::Timestamp(stored));
        let before: Timestamp = "1969-12-31T23:59:59.999999999Z".parse().unwrap();
        assert_eq!(before.to_value(), Value::Timestamp("1969-12-31T23:59:59.999999Z".parse().unwrap()));
    }

    #[test]
    fn timestamps_are_read_in_every_form_a_sqlite_file_has_them_in() {
        let expected: Timestamp = "2026-11-23T03:21:07.5Z".parse().unwrap();
        for text in ["2026-11-23 03:21:07.500000", "2026-11-23T03:21:07.5Z", "2026-11-23 05:21:07.5+02:00"] {
            assert_eq!(Timestamp::from_value(ValueRef::Text(text)).unwrap(), expected, "{text}");
        }
        assert!(Timestamp::from_value(ValueRef::Text("yesterday")).is_err());
    }
}
