//! What statements read: sources, their names, and the scopes in which columns know them.

use std::sync::Arc;

use crate::{
    dialect::FunctionSource,
    error::Result,
    expr::{ColumnRef, Expr, Fragment, Name},
    name,
    statement::{Join, JoinKind, Relation, Sample, Source, TableFunction},
    types::Type,
};

use super::{Sql, malformed};

/// The sources of one statement: those of FROM, then those of its joins, a table that is changed before all.
#[derive(Clone, Copy)]
pub(super) struct Sources<'a> {
    table: Option<&'a Source>,
    from: &'a [Source],
    joins: &'a [Join],
}

impl<'a> Sources<'a> {
    pub(super) fn of(from: &'a [Source], joins: &'a [Join]) -> Self {
        Sources { table: None, from, joins }
    }

    /// With the table that is changed.
    pub(super) fn and(table: &'a Source, from: &'a [Source], joins: &'a [Join]) -> Self {
        Sources { table: Some(table), from, joins }
    }

    pub(super) fn iter(self) -> impl Iterator<Item = &'a Source> {
        self.table.into_iter().chain(self.from).chain(self.joins.iter().map(|join| &join.source))
    }
}

/// What the sources of one statement are called in its text.
#[derive(Debug, Default)]
pub(super) struct Scope {
    names: Vec<(u32, String)>,
    /// Those of them that are tables.
    tables: Vec<u32>,
    /// Those that are functions, and what their columns are called.
    functions: Vec<(u32, Arc<TableFunction>, Vec<Name>)>,
    /// A column says which source it is of even where there is but one.
    pub(super) qualified: bool,
}

impl Scope {
    fn name_of(&self, id: u32) -> Option<&str> {
        self.names.iter().find(|(other, _)| *other == id).map(|(_, name)| name.as_str())
    }
}

impl Sql<'_> {
    /// Writes with the sources of one more statement in sight.
    pub(super) fn scoped<T>(&mut self, sources: Sources<'_>, write: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let mut names: Vec<(u32, String)> = Vec::new();
        for source in sources.iter() {
            let wanted = wanted(source);
            let taken = |name: &str| {
                self.scopes.iter().flat_map(|scope| &scope.names).chain(&names).any(|(_, other)| other == name)
                    || source.alias.is_none() && sources.iter().any(|other| other.alias.as_deref() == Some(name))
            };
            let mut name = wanted.to_owned();
            let mut number = 2;
            while taken(&name) {
                let suffix = format!("_{number}");
                let mut most = self.dialect.capability().max_name.saturating_sub(suffix.len()).min(wanted.len());
                while !wanted.is_char_boundary(most) {
                    most -= 1;
                }
                name = format!("{}{suffix}", &wanted[..most]);
                number += 1;
            }
            names.push((source.id, name));
        }
        let tables = sources.iter().filter(|source| matches!(source.relation, Relation::Table(_)));
        let tables = tables.map(|source| source.id).collect();
        let functions = sources.iter().filter_map(|source| match &source.relation {
            Relation::Function { function, columns } => Some((source.id, function.clone(), columns.clone())),
            _ => None,
        });
        let functions = functions.collect();
        self.scopes.push(Scope { names, tables, functions, qualified: false });
        let result = write(self);
        self.scopes.pop();
        result
    }

    /// Lets each of the first two sources of the innermost scope be taken for the other, until it is called again.
    pub(super) fn swap_ids(&mut self) {
        if let Some([one, other, ..]) = self.scopes.last_mut().map(|scope| &mut scope.names[..]) {
            std::mem::swap(&mut one.0, &mut other.0);
        }
    }

    /// Writes `before a, b JOIN c ON …`. The sources of the innermost scope are these, after `skipped` others.
    pub(super) fn sources(&mut self, before: &str, from: &[Source], joins: &[Join], skipped: usize) -> Result<()> {
        // A comma would keep the sources before it out of sight of the joins' conditions.
        let between = if joins.is_empty() { ", " } else { " CROSS JOIN " };
        for (i, source) in from.iter().enumerate() {
            self.push(if i == 0 { before } else { between });
            self.source(source, skipped + i)?;
        }
        for (i, join) in joins.iter().enumerate() {
            if from.is_empty() && i == 0 {
                return Err(malformed("there is nothing to join to"));
            }
            if join.kind == JoinKind::Full && !self.dialect.constructs().full_join {
                return Err(self.dialect.lacks(
                    "FULL JOIN",
                    "Use a left join, and UNION ALL with the rows of the other that have no partner",
                ));
            }
            self.push(match join.kind {
                JoinKind::Inner => " JOIN ",
                JoinKind::Left => " LEFT JOIN ",
                JoinKind::Right => " RIGHT JOIN ",
                JoinKind::Full => " FULL JOIN ",
                JoinKind::Cross => " CROSS JOIN ",
            });
            self.source(&join.source, skipped + from.len() + i)?;
            match (&join.on, join.kind) {
                (None, JoinKind::Cross) => {}
                (Some(on), kind) if kind != JoinKind::Cross => {
                    self.push(" ON ");
                    self.expr(on)?;
                }
                (Some(_), _) => return Err(malformed("a cross join has no condition")),
                (None, _) => return Err(malformed("a join has no condition")),
            }
        }
        Ok(())
    }

    /// Writes the source that stands here in the innermost scope, and what it is called there.
    pub(super) fn source(&mut self, source: &Source, position: usize) -> Result<()> {
        let names = self.scopes.last().map(|scope| scope.names.as_slice()).unwrap_or_default();
        let name = names.get(position).map(|(_, name)| name.clone()).unwrap_or_default();
        let is_function = matches!(source.relation, Relation::Function { .. });
        if source.lateral && !is_function && !self.dialect.constructs().lateral {
            return Err(self.dialect.lacks(
                "LATERAL",
                "Use a window function in a sub-query to number the rows, or a sub-query that gives one value",
            ));
        }
        if source.sample.is_some() && !matches!(source.relation, Relation::Table(_)) {
            return Err(malformed("a sample is of a table, not of other rows"));
        }
        match &source.relation {
            Relation::Table(table) => {
                if self.ctes.iter().any(|cte| cte == table) {
                    return Err(malformed(format!("the table `{table}` is out of sight: a WITH has the same name"))
                        .with_help("Give the sub-query another name"));
                }
                self.object(table)?;
                self.called(source, name::plain(table), &name)?;
                source.sample.as_ref().map_or(Ok(()), |sample| self.sample(sample))
            }
            Relation::Cte(cte) => {
                if !self.lent.is_empty() && self.lent_rows(cte)? {
                    self.push(" AS ");
                    return self.label(&name);
                }
                if !self.open && !self.ctes.iter().any(|known| known == cte) {
                    return Err(malformed(format!("no WITH of this query has the name `{cte}`")));
                }
                self.name(cte);
                self.called(source, cte, &name)
            }
            Relation::Query(select) => {
                self.push(if source.lateral { "LATERAL " } else { "" });
                self.hidden(!source.lateral, |sql| sql.derived(select))?;
                self.push(" AS ");
                self.label(&name)
            }
            Relation::Values { columns, types, rows } => {
                let wide = |width: usize| width == columns.len();
                if rows.iter().any(|row| !wide(row.len())) || !types.is_empty() && !wide(types.len()) {
                    return Err(malformed("rows of values are not as wide as they have columns"));
                }
                match (rows.is_empty(), types.is_empty()) {
                    (true, true) => Err(malformed("there are no rows of values, and no types of their columns")),
                    (true, false) => self.no_rows(&name, columns, types),
                    _ => self.hidden(!source.lateral, |sql| sql.dialect.values(sql, &name, columns, types, rows)),
                }
            }
            Relation::Function { function, columns } => {
                if columns.len() != function.width() {
                    return Err(malformed("a function that gives rows has not as many columns as names for them"));
                }
                if matches!(**function, TableFunction::Series { step: 0, .. }) {
                    return Err(malformed("a series goes on by 0, which leads nowhere")
                        .with_help("Say how far it is from one to the next: `.step(1)`, or `.step(-1)` downwards"));
                }
                let source_of = FunctionSource { function, name: &name, columns };
                self.hidden(!source.lateral, |sql| {
                    // Some functions have columns of their own, which a name alone would be taken for.
                    let around = sql.scopes.len().checked_sub(1);
                    let qualified = around.map(|last| std::mem::replace(&mut sql.scopes[last].qualified, true));
                    let done = sql.dialect.table_function(sql, &source_of);
                    if let (Some(last), Some(qualified)) = (around, qualified) {
                        sql.scopes[last].qualified = qualified;
                    }
                    done
                })
            }
        }
    }

    fn sample(&mut self, sample: &Sample) -> Result<()> {
        if !self.dialect.constructs().sample {
            let help = "Order the rows by a random number, and take as many as are wanted";
            return Err(self.dialect.lacks("TABLESAMPLE", help));
        }
        let Sample { blocks, percent, seed } = sample;
        if !(0.0..=100.0).contains(percent) {
            return Err(malformed(format!("a sample of {percent} percent is none")).with_help("Take from 0 to 100"));
        }
        self.push(if *blocks { " TABLESAMPLE SYSTEM (" } else { " TABLESAMPLE BERNOULLI (" });
        self.push(&format!("{percent})"));
        if let Some(seed) = seed {
            self.push(&format!(" REPEATABLE ({seed})"));
        }
        Ok(())
    }

    /// Writes a source of columns of these types that has no rows.
    fn no_rows(&mut self, name: &str, columns: &[Name], types: &[Type]) -> Result<()> {
        let null = Expr::Raw(vec![Fragment::Text("NULL".into())]);
        for (i, (column, ty)) in columns.iter().zip(types).enumerate() {
            self.push(if i == 0 { "(SELECT " } else { ", " });
            self.of_type(&null, ty)?;
            self.push(" AS ");
            self.name(column);
        }
        self.push(" LIMIT 0) AS ");
        self.label(name)
    }

    fn called(&mut self, source: &Source, own: &str, name: &str) -> Result<()> {
        if name == own && source.alias.is_none() {
            return Ok(());
        }
        self.push(" AS ");
        self.label(name)
    }

    /// Writes a name that is of this statement alone: no longer than the database reads names.
    pub(super) fn label(&mut self, name: &str) -> Result<()> {
        self.new_name(name)
    }

    /// Writes with the innermost scope out of sight, as a source must that does not look at the others.
    fn hidden(&mut self, hidden: bool, write: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        if !hidden {
            return write(self);
        }
        let scope = self.scopes.pop();
        let result = write(self);
        self.scopes.extend(scope);
        result
    }

    /// Writes a column.
    pub(super) fn column_ref(&mut self, column: &ColumnRef) -> Result<()> {
        if let Some(id) = column.source {
            if self.column_of_function(id, &column.name)? {
                return Ok(());
            }
            let alone = matches!(&self.scopes[..], [only] if only.names.len() == 1 && !only.qualified);
            match self.find(id).filter(|_| !alone).map(str::to_owned) {
                Some(name) => {
                    self.name(&name);
                    self.push(".");
                }
                None if self.open || self.scopes.is_empty() || alone && self.find(id).is_some() => {}
                None => {
                    return Err(malformed(format!(
                        "the column `{}` is of a source that is not in this query",
                        column.name
                    ))
                    .with_help("Use the columns of the query at hand, or of one around it"));
                }
            }
        }
        self.name(&column.name);
        Ok(())
    }

    /// What the source of this id is called.
    pub(super) fn source_name(&self, id: u32) -> Result<String> {
        self.find(id).map(str::to_owned).ok_or_else(|| malformed(format!("the query has no source {id}")))
    }

    /// Whether the source of this id is a table.
    pub(super) fn is_table(&self, id: u32) -> bool {
        let scope = self.scopes.iter().rev().find(|scope| scope.names.iter().any(|(other, _)| *other == id));
        scope.is_some_and(|scope| scope.tables.contains(&id))
    }

    /// Writes a column of a function that is not there by its name.
    fn column_of_function(&mut self, id: u32, column: &str) -> Result<bool> {
        let Some(scope) = self.scopes.iter().rev().find(|scope| scope.name_of(id).is_some()) else { return Ok(false) };
        let Some((_, function, columns)) = scope.functions.iter().find(|(other, ..)| *other == id) else {
            return Ok(false);
        };
        let Some(place) = columns.iter().position(|name| name == column) else { return Ok(false) };
        let (function, columns) = (function.clone(), columns.clone());
        let name = scope.name_of(id).unwrap_or_default().to_owned();
        let source = FunctionSource { function: &function, name: &name, columns: &columns };
        self.dialect.function_column(self, &source, place)
    }

    fn find(&self, id: u32) -> Option<&str> {
        self.scopes.iter().rev().find_map(|scope| scope.name_of(id))
    }
}

/// What a source would be called if it were alone.
fn wanted(source: &Source) -> &str {
    match (&source.alias, &source.relation) {
        (Some(alias), _) => alias,
        (None, Relation::Table(name) | Relation::Cte(name)) => name::plain(name),
        (None, Relation::Query(_)) => "q",
        (None, Relation::Values { .. }) => "v",
        (None, Relation::Function { function, .. }) => function.name(),
    }
}
