//! How often a client waits for the way there and back.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use aludel_driver::{Batch, Connection, Query, Recorded, Result, TransactionMode};
use aludel_sql::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::support::{Database, connect, insert, integer, read, server, text};

/// Between client and server, counting how often the client speaks after the server has spoken.
struct Proxy {
    port: u16,
    trips: Arc<AtomicUsize>,
}

impl Proxy {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let address = server().rsplit_once('@').unwrap().1.to_owned();
        let trips = Arc::new(AtomicUsize::new(0));
        let counter = trips.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let there = TcpStream::connect(&address).await.unwrap();
                let spoken = Arc::new(AtomicBool::new(true));
                let ((client_in, client_out), (there_in, there_out)) = (client.into_split(), there.into_split());
                let (counter, answered) = (counter.clone(), spoken.clone());
                tokio::spawn(carry(client_in, there_out, move || {
                    counter.fetch_add(usize::from(spoken.swap(false, Ordering::SeqCst)), Ordering::SeqCst);
                }));
                tokio::spawn(carry(there_in, client_out, move || answered.store(true, Ordering::SeqCst)));
            }
        });
        Proxy { port, trips }
    }

    /// How many trips `work` takes, which is what the driver says.
    async fn count<T>(&self, connection: &mut Connection, work: impl AsyncFn(&mut Connection) -> Result<T>) -> usize {
        let (before, recorded) = (self.trips.load(Ordering::SeqCst), Recorded::default());
        recorded.during(work(connection)).await.unwrap();
        let trips = self.trips.load(Ordering::SeqCst) - before;
        assert_eq!(recorded.round_trips(), trips as u64, "{:?}", recorded.entries());
        trips
    }
}

async fn carry(mut from: impl AsyncReadExt + Unpin, mut to: impl AsyncWriteExt + Unpin, mut note: impl FnMut() + Send) {
    let mut buffer = vec![0; 1 << 20];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        note();
        if to.write_all(&buffer[..length]).await.is_err() {
            break;
        }
    }
}

#[tokio::test]
async fn no_trip_is_made_for_nothing() {
    let (database, proxy) = (Database::new().await, Proxy::new().await);
    let url = format!("postgresql://postgres@127.0.0.1:{}/{}?sslmode=disable", proxy.port, database.name);
    let engine = connect(&url).await.unwrap();
    let mut connection = engine.acquire().await.unwrap();
    let c = &mut connection;
    let count = || read("SELECT count(*) FROM item");
    let many = |first: i64| {
        let rows = (first..first + 100).map(|i| vec![Value::Text(i.to_string())]).collect();
        Batch { sql: "INSERT INTO item (name) VALUES ($1) RETURNING name".into(), rows, caller: None }
    };

    assert_eq!(proxy.count(c, async |c| c.fetch(count(), integer).await).await, 2, "prepare, run");
    assert_eq!(proxy.count(c, async |c| c.fetch(count(), integer).await).await, 1, "run");
    assert_eq!(proxy.count(c, async |c| c.execute(insert("a")).await).await, 2);
    assert_eq!(proxy.count(c, async |c| c.execute(insert("b")).await).await, 1);
    assert_eq!(
        proxy.count(c, async |c| c.execute(Query::other("SET work_mem = '4MB'; RESET work_mem")).await).await,
        1
    );
    assert_eq!(
        proxy.count(c, async |c| c.fetch_many(many(0), text).await).await,
        3,
        "BEGIN and prepare, 100 runs, COMMIT"
    )
}

#[tokio::test]
async fn transactions_begin_with_their_first_statement() {
    let (database, proxy) = (Database::new().await, Proxy::new().await);
    let url = format!("postgresql://postgres@127.0.0.1:{}/{}?sslmode=disable", proxy.port, database.name);
    let engine = connect(&url).await.unwrap();
    let mut connection = engine.acquire().await.unwrap();
    let c = &mut connection;
    let count = || read("SELECT count(*) FROM item");
    let begin = async |c: &mut Connection| c.begin(TransactionMode::Write).await;
    let commit = async |c: &mut Connection| c.commit().await;

    assert_eq!(proxy.count(c, begin).await, 0);
    assert_eq!(proxy.count(c, commit).await, 0, "there is nothing to commit");
    assert_eq!(proxy.count(c, begin).await, 0);
    assert_eq!(proxy.count(c, async |c| c.fetch(count(), integer).await).await, 2, "BEGIN and prepare, run");
    assert_eq!(proxy.count(c, async |c| c.execute(insert("a")).await).await, 2);
    assert_eq!(proxy.count(c, async |c| c.execute(Query::write("SAVEPOINT s", vec![])).await).await, 1);
    assert_eq!(proxy.count(c, commit).await, 1);
    begin(c).await.unwrap();
    assert_eq!(proxy.count(c, async |c| c.fetch(count(), integer).await).await, 1, "BEGIN and run");
    assert_eq!(proxy.count(c, async |c| c.rollback().await).await, 1);
    assert_eq!(proxy.count(c, async |c| c.rollback().await).await, 0, "there is nothing to roll back");
    begin(c).await.unwrap();
    assert_eq!(proxy.count(c, async |c| c.execute(insert("b")).await).await, 2, "BEGIN, then what writes");
    let again = async |c: &mut Connection| {
        c.execute(insert("b")).await.unwrap_err();
        Ok(())
    };
    assert_eq!(proxy.count(c, again).await, 1, "one that fails too");
    c.rollback().await.unwrap();
}

#[tokio::test]
async fn without_a_cache_nothing_is_prepared() {
    let (database, proxy) = (Database::new().await, Proxy::new().await);
    let url =
        format!("postgresql://postgres@127.0.0.1:{}/{}?sslmode=disable&statement_cache=0", proxy.port, database.name);
    let engine = connect(&url).await.unwrap();
    let mut connection = engine.acquire().await.unwrap();
    let c = &mut connection;
    let count = || read("SELECT count(*) FROM item");
    assert_eq!(proxy.count(c, async |c| c.fetch(count(), integer).await).await, 1);
    let rows = || ["a", "b", "c"].map(|name| vec![Value::from(name)]).to_vec();
    let many = || Batch { sql: "INSERT INTO item (name) VALUES ($1)".into(), rows: rows(), caller: None };
    assert_eq!(proxy.count(c, async |c| c.execute_many(many()).await).await, 5, "BEGIN, each run, COMMIT");
}
