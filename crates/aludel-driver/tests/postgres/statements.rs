//! Statements, batches, and what is prepared.

use aludel_driver::{Batch, Query, Row, State, TransactionMode};
use aludel_sql::Value;

use crate::support::{Database, insert, integer, read, text};

#[tokio::test]
async fn a_value_that_cannot_be_sent_leaves_half_of_a_batch() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let rows = [Value::I64(1), Value::I64(1 << 40), Value::I64(2)].map(|value| vec![value]);
    let batch = || Batch { sql: "SELECT $1::int4".into(), rows: rows.to_vec(), caller: None };
    connection.begin(TransactionMode::Write).await.unwrap();
    let error = connection.execute_many(batch()).await.unwrap_err();
    assert!(error.message().contains("does not fit the type `int4`"), "{error}");
    assert_eq!(connection.state(), State::Failed, "half of it is done");
    connection.rollback().await.unwrap();
    assert_eq!(connection.state(), State::Idle);
}

#[tokio::test]
async fn what_is_prepared_follows_changes_of_the_schema() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    connection.execute(insert("a")).await.unwrap();
    let all = || read("SELECT * FROM item");
    let columns = |row: &dyn Row| Ok(row.len());
    assert_eq!(connection.fetch(all(), columns).await.unwrap(), [2]);
    let outside = database.outside().await;
    outside.batch_execute("ALTER TABLE item ADD COLUMN age int4").await.unwrap();
    assert_eq!(connection.fetch(all(), columns).await.unwrap(), [3], "prepared anew");

    // In a transaction it cannot be tried again, and the next one is right.
    outside.batch_execute("ALTER TABLE item ADD COLUMN more int4").await.unwrap();
    connection.begin(TransactionMode::Read).await.unwrap();
    connection.fetch(all(), columns).await.unwrap_err();
    assert_eq!(connection.state(), State::Failed);
    connection.rollback().await.unwrap();
    assert_eq!(connection.fetch(all(), columns).await.unwrap(), [4]);

    // A parameter that was an `int4` when it was prepared.
    let set = |age: i64| Query::write("UPDATE item SET age = $1", vec![age.into()]);
    connection.execute(set(1)).await.unwrap();
    outside.batch_execute("ALTER TABLE item ALTER COLUMN age TYPE bigint").await.unwrap();
    assert_eq!(connection.execute(set(1 << 40)).await.unwrap(), 1);

    // An enum that was dropped and made anew.
    let mood = "DROP TABLE IF EXISTS m; DROP TYPE IF EXISTS mood; CREATE TYPE mood AS ENUM ('a', 'b'); \
                CREATE TABLE m (mood mood)";
    outside.batch_execute(mood).await.unwrap();
    let feel = || Query::write("INSERT INTO m VALUES ($1)", vec!["a".into()]);
    connection.execute(feel()).await.unwrap();
    outside.batch_execute(mood).await.unwrap();
    assert_eq!(connection.execute(feel()).await.unwrap(), 1);
    assert_eq!(connection.fetch(read("SELECT mood FROM m"), text).await.unwrap(), ["a"]);

    connection.execute(Query::other("DEALLOCATE ALL")).await.unwrap();
    assert_eq!(connection.execute(set(3)).await.unwrap(), 1, "dropped behind the driver's back");
    let rows = vec![vec![Value::I64(4)], vec![Value::I64(5)]];
    connection.execute(Query::other("DEALLOCATE ALL")).await.unwrap();
    let batch = Batch { sql: "UPDATE item SET age = $1".into(), rows, caller: None };
    assert_eq!(connection.execute_many(batch).await.unwrap(), [1, 1]);
}

#[tokio::test]
async fn the_cache_of_prepared_statements_is_bounded() {
    let database = Database::with("?statement_cache=3").await;
    let mut connection = database.acquire().await;
    for number in 0..20 {
        assert_eq!(connection.fetch(Query::read(format!("SELECT {number}"), vec![]), integer).await.unwrap(), [number]);
        connection.fetch(read("SELECT 'often'"), text).await.unwrap();
    }
    let prepared = read("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT %often%'");
    assert_eq!(connection.fetch(prepared, integer).await.unwrap(), [2], "itself and the one used often");
    let prepared = read("SELECT count(*) FROM pg_prepared_statements");
    let count = connection.fetch(prepared, integer).await.unwrap()[0];
    assert!(count <= 4, "{count} are prepared");
}

/// The statements of a column whose type is changed by another connection: to an enum, to one of the same name made anew, and
/// back to text.
#[tokio::test]
async fn what_was_prepared_for_another_type_is_prepared_anew() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let change = async |sql: &str| {
        database.acquire().await.execute(Query::other(sql.to_owned())).await.unwrap();
    };
    change("CREATE TABLE mood (name VARCHAR(9))").await;
    let changes = [
        "CREATE TYPE feeling AS ENUM ('sad', 'happy'); \
         ALTER TABLE mood ALTER COLUMN name SET DATA TYPE feeling USING name::text::feeling",
        "ALTER TYPE feeling RENAME TO old; CREATE TYPE feeling AS ENUM ('happy', 'sad'); \
         ALTER TABLE mood ALTER COLUMN name SET DATA TYPE feeling USING name::text::feeling; DROP TYPE old",
        "ALTER TYPE feeling RENAME TO old; CREATE TYPE feeling AS ENUM ('happy', 'sad'); \
         ALTER TABLE mood ALTER COLUMN name SET DATA TYPE feeling USING name::text::feeling",
        "ALTER TABLE mood ALTER COLUMN name SET DATA TYPE VARCHAR(9)",
    ];
    for (n, then) in changes.into_iter().map(Some).chain([None]).enumerate() {
        let insert = Query::write("INSERT INTO mood (name) VALUES ($1)", vec!["happy".into()]);
        assert_eq!(connection.execute(insert).await.unwrap(), 1, "after change {n}");
        let find = "SELECT name FROM mood WHERE name = $1 OR name IN ($2, $3)";
        let found = Query::read(find, vec!["happy".into(), "sad".into(), "happy".into()]);
        assert_eq!(connection.fetch(found, text).await.unwrap().len(), n + 1, "after change {n}");
        if let Some(then) = then {
            change(then).await;
        }
    }
}
