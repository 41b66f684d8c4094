//! The session: what it reads, what it writes, in how many statements.

mod composite;
#[path = "../support/mod.rs"]
mod support;

use aludel::{prelude::*, query::IntoExecutor};
use support::{
    blog::{Post, User, blog},
    returning_id, sent,
};

fn susan() -> aludel::New<User> {
    new!(User { username: "susan", email: "susan@example.com" })
}

fn john() -> aludel::New<User> {
    new!(User { username: "john", email: "john@example.com" })
}

#[tokio::test]
async fn a_new_row_prints_as_the_model_says() {
    assert_eq!(susan().to_string(), "<User susan>");
}

#[tokio::test]
async fn the_flagship() -> Result<()> {
    let db = blog().await;
    let mut session = db.session();
    let susan = session.add(susan());
    let first = session.add(new!(Post { body: "my first post!", author: susan }));
    let second = session.rel_mut(susan, |u| u.posts).add(new!(Post { body: "my second" }));
    assert_eq!(session.key(susan), None);

    let recording = db.record();
    session.commit().await?;
    let returning = returning_id(&db);
    assert_eq!(
        sent(&recording),
        [
            format!(r#"INSERT INTO "user" ("username", "email") VALUES (?, ?){returning}"#),
            format!(r#"INSERT INTO "post" ("body", "timestamp", "user_id") VALUES (?, ?, ?){returning}"#),
        ]
    );
    // Both posts in one batch: two runs of a statement, or one statement of two rows or of arrays.
    let capability = db.engine().dialect().capability();
    let single = capability.rows_per_insert == 1 && !capability.arrays || !capability.returning;
    let runs = if single { 2 } else { 1 };
    assert_eq!(recording.entries().iter().map(|entry| entry.runs).max(), Some(runs));
    assert_eq!(session[susan].id, 1);
    assert_eq!(session[first].user_id, 1);
    assert_eq!(session.related(susan, |u| u.posts), [first, second]);
    assert_eq!(session.related(second, |p| p.author), susan);
    Ok(())
}

#[tokio::test]
async fn a_key_of_0_is_one_like_any_other() -> Result<()> {
    let db = blog().await;
    let mut session = db.session();
    let susan = session.add(new!(User { id: 0, username: "susan", email: "susan@example.com" }));
    session.commit().await?;
    assert_eq!(session[susan].id, 0);
    assert_eq!(User::query().one(&db).await?.id, 0);
    Ok(())
}

#[tokio::test]
async fn only_changed_columns_are_written() -> Result<()> {
    let db = blog().await;
    let mut session = db.session();
    let (susan, john) = (session.add(susan()), session.add(john()));
    session.commit().await?;

    let recording = db.record();
    session[susan].email = "new@example.com".into();
    session[john].email = "other@example.com".into();
    session[john].username = "john".into();
    session.commit().await?;
    assert_eq!(sent(&recording), [r#"UPDATE "user" SET "email" = ? WHERE "id" = ?"#]);

    recording.clear();
    session[susan].username = "susan".into();
    let _ = &mut session[john];
    assert!(!session.is_dirty());
    session.commit().await?;
    assert_eq!(recording.entries().len(), 0, "equal values write nothing, not even a transaction");

    session[susan].password_hash = Some("secret".into());
    session.commit().await?;
    assert_eq!(sent(&recording), [r#"UPDATE "user" SET "password_hash" = ? WHERE "id" = ?"#]);
    assert_eq!(recording.entries().len(), 1, "a single row goes alone, without BEGIN and COMMIT");
    Ok(())
}

#[tokio::test]
async fn one_entity_a_key() -> Result<()> {
    let db = blog().await;
    let mut session = db.session();
    let susan = session.add(susan());
    session.commit().await?;

    let recording = db.record();
    assert_eq!(session.get::<User>(1).await?, Some(susan));
    assert_eq!(sent(&recording).len(), 0, "from memory");
    assert_eq!(session.get::<User>(7).await?, None);
    let found = session.all(User::query().filter(|u| u.username.eq("susan"))).await?;
    assert_eq!(found, [susan]);

    let mut other = db.session();
    let again = other.get::<User>(1).await?.or_404()?;
    assert_eq!(other[again].email, "susan@example.com");
    Ok(())
}

#[tokio::test]
async fn a_clean_entity_is_refreshed_by_a_query_and_a_changed_one_is_not() -> Result<()> {
    let db = blog().await;
    let mut session = db.session();
    let (susan, john) = (session.add(susan()), session.add(john()));
    session.commit().await?;

    let mut other = db.session();
    for user in other.all_mut(User::query()).await? {
        user.email = format!("{}@elsewhere.org", user.username);
    }
    other.commit().await?;

    session[john].email = "mine@example.com".into();
    // Asks for a table without pending changes, so that nothing is flushed.
    let recording = db.record();
    session.get_mut::<User>(1).await?.or_404()?;
    assert_eq!(sent(&recording).len(), 0);
    session.rollback().await?;
    session.all(User::query()).await?;
    assert_eq!(session[susan].email, "susan@elsewhere.org");
    assert_eq!(session[john].email, "john@elsewhere.org");
    Ok(())
}

#[tokio::test]
async fn a_row_that_comes_twice_is_one_entity() -> Result<()> {
    let db = blog().await;
    let mut session = db.session();
    let (susan, john) = (session.add(susan()), session.add(john()));
    for author in [susan, john, susan] {
        session.add(new!(Post { body: "hello", author }));
    }
    session.commit().await?;

    let authors = || User::query().join(|u| u.posts).order_by(|(_, p)| p.id);
    for known in [None, Some(1), Some(2)] {
        let mut session = db.session();
        let known = match known {
            Some(id) => session.get::<User>(id).await?,
            None => None,
        };
        let found = session.all(authors()).await?;
        let names: Vec<&str> = found.iter().map(|user| &*session[*user].username).collect();
        assert_eq!(names, ["susan", "john", "susan"]);
        assert_eq!(found[0], found[2]);
        assert!(known.is_none_or(|known| found.contains(&known)));
        assert_eq!(session.all(authors()).await?, found);
    }
    Ok(())
}

#[tokio::test]
async fn queries_see_what_was_not_committed_yet() -> Result<()> {
    let db = blog().await;
    let mut session = db.session();
    session.add(susan());
    assert_eq!(User::query().count(&mut session).await?, 1);
    assert_eq!(User::query().count(&db).await?, 0);
    session.rollback().await?;
    assert_eq!(User::query().count(&mut session).await?, 0);
    Ok(())
}

#[tokio::test]
async fn rollback_restores_values_and_states() -> Result<()> {
    let db = blog().await;
    let mut session = db.session();
    let (susan, john) = (session.add(susan()), session.add(john()));
    session.commit().await?;

    session[susan].email = "one@example.com".into();
    session.flush().await?;
    session[susan].email = "two@example.com".into();
    session.delete(john);
    session.flush().await?;
    let draft = session.add(new!(User { username: "draft", email: "d@example.com" }));
    session.flush().await?;
    assert_eq!(session[draft].id, 3);
    session.rollback().await?;

    assert_eq!(session[susan].email, "susan@example.com");
    assert_eq!(session[john].username, "john");
    assert!(!session.is_dirty());
    assert_eq!(User::query().count(&db).await?, 2);
    session[john].email = "still@example.com".into();
    session.commit().await?;
    assert_eq!(User::query().filter(|u| u.email.eq("still@example.com")).count(&db).await?, 1);
    Ok(())
}

#[tokio::test]
#[should_panic(expected = "this `User` was rolled back")]
async fn a_handle_of_a_rolled_back_row_panics() {
    let db = blog().await;
    let mut session = db.session();
    let susan = session.add(susan());
    session.rollback().await.unwrap();
    let _ = &session[susan];
}

#[tokio::test]
#[should_panic(expected = "belongs to another session")]
async fn a_handle_of_another_session_panics() {
    let db = blog().await;
    let susan = db.session().add(susan());
    let _ = &db.session()[susan];
}

#[tokio::test]
async fn a_unique_violation_names_table_and_column() -> Result<()> {
    let db = blog().await;
    let mut session = db.session();
    let first = session.add(susan());
    session.commit().await?;
    let second = session.add(new!(User { username: "susan2", email: "susan@example.com" }));
    let error = session.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unique);
    assert_eq!(error.table(), Some("user"));
    assert_eq!(error.columns(), Some(&["email".to_owned()][..]));
    assert_eq!(error.model(), Some("User"));
    assert!(error.violates_unique::<User, _>(|u| u.email));
    assert!(!error.violates_unique::<User, _>(|u| u.username));

    let refused = session.commit().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Session);
    assert!(refused.help().unwrap().contains("rollback"));
    session.rollback().await?;
    assert_eq!(session[first].username, "susan");
    let _ = second;
    session.add(john());
    session.commit().await?;
    assert_eq!(User::query().count(&db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn the_key_field_and_the_relation_show_the_same_at_once() -> Result<()> {
    let db = blog().await;
    let mut session = db.session();
    let (susan, john) = (session.add(susan()), session.add(john()));
    let post = session.add(new!(Post { body: "hi", author: susan }));
    assert_eq!(session.related(post, |p| p.author), susan, "before anything has a key");
    assert_eq!(session.related(susan, |u| u.posts), [post]);
    session.commit().await?;

    session[post].user_id = session[john].id;
    assert_eq!(session.related(post, |p| p.author), john);
    assert_eq!(session.related(susan, |u| u.posts), []);
    assert_eq!(session.related(john, |u| u.posts), [post]);

    session.rel_mut(post, |p| p.author).set(susan);
    assert_eq!(session[post].user_id, session[susan].id);
    assert_eq!(session.related(susan, |u| u.posts), [post]);
    assert!(!session.is_dirty(), "back where it was");

    let new = session.add(new!(User { username: "new", email: "new@example.com" }));
    session.rel_mut(post, |p| p.author).set(new);
    assert_eq!(session.related(new, |u| u.posts), [post]);
    assert_eq!(session.related(susan, |u| u.posts), []);
    let recording = db.record();
    session.commit().await?;
    assert_eq!(sent(&recording).len(), 2, "INSERT the user, UPDATE the post");
    assert_eq!(session[post].user_id, session[new].id);
    Ok(())
}

#[tokio::test]
async fn both_a_changed_key_and_a_changed_relation_is_an_error_before_any_sql() -> Result<()> {
    let db = blog().await;
    let mut session = db.session();
    let susan = session.add(susan());
    let post = session.add(new!(Post { body: "hi", author: susan }));
    session.commit().await?;
    let new = session.add(john());
    session.rel_mut(post, |p| p.author).set(new);
    session[post].user_id = 77;
    let recording = db.record();
    let error = session.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Session);
    assert!(error.message().contains("Post.user_id"), "{error}");
    assert_eq!(recording.entries().len(), 0);
    // Nothing was sent, so the program may mend it and go on.
    session[post].user_id = session[susan].id;
    session.commit().await?;
    assert_eq!(session[post].user_id, session[new].id);
    Ok(())
}

#[tokio::test]
async fn relations_are_loaded_where_an_await_says_so() -> Result<()> {
    let db = blog().await;
    let mut session = db.session();
    let susan = session.add(susan());
    session.add(new!(Post { body: "one", author: susan }));
    session.add(new!(Post { body: "two", author: susan }));
    session.commit().await?;

    let mut session = db.session();
    let recording = db.record();
    let susan = session.get::<User>(1).await?.or_404()?;
    let posts = session.load(susan, |u| u.posts).await?;
    assert_eq!(posts.iter().map(|&post| session[post].body.as_str()).collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(session.load(posts[0], |p| p.author).await?, susan);
    assert_eq!(sent(&recording).len(), 2, "the author is here already");

    let mut session = db.session();
    recording.clear();
    let posts = session.all(Post::query().order_by(|p| p.id.asc()).with(|p| p.author)).await?;
    assert_eq!(session[session.related(posts[1], |p| p.author)].username, "susan");
    assert_eq!(sent(&recording).len(), 2);
    Ok(())
}

#[tokio::test]
#[should_panic(expected = "`User.posts` is not loaded: load it first, `session.load(handle, |x| x.posts).await?`")]
async fn reading_what_was_not_loaded_panics() {
    let db = blog().await;
    let mut session = db.session();
    session.add(susan());
    session.commit().await.unwrap();
    let mut session = db.session();
    let susan = session.get::<User>(1).await.unwrap().unwrap();
    session.related(susan, |u| u.posts);
}

#[tokio::test]
#[should_panic(expected = "tracked by a session")]
async fn relation_fields_of_tracked_entities_say_who_has_them() {
    let db = blog().await;
    let mut session = db.session();
    let susan = session.add(susan());
    session[susan].posts.get();
}

#[tokio::test]
async fn a_replaced_relation_field_or_key_is_an_error() -> Result<()> {
    let db = blog().await;
    let mut session = db.session();
    let susan = session.add(susan());
    session.commit().await?;
    session[susan].posts = HasMany::default();
    let error = session.commit().await.unwrap_err();
    assert!(error.message().contains("`User.posts`"), "{error}");
    session.refresh(susan).await?;
    session[susan].id = 9;
    let error = session.commit().await.unwrap_err();
    assert_eq!(error.message(), "the key of a `User` was changed from 1 to 9");
    Ok(())
}

#[tokio::test]
async fn rows_are_deleted_children_first_and_refused_while_referred_to() -> Result<()> {
    let db = blog().await;
    let mut session = db.session();
    let susan = session.add(susan());
    let post = session.add(new!(Post { body: "one", author: susan }));
    session.commit().await?;

    session.delete(susan);
    let error = session.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKey);
    assert_eq!(error.message(), "a `User` cannot be deleted while rows refer to it, by `Post.user_id`");
    assert_eq!(error.candidates(), ["fk_post_user_id"]);
    session.rollback().await?;

    session.delete(susan);
    session.delete(post);
    let recording = db.record();
    session.commit().await?;
    assert_eq!(sent(&recording), [r#"DELETE FROM "post" WHERE "id" = ?"#, r#"DELETE FROM "user" WHERE "id" = ?"#]);
    assert_eq!(User::query().count(&db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_unique_value_passes_from_a_deleted_row_to_a_new_one() -> Result<()> {
    let db = blog().await;
    let mut session = db.session();
    let old = session.add(susan());
    session.commit().await?;
    session.delete(old);
    let new = session.add(susan());
    session.commit().await?;
    assert_eq!(session[new].id, 2);
    Ok(())
}

#[tokio::test]
async fn children_moved_away_in_the_same_flush_outlive_their_parent() -> Result<()> {
    let db = blog().await;
    let mut session = db.session();
    let (susan, john) = (session.add(susan()), session.add(john()));
    let post = session.add(new!(Post { body: "one", author: susan }));
    session.commit().await?;
    session.rel_mut(post, |p| p.author).set(john);
    session.delete(susan);
    session.commit().await?;
    assert_eq!(Post::query().one(&db).await?.user_id, session[john].id);
    Ok(())
}

#[tokio::test]
async fn a_row_that_vanished_is_stale() -> Result<()> {
    let db = blog().await;
    let mut session = db.session();
    let susan = session.add(susan());
    session.commit().await?;
    User::query().delete(&db).await?;
    session[susan].email = "gone@example.com".into();
    let error = session.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stale);
    assert_eq!(error.message(), "the row 1 of `user` that was to be changed is not there any more");
    Ok(())
}

#[tokio::test]
async fn nested_rows_are_added_along() -> Result<()> {
    let db = blog().await;
    let mut session = db.session();
    let susan = session.add(new!(User {
        username: "susan",
        email: "susan@example.com",
        posts: [Post { body: "first" }, Post { body: "second" }],
    }));
    let post = session.add(new!(Post { body: "third", author: User { username: "john", email: "john@example.com" } }));
    session.commit().await?;
    assert_eq!(session.related(susan, |u| u.posts).len(), 2);
    assert_eq!(session[session.related(post, |p| p.author)].username, "john");
    Ok(())
}

#[tokio::test]
async fn plain_values_come_with_what_was_asked_for() -> Result<()> {
    let db = blog().await;
    let mut session = db.session();
    session.add(new!(User { username: "susan", email: "s@x", posts: [Post { body: "a" }, Post { body: "b" }] }));
    session.add(new!(User { username: "john", email: "j@x", posts: [Post { body: "c" }] }));
    session.add(new!(User { username: "mary", email: "m@x" }));
    session.commit().await?;

    let recording = db.record();
    let posts = Post::query().order_by(|p| p.id.desc()).with(|p| p.author).all(&db).await?;
    assert_eq!(sent(&recording).len(), 2, "posts of everyone with their authors in two statements");
    let lines: Vec<_> = posts.iter().map(|post| format!("{}: {}", post.author.get().username, post.body)).collect();
    assert_eq!(lines, ["john: c", "susan: b", "susan: a"]);

    recording.clear();
    let users = User::query().order_by(|u| u.username.asc()).with(|u| u.posts.with(|p| p.author)).all(&db).await?;
    assert_eq!(sent(&recording).len(), 3);
    let counts: Vec<_> = users.iter().map(|user| (user.username.as_str(), user.posts.get().len())).collect();
    assert_eq!(counts, [("john", 1), ("mary", 0), ("susan", 2)]);
    assert_eq!(users[0].posts.get()[0].author.get().username, "john");
    assert!(users[0].posts.get()[0].author.get().posts.loaded().is_none());
    Ok(())
}

#[tokio::test]
async fn what_is_written_equals_what_is_read() -> Result<()> {
    let db = blog().await;
    let mut session = db.session();
    let susan = session.add(susan());
    let post = session.add(new!(Post { body: "one", author: susan }));
    session[post].timestamp = "2026-11-23T03:21:07.123456789Z".parse().unwrap();
    session.commit().await?;
    let read = Post::query().one(&db).await?;
    assert_eq!(session[post].timestamp, read.timestamp);
    assert_eq!(read.timestamp.to_string(), "2026-11-23T03:21:07.123456Z");
    Ok(())
}

#[tokio::test]
async fn a_text_too_long_for_its_column_is_an_error_before_any_sql() -> Result<()> {
    let db = blog().await;
    let mut session = db.session();
    let user = session.add(new!(User { username: "é".repeat(64), email: "e@example.com" }));
    session.commit().await?;
    session[user].username.push('é');
    let recording = db.record();
    let error = session.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Check);
    assert_eq!(error.message(), "`User.username` holds 65 characters, and has room for 64");
    assert_eq!(recording.entries().len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_transaction_commits_or_leaves_nothing() -> Result<()> {
    let db = blog().await;
    let id = db
        .transaction(async |session| {
            let susan = session.add(susan());
            session.flush().await?;
            Ok(session[susan].id)
        })
        .await?;
    assert_eq!(id, 1);
    let failed: Result<()> = db
        .transaction(async |session| {
            session.add(john());
            session.flush().await?;
            User::query().filter(|u| u.username.eq("nobody")).one(session).await?;
            Ok(())
        })
        .await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(User::query().count(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn two_transactions_that_read_and_write_lose_nothing() -> Result<()> {
    let db = blog().await;
    db.transaction(async |session| {
        session.add(new!(User { username: "counter", email: "c@x", password_hash: "0" }));
        Ok(())
    })
    .await?;
    let add = async || {
        db.retry(20)
            .transaction(async |session| {
                let user = session.get_mut::<User>(1).await?.or_404()?;
                let count: i64 = user.password_hash.as_deref().unwrap_or_default().parse().unwrap();
                tokio::task::yield_now().await;
                user.password_hash = Some((count + 1).to_string());
                Ok(())
            })
            .await
    };
    let all = tokio::join!(add(), add(), add());
    assert!(all.0.is_ok() && all.1.is_ok() && all.2.is_ok());
    assert_eq!(User::query().one(&db).await?.password_hash.as_deref(), Some("3"));
    Ok(())
}

#[tokio::test]
async fn a_session_dropped_half_way_leaves_nothing() -> Result<()> {
    let db = blog().await;
    {
        let mut session = db.session();
        session.add(susan());
        session.flush().await?;
    }
    assert_eq!(User::query().count(&db).await?, 0);
    let mut session = db.session();
    session.add(susan());
    session.commit().await
}

/// Polls a future `polls` times; whether it came to its end.
async fn poll_times(future: impl Future, polls: usize) -> bool {
    let mut future = std::pin::pin!(future);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 {
            return std::task::Poll::Ready(false);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            std::task::Poll::Ready(_) => std::task::Poll::Ready(true),
            std::task::Poll::Pending => {
                context.waker().wake_by_ref();
                std::task::Poll::Pending
            }
        }
    })
    .await
}

#[tokio::test]
async fn a_commit_dropped_anywhere_is_whole_or_nothing() -> Result<()> {
    let db = blog().await;
    let mut polls = 0;
    loop {
        let round = format!("user{polls}-");
        let mut session = db.session();
        for n in 0..3 {
            let name = format!("{round}{n}");
            session.add(new!(User { username: &name, email: &name }));
        }
        let done = poll_times(session.commit(), polls).await;
        let refused = if done { None } else { session.commit().await.err() };
        drop(session);
        // Of this round alone: a commit that was dropped while the server ran it may come to its end in the next.
        let added = User::query().filter(|u| u.username.starts_with(&round)).count(&db).await?;
        assert!(added == 0 || added == 3, "{added} of 3 rows after {polls} polls");
        if done {
            assert_eq!(added, 3);
            return Ok(());
        }
        if let Some(error) = refused {
            assert!(matches!(error.kind(), ErrorKind::Session | ErrorKind::CommitOutcomeUnknown), "{error:?}");
        }
        polls += 1;
        assert!(polls < 10_000, "the commit never ends");
    }
}

#[test]
fn futures_of_the_session_are_send() {
    fn send<T: Send>(_: T) {}
    #[allow(unreachable_code, clippy::diverging_sub_expression)]
    fn check(db: Db, session: &mut Session, user: Tracked<User>) {
        send(async move {
            session.load(user, |u| u.posts).await?;
            session.all(User::query().with(|u| u.posts)).await?;
            session.get_mut::<User>(1).await?.or_404()?.email = "x".into();
            session.commit().await
        });
        let other = Db::clone(&db);
        send(async move {
            let name = String::from("susan");
            let id = other
                .transaction(async |session| {
                    let user = session.first(User::query().filter(|u| u.username.eq(&name))).await?.or_404()?;
                    Ok(session[user].id)
                })
                .await?;
            Ok::<_, Error>(id)
        });
        send(async move { User::query().filter(|u| u.username.eq("x")).all(&db).await });
    }
    let _ = check;
    fn executor<'e>(_: impl IntoExecutor<'e>) {}
    let _ = |db: &Db| executor(db);
}
