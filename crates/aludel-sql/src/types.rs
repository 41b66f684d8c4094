//! The portable column types.

mod enumeration;
mod geometry;

use std::fmt;

pub use enumeration::{EnumType, check_label, check_name};
pub use geometry::Geometry;

/// A column type as migration files spell it. What each database stores for it is the dialect's business.
///
/// | Rust | portable SQL |
/// |---|---|
/// | `bool` | `BOOLEAN` |
/// | `i8`, `i16`, `u8` | `SMALLINT` |
/// | `i32`, `u16` | `INTEGER` |
/// | `i64`, `u32`, `u64`, `Duration` in microseconds | `BIGINT` |
/// | `f32`, `f64` | `REAL`, `DOUBLE PRECISION` |
/// | `Decimal` | `DECIMAL(p,s)` |
/// | `String` | `VARCHAR(n)` with a length, else `TEXT` |
/// | an enum without fields | the name of a type: `CREATE TYPE name AS ENUM (…)` |
/// | `Vec<u8>` | `VARBINARY(n)` with a length, else `BLOB` |
/// | `jiff::civil::Date`, `Time`, `DateTime` | `DATE`, `TIME`, `TIMESTAMP` |
/// | `jiff::Timestamp` | `TIMESTAMP WITH TIME ZONE` |
/// | `Uuid` | `UUID` |
/// | serde types | `JSON` |
/// | a field of your own over `Vec<u8>` | `POINT` and other [geometries](Geometry), on databases that have them |
/// | `Vec` of one of the above but `u8` and serde types | `BIGINT ARRAY`, on databases that have arrays |
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// `BOOLEAN`
    Boolean,
    /// `SMALLINT`, 16 bits
    SmallInt,
    /// `INTEGER`, 32 bits
    Integer,
    /// `BIGINT`, 64 bits
    BigInt,
    /// `REAL`, 32 bits
    Real,
    /// `DOUBLE PRECISION`, 64 bits
    Double,
    /// `DECIMAL(precision, scale)`: exact
    Decimal {
        /// digits in all, 1 to 65
        precision: u8,
        /// digits after the point, 0 to 30
        scale: u8,
    },
    /// `VARCHAR(n)`, n in characters
    VarChar(u32),
    /// `TEXT`
    Text,
    /// `VARBINARY(n)`, n in bytes
    VarBinary(u32),
    /// `BLOB`
    Blob,
    /// `DATE`
    Date,
    /// `TIME`, in microseconds
    Time,
    /// `TIMESTAMP`: a date and time of day in no zone, in microseconds
    DateTime,
    /// `TIMESTAMP WITH TIME ZONE`: an instant, in microseconds
    Timestamp,
    /// `UUID`
    Uuid,
    /// `JSON`
    Json,
    /// `BIGINT ARRAY`: any number of values of another type that is no array, in order. Each may be NULL.
    Array(Box<Type>),
    /// The name of an enum type
    Enum(EnumType),
    /// `GEOMETRY`, `POINT` and the like, on MySQL and MariaDB. Its values are bytes, in the form the database keeps them in: the
    /// number of a reference system in four, the least first, and well-known binary.
    Geometry(Geometry),
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Boolean => f.write_str("BOOLEAN"),
            Type::SmallInt => f.write_str("SMALLINT"),
            Type::Integer => f.write_str("INTEGER"),
            Type::BigInt => f.write_str("BIGINT"),
            Type::Real => f.write_str("REAL"),
            Type::Double => f.write_str("DOUBLE PRECISION"),
            Type::Decimal { precision, scale } => write!(f, "DECIMAL({precision},{scale})"),
            Type::VarChar(n) => write!(f, "VARCHAR({n})"),
            Type::Text => f.write_str("TEXT"),
            Type::VarBinary(n) => write!(f, "VARBINARY({n})"),
            Type::Blob => f.write_str("BLOB"),
            Type::Date => f.write_str("DATE"),
            Type::Time => f.write_str("TIME"),
            Type::DateTime => f.write_str("TIMESTAMP"),
            Type::Timestamp => f.write_str("TIMESTAMP WITH TIME ZONE"),
            Type::Uuid => f.write_str("UUID"),
            Type::Json => f.write_str("JSON"),
            Type::Array(element) => write!(f, "{element} ARRAY"),
            Type::Enum(ty) => write!(f, "{ty}"),
            Type::Geometry(geometry) => f.write_str(geometry.name()),
        }
    }
}

impl Type {
    /// The enum type that values of this type, or the elements of its arrays, are of.
    pub fn as_enum(&self) -> Option<&EnumType> {
        match self {
            Type::Enum(ty) => Some(ty),
            Type::Array(element) => element.as_enum(),
            _ => None,
        }
    }

    /// The type with another enum type in the place of the one it [has](Type::as_enum).
    #[must_use]
    pub fn with_enum(&self, ty: EnumType) -> Type {
        match self {
            Type::Enum(_) => Type::Enum(ty),
            Type::Array(element) => Type::Array(Box::new(element.with_enum(ty))),
            other => other.clone(),
        }
    }

    /// Whether values of this type are integers, of whatever width.
    pub fn is_integer(&self) -> bool {
        matches!(self, Type::SmallInt | Type::Integer | Type::BigInt)
    }
}
