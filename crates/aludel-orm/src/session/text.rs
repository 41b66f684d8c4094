//! The texts of what a session sends of its own: written once for each model, set of columns and number of rows.

use std::sync::Arc;

use aludel_sql::{
    Expr, Result, Value,
    expr::{BinaryOp, Name},
    render,
    statement::{Delete, Insert, Rows, Select, Update},
};

use super::Session;
use crate::{
    model::ModelDef,
    query::{select_all, text},
};

/// What a session does with rows of a model, with a placeholder for each value.
#[derive(Clone, Copy)]
pub(super) enum Statement<'c> {
    /// Read the row with a key.
    Get,
    /// So many new rows with these columns, of which others come back.
    Insert { columns: &'c [usize], returned: &'c [usize], rows: usize },
    /// These columns of the row with a key.
    Update(&'c [usize]),
    /// The row with a key.
    Delete,
}

impl Session {
    /// The text of a statement, and nothing that depends on more than the model, the columns and the number of rows.
    pub(super) fn text(&self, model: &'static ModelDef, what: Statement<'_>) -> Result<Arc<str>> {
        let target = self.db.engine().target();
        text::named(
            target,
            |name| what.name(model, name),
            || {
                Ok(match what {
                    Statement::Get => {
                        let select = Select { filter: Some(by_key(model)), ..select_all(model) };
                        render::select(target, &select)?
                    }
                    Statement::Insert { columns, returned, rows } => {
                        render::insert(target, &insert(model, columns, returned, rows))?
                    }
                    Statement::Update(columns) => {
                        let set = names(model, columns).into_iter().map(|name| (name, placeholder())).collect();
                        let update = Update { set, filter: Some(by_key(model)), ..Update::table(model.table) };
                        render::update(target, &update)?
                    }
                    Statement::Delete => {
                        let delete = Delete { filter: Some(by_key(model)), ..Delete::table(model.table) };
                        render::delete(target, &delete)?
                    }
                }
                .sql)
            },
        )
    }
}

impl Statement<'_> {
    /// What tells its text from those of all others: models live as long as the program, so that the place of one is its own.
    fn name(self, model: &'static ModelDef, name: &mut Vec<u8>) {
        let (kind, rows, columns, returned): (u8, _, &[usize], &[usize]) = match self {
            Statement::Insert { columns, returned, rows } => (0, rows, columns, returned),
            Statement::Update(columns) => (1, 1, columns, &[]),
            Statement::Delete => (2, 1, &[], &[]),
            Statement::Get => (3, 1, &[], &[]),
        };
        name.push(kind);
        let numbers = [std::ptr::from_ref(model).addr(), rows, columns.len()];
        for number in numbers.iter().chain(columns).chain(returned) {
            name.extend_from_slice(&number.to_le_bytes());
        }
    }
}

/// The INSERT of so many rows with a placeholder for each value.
pub(super) fn insert(model: &ModelDef, columns: &[usize], returned: &[usize], rows: usize) -> Insert {
    Insert {
        with: Vec::new(),
        table: model.table.into(),
        columns: names(model, columns),
        rows: Rows::Values(vec![vec![placeholder(); columns.len()]; rows]),
        conflict: None,
        returning: names(model, returned).into_iter().map(Expr::name).collect(),
    }
}

pub(super) fn names(model: &ModelDef, columns: &[usize]) -> Vec<Name> {
    columns.iter().map(|&column| Name::Borrowed(model.fields[column].column)).collect()
}

fn placeholder() -> Expr {
    Expr::Value(Value::Null)
}

fn by_key(model: &ModelDef) -> Expr {
    let equal = |&column: &usize| Expr::name(model.fields[column].column).binary(BinaryOp::Eq, placeholder());
    model.key.iter().map(equal).reduce(Expr::and).unwrap_or(Expr::And(Vec::new()))
}
