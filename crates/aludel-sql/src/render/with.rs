//! WITH, and where it is written instead where statements that change rows have none.

use std::mem;

use crate::{
    error::Result,
    statement::{Cte, CteBody, Relation, Select},
};

use super::{Sql, malformed};

impl Sql<'_> {
    /// Writes the WITH of a select, and the select. One that reads what an UPDATE or DELETE around it lends brings that itself.
    pub(super) fn with_select(&mut self, select: &Select, write: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let read =
            |cte: &Cte| select.reads_any(&|relation| matches!(relation, Relation::Cte(name) if *name == cte.name));
        let Some(last) = self.lent.iter().rposition(read) else { return self.with(select.with.iter(), write) };
        let lent = mem::take(&mut self.lent);
        // One that is read may read those before it.
        let others = lent[..=last].iter().filter(|cte| select.with.iter().all(|own| own.name != cte.name));
        let done = self.with(select.with.iter().chain(others), write);
        self.lent = lent;
        done
    }

    /// Writes the WITH of an INSERT, UPDATE or DELETE, and the statement.
    pub(super) fn with_change(&mut self, with: &[Cte], write: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        if self.dialect.constructs().with_changes || with.iter().any(Cte::writes) {
            return self.with(with.iter(), write);
        }
        self.lent = with.to_vec();
        let done = write(self);
        self.lent.clear();
        done
    }

    /// Writes the rows of a sub-query that an UPDATE or DELETE lends, if it lends one of this name, as a source of its own.
    pub(super) fn lent_rows(&mut self, name: &str) -> Result<bool> {
        let Some(position) = self.lent.iter().position(|cte| cte.name == name) else { return Ok(false) };
        let lent = mem::take(&mut self.lent);
        self.push("(");
        let done = self.with(lent[..=position].iter(), |sql| {
            sql.push("SELECT * FROM ");
            sql.name(name);
            Ok(())
        });
        self.push(")");
        self.lent = lent;
        done.map(|()| true)
    }

    fn with<'c>(
        &mut self,
        with: impl Iterator<Item = &'c Cte> + Clone,
        write: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let names = self.ctes.len();
        let outermost = self.out.is_empty();
        let recursive = with.clone().any(|cte| cte.recursive);
        for (i, cte) in with.enumerate() {
            self.push(match (i, recursive) {
                (0, true) => "WITH RECURSIVE ",
                (0, false) => "WITH ",
                _ => ", ",
            });
            self.cte(cte, outermost)?;
        }
        self.push(if self.ctes.len() > names { " " } else { "" });
        write(self)?;
        self.ctes.truncate(names);
        Ok(())
    }

    fn cte(&mut self, cte: &Cte, outermost: bool) -> Result<()> {
        self.label(&cte.name)?;
        if !cte.columns.is_empty() {
            if cte.columns.len() != cte.body.columns().len() {
                return Err(malformed(format!("`{}` has not as many names as columns", cte.name)));
            }
            self.push(" (");
            self.names(&cte.columns);
            self.push(")");
        }
        self.push(" AS ");
        self.push(match cte.materialized {
            Some(true) if self.dialect.constructs().materialized => "MATERIALIZED ",
            Some(false) if self.dialect.constructs().materialized => "NOT MATERIALIZED ",
            _ => "",
        });
        // It is in its own sight only if it reads itself.
        if cte.recursive {
            self.ctes.push(cte.name.to_string());
        }
        self.push("(");
        match &cte.body {
            CteBody::Select(select) => self.select(select)?,
            change => self.change(change, outermost)?,
        }
        self.push(")");
        if !cte.recursive {
            self.ctes.push(cte.name.to_string());
        }
        Ok(())
    }

    /// Writes a statement that changes rows, beside the one whose WITH it is in.
    fn change(&mut self, change: &CteBody, outermost: bool) -> Result<()> {
        if !self.dialect.constructs().writing_ctes {
            return Err(self.dialect.lacks(
                "INSERT, UPDATE and DELETE in a WITH",
                "Run two statements in one session: select what the first is to change, and give the second those rows",
            ));
        }
        if !outermost {
            return Err(malformed("an INSERT, UPDATE or DELETE is in the WITH of a sub-query")
                .with_help("Join what it hands back to the outermost query, whose WITH alone can change rows"));
        }
        match change {
            CteBody::Select(select) => self.select(select),
            CteBody::Insert(insert) => self.insert(insert),
            CteBody::Update(update) => self.update(update),
            CteBody::Delete(delete) => self.delete(delete),
        }
    }
}
