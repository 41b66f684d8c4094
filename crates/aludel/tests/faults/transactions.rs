//! `db.transaction` and `db.retry`, when the database fails them.

use aludel::{driver::instrument::Fault, prelude::*};

use crate::{
    support::blog::{Post, User},
    work::{FAILING, empty, faulty, rows},
};

/// One user more, and a post of each user.
async fn work(session: &mut Session) -> Result<usize> {
    session.add(new!(User { username: "susan", email: "susan@example.com" }));
    let users = session.all(User::query()).await?;
    for user in &users {
        session.add(new!(Post { body: "hello", author: *user }));
    }
    Ok(users.len())
}

#[tokio::test]
async fn a_transaction_is_run_once_and_keeps_all_or_nothing() {
    let (db, faults) = faulty().await;
    db.transaction(work).await.unwrap();
    let statements = faults.seen().len();
    assert!(statements > 4, "BEGIN, INSERT, SELECT, INSERT, COMMIT");
    empty(&db).await;
    for (fault, kind) in FAILING {
        for number in 1..=statements {
            let unknown = number == statements && fault == Fault::LoseAnswer;
            let mut runs = 0;
            faults.clear();
            faults.at(number, fault);
            let done = db
                .transaction(async |session| {
                    runs += 1;
                    work(session).await
                })
                .await;
            let error = done.unwrap_err();
            let kind = if unknown { ErrorKind::CommitOutcomeUnknown } else { kind };
            assert_eq!(error.kind(), kind, "{fault:?} at {number}: {error}");
            assert_eq!(runs, usize::from(number > 1), "{fault:?} at {number}");
            assert_eq!(rows(&db).await.len(), if unknown { 2 } else { 0 }, "{fault:?} at {number}");
            empty(&db).await;
        }
    }
}

#[tokio::test]
async fn a_retry_runs_again_what_met_another_and_nothing_else() {
    let (db, faults) = faulty().await;
    for (fault, runs, kept) in [
        (Fault::Fail(ErrorKind::Serialization), 2, true),
        (Fault::Fail(ErrorKind::Unique), 1, false),
        (Fault::Lose, 1, false),
        (Fault::LoseAnswer, 1, false),
    ] {
        for text in ["INSERT", "SELECT", "COMMIT"] {
            let mut attempts = 0;
            faults.clear();
            faults.at_text(text, fault);
            let done = db
                .retry(3)
                .transaction(async |session| {
                    attempts += 1;
                    assert_eq!(work(session).await?, 1, "nothing of an earlier attempt is left");
                    Ok(())
                })
                .await;
            assert_eq!((attempts, done.is_ok()), (runs, kept), "{fault:?} at {text}: {done:?}");
            let unknown = fault == Fault::LoseAnswer && text == "COMMIT";
            if unknown {
                assert_eq!(done.unwrap_err().kind(), ErrorKind::CommitOutcomeUnknown, "never run again");
            }
            assert_eq!(rows(&db).await.len(), if kept || unknown { 2 } else { 0 }, "{fault:?} at {text}");
            empty(&db).await;
        }
    }
}

#[tokio::test]
async fn a_retry_gives_up_with_the_last_error() {
    let (db, faults) = faulty().await;
    for _ in 0..3 {
        faults.at_text("COMMIT", Fault::Fail(ErrorKind::Serialization));
    }
    let mut attempts = 0;
    let done = db.retry(3).transaction(async |session| {
        attempts += 1;
        work(session).await
    });
    assert_eq!(done.await.unwrap_err().kind(), ErrorKind::Serialization);
    assert_eq!((attempts, rows(&db).await.len()), (3, 0));
}
