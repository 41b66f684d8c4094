//! SELECT, INSERT, UPDATE and DELETE.

use aludel_sql::{
    ErrorKind, Expr, Type, Value,
    dialect::{MARIADB, MYSQL, POSTGRES, SQLITE},
    expr::BinaryOp,
    render,
    statement::{Delete, Insert, Rows, Select, Source, Update},
};

use crate::{every, every_operation};

#[test]
fn placeholders_and_bounds() {
    let mut select = Select {
        columns: vec![Expr::column(0, "id")].into(),
        from: vec![Source::table("user"), Source { id: 1, ..Source::table("user") }],
        filter: Some(Expr::column(0, "id").binary(BinaryOp::Gt, Expr::value(5)).and(Expr::Like {
            insensitive: false,
            expr: Box::new(Expr::column(1, "name")),
            pattern: Box::new(Expr::value("s%")),
            escape: None,
            negated: false,
        })),
        limit: Some(10),
        offset: Some(20),
        ..Select::default()
    };
    insta::assert_snapshot!(every(|dialect| render::select(dialect, &select).map(|rendered| rendered.sql)), @r#"
        sqlite: SELECT "user"."id" FROM "user", "user" AS "user_2" WHERE "user"."id" > ?1 AND "user_2"."name" LIKE ?2 LIMIT ?3 OFFSET ?4
        postgres: SELECT "user"."id" FROM "user", "user" AS "user_2" WHERE "user"."id" > $1 AND "user_2"."name" LIKE $2 ESCAPE '' LIMIT $3 OFFSET $4
        mysql, mariadb: SELECT `user`.`id` FROM `user`, `user` AS `user_2` WHERE `user`.`id` > ? AND `user_2`.`name` LIKE ? ESCAPE X'01' LIMIT ? OFFSET ?
        "#);
    let params = render::select(&MYSQL, &select).unwrap().params;
    assert_eq!(params, [Value::I64(5), Value::from("s%"), Value::I64(10), Value::I64(20)]);
    select.filter = None;
    select.limit = None;
    insta::assert_snapshot!(every(|dialect| render::select(dialect, &select).map(|rendered| rendered.sql)), @r#"
        sqlite: SELECT "user"."id" FROM "user", "user" AS "user_2" LIMIT -1 OFFSET ?1
        postgres: SELECT "user"."id" FROM "user", "user" AS "user_2" OFFSET $1
        mysql, mariadb: SELECT `user`.`id` FROM `user`, `user` AS `user_2` LIMIT 18446744073709551615 OFFSET ?
        "#);
}

fn rows(columns: &[&'static str], rows: Vec<Vec<Expr>>) -> Insert {
    Insert {
        with: Vec::new(),
        table: "user".into(),
        columns: columns.iter().map(|&name| name.into()).collect(),
        rows: Rows::Values(rows),
        conflict: None,
        returning: vec![Expr::name("id")],
    }
}

#[test]
fn inserts() {
    let mut insert =
        rows(&["a", "b"], vec![vec![Expr::value(1), Expr::value("x")], vec![Expr::value(2), Expr::value("y")]]);
    insta::assert_snapshot!(every(|dialect| render::insert(dialect, &insert).map(|rendered| rendered.sql)), @r#"
        sqlite: INSERT INTO "user" ("a", "b") VALUES (?1, ?2), (?3, ?4) RETURNING "id"
        postgres: INSERT INTO "user" ("a", "b") VALUES ($1, $2), ($3, $4) RETURNING "id"
        mysql:
        Unsupported: mysql hands back no columns of inserted rows
          help: Insert the rows one at a time, and read the key the database counted after each
        mariadb: INSERT INTO `user` (`a`, `b`) VALUES (?, ?), (?, ?) RETURNING `id`
        "#);
    insert.returning.clear();
    assert_eq!(render::insert(&MYSQL, &insert).unwrap().sql, "INSERT INTO `user` (`a`, `b`) VALUES (?, ?), (?, ?)");
    let mut defaults = rows(&[], vec![vec![]]);
    defaults.returning.clear();
    insta::assert_snapshot!(every(|dialect| render::insert(dialect, &defaults).map(|rendered| rendered.sql)), @r#"
        sqlite, postgres: INSERT INTO "user" DEFAULT VALUES
        mysql, mariadb: INSERT INTO `user` () VALUES ()
        "#);
    insta::assert_snapshot!(every_operation("INSERT INTO t (a) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM t WHERE a = 1);"), @r#"
        sqlite, postgres: INSERT INTO "t" ("a") SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM "t" WHERE "a" = 1)
        mysql, mariadb: INSERT INTO `t` (`a`) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM `t` WHERE `a` = 1)
        "#);
}

#[test]
fn arrays_are_inserted_in_order() {
    let insert = rows(&["n", "c1"], vec![]);
    let types = [Type::Decimal { precision: 5, scale: 2 }, Type::VarChar(3)];
    insta::assert_snapshot!(render::insert_unnest(&POSTGRES, &insert, &types).unwrap().unwrap(), @r#"INSERT INTO "user" ("n", "c1") SELECT "c1", "c2" FROM unnest($1::numeric[], $2::text[]) WITH ORDINALITY AS "r" ("c1", "c2", "n") ORDER BY "n" RETURNING "id""#);
    for dialect in [&SQLITE as &dyn aludel_sql::Dialect, &MYSQL, &MARIADB] {
        assert_eq!(render::insert_unnest(dialect, &insert, &types).unwrap(), None);
    }
    assert_eq!(render::insert_unnest(&POSTGRES, &rows(&[], vec![]), &[]).unwrap(), None);
    let error = render::insert_unnest(&POSTGRES, &insert, &types[..1]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);

    // No length and no precision: a cast to them would cut off what the column refuses.
    let types = [
        Type::Boolean,
        Type::SmallInt,
        Type::Integer,
        Type::BigInt,
        Type::Real,
        Type::Double,
        Type::Decimal { precision: 5, scale: 2 },
        Type::VarChar(3),
        Type::Text,
        Type::VarBinary(3),
        Type::Blob,
        Type::Date,
        Type::Time,
        Type::DateTime,
        Type::Timestamp,
        Type::Uuid,
        Type::Json,
    ];
    let arrays: Vec<_> = types.iter().map(|ty| aludel_sql::Dialect::array_type(&POSTGRES, ty).unwrap()).collect();
    insta::assert_snapshot!(arrays.join(" "), @"boolean[] smallint[] integer[] bigint[] real[] double precision[] numeric[] text[] text[] bytea[] bytea[] date[] time[] timestamp[] timestamptz[] uuid[] jsonb[]");
}

#[test]
fn assignments_in_turn_read_no_new_values() {
    insta::assert_snapshot!(every_operation("UPDATE t SET a = b, b = a;"), @r#"
        sqlite, postgres: UPDATE "t" SET "a" = "b", "b" = "a"
        mysql:
        Unsupported: mysql would compute `b` from the new value of `a`, which is assigned too
          help: Assign `a` in a statement of its own
        mariadb:
        Unsupported: mariadb would compute `b` from the new value of `a`, which is assigned too
          help: Assign `a` in a statement of its own
        "#);
    // What reads the others' old values comes first.
    insta::assert_snapshot!(every_operation("UPDATE t SET a = 1, b = a, c = a + b;"), @r#"
        sqlite, postgres: UPDATE "t" SET "a" = 1, "b" = "a", "c" = "a" + "b"
        mysql, mariadb: UPDATE `t` SET `c` = `a` + `b`, `b` = `a`, `a` = 1
        "#);
    insta::assert_snapshot!(every_operation("UPDATE t SET a = a + 1, b = c;"), @r#"
        sqlite, postgres: UPDATE "t" SET "a" = "a" + 1, "b" = "c"
        mysql, mariadb: UPDATE `t` SET `a` = `a` + 1, `b` = `c`
        "#);
    // In a sub-query too; but a column of another table is not meant.
    let with = |source: u32| Update {
        set: vec![
            ("a".into(), Expr::name("b")),
            (
                "b".into(),
                Expr::Subquery(Box::new(Select {
                    columns: vec![Expr::column(source, "a")].into(),
                    from: vec![Source { id: 1, ..Source::table("u") }],
                    ..Select::default()
                })),
            ),
        ],
        ..Update::table("t")
    };
    assert_eq!(render::update(&MARIADB, &with(0)).unwrap_err().kind(), ErrorKind::Unsupported);
    assert!(render::update(&MARIADB, &with(1)).is_ok());
    assert!(render::update(&POSTGRES, &with(0)).is_ok());
}

#[test]
fn mysql_reads_no_table_it_changes() {
    let own = "UPDATE t SET a = (SELECT MAX(b) FROM t AS o) WHERE id = 1;";
    insta::assert_snapshot!(every_operation(own), @r#"
        sqlite, postgres: UPDATE "t" SET "a" = (SELECT MAX("b") FROM "t" AS "o") WHERE "id" = 1
        mysql:
        Unsupported: mysql cannot read `t` in a sub-query of the statement that changes it
          help: Copy what the sub-query reads to another table first, or do it in Rust
        mariadb: UPDATE `t` SET `a` = (SELECT MAX(`b`) FROM `t` AS `o`) WHERE `id` = 1
        "#);
    let exists = |table: &'static str| Delete {
        filter: Some(Expr::Exists {
            select: Box::new(Select {
                columns: vec![Expr::value(1)].into(),
                from: vec![Source::table(table)],
                ..Select::default()
            }),
            negated: true,
        }),
        ..Delete::table("t")
    };
    assert_eq!(render::delete(&MYSQL, &exists("t")).unwrap_err().kind(), ErrorKind::Unsupported);
    assert!(render::delete(&MYSQL, &exists("u")).is_ok());
    assert!(render::delete(&MARIADB, &exists("t")).is_ok());
}
