//! SQLite: the texts in `sqlite_master`, and the columns as the database understands them.

mod enumeration;
pub(super) mod native;
mod table;

use std::collections::BTreeMap;

use aludel_sql::{
    Dialect, Result,
    dialect::SQLITE,
    expr::Expr,
    schema::{Column, Constraint, ConstraintKind, Counter, Generated, Index, IndexPart, Table},
};

use super::{
    Catalog, Details, Found, Inspected, Reading, View,
    expr::{
        Reader,
        lex::{self, Lexeme},
    },
    found::Naming,
    native::{Declared, Kind, Native},
    rows::{Cells, fetch},
};
use crate::{Connection, Query};
use table::{Content, TableText};

/// SQLite.
pub(super) struct Sqlite;

impl Catalog for Sqlite {
    fn native(&self) -> &'static dyn Native {
        &native::Sqlite
    }

    fn tables<'a>(&'a self, connection: &'a mut Connection, namespace: Option<&'a str>) -> Reading<'a, Vec<String>> {
        Box::pin(async move {
            let sql = format!("SELECT m.name FROM {} WHERE m.type = 'table' AND {OURS} ORDER BY 1", master(namespace));
            let rows = fetch(connection, Query::read(sql, Vec::new())).await?;
            Ok(rows.iter().map(|row| row.text(0).to_owned()).collect())
        })
    }

    fn inspect<'a>(&'a self, connection: &'a mut Connection, namespace: Option<&'a str>) -> Reading<'a, Inspected> {
        Box::pin(inspect(connection, namespace))
    }
}

/// What is not the database's own.
const OURS: &str = "m.name NOT LIKE 'sqlite!_%' ESCAPE '!'";

/// Not a table of a module, which may not be at hand.
const ORDINARY: &str = "m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL %'";

fn master(namespace: Option<&str>) -> String {
    let mut out = String::new();
    SQLITE.quote(&mut out, namespace.unwrap_or("main"));
    format!("{out}.sqlite_master AS m")
}

async fn inspect(connection: &mut Connection, namespace: Option<&str>) -> Result<Inspected> {
    let master = master(namespace);
    let objects = format!("SELECT m.type, m.name, m.tbl_name, m.sql FROM {master} WHERE {OURS} ORDER BY m.rowid");
    let objects = fetch(connection, Query::read(objects, Vec::new())).await?;
    let columns = format!(
        "SELECT m.name, x.name, x.type, x.\"notnull\", x.dflt_value, x.pk, x.hidden \
         FROM {master}, pragma_table_xinfo(m.name, ?1) AS x \
         WHERE {ORDINARY} AND {OURS} ORDER BY m.rowid, x.cid"
    );
    let columns = fetch(connection, Query::read(columns, vec![namespace.unwrap_or("main").into()])).await?;
    let mut by_table: BTreeMap<&str, Vec<&Cells>> = BTreeMap::new();
    for column in &columns {
        by_table.entry(column.text(0)).or_default().push(column);
    }
    let mut found = Inspected::default();
    for object in &objects {
        let (name, sql) = (object.text(1), object.text(3));
        match (object.text(0), by_table.get(name)) {
            ("table", Some(columns)) => {
                let mut details = Details::default();
                let table = read_table(name, sql, columns, &mut details);
                found.schema.tables.insert(name.to_owned(), table);
                found.details.insert(name.to_owned(), details);
            }
            ("table", None) => found.details(name).add(Found::Table, "", sql),
            ("view", _) => found.views.push(View {
                name: name.to_owned(),
                definition: sql.to_owned(),
                materialized: false,
                comment: None,
            }),
            _ => {}
        }
    }
    refer(&mut found);
    for object in objects.iter().filter(|object| object.text(0) == "index") {
        let (name, sql) = (object.text(1), object.text(3));
        let Some(table) = found.schema.tables.get_mut(object.text(2)) else { continue };
        match read_index(name, sql, table) {
            Some(index) => table.indexes.push(index),
            None => found.details(object.text(2)).add(Found::Index, name, sql),
        }
    }
    found.collect_types();
    found.views.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// A foreign key that names no columns refers to the primary key.
fn refer(found: &mut Inspected) {
    let keys: BTreeMap<String, Vec<String>> = found
        .schema
        .tables
        .values()
        .map(|table| (table.name.to_ascii_lowercase(), table.primary_key.clone()))
        .collect();
    for constraint in found.schema.tables.values_mut().flat_map(|table| &mut table.constraints) {
        if let ConstraintKind::ForeignKey(key) = &mut constraint.kind
            && key.referred.is_empty()
        {
            key.referred = keys.get(&key.table.to_ascii_lowercase()).cloned().unwrap_or_default();
        }
    }
}

fn read_table(name: &str, sql: &str, rows: &[&Cells], details: &mut Details) -> Table {
    let text = TableText::read(sql).unwrap_or_default();
    let mut columns: Vec<Column> = rows
        .iter()
        .map(|row| {
            let ty = match native::Sqlite.ty(&Declared::new(row.text(2))) {
                Kind::Known(ty) => ty,
                Kind::StandIn(ty) => {
                    details.add(Found::Type, row.text(1), row.text(2));
                    ty
                }
            };
            let nullable = !row.is(3) && row.text(5) == "0";
            Column { nullable, ..Column::new(row.text(1), ty) }
        })
        .collect();
    let mut keys: Vec<&&Cells> = rows.iter().filter(|row| row.text(5) != "0").collect();
    keys.sort_by_key(|row| row.number(5));
    let primary_key: Vec<String> = keys.iter().map(|row| row.text(1).to_owned()).collect();

    // Columns have their types first: expressions are read with them.
    let typed = columns.clone();
    let reader = Reader { native: &native::Sqlite, columns: &typed };
    for (column, row) in columns.iter_mut().zip(rows) {
        if let Some(default) = row.get(4) {
            match reader.default(default, column) {
                Some(default) => column.default = default,
                None => details.add(Found::Default, &column.name, default),
            }
        }
        let sole_key = primary_key == [column.name.as_str()];
        let row_number = row.text(2).eq_ignore_ascii_case("INTEGER") && !text.options.contains_key("without rowid");
        if sole_key && row_number && !text.descending_key {
            column.identity = Some(Counter::default());
            // Numbers of deleted rows stay unused: the identity of all databases. Else it is as it is declared.
            if text.autoincrement {
                column.ty = aludel_sql::Type::BigInt;
            }
        }
        let Some(written) = text.columns.iter().find(|written| written.name == column.name) else { continue };
        column.collation.clone_from(&written.collation);
        for unknown in &written.unknown {
            details.add(Found::Column, &column.name, unknown);
        }
        if let Some((computed, stored)) = &written.generated {
            match reader.expr(computed) {
                Some(expr) => column.generated = Some(Generated { expr, stored: *stored }),
                None => details.add(Found::Computed, &column.name, computed),
            }
        }
    }
    let mut table = Table { name: name.to_owned(), columns, primary_key, ..Table::default() };
    for written in &text.constraints {
        let column = written.column.as_deref().unwrap_or_default();
        let given = written.name.as_deref();
        if let Some(clause) = &written.clause {
            details.add(Found::Constraint, given.unwrap_or(column), clause);
        }
        let kind = match &written.content {
            Content::Unique(columns) => ConstraintKind::unique(columns.clone()),
            Content::ForeignKey(key) => ConstraintKind::ForeignKey(key.clone()),
            Content::Check(condition) => match reader.expr(condition) {
                Some(expr) => ConstraintKind::Check(expr),
                None => {
                    details.add(Found::Check, given.unwrap_or(column), condition);
                    continue;
                }
            },
            Content::Other(text) => {
                details.add(Found::Constraint, given.unwrap_or(column), text);
                continue;
            }
        };
        let name = Naming { table: &table, details }.name(given, &kind, column);
        table.constraints.push(Constraint { name, kind });
    }
    details.primary_key = text.primary_key;
    details.options = text.options;
    native::Sqlite.hold_table(&mut table);
    table
}

/// The index that a CREATE INDEX makes, if it is a portable one.
fn read_index(name: &str, sql: &str, table: &Table) -> Option<Index> {
    let lexemes = lex::lex(sql, false)?;
    let open = lexemes.iter().position(|lexeme| lexeme.is_symbol("("))?;
    let close = lex::closing(&lexemes, open)?;
    let reader = Reader { native: &native::Sqlite, columns: &table.columns };
    let parts = lex::split(&lexemes[open + 1..close]).into_iter().map(|part| index_part(sql, reader, part));
    let predicate = match lexemes.get(close + 1) {
        Some(lexeme) if lexeme.is("WHERE") => Some(reader.expr(&sql[lexeme.span.end..])?),
        Some(_) => return None,
        None => None,
    };
    let unique = lexemes.get(1).is_some_and(|word| word.is("UNIQUE"));
    let parts = parts.collect::<Option<_>>()?;
    Some(Index { name: name.to_owned(), parts, unique, predicate, ..Index::default() })
}

fn index_part(sql: &str, reader: Reader<'_>, part: &[Lexeme]) -> Option<IndexPart> {
    let last = part.last()?;
    let descending = last.is("DESC");
    let part = if descending || last.is("ASC") && part.len() > 1 { &part[..part.len() - 1] } else { part };
    let text = &sql[part.first()?.span.start..part.last()?.span.end];
    // `COLLATE` is no expression that is read: such an index is not portable.
    let expr = match part {
        [name] => Expr::name(
            reader
                .columns
                .iter()
                .find(|column| name.name().is_some_and(|(name, _)| column.name.eq_ignore_ascii_case(name)))?
                .name
                .clone(),
        ),
        _ => reader.expr(text)?,
    };
    Some(IndexPart { descending, ..IndexPart::new(expr) })
}
