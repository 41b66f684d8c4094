//! Transactions: levels of isolation, reading, savepoints, and the pool they take their connections from.

#[path = "../support/mod.rs"]
mod support;

mod connection;
mod pool;
mod savepoints;
mod session;

use aludel::{
    driver::{Connection, Query as Sql},
    prelude::*,
    sql::ValueRef,
};

#[derive(Model, Debug, Clone, PartialEq)]
struct Account {
    #[column(primary_key)]
    id: i64,
    #[column(length = 40, unique)]
    owner: String,
    balance: i64,
}

/// The owners of all accounts, as a connection sees them.
async fn owners(connection: &mut Connection) -> Result<Vec<String>> {
    let query = Sql::read("SELECT owner FROM account ORDER BY owner", Vec::new());
    connection
        .fetch(query, |row| match row.get(0)? {
            ValueRef::Text(owner) => Ok(owner.to_owned()),
            other => panic!("an owner is a text, not {}", other.kind()),
        })
        .await
}

fn insert(id: i64, owner: &str) -> Sql {
    Sql::write(format!("INSERT INTO account (id, owner, balance) VALUES ({id}, '{owner}', 100)"), Vec::new())
}

async fn acquire(db: &Db) -> Connection {
    db.engine().acquire().await.expect("a connection")
}

/// Polls a future once.
async fn poll_once<F: Future + Unpin>(mut future: F) -> Option<F::Output> {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(match std::pin::Pin::new(&mut future).poll(context) {
            std::task::Poll::Ready(done) => Some(done),
            std::task::Poll::Pending => None,
        })
    })
    .await
}
