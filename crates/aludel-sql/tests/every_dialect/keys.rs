//! What can be a key, and be indexed.

use aludel_sql::{
    Dialect, ErrorKind, Operation,
    dialect::{MARIADB, MYSQL, POSTGRES, SQLITE},
    render,
    schema::{Action, Constraint, ConstraintKind, Counter, ForeignKey},
};

use crate::{altered, every_operation, operation, table};

#[test]
fn rows_that_exclude_each_other() {
    let exclude = |rest: &str| {
        every_operation(&format!(
            "CREATE TABLE t (a TIMESTAMP, b TIMESTAMP, room BIGINT, CONSTRAINT ex EXCLUDE {rest});"
        ))
    };
    insta::assert_snapshot!(exclude("USING gist (room WITH =, (tsrange(a, b, '[]')) range_ops WITH &&) WHERE (a > b) DEFERRABLE"), @r#"
        sqlite:
        Unsupported: sqlite cannot exclude rows that are in conflict with others
          help: Refuse them by a trigger, or look for them in the transaction that writes the row
        postgres:
        CREATE TABLE "t" (
            "a"    TIMESTAMP(6),
            "b"    TIMESTAMP(6),
            "room" BIGINT,
            CONSTRAINT "ex" EXCLUDE USING "gist" ("room" WITH =, (tsrange("a", "b", '[]')) "range_ops" WITH &&) WHERE ("a" > "b") DEFERRABLE
        )
        mysql:
        Unsupported: mysql cannot exclude rows that are in conflict with others
          help: Refuse them by a trigger, or look for them in the transaction that writes the row
        mariadb:
        Unsupported: mariadb cannot exclude rows that are in conflict with others
          help: Refuse them by a trigger, or look for them in the transaction that writes the row
        "#);
    // What comes by itself need not be said.
    assert_eq!(exclude("USING btree (a WITH =) DEFERRABLE INITIALLY IMMEDIATE"), exclude("(a WITH =) DEFERRABLE"));
    insta::assert_snapshot!(every_operation("UPDATE t SET a = 1 WHERE INT8RANGE(b, c) IS NULL;"), @r#"
        sqlite:
        Unsupported: sqlite has no ranges
          help: Compare where they begin and end
        postgres: UPDATE "t" SET "a" = 1 WHERE int8range("b", "c") IS NULL
        mysql:
        Unsupported: mysql has no ranges
          help: Compare where they begin and end
        mariadb:
        Unsupported: mariadb has no ranges
          help: Compare where they begin and end
        "#);
}

#[test]
fn foreign_keys_of_which_a_part_is_null() {
    let key = |rest: &str| {
        every_operation(&format!(
            "CREATE TABLE t (a INTEGER, b INTEGER, CONSTRAINT fk FOREIGN KEY (a, b) REFERENCES u (x, y){rest});"
        ))
    };
    insta::assert_snapshot!(key(" MATCH FULL ON UPDATE CASCADE"), @r#"
        sqlite:
        Unsupported: sqlite cannot refuse a foreign key of which a part is NULL
          help: Leave MATCH FULL out, and add a check such as (a IS NULL) = (b IS NULL)
        postgres:
        CREATE TABLE "t" (
            "a" INTEGER,
            "b" INTEGER,
            CONSTRAINT "fk" FOREIGN KEY ("a", "b") REFERENCES "u" ("x", "y") MATCH FULL ON UPDATE CASCADE
        )
        mysql:
        Unsupported: mysql cannot refuse a foreign key of which a part is NULL
          help: Leave MATCH FULL out, and add a check such as (a IS NULL) = (b IS NULL)
        mariadb:
        Unsupported: mariadb cannot refuse a foreign key of which a part is NULL
          help: Leave MATCH FULL out, and add a check such as (a IS NULL) = (b IS NULL)
        "#);
    insta::assert_snapshot!(key(" ON DELETE SET NULL (b)"), @r#"
        sqlite:
        Unsupported: sqlite cannot change some columns of a foreign key alone
          help: Leave the columns after SET NULL out, and let all of them be NULL
        postgres:
        CREATE TABLE "t" (
            "a" INTEGER,
            "b" INTEGER,
            CONSTRAINT "fk" FOREIGN KEY ("a", "b") REFERENCES "u" ("x", "y") ON DELETE SET NULL ("b")
        )
        mysql:
        Unsupported: mysql cannot change some columns of a foreign key alone
          help: Leave the columns after SET NULL out, and let all of them be NULL
        mariadb:
        Unsupported: mariadb cannot change some columns of a foreign key alone
          help: Leave the columns after SET NULL out, and let all of them be NULL
        "#);
    // What comes by itself need not be said.
    let plain = key(" ON DELETE SET DEFAULT");
    assert_eq!(key(" MATCH SIMPLE ON DELETE SET DEFAULT (b, a)"), plain);
    let wrong = ForeignKey {
        columns: vec!["a".into()],
        set_columns: vec!["b".into()],
        on_delete: Action::SetNull,
        ..ForeignKey::default()
    };
    let constraint = Constraint { name: "fk".into(), kind: ConstraintKind::ForeignKey(wrong) };
    let add = Operation::AddConstraint { table: "t".into(), constraint };
    let error = render::operation(&POSTGRES, &add).unwrap_err();
    assert!(error.message().contains("cannot change `b`"), "{error}");
}

#[test]
fn texts_without_a_length_are_no_keys_on_mysql() {
    insta::assert_snapshot!(every_operation("CREATE TABLE t (a TEXT PRIMARY KEY);"), @r#"
        sqlite:
        CREATE TABLE "t" (
            "a" TEXT NOT NULL PRIMARY KEY
        )
        postgres:
        CREATE TABLE "t" (
            "a" TEXT,
            CONSTRAINT "pk_t" PRIMARY KEY ("a")
        )
        mysql:
        Unsupported: mysql cannot index `t.a`: it is TEXT
          help: Give the column a length, such as VARCHAR(255)
        mariadb:
        Unsupported: mariadb cannot index `t.a`: it is TEXT
          help: Give the column a length, such as VARCHAR(255)
        "#);
    insta::assert_snapshot!(every_operation("CREATE TABLE t (a VARCHAR(500), b VARCHAR(300), CONSTRAINT uq_t_ab UNIQUE (a, b));"), @r#"
        sqlite, postgres:
        CREATE TABLE "t" (
            "a" VARCHAR(500),
            "b" VARCHAR(300),
            CONSTRAINT "uq_t_ab" UNIQUE ("a", "b")
        )
        mysql:
        Unsupported: mysql cannot index `a`, `b` of `t`: that is 3200 bytes, and a key has 3072 at most
          help: Make the columns shorter: a character takes four bytes, so that 768 of them are a key
        mariadb:
        Unsupported: mariadb cannot index `a`, `b` of `t`: that is 3200 bytes, and a key has 3072 at most
          help: Make the columns shorter: a character takes four bytes, so that 768 of them are a key
        "#);
    assert!(render::operation(&MARIADB, &operation("CREATE TABLE t (a VARCHAR(768) PRIMARY KEY);")).is_ok());
    assert!(render::operation(&MARIADB, &operation("CREATE TABLE t (a VARCHAR(769) PRIMARY KEY);")).is_err());

    let table = table("CREATE TABLE t (a TEXT, b VARBINARY(3073), c JSON, d UUID);");
    for column in ["a", "b", "c", "d"] {
        for source in [
            format!("CREATE INDEX ix ON t ({column});"),
            format!("ALTER TABLE t ADD CONSTRAINT uq UNIQUE ({column});"),
            format!("ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY ({column}) REFERENCES u (x);"),
        ] {
            let operation = operation(&source);
            assert!(altered(&POSTGRES, &table, &operation).is_ok(), "{source}");
            for dialect in [&MYSQL, &MARIADB] {
                match altered(dialect, &table, &operation) {
                    Ok(_) => assert_eq!(column, "d", "{source}"),
                    Err(error) => {
                        assert_eq!((error.kind(), error.table()), (ErrorKind::Unsupported, Some("t")), "{source}");
                        assert_eq!(error.columns(), Some(&[column.to_owned()][..]), "{source}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_key_does_not_become_a_text_without_a_length() {
    let indexed = table("CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(9)); CREATE INDEX ix ON t (a);");
    let to_text = operation("ALTER TABLE t ALTER COLUMN a SET DATA TYPE TEXT;");
    insta::assert_snapshot!(altered(&MARIADB, &indexed, &to_text).unwrap_err(), @"
        mariadb cannot index `t.a`: it is TEXT
          help: Give the column a length, such as VARCHAR(255), or index its beginning, as in (a(100))
        ");
}

#[test]
fn create_index() {
    insta::assert_snapshot!(every_operation("CREATE UNIQUE INDEX ix ON t (a DESC, b);"), @r#"
        sqlite, postgres: CREATE UNIQUE INDEX "ix" ON "t" ("a" DESC, "b")
        mysql, mariadb: CREATE UNIQUE INDEX `ix` ON `t` (`a` DESC, `b`)
        "#);
    insta::assert_snapshot!(every_operation("CREATE INDEX ix ON t ((LOWER(a)));"), @r#"
        sqlite, postgres: CREATE INDEX "ix" ON "t" ((LOWER("a")))
        mysql: CREATE INDEX `ix` ON `t` ((LOWER(`a`)))
        mariadb:
        Unsupported: mariadb cannot index an expression
          help: Index a computed column instead
        "#);
    insta::assert_snapshot!(every_operation("CREATE INDEX ix ON t (a) WHERE a IS NOT NULL;"), @r#"
        sqlite, postgres: CREATE INDEX "ix" ON "t" ("a") WHERE "a" IS NOT NULL
        mysql:
        Unsupported: mysql cannot index a part of the rows
          help: Leave the WHERE out
        mariadb:
        Unsupported: mariadb cannot index a part of the rows
          help: Leave the WHERE out
        "#);
}

#[test]
fn postgres_counts_on_behind_ids_of_others() {
    insta::assert_snapshot!(POSTGRES.after_explicit_ids("us'er", "id", &Counter::default()).unwrap(), @r#"SELECT setval(s, m) FROM (SELECT pg_get_serial_sequence('"us''er"', 'id')::regclass AS s, (SELECT max("id") FROM "us'er") AS m) AS q WHERE m > coalesce(pg_sequence_last_value(s), 0)"#);
    for dialect in [&SQLITE as &dyn Dialect, &MYSQL, &MARIADB] {
        assert_eq!(dialect.after_explicit_ids("user", "id", &Counter::default()), None);
    }
}

#[test]
fn nothing_but_the_table_says_what_is_lost() {
    let source = "ALTER TABLE t ALTER COLUMN a SET NOT NULL;";
    insta::assert_snapshot!(every_operation(source), @r#"
        sqlite:
        Unsupported: sqlite cannot change a column
          help: Rebuild the table
        postgres: ALTER TABLE "t" ALTER COLUMN "a" SET NOT NULL
        mysql:
        Usage: mysql must know the table to change a column
          help: Use `render::alter`
        mariadb:
        Usage: mariadb must know the table to change a column
          help: Use `render::alter`
        "#);
    for source in [
        "ALTER TABLE t ALTER COLUMN nope SET NOT NULL;",
        "ALTER TABLE t ALTER COLUMN nope SET DEFAULT 1;",
        "ALTER TABLE t DROP CONSTRAINT nope;",
    ] {
        let error = altered(&MYSQL, &table("CREATE TABLE t (a INTEGER);"), &operation(source)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{source}");
        assert!(error.message().contains("nope"), "{error}");
    }
}
