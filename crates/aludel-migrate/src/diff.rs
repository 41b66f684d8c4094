//! What must change for one schema to become another: what `db migrate` writes.

mod describe;
mod enumeration;
mod rename;
mod table;

use std::collections::BTreeSet;

use aludel_sql::{
    Error, ErrorKind, Operation, Result, name, render,
    schema::{Constraint, ConstraintKind, ForeignKey, Schema, Table},
};

use crate::fold::{self, walk};

pub use rename::Rename;

/// What a diff may do beyond what it can see.
#[derive(Clone, Debug, Default)]
pub struct DiffOptions {
    /// What was renamed: never guessed.
    pub renames: Vec<Rename>,
    /// Tables that may be dropped. One that no model has is otherwise left alone: its model may merely not be linked.
    pub drop: Vec<String>,
}

/// What must change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diff {
    /// The changes, in the order they are carried out in.
    pub changes: Vec<Change>,
    /// Tables that no model has and that may not be dropped.
    pub withheld: Vec<Change>,
    /// What a person should know before running it.
    pub warnings: Vec<String>,
}

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What was detected: "Detected added table `user`".
    pub description: String,
    /// What to do about it.
    pub operations: Vec<Operation>,
}

impl Diff {
    /// Whether nothing must change. What is withheld does not count.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The operations, in order.
    pub fn operations(&self) -> Vec<Operation> {
        self.changes.iter().flat_map(|change| change.operations.iter().cloned()).collect()
    }

    /// The operations that lead back, in order. `from` is the schema the diff begins at.
    ///
    /// # Errors
    /// The diff is not one from this schema.
    pub fn reverse(&self, from: &Schema) -> Result<Vec<Operation>> {
        let mut schema = from.clone();
        normalise(&mut schema);
        let mut steps = Vec::new();
        for operation in self.changes.iter().flat_map(|change| &change.operations) {
            steps.push(fold::undo(&schema, operation)?);
            fold::apply(&mut schema, operation)?;
        }
        Ok(fold::tidy(steps.into_iter().rev().flatten().collect(), &schema))
    }
}

/// What must change for `from` to become `to`. The order of columns does not count, nor do the names of constraints that
/// demand the same.
///
/// # Errors
/// `to` does not hold together (a foreign key to nothing, a name used twice), a rename names what is not there, or a change
/// cannot be expressed: another primary key, another collation.
pub fn diff(from: &Schema, to: &Schema, options: &DiffOptions) -> Result<Diff> {
    let (mut from, mut to) = (from.clone(), to.clone());
    normalise(&mut from);
    normalise(&mut to);
    let mut work = Work { state: from, to: &to, diff: Diff::default(), rows: BTreeSet::new() };
    for rename in &options.renames {
        work.rename(rename)?;
    }
    work.rename_stated_values()?;
    work.types()?;
    work.rows = work.state.tables.keys().cloned().collect();
    for name in to.schemas.difference(&work.state.schemas.clone()) {
        work.emit(describe::schema("added", name), vec![Operation::CreateSchema { name: name.clone() }])?;
    }
    work.sequences()?;
    let surviving: Vec<&Table> = to.tables.values().filter(|table| work.rows.contains(&table.name)).collect();
    work.free_foreign_keys(&surviving)?;
    for table in to.creation_order(|name| !work.rows.contains(name)) {
        work.create(table)?;
    }
    for table in &surviving {
        work.change(table)?;
    }
    for table in to.tables.values() {
        work.add_foreign_keys(table, true)?;
    }
    work.drop_tables(&options.drop)?;
    work.drop_sequences(&options.drop)?;
    work.types_removed()?;
    work.drop_schemas(&options.drop)?;
    Ok(work.diff)
}

/// One form for expressions that mean the same, and for key columns, which are never NULL. A schema is there if something is
/// in it.
fn normalise(schema: &mut Schema) {
    schema.imply_schemas();
    for table in schema.tables.values_mut() {
        walk::expressions(table, &mut walk::normalise);
        for column in &mut table.columns {
            column.nullable &= !table.primary_key.contains(&column.name);
        }
    }
}

/// A diff under way. Every operation is applied to `state` as it is emitted, so that what comes next sees what is there,
/// and no operation is emitted that could not be carried out.
struct Work<'a> {
    state: Schema,
    to: &'a Schema,
    diff: Diff,
    /// The tables that may have rows.
    rows: BTreeSet<String>,
}

impl Work<'_> {
    fn emit(&mut self, description: String, operations: Vec<Operation>) -> Result<()> {
        for operation in &operations {
            fold::apply(&mut self.state, operation)?;
        }
        self.diff.changes.push(Change { description, operations });
        Ok(())
    }

    fn warn(&mut self, warning: String) {
        self.diff.warnings.push(warning);
    }

    /// The tables as the work so far leaves them.
    fn table(&self, name: &str) -> Result<&Table> {
        self.state.tables.get(name).ok_or_else(|| unsupported(format!("there is no table `{name}`")))
    }

    /// A new table with its indexes. Foreign keys that cannot be there yet come last of all.
    fn create(&mut self, table: &Table) -> Result<()> {
        let mut new = fold::bare(table);
        let state = &self.state;
        new.constraints.retain(|constraint| match &constraint.kind {
            ConstraintKind::ForeignKey(key) => fold::check_foreign_key(state, table, &constraint.name, key).is_ok(),
            _ => true,
        });
        let operations = std::iter::once(Operation::CreateTable(new)).chain(render::comments(table)).collect();
        self.emit(describe::table("added", &table.name), operations)?;
        let mut indexes: Vec<_> = table.indexes.iter().collect();
        indexes.sort_by_key(|index| &index.name);
        for index in indexes {
            let create = Operation::CreateIndex { table: table.name.clone(), index: index.clone() };
            self.emit(describe::index("added", &table.name, index), vec![create])?;
        }
        Ok(())
    }

    /// Takes away the foreign keys between surviving tables that stand in the way of what follows: those whose columns
    /// change their type, and those that go away while what they refer to changes too.
    fn free_foreign_keys(&mut self, surviving: &[&Table]) -> Result<()> {
        let retyped = |state: &Schema, table: &str, columns: &[String]| {
            columns.iter().any(|name| {
                let ty = |schema: &Schema| Some(schema.tables.get(table)?.column(name)?.ty.clone());
                ty(state).is_some() && ty(self.to).is_some() && ty(state) != ty(self.to)
            })
        };
        let mut drops = Vec::new();
        for table in self.state.tables.values() {
            for (name, key) in table.foreign_keys() {
                let kept = surviving.iter().any(|new| new.name == table.name && has_key(new, key));
                let retyped =
                    retyped(&self.state, &table.name, &key.columns) || retyped(&self.state, &key.table, &key.referred);
                let first = match kept {
                    true => retyped,
                    false => self.to.tables.contains_key(&table.name) && (retyped || key.table != table.name),
                };
                if first {
                    drops.push((table.name.clone(), name.to_owned(), key.clone(), kept));
                }
            }
        }
        for (table, name, key, kept) in drops {
            let verb = if kept { "type change under" } else { "removed" };
            let description = describe::foreign_key(verb, &table, &name, &key);
            self.emit(description, vec![Operation::DropConstraint { table, name }])?;
        }
        Ok(())
    }

    /// Adds the foreign keys that are still missing. Those that cannot be there yet are left for later, unless this is the
    /// last time.
    fn add_foreign_keys(&mut self, table: &Table, last: bool) -> Result<()> {
        for constraint in &table.constraints {
            let ConstraintKind::ForeignKey(key) = &constraint.kind else { continue };
            let now = self.table(&table.name)?;
            if has_key(now, key) {
                continue;
            }
            if !last && fold::check_foreign_key(&self.state, now, &constraint.name, key).is_err() {
                continue;
            }
            let add = Operation::AddConstraint { table: table.name.clone(), constraint: constraint.clone() };
            self.emit(describe::foreign_key("added", &table.name, &constraint.name, key), vec![add])?;
        }
        Ok(())
    }

    fn drop_tables(&mut self, allowed: &[String]) -> Result<()> {
        let is_there = |name: &String| {
            let Schema { schemas, tables, sequences, types: _ } = &self.state;
            tables.contains_key(name) || sequences.contains_key(name) || schemas.contains(name)
        };
        if let Some(unknown) = allowed.iter().find(|name| !is_there(name)) {
            return Err(unsupported(format!("table `{unknown}` was to be dropped, and the migrations have none")));
        }
        if let Some(model) = allowed.iter().find(|name| self.to.tables.contains_key(*name)) {
            return Err(unsupported(format!("table `{model}` was to be dropped, and a model has it"))
                .with_help("Remove the model first"));
        }
        if let Some(used) = allowed.iter().find(|name| self.to.sequences.contains_key(*name)) {
            return Err(unsupported(format!("sequence `{used}` was to be dropped, and the program uses it")));
        }
        let gone = |name: &str| !self.to.tables.contains_key(name);
        let (mut dropped, withheld): (Vec<Table>, Vec<Table>) =
            self.state.creation_order(gone).into_iter().rev().cloned().partition(|table| allowed.contains(&table.name));
        for table in withheld {
            self.diff.withheld.push(Change {
                description: format!("Detected table `{}` in the migrations that no model has", table.name),
                operations: vec![Operation::DropTable { name: table.name }],
            });
        }
        // Tables that refer to each other in a circle first lose what holds the circle together.
        for table in &mut dropped {
            let name = table.name.clone();
            let holders: Vec<(String, String, ForeignKey)> = self
                .state
                .tables
                .values()
                .filter(|other| other.name != name && allowed.contains(&other.name))
                .flat_map(|other| {
                    other.foreign_keys().map(|(key_name, key)| (other.name.clone(), key_name.to_owned(), key.clone()))
                })
                .filter(|(_, _, key)| key.table == name)
                .collect();
            for (other, key_name, key) in holders {
                let description = describe::foreign_key("removed", &other, &key_name, &key);
                self.emit(description, vec![Operation::DropConstraint { table: other, name: key_name }])?;
            }
            self.emit(describe::table("removed", &name), vec![Operation::DropTable { name: name.clone() }])?;
            self.warn(format!("dropping `{name}` deletes its rows, and downgrading does not bring them back"));
        }
        Ok(())
    }
}

impl Work<'_> {
    /// New and changed sequences: before the columns they count for.
    fn sequences(&mut self) -> Result<()> {
        for (name, new) in &self.to.sequences {
            let Some(old) = self.state.sequences.get(name) else {
                self.emit(describe::sequence("added", name), vec![Operation::CreateSequence(new.clone())])?;
                continue;
            };
            let changes = new.counter.changes(&old.counter);
            if !changes.is_empty() {
                let alter = Operation::AlterSequence { name: name.clone(), changes };
                self.emit(describe::sequence("changed", name), vec![alter])?;
            }
        }
        Ok(())
    }

    fn drop_sequences(&mut self, allowed: &[String]) -> Result<()> {
        let gone = self.state.sequences.keys().filter(|name| !self.to.sequences.contains_key(*name));
        for name in gone.cloned().collect::<Vec<_>>() {
            let operations = vec![Operation::DropSequence { name: name.clone() }];
            if allowed.contains(&name) {
                self.emit(describe::sequence("removed", &name), operations)?;
                self.warn(format!("dropping `{name}` forgets how far it has counted: downgrading begins anew"));
            } else {
                let description = format!("Detected sequence `{name}` in the migrations that no model has");
                self.diff.withheld.push(Change { description, operations });
            }
        }
        Ok(())
    }

    /// Schemas that nothing is in any more.
    fn drop_schemas(&mut self, allowed: &[String]) -> Result<()> {
        let gone: Vec<String> = self.state.schemas.difference(&self.to.schemas).cloned().collect();
        for name in gone {
            // What was withheld may be in it.
            let mut objects = self.state.tables.keys().chain(self.state.sequences.keys());
            let used = objects.any(|object| name::schema(object) == Some(&name));
            let operations = vec![Operation::DropSchema { name: name.clone() }];
            if allowed.contains(&name) && !used {
                self.emit(describe::schema("removed", &name), operations)?;
            } else {
                let description = format!("Detected schema `{name}` in the migrations that no model is in");
                self.diff.withheld.push(Change { description, operations });
            }
        }
        Ok(())
    }
}

fn unsupported(message: String) -> Error {
    Error::new(ErrorKind::Migration, message)
}

/// Whether the table has a foreign key that does the same.
fn has_key(table: &Table, key: &ForeignKey) -> bool {
    table.foreign_keys().any(|(_, other)| other == key)
}

/// Whether two constraints demand the same, whatever they are called.
fn same_demand(a: &Constraint, b: &Constraint) -> bool {
    a.kind == b.kind
}
