//! Conditions that every database gives back as they were.

use aludel_sql::{
    Expr, Type, ansi,
    schema::{Column, Constraint, ConstraintKind, Schema, Table},
};

const SAME: [&str; 26] = [
    "n > 3",
    "n = -5",
    "n + 1 > 2 AND (s = 'it''s' OR f < 1.5e0)",
    "n - (n - 1) = 1",
    "(n + 1) * 2 <> 4",
    "-n < 5",
    "n * 1.0 / 3 > 1",
    "MOD(n, 2) = 1",
    "n IN (1, 2)",
    "s NOT IN ('a', 'b')",
    "s IS NULL OR n IS NOT NULL",
    "b IS TRUE",
    "b = TRUE",
    "s LIKE 'a%'",
    "s NOT LIKE 'a!%' ESCAPE '!'",
    "s || 'x' <> 'yx'",
    "LOWER(s) = TRIM(s)",
    "CHAR_LENGTH(s) <= 5",
    "POSITION('a' IN s) > 1",
    "SUBSTRING(s FROM 2 FOR 3) = 'abc'",
    "COALESCE(s, 'x') <> NULLIF(s, 'y')",
    "CASE WHEN n > 1 THEN s ELSE 'z' END <> 'q'",
    "EXTRACT(YEAR FROM d) > 2000 AND d >= DATE '2026-01-02'",
    "p > 12.50 AND p <> 3.0",
    "s IS NOT DISTINCT FROM 'x'",
    "GREATEST(n, 2) > 1",
];

/// A table with a check for each condition.
pub(crate) fn schema() -> Schema {
    let column = |name: &str, ty| Column { nullable: true, ..Column::new(name, ty) };
    let columns = vec![
        column("n", Type::BigInt),
        column("s", Type::VarChar(20)),
        column("f", Type::Double),
        column("p", Type::Decimal { precision: 10, scale: 2 }),
        column("b", Type::Boolean),
        column("d", Type::Date),
    ];
    let constraints = SAME.iter().enumerate().map(|(i, text)| {
        let kind = ConstraintKind::Check(condition(text));
        Constraint { name: format!("ck_t_{i:02}"), kind }
    });
    Schema::new([Table { name: "t".into(), columns, constraints: constraints.collect(), ..Table::default() }])
}

fn condition(text: &str) -> Expr {
    let source = format!("DELETE FROM t WHERE {text};");
    let statements =
        ansi::parse(&source, 0..source.len()).unwrap_or_else(|error| panic!("{}", error.in_file("t", &source)));
    match statements.into_iter().next().map(|statement| statement.operation) {
        Some(aludel_sql::Operation::Delete(delete)) => delete.filter.unwrap(),
        other => panic!("{other:?}"),
    }
}
