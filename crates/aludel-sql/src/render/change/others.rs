//! What UPDATE and DELETE read beside the table they change.

use std::slice;

use crate::{
    error::Result,
    expr::{BinaryOp, Expr, Name},
    render::{Level, Sql, malformed, source::Sources},
    statement::{Join, JoinKind, Source},
};

/// The id of a copy of the table that is changed: one that no other source has.
const COPY: u32 = u32::MAX;

/// What an UPDATE or DELETE reads beside the table it changes.
pub(super) struct Others<'s> {
    table: &'s Source,
    key: &'s [Name],
    from: &'s [Source],
    joins: &'s [Join],
    /// A copy of the table, where outer or lateral joins are to the table and the statement cannot say so.
    copy: Option<Source>,
}

impl<'s> Others<'s> {
    /// `several`: the statement names several tables and changes one of them.
    pub(super) fn of(table: &'s Source, key: &'s [Name], from: &'s [Source], joins: &'s [Join], several: bool) -> Self {
        let mut others = Others { table, key, from, joins, copy: None };
        if !several && others.to_table() {
            others.copy = Some(Source { id: COPY, ..table.clone() });
        }
        others
    }

    /// All there are, of which the table is the first.
    pub(super) fn sources(&self) -> Sources<'_> {
        Sources::and(self.table, self.copy.as_ref().map_or(self.from, slice::from_ref), self.joins)
    }

    /// Whether joins are but sources and conditions: none is an outer one, or of a source that looks at those before it.
    fn all_inner(&self) -> bool {
        self.joins.iter().all(|join| matches!(join.kind, JoinKind::Inner | JoinKind::Cross) && !join.source.lateral)
    }

    /// Whether there are other joins, to the table itself.
    fn to_table(&self) -> bool {
        self.from.is_empty() && !self.all_inner()
    }
}

impl Sql<'_> {
    /// Writes the table that is changed and the others, where a statement names several.
    pub(super) fn all_of(&mut self, others: &Others<'_>) -> Result<()> {
        if others.to_table() {
            return self.sources("", slice::from_ref(others.table), others.joins, 0);
        }
        self.source(others.table, 0)?;
        self.others(", ", others)
    }

    /// Writes the other sources of an UPDATE or DELETE, `before` first. Inner joins are conditions like others: those of a
    /// join cannot look at the table that is changed, for which a copy of it stands in outer and lateral ones.
    pub(super) fn others(&mut self, before: &str, others: &Others<'_>) -> Result<()> {
        let joins = others.joins;
        if let Some(copy) = &others.copy {
            if others.key.is_empty() {
                return Err(malformed(
                    "an outer or lateral join of an UPDATE or DELETE needs the key of the table that is changed",
                )
                .with_help("Name the columns of its key"));
            }
            // The copy is taken for the table meanwhile.
            self.swap_ids();
            let done = self.sources(before, slice::from_ref(copy), joins, 1);
            self.swap_ids();
            return done;
        }
        if !others.all_inner() {
            if joins.iter().filter_map(|join| join.on.as_ref()).any(of_target) {
                return Err(malformed("an outer join of an UPDATE or DELETE looks at the table that is changed")
                    .with_help("Put the join in a sub-query, or the condition into the filter"));
            }
            return self.sources(before, others.from, joins, 1);
        }
        if joins.iter().any(|join| join.on.is_none() != (join.kind == JoinKind::Cross)) {
            return Err(malformed("a join has no condition, or a cross join has one"));
        }
        for (i, source) in Sources::of(others.from, joins).iter().enumerate() {
            self.push(if i == 0 { before } else { ", " });
            self.source(source, 1 + i)?;
        }
        Ok(())
    }

    /// Writes `WHERE` and the conditions of inner joins, and the filter.
    pub(super) fn conditions(&mut self, others: &Others<'_>, filter: Option<&Expr>) -> Result<()> {
        let same =
            |column: &Name| Expr::column(0, column.clone()).binary(BinaryOp::Eq, Expr::column(COPY, column.clone()));
        let same: Vec<Expr> = others.key.iter().filter(|_| others.copy.is_some()).map(same).collect();
        let joins = if others.all_inner() { others.joins } else { &[] };
        let conditions = same.iter().chain(joins.iter().filter_map(|join| join.on.as_ref())).chain(filter);
        let alone = conditions.clone().count() == 1;
        let mut before = " WHERE ";
        for condition in conditions {
            self.push(before);
            self.operand(condition, if alone { Level::Or } else { Level::And })?;
            before = " AND ";
        }
        Ok(())
    }
}

/// Whether an expression looks at the table that is changed.
fn of_target(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk_own(&mut |expr| found |= matches!(expr, Expr::Column(column) if column.source == Some(0)));
    found
}
