//! How sequences and identity columns count.

use aludel_sql::{Type, schema::Counter};

use super::rows::Cells;

/// The least and the greatest number there is in a type of integers.
pub(super) fn bounds(ty: &Type) -> (i64, i64) {
    match ty {
        Type::SmallInt => (i16::MIN.into(), i16::MAX.into()),
        Type::Integer => (i32::MIN.into(), i32::MAX.into()),
        _ => (i64::MIN, i64::MAX),
    }
}

/// A counter from a row: start, increment, min, max, cycle and cache, from the column `first` on.
pub(super) fn read(row: &Cells, first: usize, bounds: (i64, i64)) -> Counter {
    let counter = Counter {
        start: row.number(first),
        increment: row.number(first + 1),
        min: Some(row.number(first + 2)),
        max: Some(row.number(first + 3)),
        cycle: row.is(first + 4),
        // None at a time is one.
        cache: row.text(first + 5).parse::<u32>().map_or(u32::MAX, |cache| cache.max(1)),
    };
    plain(counter, bounds)
}

/// The counter without what goes without saying: ends at the bounds of what is counted.
pub(super) fn plain(mut counter: Counter, (least, greatest): (i64, i64)) -> Counter {
    let (least, greatest) = if counter.increment < 0 { (least, -1) } else { (1, greatest) };
    counter.min = counter.min.filter(|min| *min != least);
    counter.max = counter.max.filter(|max| *max != greatest);
    counter
}
