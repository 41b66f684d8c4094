//! An answer to COMMIT that is lost.

use aludel::{driver::instrument::Fault, prelude::*};

use crate::{
    support::blog::User,
    work::{Work, faulty, rows},
};

#[tokio::test]
async fn a_lost_answer_to_commit_is_an_unknown_outcome() {
    let (db, faults) = faulty().await;
    let mut work = Work::begin(&db).await;
    let (values, before) = (work.seen(), rows(&db).await);
    work.change();
    faults.at_text("COMMIT", Fault::LoseAnswer);
    let error = work.session.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CommitOutcomeUnknown, "{error}");
    assert_ne!(rows(&db).await, before, "it has happened");
    work.only_a_rollback_is_possible(ErrorKind::Session).await;
    work.session.rollback().await.unwrap();
    assert_eq!(work.seen(), values, "the session is as it was");
    let found = work.session.all(User::query().filter(|u| u.username.eq("mary"))).await.unwrap();
    assert_eq!(found.len(), 1, "and what matters can be read back");
}

#[tokio::test]
async fn so_is_that_of_a_statement_that_goes_alone() {
    let (db, faults) = faulty().await;
    let mut work = Work::begin(&db).await;
    let before = rows(&db).await;
    for fault in [Fault::Lose, Fault::LoseAnswer] {
        work.session[work.susan].email = "new@example.com".into();
        faults.clear();
        faults.at(1, fault);
        let error = work.session.commit().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::CommitOutcomeUnknown, "{fault:?}: {error}");
        assert!(faults.seen()[0].sql.starts_with("UPDATE"), "without BEGIN");
        assert_eq!(rows(&db).await != before, fault == Fault::LoseAnswer);
        work.session.rollback().await.unwrap();
        assert_eq!(work.session[work.susan].email, "susan@example.com");
    }
    work.session[work.susan].email = "newer@example.com".into();
    faults.at(1, Fault::Fail(ErrorKind::Busy));
    assert_eq!(work.session.commit().await.unwrap_err().kind(), ErrorKind::Busy, "known to have failed");
}
