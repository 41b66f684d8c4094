//! The parts of a revision: what `-- @commit` divides it into.

use std::ops::Range;

use aludel_sql::Operation;

use crate::revision::{Item, Revision, Section};

/// What one transaction does.
pub(super) type Part = Vec<Step>;

/// An operation, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) operation: Operation,
    /// Absent for one that was computed.
    span: Option<Range<usize>>,
}

impl Step {
    pub(super) fn computed(operation: Operation) -> Self {
        Step { operation, span: None }
    }

    /// File, line and column.
    pub(super) fn position(&self, revision: &Revision) -> String {
        match &self.span {
            Some(span) => revision.position(span.start),
            None => format!("{} (computed downgrade)", revision.file),
        }
    }

    /// The statement, on one line and not too long.
    pub(super) fn text(&self, revision: &Revision) -> String {
        let text = match &self.span {
            Some(span) => revision.source.get(span.clone()).unwrap_or_default().to_owned(),
            None => aludel_sql::ansi::print(&self.operation).unwrap_or_default(),
        };
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let line = line.trim_end_matches(';');
        match line.char_indices().nth(100) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line.to_owned(),
        }
    }
}

/// At least one part, and none that is empty beside others.
pub(super) fn split(section: &Section) -> Vec<Part> {
    let mut parts = vec![Part::new()];
    for item in &section.items {
        match (item, parts.last_mut()) {
            (Item::Statement(statement), Some(part)) => {
                part.push(Step { operation: statement.operation.clone(), span: Some(statement.span.clone()) });
            }
            (Item::Commit, Some(part)) if !part.is_empty() => parts.push(Part::new()),
            _ => {}
        }
    }
    if parts.len() > 1 && parts.last().is_some_and(Vec::is_empty) {
        parts.pop();
    }
    parts
}
