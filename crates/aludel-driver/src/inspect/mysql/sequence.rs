//! Sequences, each of which is read like a table of one row.

use aludel_sql::{Expr, Result, Value, name, render, schema::Sequence};

use super::native::MySql;
use crate::{
    Connection, Query,
    inspect::{Inspected, counter, native::Native, rows::fetch},
};

/// One query for all of them. Defaults name the database of a sequence always: that of the connection is left out.
pub(super) async fn read(
    found: &mut Inspected,
    connection: &mut Connection,
    namespace: Option<&str>,
    names: &[&str],
) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    let dialect = connection.dialect();
    let select = |name: &&str| {
        let mut text = "SELECT ".to_owned();
        dialect.literal(&mut text, &Value::from(*name))?;
        text += ", start_value, increment, minimum_value, maximum_value, cycle_option, cache_size, DATABASE() FROM ";
        text += &render::object(dialect, &name::qualified(namespace, name))?;
        Ok(text)
    };
    let selects: Vec<String> = names.iter().map(select).collect::<Result<_>>()?;
    let rows = fetch(connection, Query::other(selects.join(" UNION ALL "))).await?;
    for row in &rows {
        let counter = counter::read(row, 1, MySql.sequence_bounds());
        let sequence = Sequence { name: row.text(0).to_owned(), counter };
        found.schema.sequences.insert(sequence.name.clone(), sequence);
    }
    let home = rows.first().map(|row| row.text(7)).unwrap_or_default();
    for column in found.schema.tables.values_mut().flat_map(|table| &mut table.columns) {
        if let Some(Expr::NextValue(sequence)) = &mut column.default
            && name::schema(sequence) == Some(home)
        {
            *sequence = name::plain(sequence).to_owned().into();
        }
    }
    Ok(())
}
