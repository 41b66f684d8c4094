//! Savepoints of a session: what is undone in the database is undone in the session.

use aludel::prelude::*;

use tokio::sync::Notify;

use crate::{Account, support::TestDb};

async fn balances(session: &mut Session) -> Vec<(String, i64)> {
    let accounts = Account::query().order_by(|a| a.owner.asc()).all(session).await.unwrap();
    accounts.into_iter().map(|account| (account.owner, account.balance)).collect()
}

fn of(pairs: &[(&str, i64)]) -> Vec<(String, i64)> {
    pairs.iter().map(|(owner, balance)| ((*owner).to_owned(), *balance)).collect()
}

fn account(owner: &str) -> aludel::New<Account> {
    new!(Account { owner: owner, balance: 100 })
}

fn refused(why: &'static str) -> Error {
    Error::new(ErrorKind::Usage, why)
}

#[tokio::test]
async fn work_that_fails_is_undone_with_all_its_values_and_states() {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    let (ann, bob) = (session.add(account("ann")), session.add(account("bob")));
    session.commit().await.unwrap();

    session[ann].balance = 90;
    let cid = session.add(account("cid"));
    let mut inside = None;
    let error = session
        .savepoint(async |session| {
            session[ann].balance = 80;
            session[cid].balance = 1;
            session.delete(bob);
            inside = Some(session.add(account("dan")));
            session.flush().await?;
            session[ann].owner = "anna".into();
            session.add(account("eve"));
            assert_eq!(balances(session).await, of(&[("anna", 80), ("cid", 1), ("dan", 100), ("eve", 100)]));
            Err::<(), _>(refused("no"))
        })
        .await
        .unwrap_err();
    assert_eq!(error.message(), "no");
    // The values from before, written or not, the states, and what the database has.
    assert_eq!((&*session[ann].owner, session[ann].balance), ("ann", 90));
    assert_eq!((session[bob].balance, session[cid].balance), (100, 100));
    assert!(!session.is_dirty());
    assert_eq!(session.get(session[bob].id).await.unwrap(), Some(bob), "it is in the identity map again");
    let expected = of(&[("ann", 90), ("bob", 100), ("cid", 100)]);
    assert_eq!(balances(&mut session).await, expected);
    let gone = inside.unwrap();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| session[gone].balance));
    assert!(panicked.is_err(), "its row is gone");

    // All of it can be changed on, and taken back as a whole.
    session[bob].balance = 7;
    session[cid].balance = 8;
    session.commit().await.unwrap();
    assert_eq!(balances(&mut db.session()).await, of(&[("ann", 90), ("bob", 7), ("cid", 8)]));
}

#[tokio::test]
async fn a_rollback_goes_back_to_the_beginning_through_savepoints_that_were_kept() {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    let ann = session.add(account("ann"));
    session.commit().await.unwrap();
    session[ann].balance = 1;
    session
        .savepoint(async |session| {
            session[ann].balance = 2;
            session
                .savepoint(async |session| {
                    session[ann].balance = 3;
                    session.add(account("bob"));
                    Ok(())
                })
                .await
        })
        .await
        .unwrap();
    assert_eq!(session[ann].balance, 3);
    assert_eq!(balances(&mut session).await, of(&[("ann", 3), ("bob", 100)]));
    session.rollback().await.unwrap();
    assert_eq!(session[ann].balance, 100);
    assert_eq!(balances(&mut session).await, of(&[("ann", 100)]));
}

#[tokio::test]
async fn a_flush_that_fails_spoils_no_more_than_its_savepoint() {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    let ann = session.add(account("ann"));
    // The error of the work, of the flush at its end, and one that the work swallows.
    for way in 0..3 {
        let error = session
            .savepoint(async |session| {
                session[ann].balance = 5;
                session.add(account("ann"));
                if way == 0 {
                    session.flush().await?;
                }
                if way == 1 {
                    let failed = session.flush().await;
                    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Unique);
                    let blocked = session.flush().await.unwrap_err();
                    assert_eq!(blocked.kind(), ErrorKind::Session);
                    assert!(blocked.help().unwrap().contains("savepoint"), "{blocked}");
                }
                Ok(())
            })
            .await
            .unwrap_err();
        assert_eq!(error.kind(), if way == 1 { ErrorKind::Session } else { ErrorKind::Unique });
        assert!(session.in_transaction());
        assert_eq!(session[ann].balance, 100);
    }
    session.add(account("bob"));
    session.commit().await.unwrap();
    assert_eq!(balances(&mut db.session()).await, of(&[("ann", 100), ("bob", 100)]));
}

#[tokio::test]
async fn nothing_commits_inside_a_savepoint_and_a_rollback_there_ends_it() {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    session
        .savepoint(async |session| {
            session.add(account("ann"));
            assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::Session);
            Ok(())
        })
        .await
        .unwrap();
    let error = session.savepoint(async |session| session.rollback().await).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Session);
    assert!(error.message().contains("gone"), "{error}");
    assert!(!session.in_transaction());
    assert_eq!(balances(&mut session).await, of(&[]));
}

#[tokio::test]
async fn a_savepoint_whose_future_is_dropped_leaves_only_going_back() {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    let ann = session.add(account("ann"));
    session.commit().await.unwrap();
    let reached = Notify::new();
    let mut work = Box::pin(session.savepoint(async |session| {
        session[ann].balance = 1;
        session.flush().await?;
        reached.notify_one();
        std::future::pending::<()>().await;
        Ok(())
    }));
    tokio::select! {
        _ = &mut work => unreachable!("the work waits for ever"),
        () = reached.notified() => {}
    }
    drop(work);
    assert_eq!(session.flush().await.unwrap_err().kind(), ErrorKind::Session);
    session.rollback().await.unwrap();
    assert_eq!(session[ann].balance, 100);
    session[ann].balance = 2;
    session.commit().await.unwrap();
    assert_eq!(balances(&mut db.session()).await, of(&[("ann", 2)]));
}

#[tokio::test]
async fn an_inner_savepoint_whose_future_is_dropped_spoils_the_one_around_it() {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    let ann = session.add(account("ann"));
    let reached = Notify::new();
    let error = session
        .savepoint(async |session| {
            let mut inner = Box::pin(session.savepoint(async |session| {
                session[ann].balance = 1;
                session.flush().await?;
                reached.notify_one();
                std::future::pending::<()>().await;
                Ok(())
            }));
            tokio::select! {
                _ = &mut inner => unreachable!("the work waits for ever"),
                () = reached.notified() => {}
            }
            drop(inner);
            Ok(())
        })
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Session);
    session.commit().await.unwrap();
    assert_eq!(balances(&mut db.session()).await, of(&[("ann", 100)]));
}

#[tokio::test]
async fn savepoints_cost_no_more_than_their_own_statements() {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    let ann = session.add(account("ann"));
    let recording = db.record();
    let sent = || recording.entries().into_iter().map(|entry| entry.sql.split(' ').next().unwrap().to_owned());
    session
        .savepoint(async |session| {
            session[ann].balance = 1;
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(sent().collect::<Vec<_>>(), ["BEGIN", "INSERT", "SAVEPOINT", "UPDATE", "RELEASE"]);
    recording.clear();
    let _ = session.savepoint(async |_| Err::<(), _>(refused("no"))).await;
    assert_eq!(sent().collect::<Vec<_>>(), ["SAVEPOINT", "ROLLBACK", "RELEASE"]);
}
