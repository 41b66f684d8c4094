//! The work at whose statements things go wrong.

use aludel::{
    EngineOptions,
    driver::instrument::{Fault, Faults},
    prelude::*,
};

use crate::support::{
    TestDb,
    blog::{Post, User},
};

/// A database with one connection, at whose statements things can go wrong.
pub(crate) async fn faulty() -> (TestDb, Faults) {
    let mut faults = Faults::default();
    let db = TestDb::open("pool=1", async |url| {
        let (engine, handle) = Faults::connect(&url.parse()?, EngineOptions::default()).await?;
        faults = handle;
        Ok(Db::new(engine, Models::registered()))
    })
    .await;
    db.create_all().await.unwrap();
    faults.clear();
    (db, faults)
}

/// A session with users and posts that are in the database.
pub(crate) struct Work {
    pub(crate) session: Session,
    pub(crate) susan: Tracked<User>,
    pub(crate) john: Tracked<User>,
    first: Tracked<Post>,
    second: Tracked<Post>,
}

impl Work {
    /// Two users, each with a post.
    pub(crate) async fn begin(db: &Db) -> Self {
        let mut session = db.session();
        let susan = session.add(new!(User { username: "susan", email: "susan@example.com" }));
        let john = session.add(new!(User { username: "john", email: "john@example.com" }));
        let first = session.add(new!(Post { body: "first", author: susan }));
        let second = session.add(new!(Post { body: "second", author: john }));
        session.commit().await.unwrap();
        Work { session, susan, john, first, second }
    }

    /// Deletes, changes, and adds rows whose keys the database makes and others need.
    pub(crate) fn change(&mut self) -> Tracked<User> {
        let Work { session, susan, john, first, second } = self;
        session.delete(*second);
        session.delete(*john);
        session[*susan].email = "new@example.com".into();
        session[*first].body = "changed".into();
        let mary = session.add(new!(User { username: "mary", email: "mary@example.com" }));
        session.add(new!(Post { body: "third", author: mary }));
        session.add(new!(Post { body: "fourth", author: mary }));
        mary
    }

    /// How many statements the change takes, with BEGIN and COMMIT.
    pub(crate) async fn statements(db: &TestDb, faults: &Faults) -> usize {
        let mut work = Work::begin(db).await;
        let before = work.seen();
        work.change();
        faults.clear();
        work.session.flush().await.unwrap();
        work.session.rollback().await.unwrap();
        assert_eq!(work.seen(), before);
        let seen = faults.seen();
        assert_eq!(seen.first().map(|seen| &*seen.sql), Some("BEGIN"));
        assert_eq!(seen.last().map(|seen| &*seen.sql), Some("ROLLBACK"));
        let kinds = ["DELETE", "UPDATE", "INSERT"];
        assert!(kinds.iter().all(|kind| seen.iter().any(|seen| seen.sql.starts_with(kind))), "{seen:?}");
        empty(db).await;
        // COMMIT in the place of ROLLBACK.
        seen.len()
    }

    /// The session's values, and whether any of them waits to be written.
    pub(crate) fn seen(&self) -> (String, bool) {
        let Work { session, susan, john, first, second } = self;
        let values = format!("{:?}", (&session[*susan], &session[*john], &session[*first], &session[*second]));
        (values, session.is_dirty())
    }

    /// Nothing but a rollback is possible, with an error of this kind.
    pub(crate) async fn only_a_rollback_is_possible(&mut self, kind: ErrorKind) {
        let session = &mut self.session;
        for error in [
            session.flush().await.unwrap_err(),
            session.commit().await.unwrap_err(),
            session.begin().await.unwrap_err(),
            session.all(User::query()).await.unwrap_err(),
            User::query().all(&mut *session).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), kind, "{error}");
        }
    }
}

/// All rows, as the database has them.
pub(crate) async fn rows(db: &TestDb) -> Vec<String> {
    let users = User::query().order_by(|u| u.username.asc()).all(db).await.unwrap();
    let posts = Post::query().order_by(|p| p.body.asc()).all(db).await.unwrap();
    let users = users.iter().map(|user| format!("{} {}", user.username, user.email));
    users.chain(posts.iter().map(|post| format!("{} of {}", post.body, post.user_id))).collect()
}

/// Deletes all rows.
pub(crate) async fn empty(db: &TestDb) {
    Post::query().delete(db).await.unwrap();
    User::query().delete(db).await.unwrap();
}

/// Every fault whose statement fails with an error, and that error.
pub(crate) const FAILING: [(Fault, ErrorKind); 4] = [
    (Fault::Fail(ErrorKind::Busy), ErrorKind::Busy),
    (Fault::Fail(ErrorKind::Unique), ErrorKind::Unique),
    (Fault::Lose, ErrorKind::Connect),
    (Fault::LoseAnswer, ErrorKind::Connect),
];
