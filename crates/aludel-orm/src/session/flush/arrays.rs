//! Many new rows as one statement whose parameters are arrays, one a column: a single text for any number of rows.
//!
//! The database says which types the columns have, so that what is no plain type, an enum, JSON, an array, goes the
//! way of single rows. So do rows of which the database gives values but no number it counts: the order in which rows come
//! back is documented nowhere, and that their numbers go up, or down, with the rows is what shows which row is whose.

use aludel_driver::Batch;
use aludel_sql::{Error, ErrorKind, Result, Value, render};

use super::Session;
use crate::{
    batch::size,
    model::ModelDef,
    session::text::{Statement, insert},
};

/// From how many rows on arrays are faster than as many runs of one INSERT.
const FEWEST: usize = 2;
/// How many rows a statement carries at most, and about how many bytes of text: what one message has room for is more, but
/// all of it is in memory several times.
const MOST: usize = 4_096;
const MOST_BYTES: usize = 16 << 20;

impl Session {
    /// Inserts rows as arrays, if that can be done; the values that came back for each.
    pub(super) async fn insert_arrays(
        &mut self,
        arena: usize,
        columns: &[usize],
        returned: &[usize],
        slots: &[usize],
    ) -> Result<Option<Vec<Vec<Value>>>> {
        let model = self.arenas[arena].model();
        let (dialect, caller) = (self.db.engine().dialect(), self.caller);
        let counted = returned.iter().position(|&column| model.fields[column].identity);
        let matched = returned.is_empty() || counted.is_some();
        if slots.len() < FEWEST || columns.is_empty() || !matched || !dialect.capability().arrays {
            return Ok(None);
        }
        let single = self.text(model, Statement::Insert { columns, returned, rows: 1 })?;
        let Some(types) = self.connection().await?.parameter_types(&single).await? else { return Ok(None) };
        let insert = insert(model, columns, returned, 1);
        let Some(sql) = render::insert_unnest(self.db.engine().target(), &insert, &types)? else { return Ok(None) };

        let mut rows = Vec::new();
        let mut arrays = vec![Vec::new(); columns.len()];
        let mut bytes = 0;
        for (i, &slot) in slots.iter().enumerate() {
            for (array, &column) in arrays.iter_mut().zip(columns) {
                let value = self.arenas[arena].get(slot, column);
                bytes += size(&value);
                array.push(value);
            }
            if (i + 1).is_multiple_of(MOST) || bytes > MOST_BYTES || i + 1 == slots.len() {
                rows.push(arrays.iter_mut().map(|array| Value::Array(std::mem::take(array))).collect());
                bytes = 0;
            }
        }
        let batch = Batch { sql: sql.into(), rows, caller };
        let generated = self.send(model, batch, returned.len(), slots.len()).await?;
        if let Some(counted) = counted {
            check_order(model, generated.iter().map(|row| &row[counted]))?;
        }
        Ok(Some(generated))
    }
}

/// That numbers go up with the rows, or down where the sequence does.
fn check_order<'v>(model: &ModelDef, numbers: impl Iterator<Item = &'v Value> + Clone) -> Result<()> {
    let numbers = numbers.map(|value| if let Value::I64(number) = value { Some(*number) } else { None });
    let pairs = || numbers.clone().zip(numbers.clone().skip(1));
    if pairs().all(|(a, b)| a < b) || pairs().all(|(a, b)| a > b) {
        return Ok(());
    }
    let message = format!(
        "new rows of `{}` were given numbers in no order, so that it cannot be told which row has which",
        model.table
    );
    Err(Error::new(ErrorKind::Database, message).with_table(model.table).with_help(
        "A trigger or a default of the table makes keys of its own: flush after each row, or give the keys.",
    ))
}
