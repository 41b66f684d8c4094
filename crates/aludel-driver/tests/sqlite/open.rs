//! Opening a database, and the many ways in which it cannot be.

use std::{fs, path::PathBuf};

use aludel_driver::{ErrorKind, Query};

use crate::support::{Database, connect, insert, text};

fn entries(folder: &std::path::Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn what_cannot_be_opened_says_why_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes.txt"), "not a database at all, and long enough to be read as one".repeat(40))
        .unwrap();
    fs::create_dir(folder.path().join("subfolder")).unwrap();
    let before = entries(folder.path());
    for (file, kind, part) in [
        ("missing/app.db", ErrorKind::Io, "missing` of the database file cannot be entered"),
        ("notes.txt/app.db", ErrorKind::Io, "is not a folder"),
        ("subfolder", ErrorKind::Connect, "is a folder"),
        ("notes.txt", ErrorKind::Connect, "is not a SQLite database"),
        ("app.db?mode=ro", ErrorKind::Connect, "there is no database file"),
        ("app.db?mode=rw", ErrorKind::Connect, "there is no database file"),
    ] {
        let error = connect(&format!("sqlite:///{}/{file}", folder.path().display())).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{file}: {error}");
        assert!(error.message().contains(part), "{file}: {error}");
        assert!(error.help().is_some(), "{file}");
        assert_eq!(entries(folder.path()), before, "{file}");
    }
    assert!(entries(&folder.path().join("subfolder")).is_empty());
}

#[tokio::test]
async fn a_database_without_a_driver_is_named() {
    for (url, driver) in [
        ("postgresql://susan:geheim@localhost/blog", cfg!(feature = "postgres")),
        ("mysql://susan:geheim@localhost/blog", cfg!(feature = "mysql")),
        ("mariadb://susan:geheim@localhost/blog", cfg!(feature = "mysql")),
    ] {
        if driver {
            continue;
        }
        let error = connect(url).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.message().contains("feature") || error.message().contains("supported"), "{error}");
        assert!(!format!("{error:?}").contains("geheim"));
    }
}

#[tokio::test]
async fn a_read_only_database_reads_and_refuses_to_write() {
    let database = Database::new().await;
    database.acquire().await.execute(insert("a")).await.unwrap();
    let path = database.folder.path().join("app.db");
    let engine = connect(&format!("sqlite:///{}?mode=ro", path.display())).await.unwrap();
    let mut connection = engine.acquire().await.unwrap();
    assert_eq!(connection.fetch(Query::read("SELECT name FROM item", vec![]), text).await.unwrap(), ["a"]);
    for error in [
        connection.execute(insert("b")).await.unwrap_err(),
        connection.execute(Query::other("CREATE TABLE t (x)")).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::ReadOnly);
        assert!(error.message().contains("only be read"), "{error}");
        assert!(error.help().unwrap().contains("mode=ro"));
    }
    assert_eq!(connection.fetch(Query::read("SELECT name FROM item", vec![]), text).await.unwrap(), ["a"]);
}

#[tokio::test]
async fn a_temporary_database_is_shared_by_its_connections_and_deleted_with_the_engine() {
    let engine = connect("sqlite://").await.unwrap();
    let (mut one, mut other) = (engine.acquire().await.unwrap(), engine.acquire().await.unwrap());
    one.execute(Query::other("CREATE TABLE t (x TEXT)")).await.unwrap();
    one.execute(Query::write("INSERT INTO t VALUES ('seen')", vec![])).await.unwrap();
    assert_eq!(other.fetch(Query::read("SELECT x FROM t", vec![]), text).await.unwrap(), ["seen"]);

    let list = Query::read("SELECT file FROM pragma_database_list WHERE name = 'main'", vec![]);
    let file = PathBuf::from(&one.fetch(list, text).await.unwrap()[0]);
    let folder = file.parent().unwrap().to_owned();
    assert!(file.is_file());
    let second = connect("sqlite:///:memory:").await.unwrap();
    let error = second.acquire().await.unwrap().fetch(Query::read("SELECT x FROM t", vec![]), text).await.unwrap_err();
    assert_eq!(error.table(), Some("t"), "another temporary database is another one");

    let clone = engine.clone();
    drop((one, other, engine));
    assert!(file.is_file(), "an engine is left");
    drop(clone);
    assert!(!folder.exists());
}

#[test]
fn outside_a_runtime_there_is_an_error_instead_of_a_panic() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let engine = runtime.block_on(connect("sqlite://")).unwrap();
    let mut held = runtime.block_on(engine.acquire()).unwrap();
    drop(runtime);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let mut now = |future: std::pin::Pin<Box<dyn Future<Output = aludel_driver::Error>>>| match { future }
        .as_mut()
        .poll(&mut context)
    {
        std::task::Poll::Ready(error) => error,
        std::task::Poll::Pending => panic!("it waits"),
    };
    let open = now(Box::pin(async { connect("sqlite://").await.unwrap_err() }));
    assert_eq!(open.kind(), ErrorKind::Usage);
    let acquire = now(Box::pin(async move { engine.acquire().await.unwrap_err() }));
    assert_eq!(acquire.kind(), ErrorKind::Usage);
    let job = now(Box::pin(async move { held.execute(Query::other("CREATE TABLE t (x)")).await.unwrap_err() }));
    assert_eq!(job.kind(), ErrorKind::Usage);

    let timerless = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(timerless.block_on(connect("sqlite://")).unwrap_err().kind(), ErrorKind::Usage);
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_connection_ends() {
    let database = Database::with("?pool=2").await;
    let (one, _two) = (database.acquire().await, database.acquire().await);
    let error = database.engine.acquire().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.message().contains("all 2 connections"), "{error}");
    drop(one);
    database.acquire().await;
}
