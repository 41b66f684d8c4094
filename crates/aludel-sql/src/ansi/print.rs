//! Operations as the text of a migration.

use crate::{
    dialect::{ANSI, Dialect},
    error::Result,
    operation::Operation,
    render,
};

/// The statement that [`parse`](super::parse()) reads this operation from, with its semicolon.
///
/// # Errors
/// A value has no literal, or the tree makes no sense.
pub fn print(operation: &Operation) -> Result<String> {
    let mut sql = match operation {
        Operation::Call { name } => {
            let mut sql = "CALL ".to_owned();
            ANSI.quote(&mut sql, name);
            sql.push_str("()");
            sql
        }
        _ => render::operation(&ANSI, operation)?,
    };
    sql.push(';');
    Ok(sql)
}
