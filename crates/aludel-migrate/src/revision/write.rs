//! Writes the page of a revision, and names its file.

use aludel_sql::{Error, ErrorKind, Operation, Result, ansi};
use jiff::{Timestamp, tz::TimeZone};

use super::check_id;

/// What a page says.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The identifier.
    pub id: &'a str,
    /// What the revision is about; only a title, so line ends become blanks.
    pub message: &'a str,
    /// The revisions it builds on.
    pub parents: &'a [String],
    /// When it is written; fractions of a second are left out.
    pub created: Timestamp,
    /// What upgrading does.
    pub upgrade: &'a [Operation],
    /// What downgrading does.
    pub downgrade: PageDowngrade<'a>,
}

/// How a page says to undo a revision.
#[derive(Clone, Copy, Debug)]
pub enum PageDowngrade<'a> {
    /// No section: the inverse is computed.
    Computed,
    /// These operations.
    Written(&'a [Operation]),
    /// `-- @irreversible: why`
    Irreversible(&'a str),
}

pub(super) fn render(page: &Page<'_>) -> Result<String> {
    check_id(page.id)?;
    let message = page.message.split_whitespace().collect::<Vec<_>>().join(" ");
    if message.starts_with('@') || super::directive::read(&format!("-- {message}")).is_err() {
        return Err(Error::new(
            ErrorKind::Migration,
            format!("`{message}` cannot be a message: it reads like a directive"),
        )
        .with_help("Word it differently"));
    }
    let message = if message.is_empty() { "empty message" } else { &message };
    let parents = if page.parents.is_empty() { "none".to_owned() } else { page.parents.join(" ") };
    let mut out = format!(
        "-- {message}\n--\n-- revision: {}\n-- parents:  {parents}\n-- created:  {}\n\n-- @upgrade\n",
        page.id,
        page.created.strftime("%Y-%m-%dT%H:%M:%SZ"),
    );
    section(&mut out, page.upgrade)?;
    match page.downgrade {
        PageDowngrade::Computed => {}
        PageDowngrade::Written(operations) => {
            out.push_str("\n-- @downgrade\n");
            section(&mut out, operations)?;
        }
        PageDowngrade::Irreversible(why) => {
            let why = why.split_whitespace().collect::<Vec<_>>().join(" ");
            out.push_str(&format!("\n-- @irreversible: {why}\n"));
        }
    }
    Ok(out)
}

/// The statements, with a blank line between those about different tables.
fn section(out: &mut String, operations: &[Operation]) -> Result<()> {
    let mut before: Option<&Operation> = None;
    for operation in operations {
        if before.is_none_or(|before| !belongs(before, operation)) {
            out.push('\n');
        }
        out.push_str(&ansi::print(operation)?);
        out.push('\n');
        before = Some(operation);
    }
    Ok(())
}

fn belongs(before: &Operation, next: &Operation) -> bool {
    match (before, next) {
        (Operation::DropTable { .. }, Operation::DropTable { .. }) => true,
        (_, Operation::DropTable { .. } | Operation::CreateTable(_)) => false,
        // An index that is dropped or renamed does not say which table it is on.
        (before, next) => before.table().is_none() || next.table().is_none() || before.table() == next.table(),
    }
}

/// The name of a revision's file: `20261123_0321_8c1f2d90a4be_users.sql`, in UTC.
pub fn file_name(id: &str, message: &str, created: Timestamp) -> String {
    let time = created.to_zoned(TimeZone::UTC).strftime("%Y%m%d_%H%M").to_string();
    match slug(message).as_str() {
        "" => format!("{time}_{id}.sql"),
        slug => format!("{time}_{id}_{slug}.sql"),
    }
}

/// The words of a message in lower case, joined by `_`: at most 40 characters, cut between words where there is more than
/// one.
pub fn slug(message: &str) -> String {
    let words = message.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("_").to_lowercase();
    let Some((end, _)) = slug.char_indices().nth(40) else { return slug };
    let cut = &slug[..end];
    cut.rsplit_once('_').map_or(cut, |(kept, _)| kept).trim_end_matches('_').to_owned()
}
