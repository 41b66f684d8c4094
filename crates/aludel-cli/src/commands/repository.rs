//! An application's revisions and its database, as the commands work with them.

use std::path::{Path, PathBuf};

use aludel_driver::{Engine, EngineOptions};
use aludel_migrate::{Applied, Direction, Graph, Migrator, Progress, Revision, Source, graph::Ids};
use aludel_orm::Db;
use aludel_sql::{Error, ErrorKind, Result};
use aludel_web::App;

use crate::report;

/// An application, and where its revisions are.
pub(super) struct Repository {
    pub(super) app: App,
    pub(super) source: Source,
}

impl Repository {
    /// The revisions of `directory`, else those the application names, else those of `migrations` in its folder.
    pub(super) fn new(app: App, directory: Option<PathBuf>) -> Self {
        let source = match (directory, app.revisions()) {
            (Some(directory), _) => Source::Directory(directory),
            // Without a file inside the program, a directory that is not there is what there is to tell.
            (None, Some(migrations)) => match migrations.source() {
                Source::Embedded { files: [], .. } => Source::Directory(report::shown(migrations.directory.as_ref())),
                Source::Directory(directory) => Source::Directory(report::shown(&directory)),
                embedded => embedded,
            },
            (None, None) => Source::Directory(report::shown(&app.settings().home().join("migrations"))),
        };
        Repository { app, source }
    }

    /// Whether there are no revisions, not even a directory for them.
    pub(super) fn is_absent(&self) -> bool {
        matches!(&self.source, Source::Directory(directory) if !directory.exists())
    }

    pub(super) fn graph(&self) -> Result<Graph> {
        Graph::load(&self.source).map_err(|error| advise(error, "Correct the file, and run the command again"))
    }

    pub(super) fn migrator(&mut self) -> Result<Migrator> {
        Ok(Migrator::new(self.graph()?, self.app.take_hooks()))
    }

    /// Where new revisions are written.
    pub(super) fn directory(&self) -> Result<&Path> {
        match &self.source {
            Source::Directory(directory) => Ok(directory),
            Source::Embedded { .. } => Err(Error::new(
                ErrorKind::Migration,
                "the migrations are inside this program, and the directory they came from is not here",
            )
            .with_help("Name the directory to write to with `--directory`")),
        }
    }

    /// The file of the database, when there is to be one and there is none yet. What else may be wrong with its path is
    /// left for opening it to say.
    fn missing_file(&self) -> Result<Option<PathBuf>> {
        let url = self.app.settings().url()?;
        let missing = |path: &&Path| !path.exists() && path.parent().is_some_and(Path::is_dir);
        Ok(url.path().filter(missing).map(Path::to_owned))
    }

    /// The database, unless it is a file that is not there: nothing is created.
    pub(super) async fn existing(&self) -> Result<Option<Engine>> {
        if self.missing_file()?.is_some() {
            return Ok(None);
        }
        let settings = self.app.settings();
        let mut url = settings.url()?;
        if url.path().is_some() && !url.options().iter().any(|(name, _)| name == "mode") {
            url = url.with_option("mode", "rw")?;
        }
        Engine::connect(&url, EngineOptions::default().echo(settings.echo_on()?)).await.map(Some)
    }

    /// What is applied to the database.
    pub(super) async fn applied(&self) -> Result<Ids> {
        match self.existing().await? {
            Some(engine) => Ok(aludel_migrate::history::applied(
                &aludel_migrate::history::read(&mut engine.acquire().await?).await?,
            )),
            None => Ok(Ids::new()),
        }
    }

    /// Opens the database, creating it if need be; says so.
    pub(super) async fn connect(&self) -> Result<Db> {
        let missing = self.missing_file()?;
        let db = self.app.connect().await?;
        if let Some(path) = missing {
            report::note(format!("Created the database {}", report::shown(&path).display()));
        }
        Ok(db)
    }

    /// Applies what is missing of `target`, and says so.
    pub(super) async fn upgrade(&mut self, target: &str) -> Result<(Db, Vec<Applied>)> {
        let migrator = self.migrator()?;
        if self.missing_file()?.is_some() {
            // What cannot go well must not leave an empty database behind.
            let graph = migrator.graph();
            let wanted = graph.resolve(target, &Ids::new())?;
            graph.fold(&graph.ancestors(wanted.iter().map(String::as_str)))?;
        }
        let db = self.connect().await?;
        let applied = migrator.upgrade(db.engine(), target, progress).await.map_err(failed)?;
        Ok((db, applied))
    }
}

/// Says what to do about a revision that failed.
pub(super) fn failed(error: Error) -> Error {
    advise(error, "Mend what stands in its way, and run the command again: what was not committed is rolled back")
}

fn advise(error: Error, help: &'static str) -> Error {
    if error.help().is_none() { error.with_help(help) } else { error }
}

/// Says what a run is doing.
pub(super) fn progress(progress: Progress<'_>) {
    match progress {
        Progress::Started { revision, direction } => report::note(format!("Running {}", title(revision, direction))),
        Progress::Skipped { revision } => {
            report::note(format!("Skipping {}, which another program has just carried out", revision.id));
        }
        _ => {}
    }
}

fn title(revision: &Revision, direction: Direction) -> String {
    let (parents, id) = (revision.parents.join(", "), &revision.id);
    match direction {
        Direction::Upgrade => format!("upgrade {parents} -> {id}, {}", revision.message),
        Direction::Downgrade => format!("downgrade {id} -> {parents}, {}", revision.message),
    }
}
