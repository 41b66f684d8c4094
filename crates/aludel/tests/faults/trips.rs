//! How often a session waits for its server.

use aludel::prelude::*;

use crate::{
    support::blog::{Post, User},
    work::faulty,
};

#[tokio::test]
async fn a_commit_waits_no_more_often_than_it_must() -> Result<()> {
    let (db, _) = faulty().await;
    let capability = db.engine().dialect().capability();
    let trips = |trips: u64| if capability.in_process { 0 } else { trips };
    let runs = |runs: u64| if capability.pipelined { 1 } else { runs };
    // Without RETURNING, each statement gives one key.
    let inserts = |rows: u64| if capability.returning { 1 } else { runs(rows) };
    let mut session = db.session();
    let mut users = Vec::new();
    // The second time each statement is prepared.
    for round in 0..2 {
        let recording = db.record();
        let name = |name: &str| format!("{name}{round}");
        let susan = session.add(new!(User { username: name("susan"), email: name("s") }));
        session.add(new!(Post { body: "first", author: susan }));
        session.add(new!(Post { body: "second", author: susan }));
        session.commit().await?;
        // BEGIN, a user, the posts in one batch, COMMIT.
        if round == 1 {
            assert_eq!(recording.round_trips(), trips(3 + inserts(2)), "{:#?}", recording.entries());
        }
        users.push(susan);
    }
    for round in 0..2 {
        let recording = db.record();
        for user in &users {
            session[*user].password_hash = Some(format!("{round}"));
        }
        session.commit().await?;
        if round == 1 {
            assert_eq!(recording.round_trips(), trips(2 + runs(2)), "BEGIN, a batch, COMMIT");
        }

        recording.clear();
        session[users[0]].password_hash = None;
        session.commit().await?;
        assert_eq!(recording.round_trips(), trips(1), "a statement that goes alone");

        recording.clear();
        session.commit().await?;
        assert_eq!(recording.round_trips(), 0, "nothing is to be written");
        session.begin().await?;
        session.commit().await?;
        let begins = if recording.round_trips() == 0 { 0 } else { trips(2) };
        assert_eq!(recording.round_trips(), begins, "a transaction without a statement costs BEGIN and COMMIT at most");
    }
    let recording = db.record();
    db.session().get::<User>(1).await?;
    recording.clear();
    db.session().get::<User>(1).await?;
    assert_eq!(recording.round_trips(), trips(1), "a read outside a transaction");
    Ok(())
}
