//! One revision: a file that says how to get from one schema to the next, and back.

mod checksum;
mod directive;
mod page;
mod write;

use std::ops::Range;

use aludel_sql::{Error, ErrorKind, Operation, Result};
use jiff::Timestamp;

pub use write::{Page, PageDowngrade, file_name, slug};

/// One revision, as its file says it.
#[derive(Clone, Debug)]
pub struct Revision {
    /// Its identifier: lower-case letters, digits and underscores; 12 hexadecimal digits unless chosen otherwise.
    pub id: String,
    /// What it is about: the first line of its file.
    pub message: String,
    /// The revisions it builds on: none for a root, several for a merge.
    pub parents: Vec<String>,
    /// When it was written.
    pub created: Timestamp,
    /// Its file, as messages name it.
    pub file: String,
    /// The text of its file, without byte-order mark and with `\n` line ends: what the spans of its items count in.
    pub source: String,
    /// What upgrading does.
    pub upgrade: Section,
    /// What downgrading does.
    pub downgrade: Downgrade,
    /// `t1:` and the SHA-256 of its tokens, in hexadecimal: the same however the file is laid out.
    pub checksum: String,
}

/// The items of one direction, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    /// The items.
    pub items: Vec<Item>,
}

/// What a section is made of.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "nearly all items are statements")]
pub enum Item {
    /// A statement.
    Statement(Statement),
    /// `-- @commit`: what came before is committed before what follows begins.
    Commit,
}

/// A statement of a revision.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What it does.
    pub operation: Operation,
    /// Where it stands in [`Revision::source`], in bytes.
    pub span: Range<usize>,
    /// The rules it may break.
    pub allow: Vec<Allow>,
}

/// `-- @allow rule: reason`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The rule: `drop-column`.
    pub rule: String,
    /// Why it may be broken here; may be empty.
    pub reason: String,
}

/// How a revision is undone.
#[derive(Clone, Debug, PartialEq)]
pub enum Downgrade {
    /// By the inverse of its upgrade: the file has no downgrade section.
    Computed,
    /// By what the file says. An empty section means that there is nothing to undo.
    Written(Section),
    /// Not at all, and why.
    Irreversible(String),
}

impl Section {
    /// The statements, in order.
    pub fn statements(&self) -> impl DoubleEndedIterator<Item = &Statement> {
        self.items.iter().filter_map(|item| match item {
            Item::Statement(statement) => Some(statement),
            Item::Commit => None,
        })
    }

    /// The operations, in order.
    pub fn operations(&self) -> impl DoubleEndedIterator<Item = &Operation> {
        self.statements().map(|statement| &statement.operation)
    }
}

impl Statement {
    /// Whether it is allowed to break this rule.
    pub fn allows(&self, rule: &str) -> bool {
        self.allow.iter().any(|allow| allow.rule == rule)
    }
}

impl Revision {
    /// Reads a revision from the text of its file; `file` is what messages call it.
    ///
    /// # Errors
    /// The text is not a page as migrations are written: [`ErrorKind::Migration`] or [`ErrorKind::Syntax`], with file, line,
    /// column and the line itself.
    pub fn parse(file: &str, source: &str) -> Result<Revision> {
        page::parse(file, source)
    }

    /// Writes a page as [`Revision::parse`] reads it.
    ///
    /// # Errors
    /// A part of it cannot be written: a message that begins with `@`, an illegal identifier.
    pub fn render(page: &Page<'_>) -> Result<String> {
        write::render(page)
    }

    /// `file:line:column` of a byte of the source.
    pub fn position(&self, offset: usize) -> String {
        let before = self.source.get(..offset).unwrap_or(&self.source);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        format!("{}:{line}:{column}", self.file)
    }
}

/// Checks that an identifier can be one.
///
/// # Errors
/// It is empty, longer than 32 characters, holds something other than lower-case ASCII letters, digits and underscores, or
/// is a word with a meaning of its own.
pub fn check_id(id: &str) -> Result<()> {
    let problem = if id.is_empty() {
        "it is empty".to_owned()
    } else if id.len() > 32 {
        "it is longer than 32 characters".to_owned()
    } else if let Some(c) = id.chars().find(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '_')) {
        format!("it holds {c:?}")
    } else if matches!(id, "none" | "head" | "heads" | "base" | "current") {
        "the word has a meaning of its own".to_owned()
    } else {
        return Ok(());
    };
    Err(Error::new(ErrorKind::Migration, format!("`{id}` cannot be the identifier of a revision: {problem}"))
        .with_help("Use lower-case letters, digits and underscores, at most 32 of them"))
}
