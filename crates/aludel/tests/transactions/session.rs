//! How a session's transactions begin: levels, reading, again after a clash.

use std::sync::atomic::{AtomicU32, Ordering};

use aludel::{TransactionMode, prelude::*};

use crate::{Account, support::TestDb};

async fn with_account() -> (TestDb, i64) {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    let ann = session.add(new!(Account { owner: "ann", balance: 100 }));
    session.commit().await.unwrap();
    let id = session[ann].id;
    (db, id)
}

#[tokio::test]
async fn reading_sees_one_state_and_writes_nothing() {
    let (db, id) = with_account().await;
    let other = db.clone();
    let sum = db
        .read(async |session| {
            let before = Account::query().count(&mut *session).await?;
            // On SQLite too, a writer is not kept out.
            let mut writer = other.session();
            writer.add(new!(Account { owner: "bob", balance: 1 }));
            writer.commit().await?;
            assert_eq!(Account::query().count(&mut *session).await?, before);
            Ok(session.get_mut::<Account>(id).await?.or_404()?.balance)
        })
        .await
        .unwrap();
    assert_eq!((sum, Account::query().count(&db).await.unwrap()), (100, 2));

    let recording = db.record();
    let left = db
        .read(async |session| {
            session.get_mut::<Account>(id).await?.or_404()?.balance = 1;
            Ok(())
        })
        .await;
    let flushed = db
        .read(async |session| {
            session.add(new!(Account { owner: "cid", balance: 1 }));
            let error = session.flush().await.unwrap_err();
            session.rollback().await?;
            Err::<(), _>(error)
        })
        .await;
    let deleted = db.read(async |session| Account::query().delete(session).await.map(drop)).await;
    for error in [left.unwrap_err(), flushed.unwrap_err(), deleted.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error}");
        assert!(error.help().unwrap().contains("transaction"), "{error}");
    }
    assert!(
        recording.entries().iter().all(|entry| entry.control || entry.sql.starts_with("SELECT")),
        "nothing was sent"
    );
    assert_eq!(Account::query().count(&db).await.unwrap(), 2);
}

#[tokio::test]
async fn a_level_is_chosen_for_a_transaction_or_for_those_run_again() {
    let (db, id) = with_account().await;
    let withdraw = async |session: &mut Session| {
        session.get_mut::<Account>(id).await?.or_404()?.balance -= 10;
        Ok(())
    };
    for level in
        [Isolation::ReadUncommitted, Isolation::ReadCommitted, Isolation::RepeatableRead, Isolation::Serializable]
    {
        db.isolation(level).transaction(withdraw).await.unwrap();
        db.isolation(level).retry(2).transaction(withdraw).await.unwrap();
        db.retry(2).isolation(level).transaction(withdraw).await.unwrap();
        let mut session = db.session();
        session.begin_with(level).await.unwrap();
        withdraw(&mut session).await.unwrap();
        let error = session.begin_with(TransactionMode::Read).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Session, "one is open already");
        session.commit().await.unwrap();
    }
    let balance = Account::query().one(&db).await.unwrap().balance;
    assert_eq!(balance, 100 - 4 * 4 * 10);
}

#[tokio::test]
async fn read_modify_write_loses_nothing_by_default() {
    let (db, id) = with_account().await;
    let attempts = AtomicU32::new(0);
    let withdraw = || {
        db.retry(20).transaction(async |session| {
            attempts.fetch_add(1, Ordering::Relaxed);
            let account = session.get_mut::<Account>(id).await?.or_404()?;
            account.balance -= 10;
            Ok(())
        })
    };
    let (a, b, c) = tokio::join!(withdraw(), withdraw(), withdraw());
    for done in [a, b, c] {
        done.unwrap();
    }
    assert!(attempts.load(Ordering::Relaxed) >= 3);
    assert_eq!(Account::query().one(&db).await.unwrap().balance, 70);
}
