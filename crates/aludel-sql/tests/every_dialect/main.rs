//! The text of the same tree for each database.

mod alter;
mod comments;
mod enumeration;
mod expressions;
mod identity;
mod indexes;
mod keys;
mod literals;
mod namespaces;
mod sequences;
mod statements;
mod tables;

use std::fmt::Write;

use aludel_sql::{
    Dialect, Expr, Operation, Result, ansi,
    dialect::{MARIADB, MYSQL, POSTGRES, SQLITE},
    render::{self, Target},
    schema::Table,
};

const DIALECTS: [&dyn Dialect; 4] = [&SQLITE, &POSTGRES, &MYSQL, &MARIADB];

fn operations(source: &str) -> Vec<Operation> {
    let statements = ansi::parse(source, 0..source.len()).unwrap_or_else(|error| panic!("{error}"));
    statements.into_iter().map(|statement| statement.operation).collect()
}

fn operation(source: &str) -> Operation {
    let mut operations = operations(source);
    assert_eq!(operations.len(), 1);
    operations.remove(0)
}

fn expr(text: &str) -> Expr {
    let Operation::Update(mut update) = operation(&format!("UPDATE t SET x = {text};")) else { unreachable!() };
    update.set.remove(0).1
}

/// The table that a CREATE TABLE, and the CREATE INDEXes and COMMENTs after it, make.
fn table(source: &str) -> Table {
    let mut operations = operations(source).into_iter();
    let Some(Operation::CreateTable(mut table)) = operations.next() else { unreachable!() };
    for operation in operations {
        match operation {
            Operation::CreateIndex { index, .. } => table.indexes.push(index),
            Operation::Comment { column: None, text, .. } => table.comment = text,
            Operation::Comment { column: Some(name), text, .. } => {
                table.columns.iter_mut().find(|column| column.name == name).unwrap().comment = text;
            }
            _ => unreachable!(),
        }
    }
    table
}

/// The statements of an operation on a table.
fn altered<'a>(target: impl Into<Target<'a>>, table: &Table, operation: &Operation) -> Result<Vec<String>> {
    let statements = render::alter(target, table, operation)?;
    Ok(statements.into_iter().map(|statement| statement.sql).collect())
}

/// What each database makes of it, said once where neighbours agree.
fn each(dialects: &[&dyn Dialect], text: impl Fn(&dyn Dialect) -> Result<String>) -> String {
    let mut texts: Vec<(String, String)> = Vec::new();
    for dialect in dialects {
        let text = text(*dialect).unwrap_or_else(|error| format!("{:?}: {error}", error.kind()));
        match texts.last_mut().filter(|(_, before)| *before == text) {
            Some((names, _)) => {
                let _ = write!(names, ", {}", dialect.name());
            }
            None => texts.push((dialect.name().to_owned(), text)),
        }
    }
    let line = |(names, text): (String, String)| {
        let gap = if text.contains('\n') { "\n" } else { " " };
        format!("{names}:{gap}{text}")
    };
    texts.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

fn every(text: impl Fn(&dyn Dialect) -> Result<String>) -> String {
    each(&DIALECTS, text)
}

fn every_operation(source: &str) -> String {
    every(|dialect| render::operation(dialect, &operation(source)))
}

fn every_expr(text: &str) -> String {
    every(|dialect| render::expr(dialect, &expr(text)))
}
