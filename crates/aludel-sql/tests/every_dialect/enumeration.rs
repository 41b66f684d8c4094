//! Enum types: a name on PostgreSQL, a list in the column on MySQL and MariaDB, a check on SQLite.

use aludel_sql::{
    Error, ErrorKind, Expr, Operation, Type,
    dialect::{ANSI, MARIADB, MYSQL, POSTGRES, SQLITE},
    expr::{BinaryOp, Function},
    operation::{ColumnChange, Place, TypeChange},
    render,
    schema::{Column, Constraint, ConstraintKind, Index, IndexPart, Schema, Table},
    statement::{Order, Select, Source},
    types::EnumType,
};

fn status() -> EnumType {
    EnumType::new("status", ["draft", "it's", "a\\b"])
}

fn table() -> Table {
    let default = Some(Expr::value("draft"));
    Table {
        name: "post".into(),
        columns: vec![
            Column { default, ..Column::new("status", Type::Enum(status())) },
            Column { nullable: true, ..Column::new("other", Type::Enum(status())) },
        ],
        ..Table::default()
    }
}

#[test]
fn a_column_has_the_type() {
    insta::assert_snapshot!(render::create_table(&ANSI, &table()).unwrap(), @"
        CREATE TABLE post (
            status status NOT NULL DEFAULT 'draft',
            other  status
        )
        ");
    insta::assert_snapshot!(render::create_table(&POSTGRES, &table()).unwrap(), @r#"
        CREATE TABLE "post" (
            "status" "status" NOT NULL DEFAULT 'draft',
            "other"  "status"
        )
        "#);
    insta::assert_snapshot!(render::create_table(&MARIADB, &table()).unwrap(), @"
        CREATE TABLE `post` (
            `status` ENUM('draft', 'it''s', X'615C62') NOT NULL DEFAULT 'draft',
            `other`  ENUM('draft', 'it''s', X'615C62')
        ) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin
        ");
    insta::assert_snapshot!(render::create_table(&SQLITE, &table()).unwrap(), @r#"
        CREATE TABLE "post" (
            "status" VARCHAR(5) NOT NULL DEFAULT 'draft' CONSTRAINT "ck_post_status_enum" CHECK ("status" IN ('draft', 'it''s', 'a\b')),
            "other"  VARCHAR(5) CONSTRAINT "ck_post_other_enum" CHECK ("other" IN ('draft', 'it''s', 'a\b'))
        )
        "#);
}

#[test]
fn a_type_is_created_where_types_have_names() {
    let schema = Schema::new([table()]);
    insta::assert_snapshot!(render::create_types(&POSTGRES, &schema).unwrap().join(";\n"), @r#"CREATE TYPE "status" AS ENUM ('draft', 'it''s', E'a\\b')"#);
    for dialect in [&MYSQL as &dyn aludel_sql::Dialect, &MARIADB, &SQLITE] {
        assert!(render::create_types(dialect, &schema).unwrap().is_empty());
        let create = Operation::CreateType { name: "status".into(), labels: vec!["a".into()] };
        let error = render::operation(dialect, &create).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
}

#[test]
fn a_type_is_changed_value_by_value() {
    let alter = |change| Operation::AlterType { name: "status".into(), change };
    let add = alter(TypeChange::AddValue { label: "x".into(), place: Place::After("it's".into()) });
    let drop = alter(TypeChange::DropValue { label: "x".into(), using: Some("draft".into()) });
    assert_eq!(render::operation(&POSTGRES, &add).unwrap(), r#"ALTER TYPE "status" ADD VALUE 'x' AFTER 'it''s'"#);
    assert_eq!(render::operation(&ANSI, &drop).unwrap(), "ALTER TYPE status DROP VALUE 'x' USING 'draft'");
    assert_eq!(render::operation(&POSTGRES, &drop).unwrap_err().kind(), ErrorKind::Unsupported);
}

#[test]
fn what_no_database_would_take_is_refused() {
    let refused = |name: &str, label: &str| -> Error {
        let create = Operation::CreateType { name: name.into(), labels: vec![label.into()] };
        render::operation(&POSTGRES, &create).unwrap_err()
    };
    assert_eq!(
        refused("line", "a").message(),
        "`line` cannot be the name of an enum type: PostgreSQL has a type of its own by that name"
    );
    assert_eq!(refused("a", "").message(), "\"\" cannot be a value of an enum: it is empty");
    assert_eq!(refused("a", "b ").message(), "\"b \" cannot be a value of an enum: it ends with a blank");
    assert_eq!(
        refused("a", &"é".repeat(32)).message(),
        format!("{:?} cannot be a value of an enum: it is longer than 63 bytes", "é".repeat(32))
    );
    let bare = Table { columns: vec![Column::new("a", Type::Enum(EnumType::named("status")))], ..table() };
    let error = render::create_table(&SQLITE, &bare).unwrap_err();
    assert_eq!(error.message(), "the values of the enum type `status` are not known here");
}

#[test]
fn what_compares_the_column_is_made_anew_for_another_type() {
    let compares = Expr::name("status").binary(BinaryOp::Ne, Expr::value("draft"));
    let index = |name: &str, predicate| Index {
        name: name.into(),
        parts: vec![IndexPart::column("status")],
        predicate,
        ..Index::default()
    };
    let table = Table {
        constraints: vec![Constraint { name: "ck_a".into(), kind: ConstraintKind::Check(compares.clone()) }],
        indexes: vec![index("ix_part", Some(compares)), index("ix_plain", None)],
        ..table()
    };
    let ty = Type::Enum(EnumType::named("state"));
    let using = Some(Expr::Cast(Box::new(Expr::name("status")), ty.clone()));
    let change = ColumnChange::Type { ty, using };
    let alter = Operation::AlterColumn { table: "post".into(), column: "status".into(), change };
    insta::assert_snapshot!(crate::altered(&POSTGRES, &table, &alter).unwrap().join(";\n"), @r#"
        ALTER TABLE "post" DROP CONSTRAINT "ck_a";
        DROP INDEX "ix_part";
        ALTER TABLE "post" ALTER COLUMN "status" DROP DEFAULT, ALTER COLUMN "status" SET DATA TYPE "state" USING CAST(CAST("status" AS TEXT) AS "state"), ALTER COLUMN "status" SET DEFAULT 'draft';
        ALTER TABLE "post" ADD CONSTRAINT "ck_a" CHECK ("status" <> 'draft');
        CREATE INDEX "ix_part" ON "post" ("status") WHERE "status" <> 'draft'
        "#);
}

#[test]
fn values_compare_and_sort_by_their_place() {
    let place = |expr: Expr| {
        let labels = ["draft", "done"].map(Expr::value);
        Expr::Call(Function::EnumPlace, std::iter::once(expr).chain(labels).collect())
    };
    let select = Select {
        columns: vec![Expr::column(0, "id")].into(),
        from: vec![Source::table("post")],
        filter: Some(place(Expr::column(0, "status")).binary(BinaryOp::Lt, place(Expr::value("done")))),
        order_by: vec![Order { expr: place(Expr::column(0, "status")), descending: true, nulls: None }],
        ..Select::default()
    };
    insta::assert_snapshot!(render::select(&POSTGRES, &select).unwrap().sql, @r#"SELECT "id" FROM "post" WHERE "status" < $1 ORDER BY "status" DESC"#);
    insta::assert_snapshot!(render::select(&MARIADB, &select).unwrap().sql, @"SELECT `id` FROM `post` WHERE CASE `status` WHEN 'draft' THEN 0 WHEN 'done' THEN 1 END < CASE ? WHEN 'draft' THEN 0 WHEN 'done' THEN 1 END ORDER BY `status` DESC");
    insta::assert_snapshot!(render::select(&SQLITE, &select).unwrap().sql, @r#"SELECT "id" FROM "post" WHERE CASE "status" WHEN 'draft' THEN 0 WHEN 'done' THEN 1 END < CASE ?1 WHEN 'draft' THEN 0 WHEN 'done' THEN 1 END ORDER BY CASE "status" WHEN 'draft' THEN 0 WHEN 'done' THEN 1 END DESC"#);
}
