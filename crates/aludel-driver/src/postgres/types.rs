//! The server's types in portable terms.

use aludel_sql::Type as Portable;
use tokio_postgres::types::Type;

use super::encode::base;

/// The portable type whose values are those of a type without its length and digits, and which a value is the same in,
/// alone or as an element of an array.
pub(super) fn plain(ty: &Type) -> Option<Portable> {
    Some(match *base(ty) {
        Type::BOOL => Portable::Boolean,
        Type::INT2 => Portable::SmallInt,
        Type::INT4 => Portable::Integer,
        Type::INT8 => Portable::BigInt,
        Type::FLOAT4 => Portable::Real,
        Type::FLOAT8 => Portable::Double,
        Type::NUMERIC => Portable::Decimal { precision: 65, scale: 30 },
        Type::TEXT | Type::VARCHAR | Type::BPCHAR => Portable::Text,
        Type::BYTEA => Portable::Blob,
        Type::DATE => Portable::Date,
        Type::TIME => Portable::Time,
        Type::TIMESTAMP => Portable::DateTime,
        Type::TIMESTAMPTZ => Portable::Timestamp,
        Type::UUID => Portable::Uuid,
        _ => return None,
    })
}
