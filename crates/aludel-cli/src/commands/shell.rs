//! `shell`

use std::process::ExitCode;

use aludel_sql::Result;
use aludel_web::App;

#[cfg(feature = "shell")]
pub(super) async fn run(app: App) -> Result<ExitCode> {
    let db = app.connect().await?;
    crate::shell::run(app.name(), db).await
}

#[cfg(not(feature = "shell"))]
pub(super) async fn run(_: App) -> Result<ExitCode> {
    Err(aludel_sql::Error::new(aludel_sql::ErrorKind::Config, "this program was built without the feature `shell`")
        .with_help("Turn it on in Cargo.toml: `aludel = { …, features = [\"shell\"] }`"))
}
