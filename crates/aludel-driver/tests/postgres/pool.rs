//! The pool: who has which connection, and what becomes of it.

use aludel_driver::{Connection, ErrorKind, Query, State, TransactionMode, Url};

use crate::{
    server::Server,
    support::{self, Database, connect, integer, read, text},
};

async fn pid(connection: &mut Connection) -> i64 {
    connection.fetch(read("SELECT pg_backend_pid()"), integer).await.unwrap()[0]
}

#[tokio::test]
async fn what_a_session_sets_does_not_outlive_its_loan() {
    let database = Database::with("?pool=1&application_name=suite&options=-c%20work_mem%3D123kB").await;
    let mut connection = database.acquire().await;
    let first = pid(&mut connection).await;
    let script = "SET search_path = pg_catalog; SET TimeZone = 'Asia/Tokyo'; CREATE TEMP TABLE t (x int); \
                  LISTEN a; SELECT pg_advisory_lock(7)";
    connection.execute(Query::other(script)).await.unwrap();
    drop(connection);
    let mut connection = database.acquire().await;
    assert_eq!(pid(&mut connection).await, first, "it is the same");
    for (sql, wanted) in [
        ("SELECT current_setting('search_path')", "\"$user\", public"),
        ("SELECT current_setting('TimeZone')", "UTC"),
        ("SELECT current_setting('application_name')", "suite"),
        ("SELECT current_setting('work_mem')", "123kB"),
        ("SELECT count(*)::text FROM pg_listening_channels()", "0"),
        ("SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()", "0"),
    ] {
        assert_eq!(connection.fetch(read(sql), text).await.unwrap(), [wanted], "{sql}");
    }
}

#[tokio::test]
async fn a_server_that_restarts_is_found_again() {
    let server = Server::new();
    server.start("");
    let engine = connect(&server.url("postgres", "postgres?pool=4")).await.unwrap();
    let (mut one, other) = (engine.acquire().await.unwrap(), engine.acquire().await.unwrap());
    drop(other);
    one.begin(TransactionMode::Write).await.unwrap();
    one.fetch(read("SELECT 1"), integer).await.unwrap();
    server.stop();
    // The answer to COMMIT is lost, or never was one.
    let error = one.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CommitOutcomeUnknown, "{error}");
    assert_eq!(one.state(), State::Lost);
    drop(one);
    let error = engine.acquire().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    server.start("");
    let mut connections = Vec::new();
    for _ in 0..4 {
        let mut connection = engine.acquire().await.unwrap();
        assert_eq!(connection.fetch(read("SELECT 1"), integer).await.unwrap(), [1]);
        connections.push(connection);
    }
}

#[tokio::test]
async fn what_the_server_has_closed_meanwhile_is_not_used() {
    let database = Database::with("?pool=3").await;
    let (mut admin, mut idle, mut held) =
        (database.acquire().await, database.acquire().await, database.acquire().await);
    let (gone, cut) = (pid(&mut idle).await, pid(&mut held).await);
    drop(idle);
    held.begin(TransactionMode::Write).await.unwrap();
    held.fetch(read("SELECT 1"), integer).await.unwrap();
    for pid in [gone, cut] {
        let end = format!("SELECT pg_terminate_backend({pid}::int4, 10000)::text");
        assert_eq!(admin.fetch(Query::read(end, Vec::new()), text).await.unwrap(), ["true"]);
    }
    let mut another = database.acquire().await;
    assert_ne!(pid(&mut another).await, gone);
    // It cannot have been committed: nothing was sent.
    assert_eq!(held.commit().await.unwrap_err().kind(), ErrorKind::Connect);
    assert_eq!(held.state(), State::Lost);
}

#[tokio::test]
async fn of_several_servers_the_wanted_kind_is_used() {
    let standby = Server::new();
    // It would follow another one if it knew of any.
    standby.write("data/standby.signal", "");
    standby.start("");
    let live: Url = support::server().parse().unwrap();
    let (user, live) = (live.user().unwrap_or("postgres").to_owned(), live.hosts()[0].to_string());
    let url = |hosts: &str, wanted: &str| format!("postgresql://{user}@{hosts}/postgres?target_session_attrs={wanted}");
    let standby_first = format!("127.0.0.1:{},{live}", standby.port);
    let standby_last = format!("{live},127.0.0.1:{}", standby.port);
    for (hosts, wanted, is_standby) in [
        (&standby_first, "any", true),
        (&standby_last, "any", false),
        (&standby_first, "primary", false),
        (&standby_first, "read-write", false),
        (&standby_last, "standby", true),
        (&standby_last, "read-only", true),
        (&standby_last, "prefer-standby", true),
        (&live, "prefer-standby", false),
    ] {
        let engine = connect(&url(hosts, wanted)).await.unwrap();
        let mut connection = engine.acquire().await.unwrap();
        let found = connection.fetch(read("SELECT pg_is_in_recovery()::text"), text).await.unwrap();
        assert_eq!(found, [is_standby.to_string()], "{wanted} of {hosts}");
    }
    let error = connect(&url(&live, "standby")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.message().contains("is no standby") && error.message().contains(&live), "{error}");
}
