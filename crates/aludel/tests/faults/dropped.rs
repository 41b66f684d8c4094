//! A future of the session's, dropped at each statement.

use aludel::{
    driver::instrument::{Fault, Faults},
    prelude::*,
};

use crate::work::{Work, empty, faulty, rows};

#[tokio::test]
async fn a_commit_dropped_at_each_statement_leaves_nothing_behind() {
    let (db, faults) = faulty().await;
    let statements = Work::statements(&db, &faults).await;
    let mut work = Work::begin(&db).await;
    let (values, before) = (work.seen(), rows(&db).await);
    for fault in [Fault::Hold, Fault::HoldAnswer] {
        for number in 1..=statements {
            let commits = number == statements;
            if commits && fault == Fault::HoldAnswer {
                continue; // It has happened: the case below.
            }
            work.change();
            drop_at(&mut work.session, &faults, number, fault).await;
            let kind = if commits { ErrorKind::CommitOutcomeUnknown } else { ErrorKind::Session };
            // With BEGIN nothing has begun.
            if number > 1 {
                work.only_a_rollback_is_possible(kind).await;
            }
            // The only connection is lent out again, and sees nothing of it.
            assert_eq!(rows(&db).await, before, "{fault:?} at {number}");
            work.session.rollback().await.unwrap();
            assert_eq!(work.seen(), values, "{fault:?} at {number}");
        }
    }
    work.change();
    drop_at(&mut work.session, &faults, statements, Fault::HoldAnswer).await;
    work.only_a_rollback_is_possible(ErrorKind::CommitOutcomeUnknown).await;
    work.session.rollback().await.unwrap();
    assert_ne!(rows(&db).await, before, "COMMIT was sent, and has happened");
}

#[tokio::test]
async fn a_statement_that_goes_alone_may_have_happened() {
    let (db, faults) = faulty().await;
    let mut work = Work::begin(&db).await;
    let before = rows(&db).await;
    for fault in [Fault::Hold, Fault::HoldAnswer] {
        work.session[work.susan].email = "new@example.com".into();
        drop_at(&mut work.session, &faults, 1, fault).await;
        work.only_a_rollback_is_possible(ErrorKind::CommitOutcomeUnknown).await;
        work.session.rollback().await.unwrap();
        assert_eq!(rows(&db).await != before, fault == Fault::HoldAnswer);
    }
}

#[tokio::test]
async fn a_session_dropped_with_its_future_gives_the_connection_back() {
    let (db, faults) = faulty().await;
    let statements = Work::statements(&db, &faults).await;
    for number in 1..=statements {
        let mut work = Work::begin(&db).await;
        let before = rows(&db).await;
        work.change();
        drop_at(&mut work.session, &faults, number, Fault::Hold).await;
        drop(work);
        assert_eq!(rows(&db).await, before);
        empty(&db).await;
    }
}

/// Commits until the statement of this number is held, and drops it there.
async fn drop_at(session: &mut Session, faults: &Faults, number: usize, fault: Fault) {
    faults.clear();
    faults.at(number, fault);
    tokio::select! {
        biased;
        done = session.commit() => panic!("{fault:?} at {number} did not happen: {done:?}"),
        () = faults.held() => {}
    }
    assert_eq!(faults.seen().len(), number);
}
