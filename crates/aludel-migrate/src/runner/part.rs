//! The parts of a revision: what `-- @commit` divides it into.

use std::ops::Range;

use aludel_sql::{Dialect, Operation, operation::TypeChange};

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

/// The parts, divided once more before what uses a label that a transaction of this database has just added to an enum type:
/// there it can be used in the next one only.
pub(super) fn divide(dialect: &dyn Dialect, parts: Vec<Part>) -> Vec<Part> {
    if dialect.capability().new_enum_value {
        return parts;
    }
    let mut divided = Vec::new();
    for part in parts {
        let mut now = Part::new();
        let mut new: Vec<String> = Vec::new();
        for step in part {
            if uses(&step.operation, &new) {
                divided.push(std::mem::take(&mut now));
                new.clear();
            }
            if let Operation::AlterType { change: TypeChange::AddValue { label, .. }, .. } = &step.operation {
                new.push(format!("'{}'", label.replace('\'', "''")));
            }
            now.push(step);
        }
        divided.push(now);
    }
    divided
}

/// Whether the operation may use one of the new labels.
fn uses(operation: &Operation, new: &[String]) -> bool {
    match operation {
        _ if new.is_empty() => false,
        Operation::AlterType { .. } => false,
        // Nobody knows what it does.
        Operation::Call { .. } => true,
        other => aludel_sql::ansi::print(other).is_ok_and(|text| new.iter().any(|label| text.contains(label))),
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
