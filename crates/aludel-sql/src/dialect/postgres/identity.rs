//! The numbers of identity columns, each of which has a sequence of its own.

use super::{Postgres, text};
use crate::{dialect::Dialect, render, schema::Counter};

/// The table and the column as SQL has them, and what gives the name of the column's sequence.
fn names(dialect: &Postgres, table: &str, column: &str) -> Option<(String, String, String)> {
    let quoted_table = render::object(dialect, table).ok()?;
    let (mut quoted_column, mut sequence) = (String::new(), "pg_get_serial_sequence(".to_owned());
    dialect.quote(&mut quoted_column, column);
    // The function wants the table as SQL has it, and the column as it is.
    text(&mut sequence, &quoted_table).ok()?;
    sequence.push_str(", ");
    text(&mut sequence, column).ok()?;
    sequence.push(')');
    Some((quoted_table, quoted_column, sequence))
}

pub(super) fn count_from_start(dialect: &Postgres, table: &str, column: &str, counter: &Counter) -> Option<String> {
    let (table, column, sequence) = names(dialect, table, column)?;
    let Counter { start, increment, .. } = counter;
    let (further, last) = if *increment < 0 { ("least", "min") } else { ("greatest", "max") };
    Some(format!(
        "SELECT setval({sequence}, {further}({start}, (SELECT {last}({column}) + {increment} FROM {table})), false)"
    ))
}

/// Forward only: numbers of deleted rows stay unused.
pub(super) fn after_explicit_ids(dialect: &Postgres, table: &str, column: &str, counter: &Counter) -> Option<String> {
    let (table, column, sequence) = names(dialect, table, column)?;
    let down = counter.increment < 0;
    let (last, beyond) = if down { ("min", '<') } else { ("max", '>') };
    let before = counter.start.saturating_sub(counter.increment.signum());
    Some(format!(
        "SELECT setval(s, m) FROM (SELECT {sequence}::regclass AS s, (SELECT {last}({column}) FROM {table}) AS m) AS q \
         WHERE m {beyond} coalesce(pg_sequence_last_value(s), {before})"
    ))
}
