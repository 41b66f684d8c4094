//! `check`

use std::process::ExitCode;

use aludel_migrate::{
    check as proofs,
    generate::{self, Options},
};
use aludel_sql::{Error, ErrorKind, Result};

use super::{Repository, write};
use crate::report;

/// Reports everything that does not fit: between the revisions themselves, between them and the models, between them and
/// the database.
pub(super) async fn check(repository: &mut Repository) -> Result<ExitCode> {
    let migrator = repository.migrator()?;
    let graph = migrator.graph();
    let mut found = proofs::check(graph, &repository.source.lock()?);
    // What follows takes revisions that hold together.
    if found.is_empty() {
        let diff = generate::preview(graph, &repository.app.schema()?, &Options::default())?;
        write::describe(&diff);
        if !diff.is_empty() {
            found.push(
                problem("the models have changes that no migration has").with_help("Run `db migrate` to write one"),
            );
        }
        let pending = match repository.existing().await? {
            None => graph.iter().map(|revision| revision.id.clone()).collect(),
            Some(engine) => {
                let status = migrator.status(&engine).await?;
                if !status.unknown.is_empty() {
                    let unknown = status.unknown.join(", ");
                    found.push(
                        problem(format!("the database is newer than this program: it has {unknown}"))
                            .with_help("Run a newer program, or restore the files of those revisions"),
                    );
                }
                for id in &status.changed {
                    found.push(
                        problem(format!("revision `{id}` was changed after it was applied to the database"))
                            .with_help(format!("Undo the change, or accept it with `db repair --accept {id}`")),
                    );
                }
                status.pending
            }
        };
        if !pending.is_empty() {
            found.push(
                problem(format!("the database is not up to date: it lacks {}", pending.join(", ")))
                    .with_help("Run `db upgrade`"),
            );
        }
    }
    if found.is_empty() {
        report::data("Models, migrations and database agree.")?;
        return Ok(ExitCode::SUCCESS);
    }
    found.iter().for_each(report::error);
    Ok(ExitCode::FAILURE)
}

fn problem(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Migration, message.into())
}
