//! The commands that change the database: `upgrade`, `downgrade`, `stamp`, `repair`; and the scripts that would.

use aludel_driver::url::Backend;
use aludel_migrate::{Direction, graph::Ids};
use aludel_sql::{
    Dialect, Error, ErrorKind, Result,
    dialect::{MARIADB, MYSQL, POSTGRES, SQLITE},
    render::Target,
};

use super::Repository;
use crate::{
    commands::repository::{failed, progress},
    report,
};

pub(super) async fn upgrade(repository: &mut Repository, target: &str) -> Result<()> {
    let (db, applied) = repository.upgrade(target).await?;
    if applied.is_empty() {
        let current = aludel_migrate::history::current(&mut db.engine().acquire().await?).await?;
        report::note(match current.is_empty() {
            true => "Nothing to do: there are no revisions yet".to_owned(),
            false => format!("Nothing to do: the database is at {}", current.join(", ")),
        });
    }
    Ok(())
}

pub(super) async fn downgrade(repository: &mut Repository, target: &str) -> Result<()> {
    let engine = repository.existing().await?;
    let migrator = repository.migrator()?;
    let undone = match engine {
        Some(engine) => migrator.downgrade(&engine, target, progress).await.map_err(failed)?,
        None => {
            // With no database nothing is applied: what asks for more than that still is an error.
            let (graph, none) = (migrator.graph(), Ids::new());
            graph.downgrade_path(&none, &graph.resolve(target, &none)?)?;
            Vec::new()
        }
    };
    if undone.is_empty() {
        report::note(format!("Nothing to do: the database has nothing beyond {target}"));
    }
    Ok(())
}

pub(super) fn upgrade_sql(repository: &mut Repository, target: &str) -> Result<()> {
    let (from, to) = target.split_once(':').unwrap_or(("base", target));
    script(repository, from, to, Direction::Upgrade)
}

pub(super) fn downgrade_sql(repository: &mut Repository, target: &str) -> Result<()> {
    let (from, to) = target.split_once(':').unwrap_or(("head", target));
    script(repository, from, to, Direction::Downgrade)
}

fn script(repository: &mut Repository, from: &str, to: &str, direction: Direction) -> Result<()> {
    let url = repository.app.settings().url()?;
    let target = Target { home: url.database(), ..dialect(url.backend())?.into() };
    let script = repository.migrator()?.sql(target, from, to, direction)?;
    if script.is_empty() {
        report::note("Nothing to do");
        return Ok(());
    }
    report::data(script.trim_end())
}

/// How the database that a URL names spells things, without a connection to it.
fn dialect(backend: Backend) -> Result<&'static dyn Dialect> {
    match backend {
        Backend::Sqlite => Ok(&SQLITE),
        Backend::Postgres => Ok(&POSTGRES),
        Backend::MySql => Ok(&MYSQL),
        Backend::MariaDb => Ok(&MARIADB),
        other => Err(Error::new(ErrorKind::Config, format!("{other} is not supported yet"))
            .with_help("Use a URL such as `sqlite:///app.db` or `postgresql://user:password@host/name`")),
    }
}

pub(super) async fn stamp(repository: &mut Repository, target: &str, purge: bool) -> Result<()> {
    let migrator = repository.migrator()?;
    // Checked before a database is made for it.
    if repository.existing().await?.is_none() {
        migrator.graph().resolve(target, &Ids::new())?;
    }
    let db = repository.connect().await?;
    let stamped = migrator.stamp(db.engine(), target, purge).await?;
    for id in &stamped.removed {
        report::note(format!("Removed {id} from the history"));
    }
    for id in &stamped.added {
        report::note(format!("Stamped {id}"));
    }
    if stamped.added.is_empty() && stamped.removed.is_empty() {
        report::note("Nothing to do: the database is stamped so already");
    }
    Ok(())
}

pub(super) async fn accept(repository: &mut Repository, target: &str) -> Result<()> {
    let migrator = repository.migrator()?;
    let Some(engine) = repository.existing().await? else {
        return Err(Error::new(ErrorKind::Migration, "there is no database yet, so nothing is applied to it")
            .with_help("Run `db upgrade` first"));
    };
    for id in migrator.accept(&engine, target).await? {
        report::note(format!("Accepted {id} as its file is now"));
    }
    Ok(())
}
