//! Transactions and savepoints.

use aludel_driver::{ErrorKind, Query, State, TransactionMode};

use crate::support::{Database, insert};

#[tokio::test]
async fn a_begin_that_fails_takes_nothing_along() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    connection.execute(insert("a")).await.unwrap();
    // The text is wrong, so that preparing fails while BEGIN works: the transaction is there and failed.
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(Query::write("INSERT INTO absent VALUES (1)", vec![])).await.unwrap_err();
    assert_eq!(connection.state(), State::Failed);
    connection.rollback().await.unwrap();
    assert_eq!(connection.state(), State::Idle);
    // Nothing was sent, as the value does not fit: the transaction is still there.
    connection.begin(TransactionMode::Write).await.unwrap();
    let wrong = Query::write("UPDATE item SET id = $1", vec![vec![1_u8].into()]);
    assert_eq!(connection.execute(wrong).await.unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(connection.state(), State::Transaction);
    connection.execute(insert("b")).await.unwrap();
    connection.commit().await.unwrap();
    assert_eq!(database.items().await, 2);
}
