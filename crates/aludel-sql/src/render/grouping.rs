//! GROUP BY.

use std::fmt::Write;

use crate::{
    dialect::GroupingSets,
    error::Result,
    expr::Expr,
    statement::{
        Select,
        grouping::{MOST, cube, rollup},
    },
};

use super::{Sql, malformed, select::has_values};

impl Sql<'_> {
    pub(super) fn group_by(&mut self, select: &Select) -> Result<()> {
        let Select { group_by, grouping_sets: sets, .. } = select;
        if group_by.is_empty() && sets.is_empty() {
            return Ok(());
        }
        self.push(" GROUP BY ");
        if sets.is_empty() {
            return self.grouped_by(0..group_by.len(), select);
        }
        self.check_sets(select)?;
        let whole = 0..group_by.len();
        if *sets == rollup(group_by.len()) {
            let all = self.dialect.constructs().grouping_sets == GroupingSets::All;
            self.push(if all { "ROLLUP (" } else { "" });
            self.grouped_by(whole, select)?;
            self.push(if all { ")" } else { " WITH ROLLUP" });
            return Ok(());
        }
        if *sets == cube(group_by.len()) {
            self.push("CUBE (");
            self.grouped_by(whole, select)?;
        } else {
            for (i, set) in sets.iter().enumerate() {
                self.push(if i == 0 { "GROUPING SETS ((" } else { ", (" });
                self.grouped_by(set.iter().copied(), select)?;
                self.push(")");
            }
        }
        self.push(")");
        Ok(())
    }

    fn check_sets(&self, select: &Select) -> Result<()> {
        let Select { group_by, grouping_sets: sets, having, order_by, .. } = select;
        let constructs = self.dialect.constructs();
        if sets.len() > MOST {
            return Err(malformed(format!("rows are grouped by more than {MOST} sets"))
                .with_help("Name the sets that matter, instead of a cube of many columns"));
        }
        if sets.iter().flatten().any(|place| *place >= group_by.len()) {
            return Err(malformed("a grouping set has what rows are not grouped by"));
        }
        let what = match constructs.grouping_sets {
            GroupingSets::All => return Ok(()),
            GroupingSets::None => "ROLLUP, CUBE or GROUPING SETS",
            _ if group_by.is_empty() || *sets != rollup(group_by.len()) => "CUBE or GROUPING SETS",
            GroupingSets::Rollup if !order_by.is_empty() => {
                return Err(self
                    .dialect
                    .lacks("order of what is grouped by ROLLUP", "Make it a sub-query, and order that"));
            }
            // It would look at columns that are never NULL as if they were not here, either.
            _ if having.is_some() => {
                return Err(self
                    .dialect
                    .lacks("HAVING of what is grouped by ROLLUP", "Make it a sub-query, and filter that"));
            }
            _ => return Ok(()),
        };
        Err(self.dialect.lacks(what, "Ask for each grouping by itself, and put them together with UNION ALL"))
    }

    fn grouped_by(&mut self, places: impl Iterator<Item = usize>, select: &Select) -> Result<()> {
        for (i, place) in places.enumerate() {
            self.push(if i == 0 { "" } else { ", " });
            self.grouped(&select.group_by[place], select)?;
        }
        Ok(())
    }

    /// What rows are grouped by: of a placeholder no database knows that it is that of a column, and of a COLLATE not every one.
    /// Its number says so.
    fn grouped(&mut self, expr: &Expr, select: &Select) -> Result<()> {
        let bound = !self.is_inline() && has_values(expr);
        self.fixed |= bound;
        let known = matches!(expr, Expr::Column(_)) || self.dialect.constructs().grouped_anywhere;
        match select.columns.iter().position(|column| column == expr) {
            Some(position) if bound || !known => {
                let _ = write!(self.out, "{}", position + 1);
                Ok(())
            }
            _ => self.expr(expr),
        }
    }

    /// Writes which of what rows are grouped by a group is of.
    pub(super) fn grouping(&mut self, of: &[Expr]) -> Result<()> {
        match self.dialect.constructs().grouping_sets {
            GroupingSets::None | GroupingSets::Rollup => {
                let help = "Ask whether what rows are grouped by is NULL, where nothing else makes it so";
                Err(self.dialect.lacks("GROUPING", help))
            }
            _ => self.function("GROUPING", of),
        }
    }
}
