//! Functions that give rows: JSON_TABLE of JSON that is there, or is made for it.

use super::MySql;
use crate::{
    dialect::{FunctionSource, function_source::no_unnest},
    error::Result,
    expr::Expr,
    render::{Level, Sql},
    statement::TableFunction,
};

/// As MariaDB takes it, where a column that JSON_TABLE does not give is written as what makes it: [`column`].
pub(super) fn function(dialect: &MySql, sql: &mut Sql<'_>, source: &FunctionSource<'_>) -> Result<()> {
    sql.push("JSON_TABLE(");
    json(dialect, sql, source.function)?;
    sql.push(columns(source.function));
    sql.push(" AS ");
    sql.name(source.name);
    Ok(())
}

/// As MySQL takes it, whose JSON_TABLE has no sub-query in its argument, nor columns of one beside it.
pub(super) fn in_a_query(dialect: &MySql, sql: &mut Sql<'_>, source: &FunctionSource<'_>) -> Result<()> {
    let inner = FunctionSource { name: "f", ..*source };
    sql.push("LATERAL (SELECT ");
    for (place, name) in source.columns.iter().enumerate() {
        sql.push(if place == 0 { "" } else { ", " });
        // A null in JSON has become a NULL.
        let null = place == 1;
        sql.push(if null { "COALESCE(" } else { "" });
        column(sql, &inner, place);
        sql.push(if null { ", CAST('null' AS JSON))" } else { "" });
        sql.push(" AS ");
        sql.name(name);
    }
    sql.push(" FROM (SELECT ");
    json(dialect, sql, source.function)?;
    sql.push(" AS `j`) AS `q` JOIN JSON_TABLE(`q`.`j`");
    sql.push(columns(source.function));
    sql.push(" AS `f` ON 1 = 1) AS ");
    sql.name(source.name);
    Ok(())
}

/// The JSON that is taken apart.
fn json(dialect: &MySql, sql: &mut Sql<'_>, function: &TableFunction) -> Result<()> {
    match function {
        TableFunction::Series { start, stop, step } => counted(sql, start, stop, *step),
        TableFunction::Elements(json) => sql.expr(json),
        // Of one without members there would be a row for the keys. Not extracted, they would be a text on MariaDB.
        TableFunction::Members(json) => {
            sql.push("IF(JSON_LENGTH(JSON_KEYS(");
            sql.expr(json)?;
            sql.push(")) > 0, JSON_OBJECT('names', JSON_EXTRACT(JSON_KEYS(");
            sql.expr(json)?;
            sql.push("), '$'), 'members', JSON_EXTRACT(");
            sql.expr(json)?;
            sql.push(", '$')), NULL)");
            Ok(())
        }
        TableFunction::Unnest(_) => Err(no_unnest(dialect)),
    }
}

fn columns(function: &TableFunction) -> &'static str {
    match function {
        TableFunction::Series { .. } => {
            ", '$' COLUMNS (first BIGINT PATH '$.first', NESTED PATH '$.all[*]' COLUMNS (place FOR ORDINALITY)))"
        }
        TableFunction::Members(_) => {
            ", '$' COLUMNS (names JSON PATH '$.names', \
             NESTED PATH '$.members.*' COLUMNS (place FOR ORDINALITY, value JSON PATH '$')))"
        }
        TableFunction::Elements(_) | TableFunction::Unnest(_) => {
            ", '$[*]' COLUMNS (place FOR ORDINALITY, value JSON PATH '$'))"
        }
    }
}

/// The column at a place, made of those that JSON_TABLE gives.
pub(super) fn column(sql: &mut Sql<'_>, source: &FunctionSource<'_>, place: usize) {
    // Counted from 1, without a sign.
    let place_of = |sql: &mut Sql<'_>| {
        sql.push("(CAST(");
        source.column(sql, "place");
        sql.push(" AS SIGNED) - 1)");
    };
    match (source.function, place) {
        (TableFunction::Series { step, .. }, _) => {
            sql.push("(");
            source.column(sql, "first");
            sql.push(" + ");
            place_of(sql);
            source.times(sql, *step);
            sql.push(")");
        }
        // A text out of JSON has another collation than others; COLLATE would not be known again in a GROUP BY.
        (TableFunction::Members(_), 0) => {
            sql.push("CAST(JSON_UNQUOTE(JSON_EXTRACT(");
            source.column(sql, "names");
            sql.push(", CONCAT('$[', ");
            place_of(sql);
            sql.push(", ']'))) AS CHAR)");
        }
        (_, 0) => place_of(sql),
        _ => source.column(sql, "value"),
    }
}

/// How many numbers there are, each a zero in JSON: of more than a text has room for, what is no JSON.
fn counted(sql: &mut Sql<'_>, start: &Expr, stop: &Expr, step: i64) -> Result<()> {
    sql.push("IF(");
    sql.first_operand(start, stop, Level::Bits)?;
    sql.push(if step < 0 { " >= " } else { " <= " });
    sql.operand(stop, Level::Bits)?;
    sql.push(", COALESCE(CONCAT('{\"first\":', ");
    sql.expr(start)?;
    sql.push(", ',\"all\":[0', REPEAT(',0', (");
    sql.first_operand(stop, start, Level::Sum)?;
    sql.push(" - ");
    sql.operand(start, Level::Product)?;
    sql.push(&format!(") DIV {step}), ']}}'), 'too many'), NULL)"));
    Ok(())
}
