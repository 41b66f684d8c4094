//! Rows that stand in the way are counted before anything is touched.

use aludel_sql::ErrorKind;
use insta::assert_snapshot;

use super::{Database, POSTS, USERS, chain};

const ROWS: &str =
    "INSERT INTO \"user\" (name, email) VALUES ('a', 'x@x'), ('b', 'x@x'), ('c', NULL), ('d', 'longer than ten');
    INSERT INTO post (body, user_id) VALUES ('12', 1), ('twelve', 2), (NULL, 3), ('1x', 4), ('-3', 4);";

async fn refused(change: &str) -> String {
    let database = Database::new().await;
    database.upgrade(&chain(&[USERS, POSTS])).await.unwrap();
    database.execute(ROWS).await;
    let before = database.schema().await;
    let error = database.upgrade(&chain(&[USERS, POSTS, change])).await.unwrap_err();
    // What stands before the refused statement stays where DDL cannot be rolled back.
    if database.rolls_back() || change.matches(';').count() == 1 {
        assert_eq!(database.schema().await, before);
    }
    assert_eq!(error.kind(), ErrorKind::Migration);
    assert!(error.table().is_some(), "{error:?}");
    let text = error.to_string();
    let stays = format!(
        "; {} cannot undo DDL: of the 2 statements the first is done and stays, the others are not",
        database.dialect().name()
    );
    text.replace(&stays, "").replace("; then run `db upgrade` again: it goes on from there", "")
}

#[tokio::test]
async fn rows_in_the_way_are_counted_and_named() {
    assert_snapshot!(refused("ALTER TABLE \"user\" ALTER COLUMN email SET NOT NULL;\n").await, @r#"
    the upgrade of revision `r3` failed, migrations/r3.sql:9:1: `ALTER TABLE "user" ALTER COLUMN email SET NOT NULL`: `user.email` was to become NOT NULL, and is NULL in 1 row
      help: Fill them with UPDATE before ALTER COLUMN email SET NOT NULL, or delete them
    "#);
    assert_snapshot!(refused("ALTER TABLE \"user\" ADD COLUMN age INTEGER NOT NULL;\n").await, @r#"
    the upgrade of revision `r3` failed, migrations/r3.sql:9:1: `ALTER TABLE "user" ADD COLUMN age INTEGER NOT NULL`: `user` has 4 rows, and the new column `age` is NOT NULL and has no default
      help: Give it a DEFAULT, or add it without NOT NULL, fill it with UPDATE, then ALTER COLUMN age SET NOT NULL
    "#);
    assert_snapshot!(refused("ALTER TABLE \"user\" ADD COLUMN age INTEGER;\nALTER TABLE \"user\" ALTER COLUMN age SET NOT NULL;\n").await, @r#"
    the upgrade of revision `r3` failed, migrations/r3.sql:10:1: `ALTER TABLE "user" ALTER COLUMN age SET NOT NULL`: `user.age` was to become NOT NULL, and is NULL in 4 rows
      help: Fill them with UPDATE before ALTER COLUMN age SET NOT NULL, or delete them
    "#);
    assert_snapshot!(refused("CREATE UNIQUE INDEX ix_user_email ON \"user\" (email);\n").await, @r#"
    the upgrade of revision `r3` failed, migrations/r3.sql:9:1: `CREATE UNIQUE INDEX ix_user_email ON "user" (email)`: unique index `ix_user_email` on `user` cannot be: its values are repeated in 1 row
      help: Delete or correct the repeated rows first
    "#);
    assert_snapshot!(refused("ALTER TABLE \"user\" ADD CONSTRAINT uq_user_email UNIQUE (email);\n").await, @r#"
    the upgrade of revision `r3` failed, migrations/r3.sql:9:1: `ALTER TABLE "user" ADD CONSTRAINT uq_user_email UNIQUE (email)`: unique constraint `uq_user_email` on `user` cannot be: its values are repeated in 1 row
      help: Delete or correct the repeated rows first
    "#);
    assert_snapshot!(refused("ALTER TABLE \"user\" ADD CONSTRAINT ck_user_name CHECK (name < 'c');\n").await, @r#"
    the upgrade of revision `r3` failed, migrations/r3.sql:9:1: `ALTER TABLE "user" ADD CONSTRAINT ck_user_name CHECK (name < 'c')`: check constraint `ck_user_name` on `user` is violated in 2 rows
      help: Delete or correct them first
    "#);
    assert_snapshot!(refused("ALTER TABLE \"user\" ALTER COLUMN email SET DATA TYPE VARCHAR(10);\n").await, @r#"
    the upgrade of revision `r3` failed, migrations/r3.sql:9:1: `ALTER TABLE "user" ALTER COLUMN email SET DATA TYPE VARCHAR(10)`: `user.email` does not fit VARCHAR(10) in 1 row
      help: Correct them with UPDATE before the type changes, or convert them another way with USING
    "#);
    assert_snapshot!(refused("ALTER TABLE post ALTER COLUMN body SET DATA TYPE INTEGER USING CAST(body AS INTEGER);\n").await, @"
    the upgrade of revision `r3` failed, migrations/r3.sql:9:1: `ALTER TABLE post ALTER COLUMN body SET DATA TYPE INTEGER USING CAST(body AS INTEGER)`: `post.body` does not fit INTEGER in 2 rows
      help: Correct them with UPDATE before the type changes, or convert them another way with USING
    ");
    assert_snapshot!(refused("ALTER TABLE post ALTER COLUMN body SET DATA TYPE INTEGER;\n").await, @"
    migrations/r3.sql:9:1: `post.body` cannot become INTEGER by itself: not every TEXT is one
      help: Say how: ALTER COLUMN body SET DATA TYPE INTEGER USING CAST(body AS INTEGER)
    ");
    assert_snapshot!(
        refused("ALTER TABLE post ADD COLUMN tag_id BIGINT DEFAULT 5;\nALTER TABLE post ADD CONSTRAINT fk_post_tag FOREIGN KEY (tag_id) REFERENCES \"user\" (id);\n").await,
        @r#"
    the upgrade of revision `r3` failed, migrations/r3.sql:10:1: `ALTER TABLE post ADD CONSTRAINT fk_post_tag FOREIGN KEY (tag_id) REFERENCES "user" (id)`: foreign key `fk_post_tag` on `post` refers to no row of `user` in 5 rows
      help: Delete or correct them first
    "#
    );
}

#[tokio::test]
async fn rows_with_the_same_nulls_are_counted_where_one_is_enough() {
    if !Database::new().await.dialect().capability().index_options {
        return;
    }
    let index = "CREATE UNIQUE INDEX ix_user ON \"user\" (email) NULLS NOT DISTINCT;\n";
    let free = "UPDATE \"user\" SET email = NULL WHERE email = 'x@x';\n";
    let error = refused(&format!("{free}{index}")).await;
    assert!(error.contains("unique index `ix_user` on `user` cannot be: its values are repeated in 2 rows"), "{error}");
    let constraint = "ALTER TABLE \"user\" ADD CONSTRAINT uq_user UNIQUE NULLS NOT DISTINCT (email);\n";
    let error = refused(&format!("{free}{constraint}")).await;
    assert!(
        error.contains("unique constraint `uq_user` on `user` cannot be: its values are repeated in 2 rows"),
        "{error}"
    );
}

#[tokio::test]
async fn rows_that_refer_by_a_part_are_counted_where_the_key_is_matched_in_full() {
    if !Database::new().await.dialect().capability().foreign_key_options {
        return;
    }
    let key = |clause: &str| {
        format!(
            "ALTER TABLE \"user\" ADD CONSTRAINT uq_user UNIQUE (id, name);\n\
             ALTER TABLE post ADD COLUMN name VARCHAR(64);\n\
             ALTER TABLE post ADD CONSTRAINT fk_pair FOREIGN KEY (user_id, name) REFERENCES \"user\" (id, name){clause};\n"
        )
    };
    let error = refused(&key(" MATCH FULL")).await;
    assert!(error.contains("foreign key `fk_pair` on `post` refers to no row of `user` in 5 rows"), "{error}");
    let database = Database::new().await;
    database.upgrade(&chain(&[USERS, POSTS])).await.unwrap();
    database.execute(ROWS).await;
    database.upgrade(&chain(&[USERS, POSTS, &key("")])).await.unwrap();
}

#[tokio::test]
async fn rows_that_are_fine_are_no_obstacle() {
    let database = Database::new().await;
    database.upgrade(&chain(&[USERS, POSTS])).await.unwrap();
    database.execute(ROWS).await;
    let change = "UPDATE \"user\" SET email = name WHERE email IS NULL OR CHAR_LENGTH(email) > 10 OR name = 'b';\n\
        ALTER TABLE \"user\" ALTER COLUMN email SET NOT NULL;\n\
        ALTER TABLE \"user\" ALTER COLUMN email SET DATA TYPE VARCHAR(10);\n\
        CREATE UNIQUE INDEX ix_user_email ON \"user\" (email);\n\
        DELETE FROM post WHERE body IN ('twelve', '1x');\n\
        ALTER TABLE post ALTER COLUMN body SET DATA TYPE INTEGER USING CAST(body AS INTEGER);\n\
        CREATE UNIQUE INDEX ix_post_body ON post (body);\n";
    database.upgrade(&chain(&[USERS, POSTS, change])).await.unwrap();
    assert_eq!(database.query("SELECT body FROM post ORDER BY id").await, "12\nNULL\n-3");
}

#[tokio::test]
async fn an_empty_table_takes_anything() {
    let database = Database::new().await;
    let change = "ALTER TABLE \"user\" ADD COLUMN age INTEGER NOT NULL;\nALTER TABLE \"user\" ALTER COLUMN email SET NOT NULL;\n";
    database.upgrade(&chain(&[USERS, change])).await.unwrap();
    database.execute("INSERT INTO \"user\" (name, email, age) VALUES ('a', 'b', 1)").await;
    assert!(database.try_execute("INSERT INTO \"user\" (name, email) VALUES ('a', 'b')").await.is_err());
}
