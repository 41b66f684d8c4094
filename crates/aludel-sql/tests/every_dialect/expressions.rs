//! Operators, functions and casts.

use aludel_sql::{ErrorKind, Expr, dialect::POSTGRES, expr::Function, render};

use crate::{every, every_expr, expr};

#[test]
fn operators() {
    insta::assert_snapshot!(every_expr("a || b || 'c' = d"), @r#"
        sqlite, postgres: "a" || "b" || 'c' = "d"
        mysql, mariadb: CONCAT(`a`, `b`, 'c') = `d`
        "#);
    insta::assert_snapshot!(every_expr("'a' || (b + 1) || -c"), @r#"
        sqlite, postgres: 'a' || ("b" + 1) || -"c"
        mysql, mariadb: CONCAT('a', `b` + 1, -`c`)
        "#);
    insta::assert_snapshot!(every_expr("a * b / c"), @r#"
        sqlite, postgres: "a" * "b" * 1.0 / "c"
        mysql, mariadb: `a` * `b` * 1.000000000000 / `c`
        "#);
    insta::assert_snapshot!(every_expr("a IS DISTINCT FROM TRUE AND b IS NOT DISTINCT FROM c"), @r#"
        sqlite: TRUE IS NOT "a" AND "b" IS "c"
        postgres: "a" IS DISTINCT FROM TRUE AND "b" IS NOT DISTINCT FROM "c"
        mysql, mariadb: NOT (`a` <=> TRUE) AND `b` <=> `c`
        "#);
    insta::assert_snapshot!(every_expr("NOT (a IS DISTINCT FROM b || c)"), @r#"
        sqlite: NOT "a" IS NOT "b" || "c"
        postgres: NOT "a" IS DISTINCT FROM "b" || "c"
        mysql, mariadb: NOT NOT (`a` <=> CONCAT(`b`, `c`))
        "#);
    insta::assert_snapshot!(every_expr("(a IS DISTINCT FROM b) IS NOT TRUE"), @r#"
        sqlite: ("a" IS NOT "b") IS NOT TRUE
        postgres: ("a" IS DISTINCT FROM "b") IS NOT TRUE
        mysql, mariadb: (NOT (`a` <=> `b`)) IS NOT TRUE
        "#);
    insta::assert_snapshot!(every_expr("a IS TRUE OR b IN (1, 2)"), @r#"
        sqlite, postgres: "a" IS TRUE OR "b" IN (1, 2)
        mysql, mariadb: `a` IS TRUE OR `b` IN (1, 2)
        "#);
    let empty = |negated| {
        every(|dialect| render::expr(dialect, &Expr::In { expr: Box::new(Expr::name("a")), list: Vec::new(), negated }))
    };
    insta::assert_snapshot!(empty(false), @"sqlite, postgres, mysql, mariadb: 1 = 0");
    insta::assert_snapshot!(empty(true), @"sqlite, postgres, mysql, mariadb: 1 = 1");
}

#[test]
fn a_backslash_is_an_escape_only_where_it_is_said_to_be() {
    insta::assert_snapshot!(every_expr("a LIKE 'x%'"), @r#"
        sqlite, postgres: "a" LIKE 'x%'
        mysql, mariadb: `a` LIKE 'x%'
        "#);
    insta::assert_snapshot!(every_expr("a LIKE '\\%'"), @r#"
        sqlite: "a" LIKE '\%'
        postgres: "a" LIKE E'\\%' ESCAPE ''
        mysql, mariadb: `a` LIKE CONVERT(X'5C25' USING utf8mb4) ESCAPE X'01'
        "#);
    insta::assert_snapshot!(every_expr("a NOT LIKE b"), @r#"
        sqlite: "a" NOT LIKE "b"
        postgres: "a" NOT LIKE "b" ESCAPE ''
        mysql, mariadb: `a` NOT LIKE `b` ESCAPE X'01'
        "#);
    insta::assert_snapshot!(every_expr("a LIKE b ESCAPE '!'"), @r#"
        sqlite, postgres: "a" LIKE "b" ESCAPE '!'
        mysql, mariadb: `a` LIKE `b` ESCAPE '!'
        "#);
    insta::assert_snapshot!(every_expr("a LIKE b ESCAPE '\\'"), @r#"
        sqlite: "a" LIKE "b" ESCAPE '\'
        postgres: "a" LIKE "b" ESCAPE E'\\'
        mysql, mariadb: `a` LIKE `b` ESCAPE CONVERT(X'5C' USING utf8mb4)
        "#);
}

#[test]
fn functions() {
    insta::assert_snapshot!(every_expr("POSITION('a' || b IN c)"), @r#"
        sqlite: instr("c", 'a' || "b")
        postgres: POSITION('a' || "b" IN "c")
        mysql, mariadb: LOCATE(CONCAT('a', `b`), `c`)
        "#);
    insta::assert_snapshot!(every_expr("SUBSTRING(name FROM 1 FOR POSITION(' ' IN name) - 1)"), @r#"
        sqlite: substr("name", 1, instr("name", ' ') - 1)
        postgres: SUBSTRING("name" FROM 1 FOR POSITION(' ' IN "name") - 1)
        mysql, mariadb: SUBSTRING(`name`, 1, LOCATE(' ', `name`) - 1)
        "#);
    insta::assert_snapshot!(every_expr("SUBSTRING(name FROM n)"), @r#"
        sqlite: substr("name", "n")
        postgres: SUBSTRING("name" FROM CAST("n" AS INTEGER))
        mysql, mariadb: SUBSTRING(`name`, `n`)
        "#);
    insta::assert_snapshot!(every_expr("CHAR_LENGTH(TRIM(a))"), @r#"
        sqlite: length(TRIM("a"))
        postgres: CHAR_LENGTH(TRIM("a"))
        mysql, mariadb: CHAR_LENGTH(TRIM(`a`))
        "#);
    insta::assert_snapshot!(every_expr("CONCAT(a, 1) || b"), @r#"
        sqlite: (coalesce("a", '') || coalesce(1, '')) || "b"
        postgres: (COALESCE(CAST("a" AS TEXT), '') || COALESCE(CAST(1 AS TEXT), '')) || "b"
        mysql, mariadb: CONCAT(CONCAT(COALESCE(`a`, ''), COALESCE(1, '')), `b`)
        "#);
    insta::assert_snapshot!(every_expr("ROUND(a, 2) + ROUND(b)"), @r#"
        sqlite: ROUND("a", 2) + ROUND("b")
        postgres: round(CAST("a" AS NUMERIC), 2) + round(CAST("b" AS NUMERIC))
        mysql, mariadb: ROUND(`a`, 2) + ROUND(`b`)
        "#);
    insta::assert_snapshot!(every_expr("MOD(a + 1, 2) * 3"), @r#"
        sqlite: (("a" + 1) % 2) * 3
        postgres: MOD("a" + 1, 2) * 3
        mysql, mariadb: MOD(`a` + 1, 2) * 3
        "#);
    insta::assert_snapshot!(every_expr("EXTRACT(year FROM a) = 2026"), @r#"
        sqlite: CAST(strftime('%Y', "a") AS INTEGER) = 2026
        postgres: CAST(floor(EXTRACT(YEAR FROM "a")) AS INTEGER) = 2026
        mysql, mariadb: EXTRACT(YEAR FROM `a`) = 2026
        "#);
    insta::assert_snapshot!(every_expr("COALESCE(REPLACE(LOWER(a), UPPER(b), ''), NULLIF(c, ''))"), @r#"
        sqlite, postgres: COALESCE(REPLACE(LOWER("a"), UPPER("b"), ''), NULLIF("c", ''))
        mysql, mariadb: COALESCE(REPLACE(LOWER(`a`), UPPER(`b`), ''), NULLIF(`c`, ''))
        "#);
    insta::assert_snapshot!(every_expr("COUNT(*) + COUNT(a) + SUM(b) + AVG(c + 1) - MIN(d)"), @r#"
        sqlite, postgres: COUNT(*) + COUNT("a") + SUM("b") + AVG("c" + 1) - MIN("d")
        mysql, mariadb: COUNT(*) + COUNT(`a`) + SUM(`b`) + AVG((`c` + 1) * 1.000000000000) - MIN(`d`)
        "#);
    insta::assert_snapshot!(every_expr("CASE WHEN a < CURRENT_TIMESTAMP THEN CURRENT_DATE ELSE NULL END"), @r#"
        sqlite: CASE WHEN "a" < strftime('%Y-%m-%d %H:%M:%f000', 'now') THEN CURRENT_DATE ELSE NULL END
        postgres: CASE WHEN "a" < CURRENT_TIMESTAMP THEN CAST(CURRENT_TIMESTAMP AT TIME ZONE 'UTC' AS DATE) ELSE NULL END
        mysql, mariadb: CASE WHEN `a` < UTC_TIMESTAMP(6) THEN UTC_DATE() ELSE NULL END
        "#);
}

#[test]
fn greatest_is_null_where_one_is() {
    insta::assert_snapshot!(every_expr("GREATEST(a, b + 1)"), @r#"
        sqlite: max("a", "b" + 1)
        postgres: CASE WHEN "a" IS NULL OR "b" + 1 IS NULL THEN NULL ELSE GREATEST("a", "b" + 1) END
        mysql, mariadb: GREATEST(`a`, `b` + 1)
        "#);
    insta::assert_snapshot!(every_expr("GREATEST(a, LEAST(b, 2))"), @r#"
        sqlite: max("a", min("b", 2))
        postgres: CASE WHEN "a" IS NULL OR "b" IS NULL THEN NULL ELSE GREATEST("a", LEAST("b", 2)) END
        mysql, mariadb: GREATEST(`a`, LEAST(`b`, 2))
        "#);
    insta::assert_snapshot!(every_expr("LEAST(1, 2)"), @"
        sqlite: min(1, 2)
        postgres, mysql, mariadb: LEAST(1, 2)
        ");
    insta::assert_snapshot!(every_expr("LEAST(a, NULL)"), @r#"
        sqlite: min("a", NULL)
        postgres: NULL
        mysql, mariadb: LEAST(`a`, NULL)
        "#);

    // A nest of them is checked once. Anything between them doubles the text, which has an end.
    let nest = |between: fn(Expr) -> Expr| {
        (0..60).fold(Expr::name("a"), |inner, _| between(Expr::Call(Function::Greatest, vec![inner, Expr::name("b")])))
    };
    assert!(render::expr(&POSTGRES, &nest(|expr| expr)).unwrap().len() < 4000);
    let error = render::expr(&POSTGRES, &nest(|expr| Expr::Call(Function::Abs, vec![expr]))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[test]
fn casts() {
    let types = [
        "BOOLEAN",
        "SMALLINT",
        "BIGINT",
        "REAL",
        "DOUBLE PRECISION",
        "DECIMAL(10, 2)",
        "VARCHAR(5)",
        "TEXT",
        "VARBINARY(5)",
        "BLOB",
        "DATE",
        "TIME",
        "TIMESTAMP",
        "TIMESTAMP WITH TIME ZONE",
        "UUID",
        "JSON",
    ];
    // SQLite's are with its own tests.
    let casts = types.map(|ty| {
        let cast = expr(&format!("CAST(a AS {ty})"));
        crate::each(&crate::DIALECTS[1..], |dialect| render::expr(dialect, &cast))
    });
    insta::assert_snapshot!(casts.join("\n"), @r#"
        postgres: CAST(CAST("a" AS TEXT) AS BOOLEAN)
        mysql, mariadb: (`a` <> 0)
        postgres: CAST("a" AS SMALLINT)
        mysql, mariadb: CAST(`a` AS SIGNED)
        postgres: CAST("a" AS BIGINT)
        mysql, mariadb: CAST(`a` AS SIGNED)
        postgres: CAST("a" AS REAL)
        mysql, mariadb: CAST(`a` AS DOUBLE)
        postgres: CAST("a" AS DOUBLE PRECISION)
        mysql, mariadb: CAST(`a` AS DOUBLE)
        postgres: CAST("a" AS NUMERIC(10,2))
        mysql, mariadb: CAST(`a` AS DECIMAL(10,2))
        postgres: CAST("a" AS VARCHAR(5))
        mysql, mariadb: LEFT(CAST(`a` AS CHAR), 5)
        postgres: CAST("a" AS TEXT)
        mysql, mariadb: CAST(`a` AS CHAR)
        postgres: substring(CAST("a" AS BYTEA) FROM 1 FOR 5)
        mysql, mariadb: LEFT(CAST(`a` AS BINARY), 5)
        postgres: CAST("a" AS BYTEA)
        mysql, mariadb: CAST(`a` AS BINARY)
        postgres: CAST("a" AS DATE)
        mysql, mariadb: CAST(`a` AS DATE)
        postgres: CAST("a" AS TIME(6))
        mysql, mariadb: CAST(`a` AS TIME(6))
        postgres: CAST("a" AS TIMESTAMP(6))
        mysql, mariadb: CAST(`a` AS DATETIME(6))
        postgres: CAST("a" AS TIMESTAMPTZ(6))
        mysql, mariadb: CAST(`a` AS DATETIME(6))
        postgres: CAST("a" AS UUID)
        mysql, mariadb: UNHEX(REPLACE(`a`, '-', ''))
        postgres: CAST("a" AS JSONB)
        mysql: CAST(`a` AS JSON)
        mariadb: CAST(`a` AS CHAR)
        "#);
}

#[test]
fn a_fraction_is_cut_off() {
    insta::assert_snapshot!(every_expr("CAST(a / b AS INTEGER)"), @r#"
        sqlite: CAST("a" * 1.0 / "b" AS INTEGER)
        postgres: CAST(trunc("a" * 1.0 / "b") AS INTEGER)
        mysql, mariadb: CAST(TRUNCATE(`a` * 1.000000000000 / `b`, 0) AS SIGNED)
        "#);
    insta::assert_snapshot!(every_expr("CAST(1 - (-2.5) AS BIGINT)"), @"
        sqlite: CAST(1 - -2.5 AS INTEGER)
        postgres: CAST(trunc(1 - -2.5) AS BIGINT)
        mysql, mariadb: CAST(TRUNCATE(1 - -2.5, 0) AS SIGNED)
        ");
}
