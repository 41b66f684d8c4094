//! Indexes of kinds that not every database has.

use aludel_sql::{
    Dialect, ErrorKind, ansi,
    dialect::{MARIADB, MYSQL, POSTGRES},
    render,
    schema::{Index, IndexPart},
};

use crate::{altered, every_operation, operation, table};

#[test]
fn methods_included_columns_and_the_place_of_nulls() {
    insta::assert_snapshot!(every_operation("CREATE INDEX ix ON t USING gin (tags);"), @r#"
        sqlite:
        Unsupported: sqlite cannot index by the method gin
          help: Leave USING out
        postgres: CREATE INDEX "ix" ON "t" USING "gin" ("tags")
        mysql:
        Unsupported: mysql cannot index by the method gin
          help: Leave USING out
        mariadb:
        Unsupported: mariadb cannot index by the method gin
          help: Leave USING out
        "#);
    insta::assert_snapshot!(every_operation("CREATE INDEX ix ON t USING btree (tags);"), @r#"
        sqlite, postgres: CREATE INDEX "ix" ON "t" ("tags")
        mysql, mariadb: CREATE INDEX `ix` ON `t` (`tags`)
        "#);
    insta::assert_snapshot!(every_operation("CREATE UNIQUE INDEX ix ON t (a) INCLUDE (b, \"order\") WHERE a > 1;"), @r#"
        sqlite:
        Unsupported: sqlite cannot keep columns beside an index
          help: Leave INCLUDE out, or index those columns too
        postgres: CREATE UNIQUE INDEX "ix" ON "t" ("a") INCLUDE ("b", "order") WHERE "a" > 1
        mysql:
        Unsupported: mysql cannot keep columns beside an index
          help: Leave INCLUDE out, or index those columns too
        mariadb:
        Unsupported: mariadb cannot keep columns beside an index
          help: Leave INCLUDE out, or index those columns too
        "#);
    insta::assert_snapshot!(every_operation("CREATE INDEX ix ON t (a DESC NULLS LAST);"), @r#"
        sqlite:
        Unsupported: sqlite cannot say where NULLs come in an index
          help: Leave NULLS FIRST or NULLS LAST out
        postgres: CREATE INDEX "ix" ON "t" ("a" DESC NULLS LAST)
        mysql:
        Unsupported: mysql cannot say where NULLs come in an index
          help: Leave NULLS FIRST or NULLS LAST out
        mariadb:
        Unsupported: mariadb cannot say where NULLs come in an index
          help: Leave NULLS FIRST or NULLS LAST out
        "#);
    insta::assert_snapshot!(every_operation("CREATE INDEX ix ON t (a NULLS FIRST, b);"), @r#"
        sqlite:
        Unsupported: sqlite cannot say where NULLs come in an index
          help: Leave NULLS FIRST or NULLS LAST out
        postgres: CREATE INDEX "ix" ON "t" ("a" NULLS FIRST, "b")
        mysql:
        Unsupported: mysql cannot say where NULLs come in an index
          help: Leave NULLS FIRST or NULLS LAST out
        mariadb:
        Unsupported: mariadb cannot say where NULLs come in an index
          help: Leave NULLS FIRST or NULLS LAST out
        "#);
    // What comes by itself need not be said.
    insta::assert_snapshot!(every_operation("CREATE INDEX ix ON t (a DESC NULLS FIRST, b ASC NULLS LAST);"), @r#"
        sqlite, postgres: CREATE INDEX "ix" ON "t" ("a" DESC, "b")
        mysql, mariadb: CREATE INDEX `ix` ON `t` (`a` DESC, `b`)
        "#);
}

#[test]
fn operator_classes_and_how_an_index_is_stored() {
    insta::assert_snapshot!(every_operation("CREATE INDEX ix ON t USING gin (data jsonb_path_ops);"), @r#"
        sqlite:
        Unsupported: sqlite cannot index by the method gin
          help: Leave USING out
        postgres: CREATE INDEX "ix" ON "t" USING "gin" ("data" "jsonb_path_ops")
        mysql:
        Unsupported: mysql cannot index by the method gin
          help: Leave USING out
        mariadb:
        Unsupported: mariadb cannot index by the method gin
          help: Leave USING out
        "#);
    insta::assert_snapshot!(every_operation("CREATE INDEX ix ON t (name text_pattern_ops DESC, (LOWER(name)) text_pattern_ops);"), @r#"
        sqlite:
        Unsupported: sqlite cannot say the operator class of an index
          help: Leave the operator class out
        postgres: CREATE INDEX "ix" ON "t" ("name" "text_pattern_ops" DESC, (LOWER("name")) "text_pattern_ops")
        mysql:
        Unsupported: mysql cannot say the operator class of an index
          help: Leave the operator class out
        mariadb:
        Unsupported: mariadb cannot say the operator class of an index
          help: Leave the operator class out
        "#);
    insta::assert_snapshot!(every_operation("CREATE INDEX ix ON t (a) INCLUDE (b) WITH (fillfactor = 70, deduplicate_items = OFF) WHERE a > 1;"), @r#"
        sqlite:
        Unsupported: sqlite cannot keep columns beside an index
          help: Leave INCLUDE out, or index those columns too
        postgres: CREATE INDEX "ix" ON "t" ("a") INCLUDE ("b") WITH ("deduplicate_items" = off, "fillfactor" = 70) WHERE "a" > 1
        mysql:
        Unsupported: mysql cannot keep columns beside an index
          help: Leave INCLUDE out, or index those columns too
        mariadb:
        Unsupported: mariadb cannot keep columns beside an index
          help: Leave INCLUDE out, or index those columns too
        "#);
}

#[test]
fn nulls_are_the_same_where_that_is_said() {
    insta::assert_snapshot!(every_operation("CREATE UNIQUE INDEX ix ON t (a, b) NULLS NOT DISTINCT;"), @r#"
        sqlite:
        Unsupported: sqlite cannot take two NULLs for the same in what is unique
          help: Leave NULLS NOT DISTINCT out, and make the columns NOT NULL
        postgres: CREATE UNIQUE INDEX "ix" ON "t" ("a", "b") NULLS NOT DISTINCT
        mysql:
        Unsupported: mysql cannot take two NULLs for the same in what is unique
          help: Leave NULLS NOT DISTINCT out, and make the columns NOT NULL
        mariadb:
        Unsupported: mariadb cannot take two NULLs for the same in what is unique
          help: Leave NULLS NOT DISTINCT out, and make the columns NOT NULL
        "#);
    insta::assert_snapshot!(every_operation("CREATE UNIQUE INDEX ix ON t (a) NULLS DISTINCT;"), @r#"
        sqlite, postgres: CREATE UNIQUE INDEX "ix" ON "t" ("a")
        mysql, mariadb: CREATE UNIQUE INDEX `ix` ON `t` (`a`)
        "#);
    insta::assert_snapshot!(every_operation("CREATE TABLE t (a INTEGER, CONSTRAINT uq UNIQUE NULLS NOT DISTINCT (a));"), @r#"
        sqlite:
        Unsupported: sqlite cannot take two NULLs for the same in what is unique
          help: Leave NULLS NOT DISTINCT out, and make the columns NOT NULL
        postgres:
        CREATE TABLE "t" (
            "a" INTEGER,
            CONSTRAINT "uq" UNIQUE NULLS NOT DISTINCT ("a")
        )
        mysql:
        Unsupported: mysql cannot take two NULLs for the same in what is unique
          help: Leave NULLS NOT DISTINCT out, and make the columns NOT NULL
        mariadb:
        Unsupported: mariadb cannot take two NULLs for the same in what is unique
          help: Leave NULLS NOT DISTINCT out, and make the columns NOT NULL
        "#);
    let index =
        Index { name: "ix".into(), parts: vec![IndexPart::column("a")], nulls_not_distinct: true, ..Index::default() };
    let error = render::create_index(&POSTGRES, "t", &index).unwrap_err();
    assert!(error.message().contains("is not unique"), "{error}");
    let index =
        Index { nulls_not_distinct: false, with: [("fillfactor".to_owned(), "7) x".to_owned())].into(), ..index };
    let error = render::create_index(&POSTGRES, "t", &index).unwrap_err();
    assert!(error.message().contains("cannot be stored with fillfactor = 7) x"), "{error}");
}

#[test]
fn a_full_text_index_is_of_a_kind_of_its_own() {
    insta::assert_snapshot!(every_operation("CREATE INDEX ix ON t USING fulltext (title, body);"), @"
        sqlite:
        Unsupported: sqlite cannot index by the method fulltext
          help: Leave USING out
        postgres:
        Unsupported: postgres cannot index by the method fulltext
          help: Leave USING out
        mysql, mariadb: CREATE FULLTEXT INDEX `ix` ON `t` (`title`, `body`)
        ");
    let texts = table("CREATE TABLE t (id BIGINT, title VARCHAR(9000), body TEXT, data JSON);");
    let of = |sql: &str| altered(&MYSQL, &texts, &operation(sql));
    assert!(of("CREATE INDEX ix ON t USING fulltext (title, body);").is_ok(), "however long they are");
    for sql in [
        "CREATE INDEX ix ON t USING fulltext (title, id);",
        "CREATE INDEX ix ON t USING fulltext (data);",
        "CREATE INDEX ix ON t USING fulltext (title DESC);",
        "CREATE INDEX ix ON t USING fulltext (body(5));",
        "CREATE UNIQUE INDEX ix ON t USING fulltext (body);",
    ] {
        assert_eq!(of(sql).unwrap_err().kind(), ErrorKind::Unsupported, "{sql}");
    }
}

#[test]
fn the_beginning_of_a_column_is_indexed_where_it_can_be() {
    insta::assert_snapshot!(every_operation("CREATE UNIQUE INDEX ix ON t (body(50) DESC, title);"), @"
        sqlite:
        Unsupported: sqlite cannot index the beginning of a column
          help: Leave the length out, or index an expression: (SUBSTRING(a FROM 1 FOR 50))
        postgres:
        Unsupported: postgres cannot index the beginning of a column
          help: Leave the length out, or index an expression: (SUBSTRING(a FROM 1 FOR 50))
        mysql, mariadb: CREATE UNIQUE INDEX `ix` ON `t` (`body`(50) DESC, `title`)
        ");
    let texts = table("CREATE TABLE t (id BIGINT, title VARCHAR(90), body TEXT, bytes BLOB);");
    let of =
        |dialect: &dyn Dialect, sql: &str| altered(dialect, &texts, &operation(sql)).map_err(|error| error.to_string());
    assert!(of(&MARIADB, "CREATE INDEX ix ON t (title, body(678));").is_ok());
    insta::assert_snapshot!(of(&MARIADB, "CREATE INDEX ix ON t (title, body(679));").unwrap_err(), @"
        mariadb cannot index `title`, `body` of `t`: that is 3076 bytes, and a key has 3072 at most
          help: Make the columns shorter: a character takes four bytes, so that 768 of them are a key
        ");
    assert!(of(&MARIADB, "CREATE INDEX ix ON t (bytes(3072));").is_ok(), "a byte is one");
    insta::assert_snapshot!(of(&MARIADB, "CREATE INDEX ix ON t (bytes);").unwrap_err(), @"
        mariadb cannot index `t.bytes`: it is BLOB
          help: Give the column a length, such as VARCHAR(255), or index its beginning, as in (a(100))
        ");
    insta::assert_snapshot!(of(&MYSQL, "CREATE INDEX ix ON t (title(90));").unwrap_err(), @"
        the index `ix` on `t` cannot be over the first 90 of `title`: that is all of it, or more
          help: Leave the length out, or say one that is shorter than the column
        ");
    insta::assert_snapshot!(of(&MYSQL, "CREATE INDEX ix ON t (id(4));").unwrap_err(), @"
        the index `ix` on `t` cannot be over the first 4 of `id`: BIGINT has no beginning
          help: Leave the length out, or say one that is shorter than the column
        ");
    assert!(of(&POSTGRES, "CREATE INDEX ix ON t (title(89));").unwrap_err().contains("beginning"));
}

#[test]
fn what_no_index_can_say_is_refused_where_it_is_written() {
    for sql in [
        "CREATE INDEX ix ON t (a COLLATE \"C\");",
        "CREATE INDEX ix ON t (a) TABLESPACE fast;",
        "CREATE INDEX ix ON t USING gist (a gist_trgm_ops(siglen = 32));",
    ] {
        assert!(ansi::parse(sql, 0..sql.len()).is_err(), "{sql}");
    }
}

#[test]
fn places_are_indexed_where_there_are_any() {
    insta::assert_snapshot!(every_operation("CREATE TABLE t (place POINT NOT NULL, shape GEOMETRYCOLLECTION);"), @"
        sqlite:
        Unsupported: sqlite has no POINT
          help: Keep coordinates in columns of their own, or use MySQL or MariaDB
        postgres:
        Unsupported: postgres has no POINT
          help: Keep coordinates in columns of their own, or use MySQL or MariaDB
        mysql:
        CREATE TABLE `t` (
            `place` POINT NOT NULL,
            `shape` GEOMETRYCOLLECTION
        ) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin
        mariadb:
        CREATE TABLE `t` (
            `place` POINT NOT NULL,
            `shape` GEOMETRYCOLLECTION
        ) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin
        ");
    insta::assert_snapshot!(every_operation("CREATE INDEX ix ON t USING spatial (place);"), @"
        sqlite:
        Unsupported: sqlite cannot index by the method spatial
          help: Leave USING out
        postgres:
        Unsupported: postgres cannot index by the method spatial
          help: Leave USING out
        mysql, mariadb: CREATE SPATIAL INDEX `ix` ON `t` (`place`)
        ");
    let places = table("CREATE TABLE t (id BIGINT, place POINT NOT NULL, shape GEOMETRY);");
    let of = |sql: &str| altered(&MYSQL, &places, &operation(sql));
    assert!(of("CREATE INDEX ix ON t USING spatial (place);").is_ok());
    for sql in [
        "CREATE INDEX ix ON t USING spatial (shape);",
        "CREATE INDEX ix ON t USING spatial (id);",
        "CREATE INDEX ix ON t USING spatial (place, shape);",
        "CREATE INDEX ix ON t USING spatial (place DESC);",
        "CREATE UNIQUE INDEX ix ON t USING spatial (place);",
        "CREATE INDEX ix ON t (place);",
        "ALTER TABLE t ALTER COLUMN shape SET DATA TYPE POINT USING COALESCE(CAST(id AS POINT), shape);",
    ] {
        assert_eq!(of(sql).unwrap_err().kind(), ErrorKind::Unsupported, "{sql}");
    }
    let indexed = table("CREATE TABLE t (place POINT NOT NULL); CREATE INDEX ix ON t USING spatial (place);");
    let error = altered(&MYSQL, &indexed, &operation("ALTER TABLE t ALTER COLUMN place DROP NOT NULL;")).unwrap_err();
    assert!(error.message().contains("the spatial index `ix` on `t`: its column may be NULL"), "{error}");
}

#[test]
fn a_foreign_key_needs_an_index_over_whole_columns() {
    let drop = operation("DROP INDEX ix;");
    for (other, added) in [("a", false), ("a(3)", true)] {
        let source = format!(
            "CREATE TABLE t (a VARCHAR(9), CONSTRAINT fk FOREIGN KEY (a) REFERENCES u (a)); \
             CREATE INDEX ix ON t (a); CREATE INDEX other ON t ({other});"
        );
        let sql = altered(&MARIADB, &table(&source), &drop).unwrap().join(";");
        assert_eq!(sql.contains("ADD INDEX `fk`"), added, "{sql}");
    }
}
