//! Statements, batches, and what is prepared.

use aludel_driver::{Batch, ErrorKind, Query, Row, State, TransactionMode};
use aludel_sql::{Value, ValueRef};

use crate::support::{Database, insert, insert_many, integer, read, text};

#[tokio::test]
async fn statements_say_how_many_rows_they_changed() {
    for options in ["", "?statement_cache=0", "?statement_cache=1"] {
        let database = Database::with(options).await;
        let mut connection = database.acquire().await;
        assert_eq!(connection.execute(insert("a")).await.unwrap(), 1);
        assert_eq!(connection.execute(insert("b")).await.unwrap(), 1);
        let all = Query::write("UPDATE item SET name = name || 'x'", vec![]);
        assert_eq!(connection.execute(all).await.unwrap(), 2);
        let names = connection.fetch(read("SELECT name FROM item ORDER BY name"), text).await.unwrap();
        assert_eq!(names, ["ax", "bx"]);
        let script = "INSERT INTO item (name) VALUES ('c'); DELETE FROM item";
        assert_eq!(connection.execute(Query::other(script)).await.unwrap(), 3);
        let rows = connection.fetch(Query::other("SHOW server_encoding"), text).await.unwrap();
        assert_eq!(rows, ["UTF8"]);
    }
}

#[tokio::test]
async fn batches_keep_their_order() {
    for options in ["", "?statement_cache=0"] {
        let database = Database::with(options).await;
        let mut connection = database.acquire().await;
        let rows: Vec<_> = (0..1_200).map(|i| vec![Value::Text(format!("{i:04}"))]).collect();
        let sql = "INSERT INTO item (name) VALUES ($1) RETURNING name";
        let batch = Batch { sql: sql.into(), rows, caller: None };
        let (changed, names) = connection.fetch_many(batch, text).await.unwrap();
        assert_eq!((changed.len(), changed.iter().sum::<u64>()), (1_200, 1_200));
        assert!(names.is_sorted() && names.len() == 1_200);
        assert_eq!(connection.execute_many(insert_many([])).await.unwrap(), [0; 0]);
        assert_eq!(connection.execute_many(insert_many(["one".to_owned()])).await.unwrap(), [1]);
        assert_eq!(connection.state(), State::Idle);
        assert_eq!(database.items().await, 1_201);
    }
}

#[tokio::test]
async fn a_batch_is_all_or_nothing() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let names = || ["a", "b", "a", "c"].map(str::to_owned);
    let error = connection.execute_many(insert_many(names())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unique);
    assert_eq!((connection.state(), database.items().await), (State::Idle, 0));

    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute_many(insert_many(names())).await.unwrap_err();
    assert_eq!(connection.state(), State::Failed);
    connection.rollback().await.unwrap();

    // A value that cannot be sent, behind ones that were.
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
async fn a_sink_that_refuses_a_row_stops_the_statement() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let mut seen = 0;
    let refuse = move |row: &dyn Row| {
        seen += 1;
        assert!(seen < 3, "asked again after it refused");
        if seen == 2 { row.get(7).map(|_| ()) } else { Ok(()) }
    };
    let error = connection.fetch(read("SELECT generate_series(1, 5000)"), refuse).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(connection.fetch(read("SELECT 1"), integer).await.unwrap(), [1]);
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

#[tokio::test]
async fn wrong_numbers_of_parameters_are_refused() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let error = connection.execute(Query::write("DELETE FROM item WHERE name = $1", vec![])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.message().contains("1 parameters and was given 0"), "{error}");
    let error = connection.execute(Query::write("DELETE FROM item; DELETE FROM item", vec![])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    assert_eq!(connection.fetch(read("SELECT NULL"), |row| Ok(row.get(0)? == ValueRef::Null)).await.unwrap(), [true]);
}
