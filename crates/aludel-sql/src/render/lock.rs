//! Locks on rows.

use super::{Sql, malformed};
use crate::{
    dialect::RowLocks,
    error::Result,
    expr::Expr,
    statement::{JoinKind, LockStrength, LockWait, Relation, Select, Source},
};

impl Sql<'_> {
    pub(super) fn lock(&mut self, select: &Select) -> Result<()> {
        let Some(lock) = &select.lock else { return Ok(()) };
        if select.distinct
            || !select.distinct_on.is_empty()
            || !select.group_by.is_empty()
            || select.having.is_some()
            || select.columns.iter().any(Expr::aggregates)
        {
            return Err(malformed("rows that are made of several rows cannot be locked")
                .with_help("Lock the rows themselves in a statement of its own"));
        }
        let rows_of_tables = |source: &Source| !matches!(source.relation, Relation::Cte(_) | Relation::Values { .. });
        if select.sources().any(|source| lock.of.contains(&source.id) && !rows_of_tables(source)) {
            return Err(malformed("a lock is on the rows of a WITH or of VALUES, which are those of no table")
                .with_help("Lock the rows of tables, those of a WITH inside of it"));
        }
        let locks = self.dialect.constructs().row_locks;
        if locks == RowLocks::None {
            return Ok(());
        }
        self.push(match lock.strength {
            LockStrength::Update => " FOR UPDATE",
            LockStrength::Share if locks == RowLocks::Whole => " LOCK IN SHARE MODE",
            LockStrength::Share => " FOR SHARE",
            LockStrength::NoKeyUpdate if locks == RowLocks::Keys => " FOR NO KEY UPDATE",
            LockStrength::KeyShare if locks == RowLocks::Keys => " FOR KEY SHARE",
            LockStrength::NoKeyUpdate => {
                return Err(self.dialect.lacks("FOR NO KEY UPDATE", "Lock the rows for UPDATE"));
            }
            LockStrength::KeyShare => return Err(self.dialect.lacks("FOR KEY SHARE", "Lock the rows to SHARE them")),
        });
        if !lock.of.is_empty() && locks == RowLocks::Whole {
            return Err(self.dialect.lacks("locks on the rows of some tables alone", "Lock the rows of all"));
        }
        let locked = |source| rows_of_tables(source) && (lock.of.is_empty() || lock.of.contains(&source.id));
        if !self.dialect.constructs().outer_locks && outer(select).into_iter().any(locked) {
            let help = "Lock the rows of the others alone, by OF, or those of this one in a statement of its own";
            return Err(self.dialect.lacks("locks on the rows that an outer join may be without", help));
        }
        for (i, id) in lock.of.iter().enumerate() {
            self.push(if i == 0 { " OF " } else { ", " });
            let name = self.source_name(*id)?;
            self.name(&name);
        }
        self.push(match lock.wait {
            LockWait::Wait => "",
            LockWait::NoWait => " NOWAIT",
            LockWait::SkipLocked => " SKIP LOCKED",
        });
        Ok(())
    }
}

/// The sources that may be without a row beside those of the others.
fn outer(select: &Select) -> Vec<&Source> {
    let mut before: Vec<&Source> = select.from.iter().collect();
    let mut outer = Vec::new();
    for join in &select.joins {
        if matches!(join.kind, JoinKind::Right | JoinKind::Full) {
            outer.clone_from(&before);
        }
        if matches!(join.kind, JoinKind::Left | JoinKind::Full) {
            outer.push(&join.source);
        }
        before.push(&join.source);
    }
    outer
}
