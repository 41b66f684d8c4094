//! Changes of rows.

use super::{Database, POSTS, USERS, chain};

#[tokio::test]
async fn data_goes_up_and_down_with_the_schema() {
    let database = Database::new().await;
    let split = "ALTER TABLE \"user\" ADD COLUMN given VARCHAR(64);\nALTER TABLE \"user\" ADD COLUMN family VARCHAR(64);\n\
        UPDATE \"user\" SET given = SUBSTRING(name FROM 1 FOR POSITION(' ' IN name) - 1), \
        family = SUBSTRING(name FROM POSITION(' ' IN name) + 1) WHERE name LIKE '% %';\n\
        UPDATE \"user\" SET given = name, family = '' WHERE given IS NULL;\n\
        ALTER TABLE \"user\" ALTER COLUMN given SET NOT NULL;\nALTER TABLE \"user\" ALTER COLUMN family SET NOT NULL;\n\
        DROP INDEX ix_user_name;\nALTER TABLE \"user\" DROP COLUMN name;\n\n-- @downgrade\n\n\
        ALTER TABLE \"user\" ADD COLUMN name VARCHAR(129);\nUPDATE \"user\" SET name = TRIM(given || ' ' || family);\n\
        ALTER TABLE \"user\" ALTER COLUMN name SET NOT NULL;\nALTER TABLE \"user\" ALTER COLUMN name SET DATA TYPE VARCHAR(64);\n\
        ALTER TABLE \"user\" DROP COLUMN given;\nALTER TABLE \"user\" DROP COLUMN family;\n\
        CREATE UNIQUE INDEX ix_user_name ON \"user\" (name);\n";
    let migrator = chain(&[USERS, POSTS, split]);
    migrator.upgrade(&database.engine, "r2", |_| {}).await.unwrap();
    database.execute("INSERT INTO \"user\" (name, email) VALUES ('Susan Example', 's@x'), ('John', NULL)").await;
    database.execute("INSERT INTO post (body, user_id) VALUES ('hello', 1)").await;
    database.upgrade(&migrator).await.unwrap();
    let rows = "SELECT given, family, email FROM \"user\" ORDER BY id";
    assert_eq!(database.query(rows).await, "Susan|Example|s@x\nJohn||NULL");
    assert_eq!(database.query("SELECT body, user_id FROM post").await, "hello|1");
    database.downgrade(&migrator, "-1").await.unwrap();
    assert_eq!(database.query("SELECT name, email FROM \"user\" ORDER BY id").await, "Susan Example|s@x\nJohn|NULL");
    database.upgrade(&migrator).await.unwrap();
    assert_eq!(database.query(rows).await, "Susan|Example|s@x\nJohn||NULL");
}

#[tokio::test]
async fn after_rows_with_ids_of_their_own_the_database_counts_on() {
    let database = Database::new().await;
    let rows = "INSERT INTO \"user\" (id, name) VALUES (1, 'a'), (7, 'b');\nINSERT INTO \"user\" (name) VALUES ('c');\n\
        INSERT INTO \"user\" (id, name) SELECT id + 10, name || '!' FROM \"user\";\n";
    database.upgrade(&chain(&[USERS, rows])).await.unwrap();
    database.execute("INSERT INTO \"user\" (name) VALUES ('d')").await;
    assert_eq!(
        database.query("SELECT id, name FROM \"user\" ORDER BY id").await,
        "1|a\n7|b\n8|c\n11|a!\n17|b!\n18|c!\n19|d"
    );
}

#[tokio::test]
async fn checks_put_off_to_the_end_are_no_obstacle_to_a_change_of_their_table() {
    let database = Database::new().await;
    if !database.dialect().capability().deferrable {
        return;
    }
    let key = "CREATE TABLE post (\n    id BIGINT PRIMARY KEY,\n    user_id BIGINT,\n    \
        CONSTRAINT fk_post FOREIGN KEY (user_id) REFERENCES \"user\" (id) DEFERRABLE INITIALLY DEFERRED\n);\n";
    let change = "INSERT INTO \"user\" (name) VALUES ('a');\nINSERT INTO post (id, user_id) VALUES (1, 1);\n\
        ALTER TABLE post ADD COLUMN body TEXT;\nALTER TABLE post ALTER COLUMN user_id SET NOT NULL;\n";
    database.upgrade(&chain(&[USERS, key, change])).await.unwrap();
    assert_eq!(database.query("SELECT id, user_id, body FROM post").await, "1|1|NULL");
}

#[tokio::test]
async fn parts_divided_by_commit_are_done_in_order() {
    let database = Database::new().await;
    let parts = "INSERT INTO \"user\" (name) VALUES ('a');\n-- @commit\nINSERT INTO \"user\" (name) VALUES ('b');\n-- @commit\n\
        ALTER TABLE \"user\" ALTER COLUMN email SET DEFAULT 'c';\n\n-- @downgrade\n\n\
        ALTER TABLE \"user\" ALTER COLUMN email DROP DEFAULT;\n-- @commit\nDELETE FROM \"user\";\n";
    let migrator = chain(&[USERS, parts]);
    migrator.upgrade(&database.engine, "r1", |_| {}).await.unwrap();
    database.execute("INSERT INTO \"user\" (id, name) VALUES (50, 'b')").await;
    database.upgrade(&migrator).await.unwrap_err();
    assert_eq!(database.query("SELECT name FROM \"user\" ORDER BY name").await, "a\nb", "the first part stays");
    assert_eq!(
        database.query("SELECT state, direction, step, steps FROM aludel_history WHERE id = 'r2'").await,
        "failed|upgrade|1|3"
    );
    database.execute("DELETE FROM \"user\" WHERE name = 'b'").await;
    database.upgrade(&migrator).await.unwrap();
    database.execute("INSERT INTO \"user\" (name) VALUES ('d')").await;
    assert_eq!(database.query("SELECT name, email FROM \"user\" ORDER BY name").await, "a|NULL\nb|NULL\nd|c");
    database.downgrade(&migrator, "r1").await.unwrap();
    assert_eq!(database.query("SELECT COUNT(*) FROM \"user\"").await, "0");
}
