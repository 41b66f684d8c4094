//! Comments.

use aludel_sql::{Result, schema::Schema};

use super::{error, get_mut, no_column};

pub(super) fn set(schema: &mut Schema, on: &str, column: Option<&str>, text: Option<&str>) -> Result<()> {
    let table = get_mut(schema, on)?;
    if text == Some("") {
        return Err(error(on, format!("the comment on `{on}` is empty")).with_help("Write NULL to take it away"));
    }
    let place = match column {
        None => &mut table.comment,
        Some(name) => match table.columns.iter_mut().find(|column| column.name == name) {
            Some(column) => &mut column.comment,
            None => return Err(no_column(on, name)),
        },
    };
    *place = text.map(str::to_owned);
    Ok(())
}
