//! The commands that write files: `init`, `migrate`, `revision`, `merge`, `lock`. None of them touches a database.

use std::path::{Path, PathBuf};

use aludel_migrate::{
    DiffOptions, Rename,
    diff::Diff,
    generate::{self, Generated, Options},
    graph::Ids,
    lock as heads_lock,
};
use aludel_sql::{Error, ErrorKind, Result};
use aludel_web::App;
use jiff::Timestamp;

use super::Repository;
use crate::{args::Page, report};

pub(super) fn init(app: &App, directory: Option<PathBuf>) -> Result<()> {
    let directory = match (directory, app.revisions()) {
        (Some(directory), _) => directory,
        (None, Some(migrations)) if Path::new(migrations.directory).parent().is_some_and(Path::is_dir) => {
            report::shown(migrations.directory.as_ref())
        }
        (None, Some(_)) => {
            return Err(Error::new(ErrorKind::Migration, "the folder this program was compiled in is not here")
                .with_help("Name the directory to make with `--directory`"));
        }
        (None, None) => report::shown(&app.settings().home().join("migrations")),
    };
    generate::init(&directory)?;
    report::data(&format!("Creating {} … done", directory.display()))
}

pub(super) fn migrate(repository: &Repository, page: Page, renames: Vec<Rename>, drop: Vec<String>) -> Result<()> {
    let options = Options { diff: DiffOptions { renames, drop }, parents: page.head.map(|head| vec![head]) };
    let (directory, graph, models) = (repository.directory()?, repository.graph()?, repository.app.schema()?);
    let diff = generate::preview(&graph, &models, &options)?;
    describe(&diff);
    let id = page.rev_id.unwrap_or_else(generate::new_id);
    match generate::generate(directory, &graph, &models, &page.message, &options, Timestamp::now(), &id)? {
        Some(generated) => written(&generated),
        None => {
            report::note("No changes in schema detected.");
            Ok(())
        }
    }
}

/// Says what was detected.
pub(super) fn describe(diff: &Diff) {
    for change in &diff.changes {
        report::note(&change.description);
    }
    for change in &diff.withheld {
        report::note(format!("{}: it stays as it is (name it with `--drop` to drop it)", change.description));
    }
    for warning in &diff.warnings {
        report::note(format!("warning: {warning}"));
    }
}

pub(super) fn revision(repository: &Repository, page: Page) -> Result<()> {
    let options = Options { parents: page.head.map(|head| vec![head]), ..Options::default() };
    empty(repository, &page.message, page.rev_id, &options)
}

pub(super) fn merge(
    repository: &Repository,
    revisions: Vec<String>,
    message: &str,
    rev_id: Option<String>,
) -> Result<()> {
    let graph = repository.graph()?;
    let mut parents = Ids::new();
    for revision in &revisions {
        parents.extend(graph.resolve(revision, &Ids::new())?);
    }
    if parents.len() < 2 {
        return Err(Error::new(ErrorKind::Migration, "there is nothing to merge: that takes several revisions")
            .with_help("Run `db heads` to see the revisions that nothing builds on"));
    }
    let options = Options { parents: Some(parents.into_iter().collect()), ..Options::default() };
    empty(repository, message, rev_id, &options)
}

fn empty(repository: &Repository, message: &str, id: Option<String>, options: &Options) -> Result<()> {
    let id = id.unwrap_or_else(generate::new_id);
    let (directory, graph) = (repository.directory()?, repository.graph()?);
    written(&generate::empty(directory, &graph, message, options, Timestamp::now(), &id)?)
}

fn written(generated: &Generated) -> Result<()> {
    report::data(&format!("Generating {} … done", generated.path.display()))
}

pub(super) fn lock(repository: &Repository) -> Result<()> {
    let (directory, graph) = (repository.directory()?, repository.graph()?);
    heads_lock::write(directory, &graph)?;
    report::data(&format!("Writing {} … done", directory.join(aludel_migrate::source::LOCK_FILE).display()))
}
