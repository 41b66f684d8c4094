//! A column that becomes, or ceases to be, of an enum type.

use super::Postgres;
use crate::{
    error::Result,
    expr::Expr,
    name,
    operation::Operation,
    render,
    schema::{Constraint, Index, Table},
};

/// The statement that changes the column's type, with the checks and indexes that compare it taken away before it and made
/// anew after it: they hold labels as values of the old type.
pub(super) fn around(dialect: &Postgres, table: &Table, column: &str, statement: String) -> Result<Vec<String>> {
    let compares = |expr: &Expr| expr.as_column().is_none() && expr.mentions(column);
    let checks: Vec<&Constraint> =
        table.constraints.iter().filter(|constraint| constraint.kind.expressions().into_iter().any(compares)).collect();
    let indexes: Vec<&Index> = table
        .indexes
        .iter()
        .filter(|index| index.parts.iter().map(|part| &part.expr).chain(&index.predicate).any(compares))
        .collect();
    let mut operations = Vec::new();
    for check in &checks {
        operations.push(Operation::DropConstraint { table: table.name.clone(), name: check.name.clone() });
    }
    operations
        .extend(indexes.iter().map(|index| Operation::DropIndex { name: name::beside(&table.name, &index.name) }));
    let run = |operation: &Operation| render::operation(dialect, operation);
    let mut statements = operations.iter().map(run).collect::<Result<Vec<_>>>()?;
    statements.push(statement);
    for check in checks {
        let add = Operation::AddConstraint { table: table.name.clone(), constraint: check.clone() };
        statements.push(run(&add)?);
    }
    for index in indexes {
        statements.push(render::create_index(dialect, &table.name, index)?);
    }
    Ok(statements)
}
