//! Changes the history and nothing else.

use aludel_driver::{Connection, Engine, TransactionMode};
use aludel_sql::{Error, ErrorKind, Result};
use jiff::Timestamp;

use super::{Migrator, execute::entry, lock::RunLock};
use crate::{
    graph::Ids,
    history::{self, Entry},
};

/// What a stamp changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamped {
    /// The revisions that count as applied now and did not before, parents first.
    pub added: Vec<String>,
    /// The revisions that no longer count as applied.
    pub removed: Vec<String>,
}

impl Migrator {
    /// Says that the database is at `target`, without running anything: all it builds on counts as applied, what builds on it
    /// does not. Other branches are left alone. With `purge`, the history is emptied first.
    ///
    /// # Errors
    /// The target names nothing, or, without `purge`, the database has revisions that this program does not know.
    pub async fn stamp(&self, engine: &Engine, target: &str, purge: bool) -> Result<Stamped> {
        let mut connection = engine.acquire().await?;
        let lock = RunLock::take(self, engine).await?;
        let result = self.stamp_locked(&mut connection, target, purge).await;
        lock.release().await;
        result
    }

    async fn stamp_locked(&self, connection: &mut Connection, target: &str, purge: bool) -> Result<Stamped> {
        if !connection.dialect().capability().transactional_ddl {
            history::ensure(connection).await?;
        }
        connection.begin(TransactionMode::Write).await?;
        let result = self.stamp_inside(connection, target, purge).await;
        finish(connection, result).await
    }

    async fn stamp_inside(&self, connection: &mut Connection, target: &str, purge: bool) -> Result<Stamped> {
        let entries = match purge {
            true => history::read(connection).await?,
            false => self.read(connection).await?,
        };
        let applied = history::applied(&entries);
        let target = self.graph.resolve(target, &applied)?;
        let wanted = self.graph.ancestors(target.iter().map(String::as_str));
        let gone: Ids = match target.as_slice() {
            _ if purge => entries.iter().map(|entry| entry.id.clone()).filter(|id| !wanted.contains(id)).collect(),
            [] => entries.iter().map(|entry| entry.id.clone()).collect(),
            targets => {
                let mut above = self.graph.descendants(targets.iter().map(String::as_str));
                above.retain(|id| !targets.contains(id) && !wanted.contains(id));
                above
            }
        };
        history::ensure(connection).await?;
        let mut stamped = Stamped::default();
        for Entry { id, .. } in entries.iter().filter(|entry| gone.contains(&entry.id)) {
            history::remove(connection, id).await?;
            stamped.removed.push(id.clone());
        }
        let now = Timestamp::now();
        for revision in self.graph.sorted(&wanted) {
            let known = entries.iter().find(|entry| entry.id == revision.id);
            if known.is_none_or(|entry| purge || entry.is_partial()) {
                history::put(connection, &Entry { how: "stamp".into(), ..entry(revision, now) }).await?;
            }
            if !applied.contains(&revision.id) {
                stamped.added.push(revision.id.clone());
            }
        }
        Ok(stamped)
    }

    /// Takes the files of applied revisions as they are now: their checksums are written into the history anew.
    ///
    /// # Errors
    /// The target names nothing, or a revision that is not applied.
    pub async fn accept(&self, engine: &Engine, target: &str) -> Result<Vec<String>> {
        let mut connection = engine.acquire().await?;
        let lock = RunLock::take(self, engine).await?;
        connection.begin(TransactionMode::Write).await?;
        let result = self.accept_inside(&mut connection, target).await;
        let result = finish(&mut connection, result).await;
        lock.release().await;
        result
    }

    async fn accept_inside(&self, connection: &mut Connection, target: &str) -> Result<Vec<String>> {
        let entries = history::read(connection).await?;
        let mut accepted = Vec::new();
        for id in self.graph.resolve(target, &history::applied(&entries))? {
            let (Some(row), Some(revision)) = (entries.iter().find(|entry| entry.id == id), self.graph.get(&id)) else {
                return Err(Error::new(
                    ErrorKind::Migration,
                    format!("revision `{id}` is not applied to this database"),
                )
                .with_help("Run `db current` to see what is"));
            };
            history::put(connection, &Entry { checksum: revision.checksum.clone(), ..row.clone() }).await?;
            accepted.push(id);
        }
        Ok(accepted)
    }
}

/// Commits what went well, and rolls back what did not.
async fn finish<T>(connection: &mut Connection, result: Result<T>) -> Result<T> {
    match result {
        Ok(value) => connection.commit().await.map(|()| value),
        Err(error) => {
            let _ = connection.rollback().await;
            Err(error)
        }
    }
}
