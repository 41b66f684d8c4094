//! How many rows one INSERT carries.

use aludel_sql::{Value, dialect::Capability};

/// About how many bytes of values an INSERT of several rows carries. Servers take only so much at one time, few less than
/// twice this, and more is no faster.
const MOST_BYTES: usize = 512 << 10;

/// How many rows with so many columns one INSERT had better carry, if they are of these sizes.
pub(crate) fn rows_per_insert(capability: &Capability, columns: usize, sizes: impl Iterator<Item = usize>) -> usize {
    let most = capability.rows_per_insert.min(capability.max_params / columns.max(1));
    if columns == 0 || most <= 1 {
        return 1;
    }
    most.min(MOST_BYTES / sizes.max().unwrap_or(0).max(1)).max(1)
}

/// About how many bytes a value has.
pub(crate) fn size(value: &Value) -> usize {
    match value {
        Value::Text(text) | Value::Decimal(text) | Value::Json(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        _ => 8,
    }
}
