//! All revisions, and which builds on which.

mod path;
mod resolve;

use std::collections::{BTreeMap, BTreeSet};

use aludel_sql::{Error, ErrorKind, Result, schema::Schema};
use jiff::Timestamp;

use crate::{fold, revision::Revision, source::Source};

/// A set of identifiers.
pub type Ids = BTreeSet<String>;

/// All revisions, and which builds on which: complete and without cycles.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    revisions: BTreeMap<String, Revision>,
    children: BTreeMap<String, Ids>,
    /// Parents first; ties by time of creation, then by identifier.
    order: Vec<String>,
}

impl Graph {
    /// Reads the revisions of a source.
    ///
    /// # Errors
    /// A file is broken, or the revisions are no graph: see [`Graph::new`].
    pub fn load(source: &Source) -> Result<Graph> {
        Graph::new(source.revisions()?)
    }

    /// A graph of these revisions.
    ///
    /// # Errors
    /// Two have the same identifier, a parent is missing, or revisions build on each other in a circle.
    pub fn new(revisions: Vec<Revision>) -> Result<Graph> {
        let mut graph = Graph::default();
        for revision in revisions {
            if let Some(other) = graph.revisions.get(&revision.id) {
                return Err(broken(format!(
                    "revision `{}` is there twice: {} and {}",
                    revision.id, other.file, revision.file
                ))
                .with_help("Give one of them another identifier, or delete it"));
            }
            graph.revisions.insert(revision.id.clone(), revision);
        }
        for revision in graph.revisions.values() {
            for parent in &revision.parents {
                if *parent == revision.id {
                    return Err(broken(format!("{}: revision `{parent}` is its own parent", revision.file))
                        .with_help("Name the revision it builds on, or `none`"));
                }
                if !graph.revisions.contains_key(parent) {
                    return Err(broken(format!(
                        "{}: revision `{}` builds on `{parent}`, which no file is",
                        revision.file, revision.id
                    ))
                    .with_help("Restore the missing file, or correct the line `-- parents:`"));
                }
                graph.children.entry(parent.clone()).or_default().insert(revision.id.clone());
            }
        }
        graph.order = graph.sort()?;
        Ok(graph)
    }

    fn sort(&self) -> Result<Vec<String>> {
        let mut waiting: BTreeMap<&str, usize> =
            self.revisions.values().map(|r| (r.id.as_str(), r.parents.len())).collect();
        let mut ready: BTreeSet<(Timestamp, &str)> =
            self.revisions.values().filter(|r| r.parents.is_empty()).map(|r| (r.created, r.id.as_str())).collect();
        let mut order = Vec::with_capacity(self.revisions.len());
        while let Some((_, id)) = ready.pop_first() {
            waiting.remove(id);
            order.push(id.to_owned());
            for child in self.children(id) {
                if let Some(missing) = waiting.get_mut(child.id.as_str()) {
                    *missing -= 1;
                    if *missing == 0 {
                        ready.insert((child.created, &child.id));
                    }
                }
            }
        }
        match self.cycle(&waiting) {
            None => Ok(order),
            Some(cycle) => Err(broken(format!("revisions build on each other in a circle: {}", cycle.join(" -> ")))
                .with_help("Correct the line `-- parents:` of one of them")),
        }
    }

    /// One circle among the revisions that wait for their parents for ever, each followed by a parent of it.
    fn cycle(&self, waiting: &BTreeMap<&str, usize>) -> Option<Vec<String>> {
        let mut walk = vec![(*waiting.keys().next()?).to_owned()];
        loop {
            let last = self.revisions.get(walk.last()?)?;
            let parent = last.parents.iter().find(|parent| waiting.contains_key(parent.as_str()))?;
            if let Some(start) = walk.iter().position(|id| id == parent) {
                walk.drain(..start);
                walk.push(parent.clone());
                return Some(walk);
            }
            walk.push(parent.clone());
        }
    }

    /// Whether there are no revisions.
    pub fn is_empty(&self) -> bool {
        self.revisions.is_empty()
    }

    /// How many revisions there are.
    pub fn len(&self) -> usize {
        self.revisions.len()
    }

    /// The revision of this identifier, in full.
    pub fn get(&self, id: &str) -> Option<&Revision> {
        self.revisions.get(id)
    }

    /// All revisions, parents first; ties by time of creation, then by identifier.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Revision> {
        self.order.iter().filter_map(|id| self.revisions.get(id))
    }

    /// The revisions of a set, parents first.
    pub fn sorted<'a>(&'a self, ids: &'a Ids) -> impl DoubleEndedIterator<Item = &'a Revision> {
        self.iter().filter(|revision| ids.contains(&revision.id))
    }

    /// The revisions that build on this one directly, by identifier.
    pub fn children(&self, id: &str) -> impl Iterator<Item = &Revision> {
        self.children.get(id).into_iter().flatten().filter_map(|id| self.revisions.get(id))
    }

    /// The revisions nothing builds on, by identifier.
    pub fn heads(&self) -> Vec<&Revision> {
        self.revisions.values().filter(|revision| self.children(&revision.id).next().is_none()).collect()
    }

    /// The revisions that build on no other, by identifier.
    pub fn bases(&self) -> Vec<&Revision> {
        self.revisions.values().filter(|revision| revision.parents.is_empty()).collect()
    }

    /// These revisions and all they build on. Unknown identifiers are left out.
    pub fn ancestors<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> Ids {
        self.closure(ids, |revision| revision.parents.clone())
    }

    /// These revisions and all that build on them. Unknown identifiers are left out.
    pub fn descendants<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> Ids {
        self.closure(ids, |revision| self.children(&revision.id).map(|child| child.id.clone()).collect())
    }

    fn closure<'a>(&self, ids: impl IntoIterator<Item = &'a str>, next: impl Fn(&Revision) -> Vec<String>) -> Ids {
        let mut found = Ids::new();
        let mut todo: Vec<String> = ids.into_iter().map(str::to_owned).collect();
        while let Some(id) = todo.pop() {
            if let Some(revision) = self.revisions.get(&id)
                && found.insert(id)
            {
                todo.extend(next(revision));
            }
        }
        found
    }

    /// Those of a set of applied revisions on which no other of the set builds.
    pub fn heads_of(&self, applied: &Ids) -> Vec<&Revision> {
        let head = |revision: &&Revision| !self.children(&revision.id).any(|child| applied.contains(&child.id));
        self.iter().filter(|revision| applied.contains(&revision.id)).filter(head).collect()
    }

    /// The schema that a set of revisions arrives at.
    ///
    /// # Errors
    /// An operation does not fit what came before it: named by file and line.
    pub fn fold(&self, ids: &Ids) -> Result<Schema> {
        fold::revisions(self.sorted(ids))
    }
}

fn broken(message: String) -> Error {
    Error::new(ErrorKind::Migration, message)
}

/// Identifiers as a message lists them.
pub(crate) fn list<'a>(ids: impl IntoIterator<Item = &'a str>) -> String {
    ids.into_iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
}
