//! Writes revisions: from the models, or empty ones to be filled by hand.

use std::{
    fs,
    hash::{BuildHasher, Hasher, RandomState},
    io,
    path::{Path, PathBuf},
};

use aludel_sql::{Error, ErrorKind, Result, schema::Schema};
use jiff::Timestamp;

use crate::{
    diff::{Diff, DiffOptions, diff},
    graph::{Graph, Ids},
    lock,
    revision::{Page, PageDowngrade, Revision, file_name},
    source::{LOCK_FILE, io_error},
};

/// How a revision is to be written.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What the diff may do.
    pub diff: DiffOptions,
    /// The revisions to build on, as [`Graph::resolve`] names them; `base` for a new root. The single head when absent.
    pub parents: Option<Vec<String>>,
}

/// A revision that was written.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Its file.
    pub path: PathBuf,
    /// What the file says.
    pub revision: Revision,
    /// What was detected; nothing for an empty revision.
    pub diff: Diff,
}

/// A new identifier: 12 random hexadecimal digits.
pub fn new_id() -> String {
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_i128(Timestamp::now().as_nanosecond());
    hasher.write_u32(std::process::id());
    format!("{:012x}", hasher.finish() >> 16)
}

/// Makes a directory ready for migrations: creates it, with an empty `heads.lock`.
///
/// # Errors
/// It is there and not empty, or is a file; nothing is changed then.
pub fn init(directory: &Path) -> Result<()> {
    let shown = directory.display();
    match fs::read_dir(directory) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(Error::new(ErrorKind::Migration, format!("`{shown}` is there already and not empty"))
                    .with_help("Choose another directory, or go on with the migrations that are there"));
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(directory).map_err(|error| io_error(directory, "create", error))?;
        }
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(Error::new(
                ErrorKind::Migration,
                format!("`{shown}` is a file, and migrations need a directory"),
            )
            .with_help("Choose another directory"));
        }
        Err(error) => return Err(io_error(directory, "read", error)),
    }
    lock::replace(&directory.join(LOCK_FILE), "")
}

/// What must change for the schema at the parents of the next revision to become that of the models.
///
/// # Errors
/// There are several heads and no parents were named, the revisions do not fold, or the [`diff`] cannot be expressed.
pub fn preview(graph: &Graph, models: &Schema, options: &Options) -> Result<Diff> {
    let parents = parents(graph, options)?;
    diff(&graph.fold(&graph.ancestors(parents.iter().map(String::as_str)))?, models, &options.diff)
}

/// Writes what must change for the models as the next revision, with its downgrade; `None`, and nothing is written, when
/// nothing must. Needs no database.
///
/// # Errors
/// Those of [`preview`]; the identifier is taken or illegal; the file cannot be written.
pub fn generate(
    directory: &Path,
    graph: &Graph,
    models: &Schema,
    message: &str,
    options: &Options,
    now: Timestamp,
    id: &str,
) -> Result<Option<Generated>> {
    let parents = parents(graph, options)?;
    let from = graph.fold(&graph.ancestors(parents.iter().map(String::as_str)))?;
    let diff = diff(&from, models, &options.diff)?;
    if diff.is_empty() {
        return Ok(None);
    }
    let (upgrade, downgrade) = (diff.operations(), diff.reverse(&from)?);
    let page = Page {
        id,
        message,
        parents: &parents,
        created: now,
        upgrade: &upgrade,
        downgrade: PageDowngrade::Written(&downgrade),
    };
    let (path, revision) = write(directory, graph, &page)?;
    Ok(Some(Generated { path, revision, diff }))
}

/// Writes a revision with empty sections, to be filled by hand. With several parents it is a merge.
///
/// # Errors
/// There are several heads and no parents were named; the identifier is taken or illegal; the file cannot be written.
pub fn empty(
    directory: &Path,
    graph: &Graph,
    message: &str,
    options: &Options,
    now: Timestamp,
    id: &str,
) -> Result<Generated> {
    let parents = parents(graph, options)?;
    let page =
        Page { id, message, parents: &parents, created: now, upgrade: &[], downgrade: PageDowngrade::Written(&[]) };
    let (path, revision) = write(directory, graph, &page)?;
    Ok(Generated { path, revision, diff: Diff::default() })
}

fn parents(graph: &Graph, options: &Options) -> Result<Vec<String>> {
    let Some(specs) = &options.parents else {
        let heads: Vec<String> = graph.heads().iter().map(|head| head.id.clone()).collect();
        return match heads.len() {
            0 | 1 => Ok(heads),
            _ => Err(Error::new(
                ErrorKind::Migration,
                format!("there are several heads: {}", crate::graph::list(heads.iter().map(String::as_str))),
            )
            .with_help("Name the one to build on with `--head`, or merge them with `db merge`")),
        };
    };
    let mut parents: Vec<String> = Vec::new();
    for spec in specs {
        for id in graph.resolve(spec, &Ids::new())? {
            if !parents.contains(&id) {
                parents.push(id);
            }
        }
    }
    Ok(parents)
}

/// Writes the file and the lock: both or neither.
fn write(directory: &Path, graph: &Graph, page: &Page<'_>) -> Result<(PathBuf, Revision)> {
    if let Some(taken) = graph.get(page.id) {
        return Err(Error::new(
            ErrorKind::Migration,
            format!("revision `{}` is there already: {}", page.id, taken.file),
        )
        .with_help("Choose another identifier"));
    }
    let path = directory.join(file_name(page.id, page.message, page.created));
    let text = Revision::render(page)?;
    let revision = Revision::parse(&path.display().to_string(), &text)?;
    // What is reviewed and run later is the file, so it must say exactly what was meant.
    if !revision.upgrade.operations().eq(page.upgrade) {
        return Err(Error::new(
            ErrorKind::Migration,
            format!("revision `{}` cannot be written: its page would not read back as what was detected", page.id),
        )
        .with_help("This is a fault of Aludel: please report it with your models"));
    }
    if path.exists() {
        return Err(Error::new(ErrorKind::Io, format!("`{}` is there already", path.display())));
    }
    let all = Graph::new(graph.iter().cloned().chain([revision.clone()]).collect())?;
    lock::replace(&path, &text)?;
    if let Err(error) = lock::write(directory, &all) {
        let _ = fs::remove_file(&path);
        return Err(error);
    }
    Ok((path, revision))
}
