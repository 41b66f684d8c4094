//! What each command does.

mod db;
mod repository;
mod run;
mod shell;

use std::process::ExitCode;

use aludel_sql::Result;
use aludel_web::App;

use crate::args::{Args, Command};

pub(crate) async fn run(app: App, args: Args) -> Result<ExitCode> {
    match args.command {
        None => run::up_to_date(app).await,
        Some(Command::Run { host, port }) => run::as_it_is(app, host, port).await,
        Some(Command::Shell) => shell::run(app).await,
        Some(Command::Db(db)) => db::run(app, db).await,
    }
}
