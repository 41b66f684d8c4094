//! How much transactions that run side by side see of each other.

use std::{fmt, str::FromStr};

use aludel_sql::{Error, ErrorKind};

/// How much a transaction sees of those that run beside it: at least as strong as named.
///
/// | asked for | SQLite | PostgreSQL | MySQL, MariaDB |
/// |---|---|---|---|
/// | `ReadUncommitted` | SERIALIZABLE | READ COMMITTED | READ UNCOMMITTED |
/// | `ReadCommitted` | SERIALIZABLE | READ COMMITTED | READ COMMITTED |
/// | `RepeatableRead` | SERIALIZABLE | REPEATABLE READ: one snapshot, and an error instead of a lost update | REPEATABLE READ: one snapshot to read from, while changes go to the newest rows |
/// | `Serializable` | SERIALIZABLE | SERIALIZABLE: an error instead of an anomaly | SERIALIZABLE: what is read is locked |
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Isolation {
    /// Changes of others show before they are committed.
    ReadUncommitted,
    /// Each statement sees what was committed before it.
    ReadCommitted,
    /// All statements see what was committed before the first of them.
    RepeatableRead,
    /// As if one transaction ran after the other.
    Serializable,
}

impl Isolation {
    /// As the SQL standard spells it: `READ COMMITTED`.
    pub fn as_sql(self) -> &'static str {
        match self {
            Isolation::ReadUncommitted => "READ UNCOMMITTED",
            Isolation::ReadCommitted => "READ COMMITTED",
            Isolation::RepeatableRead => "REPEATABLE READ",
            Isolation::Serializable => "SERIALIZABLE",
        }
    }

    const ALL: [Isolation; 4] =
        [Isolation::ReadUncommitted, Isolation::ReadCommitted, Isolation::RepeatableRead, Isolation::Serializable];
}

impl fmt::Display for Isolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_sql())
    }
}

/// Reads a level in any case, its words set apart by blanks, `-` or `_`: `read-committed`.
impl FromStr for Isolation {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let spelled = text.to_ascii_uppercase().replace(['-', '_', '+'], " ");
        Isolation::ALL.into_iter().find(|level| level.as_sql() == spelled).ok_or_else(|| {
            Error::new(ErrorKind::Config, "there is no such isolation level").with_help(format!("Write {KNOWN}."))
        })
    }
}

pub(crate) const KNOWN: &str = "`read-uncommitted`, `read-committed`, `repeatable-read` or `serializable`";
