//! Batches: one statement run for each list of parameters, all or nothing.

use aludel_driver::{ErrorKind, State, TransactionMode};

use crate::{
    statements::WAYS,
    support::{Database, capability, insert, insert_many, integer, many, read, text, write},
};

#[tokio::test]
async fn they_keep_their_order() {
    for options in WAYS {
        let in_process = capability().in_process;
        let database = Database::with(if in_process { "" } else { options }).await;
        let mut connection = database.acquire().await;
        // More than are under way together; in the program, more than run on the calling task.
        let size = if in_process { 6_000 } else { 700 };
        let rows = || (0..size).map(|i| vec![format!("{i:04}").into()]);
        let returning = many("INSERT INTO item (name) VALUES (?) RETURNING name", rows());
        if database.capability().returning {
            let (changed, names) = connection.fetch_many(returning, text).await.unwrap();
            assert_eq!(changed, vec![1; size]);
            assert!(names.is_sorted() && names.len() == size);
        } else {
            connection.fetch_many(returning, text).await.unwrap_err();
            let (_, keys) =
                connection.fetch_many(many("INSERT INTO item (name) VALUES (?)", rows()), integer).await.unwrap();
            let stored = connection.fetch(read("SELECT id FROM item ORDER BY name"), integer).await.unwrap();
            assert_eq!(keys, stored, "without RETURNING the keys come back, run by run");
        }
        let deletes =
            many("DELETE FROM item WHERE name < ?", [vec!["0010".into()], vec!["0000".into()], vec!["0012".into()]]);
        assert_eq!(connection.execute_many(deletes).await.unwrap(), [10, 0, 2]);
        assert_eq!(connection.execute_many(insert_many([""; 0])).await.unwrap(), [0; 0]);
        assert_eq!(connection.execute_many(insert_many(["one"])).await.unwrap(), [1]);
        assert_eq!((connection.state(), database.items().await), (State::Idle, size as i64 - 11));
    }
}

#[tokio::test]
async fn one_that_fails_leaves_nothing_of_itself_and_all_before_it() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let twice = || insert_many(["x", "y", "x", "z"]);
    assert_eq!(connection.execute_many(twice()).await.unwrap_err().kind(), ErrorKind::Unique);
    assert_eq!((connection.state(), database.items().await), (State::Idle, 0));

    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("before")).await.unwrap();
    connection.execute(write("SAVEPOINT s", vec![])).await.unwrap();
    assert_eq!(connection.execute_many(twice()).await.unwrap_err().kind(), ErrorKind::Unique);
    // The batch is half-done, so the transaction goes no further before that is undone.
    assert_eq!(connection.state(), State::Failed);
    for error in [
        connection.execute(insert("more")).await.unwrap_err(),
        connection.execute_many(insert_many(["more"])).await.unwrap_err(),
        connection.begin(TransactionMode::Write).await.unwrap_err(),
        connection.commit().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Session, "{error}");
    }
    connection.execute(write("ROLLBACK TO nowhere", vec![])).await.unwrap_err();
    assert_eq!(connection.state(), State::Failed);
    connection.execute(write("rollback  to s", vec![])).await.unwrap();
    assert_eq!(connection.state(), State::Transaction);
    connection.execute(insert("after")).await.unwrap();
    connection.commit().await.unwrap();
    assert_eq!(database.items().await, 2);

    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute_many(twice()).await.unwrap_err();
    connection.rollback().await.unwrap();
    assert_eq!((connection.state(), database.items().await), (State::Idle, 2));
}
