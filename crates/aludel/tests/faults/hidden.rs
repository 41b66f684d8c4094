//! Parameters that are to be hidden.

use aludel::{EngineOptions, prelude::*};

use crate::support::{TestDb, blog::User};

/// Makes a session whose row somebody else deletes, and gives what its commit says, and how many parameters were recorded.
async fn stale(hide: bool) -> (String, usize) {
    let options = EngineOptions::default().hide_parameters(hide);
    let db = TestDb::open("", async |url| Db::connect_with(url, options).await).await;
    db.create_all().await.unwrap();
    let recording = db.record();
    let mut session = db.session();
    let susan = session.add(new!(User { id: 77_777, username: "susan", email: "susan@example.com" }));
    session.commit().await.unwrap();
    User::query().delete(&db).await.unwrap();
    session[susan].email = "new@example.com".into();
    let error = session.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stale);
    (format!("{error:?}"), recording.entries().iter().map(|entry| entry.params.len()).sum())
}

#[tokio::test]
async fn what_is_hidden_is_in_no_error_of_the_session() {
    let (error, params) = stale(false).await;
    assert!(error.contains("77777") && params > 4, "{error}");
    let (error, params) = stale(true).await;
    assert!(!error.contains("77777") && params == 0, "{error}");
}
