//! `run`, and no command at all

use std::process::ExitCode;

use aludel_orm::Db;
use aludel_sql::Result;
use aludel_web::App;

use super::repository::Repository;
use crate::report;

/// Brings the database up to date, and serves.
pub(super) async fn up_to_date(app: App) -> Result<ExitCode> {
    let address = app.settings().address()?;
    let mut repository = Repository::new(app, None);
    let db = if repository.is_absent() {
        report::note("There are no migrations yet: make some with `db init` and `db migrate`");
        repository.connect().await?
    } else {
        repository.upgrade("heads").await?.0
    };
    serve(repository.app, address, db).await
}

/// Serves, and only looks whether the database is up to date.
pub(super) async fn as_it_is(app: App, host: Option<String>, port: Option<u16>) -> Result<ExitCode> {
    let mut address = app.settings().address()?;
    address.0 = host.unwrap_or(address.0);
    address.1 = port.unwrap_or(address.1);
    let mut repository = Repository::new(app, None);
    let db = repository.connect().await?;
    if !repository.is_absent() {
        let pending = repository.migrator()?.status(db.engine()).await?.pending;
        if !pending.is_empty() {
            report::note(format!("The database lacks {}: run `db upgrade`", pending.join(", ")));
        }
    }
    serve(repository.app, address, db).await
}

async fn serve(app: App, (host, port): (String, u16), db: Db) -> Result<ExitCode> {
    let name = app.name().to_owned();
    let server = app.bind((&host, port), db).await?;
    report::data(&format!("{name} is serving http://{}/ (press Ctrl-C to stop)", server.address()))?;
    server.run().await?;
    Ok(ExitCode::SUCCESS)
}
