//! Comments, which are part of what a table or a column is declared with.

use super::MySql;
use crate::{
    dialect::literal,
    error::{Error, ErrorKind, Result},
    render,
    schema::Table,
};

/// The literal of a comment. It can be no expression, so that a backslash is doubled: sessions keep it an escape.
pub(super) fn literal(dialect: &MySql, out: &mut String, text: &str, column: bool) -> Result<()> {
    let (what, longest) = if column { ("a column", 1024) } else { ("a table", 2048) };
    let refuse = |why: &str, help: &'static str| {
        Err(Error::new(ErrorKind::Unsupported, format!("{} cannot keep the comment on {what}: {why}", dialect.name))
            .with_help(help))
    };
    let length = text.chars().count();
    if length > longest {
        return refuse(&format!("it has {length} characters, and room for {longest}"), "Shorten it");
    }
    if let Some(c) = text.chars().find(|c| u32::from(*c) > 0xffff) {
        return refuse(&format!("it has no place for {c:?}"), "Use letters and signs of Unicode's first plane");
    }
    literal::text(out, &text.replace('\\', "\\\\"))
}

/// Changes the comment of a table, or of a column, which is declared anew.
pub(super) fn alter(dialect: &MySql, table: &Table, column: Option<&str>, text: Option<&str>) -> Result<String> {
    render::inline(dialect, |sql| match column {
        None => {
            sql.alter(&table.name, "COMMENT = ")?;
            literal(dialect, sql.out(), text.unwrap_or_default(), false)
        }
        Some(name) => {
            let mut column = render::column(table, name)?.clone();
            column.comment = text.map(str::to_owned);
            sql.alter(&table.name, "MODIFY COLUMN ")?;
            sql.column_definition(&table.name, &column)
        }
    })
}
