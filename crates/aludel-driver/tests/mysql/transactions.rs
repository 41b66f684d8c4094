//! Transactions and savepoints.

use aludel_driver::{ErrorKind, Query, State, TransactionMode};

use crate::support::{Database, insert, insert_many, integer, read};

#[tokio::test]
async fn a_deadlock_undoes_the_transaction_and_can_be_told() {
    let database = Database::new().await;
    let (mut one, mut other) = (database.acquire().await, database.acquire().await);
    one.execute_many(insert_many(["a".into(), "b".into()])).await.unwrap();
    let touch = |name: &str| Query::write("UPDATE item SET name = concat(name, 'x') WHERE name = ?", vec![name.into()]);
    one.begin(TransactionMode::Write).await.unwrap();
    other.begin(TransactionMode::Write).await.unwrap();
    one.execute(touch("a")).await.unwrap();
    other.execute(touch("b")).await.unwrap();
    let (first, second) = tokio::join!(one.execute(touch("b")), other.execute(touch("a")));
    let error = first.and(second).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Serialization, "{error}");
    let mut states = [one.state(), other.state()];
    states.sort_by_key(|state| *state == State::Failed);
    assert_eq!(states, [State::Transaction, State::Failed]);
    for connection in [&mut one, &mut other] {
        if connection.state() == State::Failed {
            assert_eq!(connection.execute(insert("c")).await.unwrap_err().kind(), ErrorKind::Session);
            assert_eq!(connection.commit().await.unwrap_err().kind(), ErrorKind::Session);
            connection.rollback().await.unwrap();
        } else {
            connection.commit().await.unwrap();
        }
        assert_eq!(connection.state(), State::Idle);
    }
    let names = one.fetch(read("SELECT count(*) FROM item WHERE name LIKE '%x'"), integer).await.unwrap();
    assert_eq!(names, [2], "all of one and nothing of the other");
}
