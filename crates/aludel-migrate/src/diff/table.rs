//! What must change in a table that both schemas have.

use aludel_sql::{
    Operation, Result, name,
    operation::ColumnChange,
    schema::{Column, Constraint, ConstraintKind, Index, Table},
};

use super::{Work, describe, same_demand, unsupported};
use crate::fold;

impl Work<'_> {
    /// What goes away and hangs on columns goes first: it may not fit their new types. Columns are added in the model's order,
    /// then changed; what hangs on them follows; columns that go away go last.
    pub(super) fn change(&mut self, to: &Table) -> Result<()> {
        let from = self.table(&to.name)?.clone();
        if from.primary_key != to.primary_key {
            return Err(unsupported(format!(
                "the primary key of `{}` changed from ({}) to ({}), which no statement of a migration can do",
                to.name,
                from.primary_key.join(", "),
                to.primary_key.join(", ")
            ))
            .with_table(&to.name)
            .with_help("Create a new table with that key, copy the rows, drop the old table"));
        }
        self.constraints_removed(to)?;
        self.indexes_removed(to)?;
        for column in &to.columns {
            match from.column(&column.name) {
                None => self.add_column(to, column)?,
                Some(old) if old.generated != column.generated => self.compute_anew(to, column)?,
                Some(_) => {}
            }
        }
        for column in &to.columns {
            if let Some(old) = from.column(&column.name)
                && old.generated == column.generated
            {
                self.alter_column(to, old, column)?;
            }
        }
        self.indexes(to)?;
        self.constraints_added(to)?;
        self.comments(to)?;
        for old in from.columns.iter().filter(|old| to.column(&old.name).is_none()) {
            let drop = Operation::DropColumn { table: to.name.clone(), column: old.name.clone() };
            self.emit(format!("Detected removed column `{}.{}`", to.name, old.name), vec![drop])?;
            self.warn(format!(
                "dropping `{}.{}` deletes its values, and downgrading does not bring them back",
                to.name, old.name
            ));
        }
        Ok(())
    }

    fn add_column(&mut self, to: &Table, column: &Column) -> Result<()> {
        let (table, name) = (&to.name, &column.name);
        self.emit(format!("Detected added column `{table}.{name}`"), fold::add_column(table, column))?;
        if !column.nullable && column.default.is_none() && column.generated.is_none() {
            self.warn(format!(
                "`{table}.{name}` is NOT NULL and has no default: the upgrade is refused while `{table}` has rows. \
                 For those, add it without NOT NULL, fill it with UPDATE, then ALTER COLUMN {name} SET NOT NULL"
            ));
        }
        Ok(())
    }

    /// A computed column cannot be changed: it is dropped, with the indexes over it, and added again.
    fn compute_anew(&mut self, to: &Table, column: &Column) -> Result<()> {
        let uses = |index: &&Index| {
            let mut expressions = index.parts.iter().map(|part| &part.expr).chain(&index.predicate);
            index.include.contains(&column.name) || expressions.any(|expr| expr.mentions(&column.name))
        };
        let mut operations: Vec<Operation> = self
            .table(&to.name)?
            .indexes
            .iter()
            .filter(uses)
            .map(|index| Operation::DropIndex { name: name::beside(&to.name, &index.name) })
            .collect();
        operations.push(Operation::DropColumn { table: to.name.clone(), column: column.name.clone() });
        operations.extend(fold::add_column(&to.name, column));
        self.emit(format!("Detected change of what `{}.{}` is computed from", to.name, column.name), operations)
    }

    fn alter_column(&mut self, to: &Table, old: &Column, new: &Column) -> Result<()> {
        let (table, name) = (&to.name, &new.name);
        for (differs, what) in [
            (old.identity.is_some() != new.identity.is_some(), "whether the database counts"),
            (old.collation != new.collation, "the collation of"),
        ] {
            if differs {
                return Err(unsupported(format!(
                    "{what} `{table}.{name}` changed, which no statement of a migration can do"
                ))
                .with_table(table)
                .with_columns([name])
                .with_help("Add a new column, fill it with UPDATE, drop the old one"));
            }
        }
        let alter = |change| vec![Operation::AlterColumn { table: table.clone(), column: name.clone(), change }];
        if let (Some(old), Some(new)) = (&old.identity, &new.identity)
            && old != new
        {
            let description = format!("Detected change of how `{table}.{name}` is counted");
            self.emit(description, alter(ColumnChange::Identity(new.changes(old))))?;
        }
        if new.nullable && !old.nullable {
            self.emit(format!("Detected NULL on column `{table}.{name}`"), alter(ColumnChange::DropNotNull))?;
        }
        // A default that goes may not fit the new type.
        let default_goes = old.default.is_some() && old.default != new.default;
        let default = format!("Detected server default on column `{table}.{name}`");
        if default_goes && new.default.is_none() {
            self.emit(default.clone(), alter(ColumnChange::DropDefault))?;
        }
        if old.ty != new.ty {
            let description = format!("Detected type change of `{table}.{name}` from {} to {}", old.ty, new.ty);
            let drop = (default_goes && new.default.is_some()).then(|| alter(ColumnChange::DropDefault));
            let change = alter(fold::type_change(name, &old.ty, &new.ty));
            self.emit(description, drop.into_iter().flatten().chain(change).collect())?;
            if !fold::implicit(&old.ty, &new.ty) {
                self.warn(format!(
                    "not every {} fits {}: the upgrade is refused while `{table}.{name}` has values that do not",
                    old.ty, new.ty
                ));
            }
        }
        if let Some(new) = new.default.clone().filter(|new| old.default.as_ref() != Some(new)) {
            self.emit(default, alter(ColumnChange::SetDefault(new)))?;
        }
        if old.nullable && !new.nullable {
            self.emit(format!("Detected NOT NULL on column `{table}.{name}`"), alter(ColumnChange::SetNotNull))?;
            self.warn(format!("the upgrade is refused while `{table}.{name}` has NULLs"));
        }
        Ok(())
    }

    /// Changed comments on the table and on the columns that stay.
    fn comments(&mut self, to: &Table) -> Result<()> {
        let from = self.table(&to.name)?.clone();
        let mut changes = Vec::new();
        if from.comment != to.comment {
            changes.push((format!("table `{}`", to.name), None, to.comment.clone()));
        }
        for column in &to.columns {
            if from.column(&column.name).is_some_and(|old| old.comment != column.comment) {
                let what = format!("column `{}.{}`", to.name, column.name);
                changes.push((what, Some(column.name.clone()), column.comment.clone()));
            }
        }
        for (what, column, text) in changes {
            let verb = if text.is_some() { "comment" } else { "removed comment" };
            let comment = Operation::Comment { table: to.name.clone(), column, text };
            self.emit(format!("Detected {verb} on {what}"), vec![comment])?;
        }
        Ok(())
    }

    fn constraints_removed(&mut self, to: &Table) -> Result<()> {
        let (_, gone) = unmatched(to, self.table(&to.name)?);
        for old in gone {
            let drop = Operation::DropConstraint { table: to.name.clone(), name: old.name.clone() };
            self.emit(describe::constraint("removed", &to.name, &old), vec![drop])?;
        }
        Ok(())
    }

    fn constraints_added(&mut self, to: &Table) -> Result<()> {
        let (new, _) = unmatched(to, self.table(&to.name)?);
        for constraint in new.into_iter().filter(|new| !matches!(new.kind, ConstraintKind::ForeignKey(_))) {
            let description = describe::constraint("added", &to.name, &constraint);
            self.emit(description, vec![Operation::AddConstraint { table: to.name.clone(), constraint }])?;
        }
        self.add_foreign_keys(to, false)
    }

    fn indexes_removed(&mut self, to: &Table) -> Result<()> {
        let (_, gone, _) = self.unmatched_indexes(to)?;
        for old in gone.iter().filter(|old| to.indexes.iter().all(|new| new.name != old.name)) {
            let drop = Operation::DropIndex { name: name::beside(&to.name, &old.name) };
            self.emit(describe::index("removed", &to.name, old), vec![drop])?;
        }
        Ok(())
    }

    /// The indexes that are renamed, with their new form; those that the model does not have so; and those it has instead.
    /// Each by name.
    #[expect(clippy::type_complexity, reason = "named parts would be read twice")]
    fn unmatched_indexes(&self, to: &Table) -> Result<(Vec<(Index, Index)>, Vec<Index>, Vec<Index>)> {
        let mut old = self.table(&to.name)?.indexes.clone();
        let mut new = to.indexes.clone();
        old.sort_by(|a, b| a.name.cmp(&b.name));
        new.sort_by(|a, b| a.name.cmp(&b.name));
        new.retain(|index| !old.contains(index));
        old.retain(|index| !to.indexes.contains(index));
        let same = |a: &Index, b: &Index| {
            Index { name: String::new(), ..a.clone() } == Index { name: String::new(), ..b.clone() }
        };
        let mut renamed = Vec::new();
        old.retain(|old| {
            let named = new.iter().any(|new| new.name == old.name);
            let free = |new: &Index| self.state.index(&name::beside(&to.name, &new.name)).is_none();
            let place = new.iter().position(|new| same(new, old) && free(new));
            let new = place.filter(|_| !named).map(|at| new.remove(at));
            let stays = new.is_none();
            renamed.extend(new.map(|new| (old.clone(), new)));
            stays
        });
        Ok((renamed, old, new))
    }

    /// Renamed, changed and added indexes.
    fn indexes(&mut self, to: &Table) -> Result<()> {
        let (renamed, old, new) = self.unmatched_indexes(to)?;
        for (old, new) in renamed {
            let (from, to) = (name::beside(&to.name, &old.name), name::beside(&to.name, &new.name));
            let rename = Operation::RenameIndex { name: from, to };
            self.emit(format!("Detected renamed index `{}` to `{}`", old.name, new.name), vec![rename])?;
        }
        for new in new {
            let create = Operation::CreateIndex { table: to.name.clone(), index: new.clone() };
            match old.iter().any(|old| old.name == new.name) {
                true => {
                    let drop = Operation::DropIndex { name: name::beside(&to.name, &new.name) };
                    self.emit(describe::index("changed", &to.name, &new), vec![drop, create])?;
                }
                false => self.emit(describe::index("added", &to.name, &new), vec![create])?,
            }
            if new.unique {
                let index = &new.name;
                self.warn(format!(
                    "the upgrade is refused while rows of `{}` are equal in what `{index}` makes unique",
                    to.name
                ));
            }
        }
        Ok(())
    }
}

/// The constraints of `to` that `from` lacks, and those of `from` that `to` lacks: equal names are matched first, then
/// equal demands.
fn unmatched(to: &Table, from: &Table) -> (Vec<Constraint>, Vec<Constraint>) {
    let mut gone = from.constraints.clone();
    let mut new: Vec<&Constraint> = Vec::new();
    for constraint in &to.constraints {
        match gone.iter().position(|old| old == constraint) {
            Some(at) => drop(gone.remove(at)),
            None => new.push(constraint),
        }
    }
    new.retain(|constraint| match gone.iter().position(|old| same_demand(old, constraint)) {
        Some(at) => {
            gone.remove(at);
            false
        }
        None => true,
    });
    (new.into_iter().cloned().collect(), gone)
}
