//! A statement of a flush, or its COMMIT, fails.

use aludel::{driver::instrument::Fault, prelude::*};

use crate::work::{FAILING, Work, faulty, rows};

#[tokio::test]
async fn whatever_fails_nothing_is_kept_and_the_session_works_on() {
    let (db, faults) = faulty().await;
    let statements = Work::statements(&db, &faults).await;
    let mut work = Work::begin(&db).await;
    let (values, before) = (work.seen(), rows(&db).await);
    for (fault, kind) in FAILING {
        for number in 1..=statements {
            if number == statements && fault == Fault::LoseAnswer {
                continue; // Nobody knows what became of it: a case of its own.
            }
            work.change();
            faults.clear();
            faults.at(number, fault);
            let error = work.session.commit().await.unwrap_err();
            assert_eq!(error.kind(), kind, "{fault:?} at {number}: {error}");
            assert_eq!(faults.seen()[number - 1].fault, Some(fault));
            if number > 1 {
                work.only_a_rollback_is_possible(ErrorKind::Session).await;
            }
            // Before the rollback already, as the connection was given back.
            assert_eq!(rows(&db).await, before, "{fault:?} at {number}");
            work.session.rollback().await.unwrap();
            assert_eq!(work.seen(), values, "{fault:?} at {number}");
            assert_eq!(rows(&db).await, before, "{fault:?} at {number}");
        }
    }
    let mary = work.change();
    work.session.commit().await.unwrap();
    let key = work.session[mary].id;
    let susan = work.session[work.susan].id;
    let after = [
        "mary mary@example.com".to_owned(),
        "susan new@example.com".to_owned(),
        format!("changed of {susan}"),
        format!("fourth of {key}"),
        format!("third of {key}"),
    ];
    assert_eq!(rows(&db).await, after);
}

#[tokio::test]
async fn a_flush_that_fails_undoes_what_was_flushed_before() {
    let (db, faults) = faulty().await;
    let mut work = Work::begin(&db).await;
    let (values, before) = (work.seen(), rows(&db).await);
    for fault in [Fault::Fail(ErrorKind::Busy), Fault::Lose, Fault::LoseAnswer] {
        work.session[work.susan].username = "sue".into();
        work.session.flush().await.unwrap();
        work.change();
        faults.at_text("DELETE", fault);
        work.session.flush().await.unwrap_err();
        work.only_a_rollback_is_possible(ErrorKind::Session).await;
        work.session.rollback().await.unwrap();
        assert_eq!((work.seen(), rows(&db).await), (values.clone(), before.clone()), "{fault:?}");
    }
}

#[tokio::test]
async fn without_a_connection_nothing_begins() {
    let (db, faults) = faulty().await;
    let mut work = Work::begin(&db).await;
    let before = rows(&db).await;
    work.change();
    faults.refuse(ErrorKind::Connect);
    assert_eq!(work.session.commit().await.unwrap_err().kind(), ErrorKind::Connect);
    faults.at_text("BEGIN", Fault::Fail(ErrorKind::Busy));
    assert_eq!(work.session.commit().await.unwrap_err().kind(), ErrorKind::Busy);
    assert_eq!(rows(&db).await, before);
    // Nothing was begun, so that the same changes can be committed later.
    work.session.commit().await.unwrap();
    assert_ne!(rows(&db).await, before);

    work.session[work.susan].email = "newer@example.com".into();
    faults.refuse(ErrorKind::Timeout);
    assert_eq!(work.session.commit().await.unwrap_err().kind(), ErrorKind::Timeout, "a statement that would go alone");
    work.session.rollback().await.unwrap();
    assert_eq!(work.session[work.susan].email, "new@example.com");
}
