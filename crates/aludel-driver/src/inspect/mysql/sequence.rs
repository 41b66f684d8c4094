//! Sequences, each of which is read like a table of one row.

use aludel_sql::{Expr, Result, Value, name, render, schema::Sequence};

use crate::{
    Connection, Query,
    inspect::{Inspected, rows::fetch},
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
        let increment = row.number(2);
        let (least, greatest) = if increment < 0 { (-i64::MAX, -1) } else { (1, i64::MAX - 1) };
        let sequence = Sequence {
            name: row.text(0).to_owned(),
            start: row.number(1),
            increment,
            min: Some(row.number(3)).filter(|min| *min != least),
            max: Some(row.number(4)).filter(|max| *max != greatest),
            cycle: row.is(5),
            // None at a time is one.
            cache: row.text(6).parse::<u32>().map_or(u32::MAX, |cache| cache.max(1)),
        };
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
