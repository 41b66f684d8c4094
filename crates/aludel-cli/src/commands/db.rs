//! `db`: the commands about migrations.

mod apply;
mod check;
mod list;
mod write;

use std::process::ExitCode;

use aludel_sql::Result;
use aludel_web::App;

use super::repository::Repository;
use crate::args::{Db, DbCommand};

pub(super) async fn run(app: App, Db { directory, command }: Db) -> Result<ExitCode> {
    if let DbCommand::Init = command {
        return write::init(&app, directory).map(|()| ExitCode::SUCCESS);
    }
    let mut repository = Repository::new(app, directory);
    match command {
        DbCommand::Init => {}
        DbCommand::Migrate { page, rename, drop } => write::migrate(&repository, page, rename, drop)?,
        DbCommand::Revision { page } => write::revision(&repository, page)?,
        DbCommand::Merge { revisions, message, rev_id } => write::merge(&repository, revisions, &message, rev_id)?,
        DbCommand::Lock => write::lock(&repository)?,
        DbCommand::Upgrade { revision, sql: false } => apply::upgrade(&mut repository, &revision).await?,
        DbCommand::Upgrade { revision, sql: true } => apply::upgrade_sql(&mut repository, &revision)?,
        DbCommand::Downgrade { revision, sql: false } => apply::downgrade(&mut repository, &revision).await?,
        DbCommand::Downgrade { revision, sql: true } => apply::downgrade_sql(&mut repository, &revision)?,
        DbCommand::Stamp { revision, purge } => apply::stamp(&mut repository, &revision, purge).await?,
        DbCommand::Repair { accept } => apply::accept(&mut repository, &accept).await?,
        DbCommand::Current { verbose } => list::current(&mut repository, verbose).await?,
        DbCommand::History { rev_range, verbose, indicate_current } => {
            list::history(&repository, rev_range.as_deref(), verbose, indicate_current).await?;
        }
        DbCommand::Heads { verbose } => list::heads(&repository, verbose)?,
        DbCommand::Show { revision } => list::show(&repository, &revision).await?,
        DbCommand::Check => return check::check(&mut repository).await,
    }
    Ok(ExitCode::SUCCESS)
}
