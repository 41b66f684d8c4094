//! The commands that show revisions: `current`, `history`, `heads`, `show`.

use aludel_migrate::{Graph, Revision, graph::Ids};
use aludel_sql::{Error, ErrorKind, Result};

use super::Repository;
use crate::report;

pub(super) async fn current(repository: &mut Repository, verbose: bool) -> Result<()> {
    let Some(engine) = repository.existing().await? else { return Ok(()) };
    let migrator = repository.migrator()?;
    let status = migrator.status(&engine).await?;
    if verbose {
        report::data(&format!("Current revision of {}:", engine.url()))?;
    }
    for id in &status.current {
        match migrator.graph().get(id) {
            Some(revision) if verbose => report::data(&details(migrator.graph(), revision, &Ids::new()))?,
            Some(revision) => report::data(&name(migrator.graph(), revision, &Ids::new()))?,
            None => report::data(&format!("{id} (unknown to this program)"))?,
        }
    }
    for entry in status.entries.iter().filter(|entry| entry.is_partial()) {
        let (id, direction, finish) = (&entry.id, &entry.direction, entry.resumption());
        report::note(format!("warning: the {direction} of revision {id} was left half-way: finish it with `{finish}`"));
    }
    for id in &status.changed {
        report::note(format!("warning: revision {id} was changed after it was applied"));
    }
    Ok(())
}

pub(super) async fn history(
    repository: &Repository,
    range: Option<&str>,
    verbose: bool,
    indicate_current: bool,
) -> Result<()> {
    let graph = repository.graph()?;
    let (from, to) = match range.map(|range| (range, range.split_once(':'))) {
        None => ("", ""),
        Some((_, Some(ends))) => ends,
        Some((range, None)) => {
            return Err(Error::new(ErrorKind::Migration, format!("`{range}` is not a range of revisions"))
                .with_help("Write `from:to`, where either may be left out"));
        }
    };
    let applied = match indicate_current || asks_database(from) || asks_database(to) {
        true => repository.applied().await?,
        false => Ids::new(),
    };
    let ids = |revisions: Vec<&Revision>| revisions.into_iter().map(|revision| revision.id.clone()).collect::<Ids>();
    let to = graph.resolve(if to.is_empty() { "heads" } else { to }, &applied)?;
    let mut wanted = graph.ancestors(to.iter().map(String::as_str));
    let from = graph.resolve(if from.is_empty() { "base" } else { from }, &applied)?;
    if !from.is_empty() {
        let above = graph.descendants(from.iter().map(String::as_str));
        wanted.retain(|id| above.contains(id));
    }
    let current = if indicate_current { ids(graph.heads_of(&applied)) } else { Ids::new() };
    for revision in graph.sorted(&wanted).rev() {
        report::data(&match verbose {
            true => details(&graph, revision, &current),
            false => {
                let parents = parents(revision);
                format!("{parents} -> {}, {}", name(&graph, revision, &current), revision.message)
            }
        })?;
    }
    Ok(())
}

pub(super) fn heads(repository: &Repository, verbose: bool) -> Result<()> {
    let graph = repository.graph()?;
    for head in graph.heads() {
        report::data(&if verbose { details(&graph, head, &Ids::new()) } else { name(&graph, head, &Ids::new()) })?;
    }
    Ok(())
}

pub(super) async fn show(repository: &Repository, spec: &str) -> Result<()> {
    let graph = repository.graph()?;
    let applied = if asks_database(spec) { repository.applied().await? } else { Ids::new() };
    for id in graph.resolve(spec, &applied)? {
        if let Some(revision) = graph.get(&id) {
            report::data(&details(&graph, revision, &Ids::new()))?;
            report::data(revision.source.trim_end())?;
        }
    }
    Ok(())
}

/// Whether only the database knows what is meant: the current revision, or so many steps from it.
fn asks_database(spec: &str) -> bool {
    spec.starts_with("current") || spec.starts_with(['+', '-'])
}

fn parents(revision: &Revision) -> String {
    if revision.parents.is_empty() { "<base>".to_owned() } else { revision.parents.join(", ") }
}

/// The identifier, and what is special about the revision.
fn name(graph: &Graph, revision: &Revision, current: &Ids) -> String {
    let children = graph.children(&revision.id).count();
    let marks = [
        (children == 0, "head"),
        (revision.parents.len() > 1, "mergepoint"),
        (children > 1, "branchpoint"),
        (current.contains(&revision.id), "current"),
    ];
    let mut name = revision.id.clone();
    for (_, mark) in marks.iter().filter(|(holds, _)| *holds) {
        name.push_str(&format!(" ({mark})"));
    }
    name
}

/// All there is to say about a revision, and an empty line.
fn details(graph: &Graph, revision: &Revision, current: &Ids) -> String {
    format!(
        "Revision: {}\nParents:  {}\nCreated:  {}\nFile:     {}\nMessage:  {}\n",
        name(graph, revision, current),
        parents(revision),
        revision.created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        revision.file,
        revision.message
    )
}
