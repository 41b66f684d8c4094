//! Values as text.

use aludel_sql::{ErrorKind, Expr, Value, dialect::POSTGRES, render};

use crate::{DIALECTS, every, every_expr, every_operation, expr};

#[test]
fn literals() {
    insta::assert_snapshot!(every_expr("'it''s'"), @"sqlite, postgres, mysql, mariadb: 'it''s'");
    insta::assert_snapshot!(every_expr("'C:\\new''s'"), @r#"
        sqlite: 'C:\new''s'
        postgres: E'C:\\new''s'
        mysql, mariadb: CONVERT(X'433A5C6E65772773' USING utf8mb4)
        "#);
    insta::assert_snapshot!(every_expr("X'00ff'"), @r#"
        sqlite: X'00FF'
        postgres: E'\\x00ff'::BYTEA
        mysql, mariadb: X'00FF'
        "#);
    insta::assert_snapshot!(every_expr("-12.50"), @"sqlite, postgres, mysql, mariadb: -12.50");
    insta::assert_snapshot!(every_expr("1.5E-7"), @"sqlite, postgres, mysql, mariadb: 1.5e-7");
    insta::assert_snapshot!(every_expr("TRUE"), @"sqlite, postgres, mysql, mariadb: TRUE");
    insta::assert_snapshot!(every_expr("DATE '0987-01-02'"), @"
        sqlite: '0987-01-02'
        postgres, mysql, mariadb: DATE '0987-01-02'
        ");
    insta::assert_snapshot!(every_expr("TIME '03:21:07.5'"), @"
        sqlite: '03:21:07.500000'
        postgres, mysql, mariadb: TIME '03:21:07.500000'
        ");
    insta::assert_snapshot!(every_expr("TIMESTAMP '2026-11-23 03:21:07'"), @"
        sqlite: '2026-11-23 03:21:07.000000'
        postgres, mysql, mariadb: TIMESTAMP '2026-11-23 03:21:07'
        ");
    insta::assert_snapshot!(every_expr("TIMESTAMP WITH TIME ZONE '2026-11-23 03:21:07.000001+05:30'"), @"
        sqlite: '2026-11-22 21:51:07.000001'
        postgres: TIMESTAMP WITH TIME ZONE '2026-11-22 21:51:07.000001+00:00'
        mysql, mariadb: TIMESTAMP '2026-11-22 21:51:07.000001'
        ");
    insta::assert_snapshot!(every_expr("UUID '00112233-4455-6677-8899-AABBCCDDEEFF'"), @"
        sqlite: X'00112233445566778899AABBCCDDEEFF'
        postgres: UUID '00112233-4455-6677-8899-aabbccddeeff'
        mysql, mariadb: X'00112233445566778899AABBCCDDEEFF'
        ");
    insta::assert_snapshot!(every_expr("JSON '{\"a\": 1.10}'"), @r#"
        sqlite: '{"a": 1.10}'
        postgres: JSONB '{"a": 1.10}'
        mysql: CAST('{"a": 1.10}' AS JSON)
        mariadb: '{"a": 1.10}'
        "#);
}

#[test]
fn arrays() {
    insta::assert_snapshot!(every_expr("ARRAY['a', NULL, 'b\"\\c', '']"), @r#"
        sqlite:
        Unsupported: sqlite has no arrays, and was given one
          help: Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON
        postgres: E'{"a",NULL,"b\\"\\\\c",""}'
        mysql:
        Unsupported: mysql has no arrays, and was given one
          help: Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON
        mariadb:
        Unsupported: mariadb has no arrays, and was given one
          help: Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON
        "#);
    insta::assert_snapshot!(every_expr("ARRAY[]"), @"
        sqlite:
        Unsupported: sqlite has no arrays, and was given one
          help: Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON
        postgres: '{}'
        mysql:
        Unsupported: mysql has no arrays, and was given one
          help: Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON
        mariadb:
        Unsupported: mariadb has no arrays, and was given one
          help: Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON
        ");
    let postgres = |text: &str| render::expr(&POSTGRES, &expr(text)).unwrap_or_else(|error| error.to_string());
    insta::assert_snapshot!(postgres("ARRAY[1, -2]"), @"'{1,-2}'");
    insta::assert_snapshot!(postgres("ARRAY[1.50, -2.5]"), @"'{1.50,-2.5}'");
    insta::assert_snapshot!(postgres("ARRAY[TRUE, FALSE]"), @"'{true,false}'");
    insta::assert_snapshot!(postgres("ARRAY[X'00ff', X'']"), @r#"E'{"\\\\x00ff","\\\\x"}'"#);
    insta::assert_snapshot!(postgres("ARRAY[TIMESTAMP WITH TIME ZONE '2026-11-23 03:21:07+01:00']"), @r#"'{"2026-11-23 02:21:07+00:00"}'"#);
    insta::assert_snapshot!(postgres("ARRAY[DATE '0000-01-01']"), @"
        postgres has no year 0
          help: Use a date from the year 1 on
        ");
    let nested = Value::Array(vec![Value::Array(vec![])]);
    insta::assert_snapshot!(render::expr(&POSTGRES, &Expr::Value(nested)).unwrap_err(), @"
        an array's element is an array itself: []
          help: Store it as JSON, which holds lists of lists
        ");
}

#[test]
fn columns_of_arrays() {
    insta::assert_snapshot!(every_operation("CREATE TABLE t (a BIGINT ARRAY NOT NULL DEFAULT ARRAY[], b VARCHAR(64) ARRAY);"), @r#"
        sqlite:
        Unsupported: sqlite has no BIGINT ARRAY, nor any arrays
          help: Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON
        postgres:
        CREATE TABLE "t" (
            "a" BIGINT[] NOT NULL DEFAULT '{}',
            "b" VARCHAR(64)[]
        )
        mysql:
        Unsupported: mysql has no BIGINT ARRAY, nor any arrays
          help: Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON
        mariadb:
        Unsupported: mariadb has no BIGINT ARRAY, nor any arrays
          help: Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON
        "#);
    insta::assert_snapshot!(every_operation("ALTER TABLE t ADD COLUMN a DECIMAL(10,2) ARRAY;"), @r#"
        sqlite:
        Unsupported: sqlite has no DECIMAL(10,2) ARRAY, nor any arrays
          help: Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON
        postgres: ALTER TABLE "t" ADD COLUMN "a" NUMERIC(10,2)[]
        mysql:
        Unsupported: mysql has no DECIMAL(10,2) ARRAY, nor any arrays
          help: Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON
        mariadb:
        Unsupported: mariadb has no DECIMAL(10,2) ARRAY, nor any arrays
          help: Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON
        "#);
    insta::assert_snapshot!(every_operation("CREATE TABLE t (a TIMESTAMP WITH TIME ZONE ARRAY, b BLOB ARRAY);"), @r#"
        sqlite:
        Unsupported: sqlite has no TIMESTAMP WITH TIME ZONE ARRAY, nor any arrays
          help: Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON
        postgres:
        CREATE TABLE "t" (
            "a" TIMESTAMPTZ(6)[],
            "b" BYTEA[]
        )
        mysql:
        Unsupported: mysql has no TIMESTAMP WITH TIME ZONE ARRAY, nor any arrays
          help: Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON
        mariadb:
        Unsupported: mariadb has no TIMESTAMP WITH TIME ZONE ARRAY, nor any arrays
          help: Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON
        "#);
    insta::assert_snapshot!(every_operation("CREATE TABLE t (a VARBINARY(16) ARRAY);"), @"
        sqlite:
        Unsupported: sqlite has no VARBINARY(16) ARRAY, nor any arrays
          help: Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON
        postgres:
        Unsupported: postgres cannot hold the elements of an array to a length in bytes: VARBINARY(16) ARRAY
          help: Use BLOB ARRAY
        mysql:
        Unsupported: mysql has no VARBINARY(16) ARRAY, nor any arrays
          help: Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON
        mariadb:
        Unsupported: mariadb has no VARBINARY(16) ARRAY, nor any arrays
          help: Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON
        ");
    insta::assert_snapshot!(every_expr("CAST(a AS INTEGER ARRAY)"), @r#"
        sqlite:
        Unsupported: sqlite has no INTEGER ARRAY, nor any arrays
          help: Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON
        postgres: CAST("a" AS INTEGER[])
        mysql:
        Unsupported: mysql has no INTEGER ARRAY, nor any arrays
          help: Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON
        mariadb:
        Unsupported: mariadb has no INTEGER ARRAY, nor any arrays
          help: Store it as JSON: a field of the type `Json<Vec<…>>`, in migrations a column JSON
        "#);
}

#[test]
fn values_without_a_literal() {
    let value = |value: Value| every(|dialect| render::expr(dialect, &Expr::Value(value.clone())));
    insta::assert_snapshot!(value(Value::F64(f64::NAN)), @"
        sqlite:
        Unsupported: sqlite stores NULL for NaN
          help: Use a number, or NULL itself
        postgres: CAST('NaN' AS DOUBLE PRECISION)
        mysql:
        Unsupported: mysql cannot hold NaN
          help: Use a finite number, or NULL
        mariadb:
        Unsupported: mariadb cannot hold NaN
          help: Use a finite number, or NULL
        ");
    insta::assert_snapshot!(value(Value::F64(f64::NEG_INFINITY)), @"
        sqlite: -9e999
        postgres: CAST('-Infinity' AS DOUBLE PRECISION)
        mysql:
        Unsupported: mysql cannot hold -inf
          help: Use a finite number, or NULL
        mariadb:
        Unsupported: mariadb cannot hold -inf
          help: Use a finite number, or NULL
        ");
    for dialect in DIALECTS {
        for value in [Value::Text("a\0b".into()), Value::Text("\\\0".into()), Value::Decimal("1; DROP".into())] {
            assert!(render::expr(dialect, &Expr::Value(value.clone())).is_err(), "{value:?} in {dialect:?}");
        }
    }
    let error = render::expr(&POSTGRES, &expr("DATE '0000-01-02'")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(render::expr(&POSTGRES, &expr("DATE '0001-01-02'")).unwrap(), "DATE '0001-01-02'");
}

#[test]
fn defaults() {
    let column = |definition: &str| {
        let all = every_operation(&format!("ALTER TABLE t ADD COLUMN c {definition};"));
        all.replace("\"c\"", "c")
            .replace("`c`", "c")
            .replace("ALTER TABLE \"t\" ADD COLUMN ", "")
            .replace("ALTER TABLE `t` ADD COLUMN ", "")
    };
    insta::assert_snapshot!(column("VARCHAR(9) NOT NULL DEFAULT 'x'"), @"
        sqlite, postgres: c VARCHAR(9) NOT NULL DEFAULT 'x'
        mysql, mariadb: c VARCHAR(9) NOT NULL DEFAULT 'x'
        ");
    insta::assert_snapshot!(column("VARCHAR(9) DEFAULT 'a\\b'"), @r#"
        sqlite: c VARCHAR(9) DEFAULT 'a\b'
        postgres: c VARCHAR(9) DEFAULT E'a\\b'
        mysql, mariadb: c VARCHAR(9) DEFAULT (CONVERT(X'615C62' USING utf8mb4))
        "#);
    insta::assert_snapshot!(column("TEXT NOT NULL DEFAULT 'x'"), @"
        sqlite, postgres: c TEXT NOT NULL DEFAULT 'x'
        mysql, mariadb: c LONGTEXT NOT NULL DEFAULT ('x')
        ");
    insta::assert_snapshot!(column("TEXT DEFAULT NULL"), @"
        sqlite, postgres: c TEXT DEFAULT NULL
        mysql, mariadb: c LONGTEXT DEFAULT NULL
        ");
    insta::assert_snapshot!(column("BLOB DEFAULT X'00'"), @r#"
        sqlite: c BLOB DEFAULT X'00'
        postgres: c BYTEA DEFAULT E'\\x00'::BYTEA
        mysql, mariadb: c LONGBLOB DEFAULT (X'00')
        "#);
    insta::assert_snapshot!(column("JSON DEFAULT JSON '{}'"), @"
        sqlite: c JSON_TEXT DEFAULT '{}'
        postgres: c JSONB DEFAULT JSONB '{}'
        mysql: c JSON DEFAULT (CAST('{}' AS JSON))
        mariadb: c JSON DEFAULT ('{}')
        ");
    insta::assert_snapshot!(column("UUID DEFAULT UUID '00112233-4455-6677-8899-aabbccddeeff'"), @"
        sqlite: c UUID_BLOB DEFAULT X'00112233445566778899AABBCCDDEEFF'
        postgres: c UUID DEFAULT UUID '00112233-4455-6677-8899-aabbccddeeff'
        mysql, mariadb: c BINARY(16) DEFAULT (X'00112233445566778899AABBCCDDEEFF')
        ");
    insta::assert_snapshot!(column("TIMESTAMP WITH TIME ZONE DEFAULT TIMESTAMP WITH TIME ZONE '2026-11-23 03:21:07Z'"), @"
        sqlite: c TIMESTAMPTZ DEFAULT '2026-11-23 03:21:07.000000'
        postgres: c TIMESTAMPTZ(6) DEFAULT TIMESTAMP WITH TIME ZONE '2026-11-23 03:21:07+00:00'
        mysql, mariadb: c DATETIME(6) DEFAULT '2026-11-23 03:21:07'
        ");
    insta::assert_snapshot!(column("INTEGER DEFAULT (1 + 2)"), @"
        sqlite:
        Unsupported: sqlite cannot add such a column
          help: Rebuild the table
        postgres: c INTEGER DEFAULT (1 + 2)
        mysql, mariadb: c INTEGER DEFAULT (1 + 2)
        ");
}
