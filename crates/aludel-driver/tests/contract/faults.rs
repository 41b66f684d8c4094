//! The driver that injects faults keeps the contract too.

use aludel_driver::{
    EngineOptions, ErrorKind, State, TransactionMode,
    instrument::{Fault, Faults},
};

use crate::support::{Database, insert};

#[tokio::test]
async fn the_state_tells_the_truth_and_the_inner_connection_is_rolled_back() {
    let database = Database::with("pool=1").await;
    let (engine, faults) = Faults::connect(&database.url.parse().unwrap(), EngineOptions::default()).await.unwrap();
    let begun = async || {
        let mut connection = engine.acquire().await.unwrap();
        connection.begin(TransactionMode::Write).await.unwrap();
        connection.execute(insert("a")).await.unwrap();
        connection
    };
    for (fault, kind, state) in [
        (Fault::Fail(ErrorKind::Check), ErrorKind::Check, State::Transaction),
        (Fault::Lose, ErrorKind::Connect, State::Lost),
        (Fault::LoseAnswer, ErrorKind::Connect, State::Lost),
    ] {
        let mut connection = begun().await;
        faults.at(1, fault);
        assert_eq!(connection.execute(insert("b")).await.unwrap_err().kind(), kind, "{fault:?}");
        assert_eq!(connection.state(), state, "{fault:?}");
        connection.rollback().await.unwrap();
        // The lock on the name is free while the connection is still held.
        database.outside().await.execute(insert("a")).await.unwrap();
        database.empty().await;
    }
    for (fault, kind, rows) in [
        (Fault::Fail(ErrorKind::Check), ErrorKind::Check, 0),
        (Fault::Lose, ErrorKind::Connect, 0),
        (Fault::LoseAnswer, ErrorKind::CommitOutcomeUnknown, 1),
    ] {
        let mut connection = begun().await;
        faults.at_text("COMMIT", fault);
        assert_eq!(connection.commit().await.unwrap_err().kind(), kind, "{fault:?}");
        assert_eq!(connection.state(), if fault == Fault::Fail(kind) { State::Idle } else { State::Lost });
        assert_eq!(database.items().await, rows, "{fault:?}");
        database.empty().await;
    }
    faults.refuse(ErrorKind::Timeout);
    assert_eq!(engine.acquire().await.unwrap_err().kind(), ErrorKind::Timeout);
    let mut connection = begun().await;
    faults.at_text("ROLLBACK", Fault::Fail(ErrorKind::Database));
    connection.rollback().await.unwrap_err();
    assert_eq!((connection.state(), database.items().await), (State::Lost, 0));
    drop(connection);
    drop(begun().await);
    // Waits until it is rolled back.
    drop(engine.acquire().await.unwrap());
}
