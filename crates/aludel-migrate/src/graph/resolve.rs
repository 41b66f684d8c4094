//! The words by which people name revisions.

use aludel_sql::{Error, Result};

use super::{Graph, Ids, broken, list};
use crate::revision::Revision;

const HELP: &str = "Run `db history` to see the revisions";

impl Graph {
    /// The revisions that `spec` names; none is the base, before every revision.
    ///
    /// | spec | meaning |
    /// |---|---|
    /// | an identifier, or the beginning of exactly one | that revision |
    /// | `head`, `heads` | the one that nothing builds on; all of them |
    /// | `base` | before everything |
    /// | `current` | what is applied and nothing applied builds on |
    /// | `+2`, `-2` | from the current revision, so many up or down |
    /// | `8c1f+2`, `head-1`, `base+1` | from there |
    ///
    /// # Errors
    /// Nothing is called so, or more than one, or there are not so many steps.
    pub fn resolve(&self, spec: &str, applied: &Ids) -> Result<Vec<String>> {
        let spec = spec.trim();
        if let Some(at) = spec.find('@') {
            return Err(broken(format!("`{spec}` names a branch by `{}`, which is not supported yet", &spec[..=at]))
                .with_help("Name a revision, `head` or `heads`"));
        }
        if spec.contains(':') {
            return Err(broken(format!("`{spec}` is a range, and one revision was to be named")).with_help(HELP));
        }
        let Some(at) = spec.rfind(['+', '-']) else { return self.symbol(spec, applied) };
        let (symbol, steps) = spec.split_at(at);
        let up = steps.starts_with('+');
        let count: usize = match steps[1..].parse() {
            Ok(count) if count > 0 && steps.as_bytes()[1].is_ascii_digit() => count,
            _ => {
                return Err(broken(format!("`{steps}` in `{spec}` is not a number of steps"))
                    .with_help("Write a number from 1, as in `+1` or `head-2`"));
            }
        };
        let symbol = if symbol.is_empty() { "current" } else { symbol };
        let mut at = match self.symbol(symbol, applied)?.as_slice() {
            [] => None,
            [one] => Some(self.known(one)?),
            many => {
                return Err(ambiguous(spec, "it counts from several revisions", many.iter().map(String::as_str))
                    .with_help("Name the revision to count from, as in `8c1f+1`"));
            }
        };
        for step in 0..count {
            at = if up { Some(self.up(spec, at, step)?) } else { self.down(spec, at, step)? };
        }
        Ok(at.map(|revision| revision.id.clone()).into_iter().collect())
    }

    /// The one revision that `spec` names.
    ///
    /// # Errors
    /// Those of [`Graph::resolve`]; or it names the base, or several.
    pub fn resolve_one(&self, spec: &str, applied: &Ids) -> Result<&Revision> {
        match self.resolve(spec, applied)?.as_slice() {
            [one] => self.known(one),
            [] => {
                Err(broken(format!("`{spec}` is before every revision, and one revision was to be named"))
                    .with_help(HELP))
            }
            many => Err(ambiguous(spec, "it names several revisions", many.iter().map(String::as_str)).with_help(HELP)),
        }
    }

    fn known(&self, id: &str) -> Result<&Revision> {
        self.get(id).ok_or_else(|| broken(format!("there is no revision `{id}`")).with_help(HELP))
    }

    fn up(&self, spec: &str, from: Option<&Revision>, step: usize) -> Result<&Revision> {
        let next: Vec<&Revision> = match from {
            Some(revision) => self.children(&revision.id).collect(),
            None => self.bases(),
        };
        match next.as_slice() {
            [one] => Ok(one),
            [] => Err(too_far(spec, step)),
            many => Err(ambiguous(spec, "the way up branches", many.iter().map(|r| r.id.as_str()))
                .with_help("Name the revision to go to")),
        }
    }

    fn down(&self, spec: &str, from: Option<&Revision>, step: usize) -> Result<Option<&Revision>> {
        let Some(revision) = from else { return Err(too_far(spec, step)) };
        match revision.parents.as_slice() {
            [] => Ok(None),
            [one] => self.known(one).map(Some),
            many => Err(ambiguous(spec, &format!("`{}` merges several", revision.id), many.iter().map(String::as_str))
                .with_help("Name the revision to go to")),
        }
    }

    fn symbol(&self, symbol: &str, applied: &Ids) -> Result<Vec<String>> {
        let ids = |revisions: Vec<&Revision>| revisions.into_iter().map(|revision| revision.id.clone()).collect();
        match symbol {
            "base" => Ok(Vec::new()),
            "heads" => Ok(ids(self.heads())),
            "current" => Ok(ids(self.heads_of(applied))),
            "head" => match self.heads().as_slice() {
                [] => Ok(Vec::new()),
                [one] => Ok(vec![one.id.clone()]),
                many => Err(ambiguous(symbol, "there are several heads", many.iter().map(|r| r.id.as_str()))
                    .with_help("Name one of them, or `heads` for all; `db merge` makes one of them")),
            },
            id if self.revisions.contains_key(id) => Ok(vec![id.to_owned()]),
            prefix => {
                let found: Vec<&str> =
                    self.revisions.keys().filter(|id| id.starts_with(prefix)).map(String::as_str).collect();
                match found.as_slice() {
                    [one] if !prefix.is_empty() => Ok(vec![(*one).to_owned()]),
                    [_, _, ..] if !prefix.is_empty() => Err(ambiguous(symbol, "several revisions begin so", found)
                        .with_help("Write more of the identifier")),
                    _ => Err(broken(format!("there is no revision `{symbol}`")).with_help(HELP)),
                }
            }
        }
    }
}

fn ambiguous<'a>(spec: &str, why: &str, candidates: impl IntoIterator<Item = &'a str>) -> Error {
    broken(format!("`{spec}` is ambiguous, as {why}: {}", list(candidates)))
}

fn too_far(spec: &str, steps: usize) -> Error {
    let so_many = match steps {
        0 => "there is none".to_owned(),
        1 => "there is only 1".to_owned(),
        n => format!("there are only {n}"),
    };
    broken(format!("`{spec}` goes further than there are revisions: {so_many}")).with_help(HELP)
}
