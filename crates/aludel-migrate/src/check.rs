//! What can be proved about revisions with no database at hand.

use std::collections::BTreeSet;

use aludel_sql::{
    Error, ErrorKind, Operation, Result, Type, name,
    operation::ColumnChange,
    schema::{Column, ConstraintKind, Schema},
};

use crate::{
    diff::{DiffOptions, diff},
    fold,
    graph::{Graph, Ids},
    lock,
    revision::{Downgrade, Revision},
};

/// Everything wrong with a set of revisions, each as an error that names it: what does not fold, downgrades that do not lead
/// back, concurrent branches that do not commute, a `heads.lock` that is not that of the files.
pub fn check(graph: &Graph, lock: &str) -> Vec<Error> {
    let mut found: Vec<Error> = lock::verify(graph, lock).err().into_iter().collect();
    for revision in graph.iter() {
        let mut before = graph.ancestors([revision.id.as_str()]);
        before.remove(&revision.id);
        match graph.fold(&before) {
            Ok(before) => found.extend(prove_downgrade(&before, revision).err()),
            // The revision that does not fold was reported on its own account.
            Err(_) if !revision.parents.is_empty() => {}
            Err(error) => found.push(error),
        }
    }
    found.extend(conflicts(graph));
    found
}

/// Proves that downgrading leads back: the fold of the upgrade and then the downgrade is the schema `before`.
///
/// # Errors
/// The upgrade or the downgrade does not fit, the downgrade cannot be computed, or it leads elsewhere; what differs is named.
pub fn prove_downgrade(before: &Schema, revision: &Revision) -> Result<()> {
    let mut schema = before.clone();
    fold::section(&mut schema, revision, &revision.upgrade)?;
    match &revision.downgrade {
        Downgrade::Irreversible(_) => return Ok(()),
        Downgrade::Written(section) => fold::section(&mut schema, revision, section)?,
        Downgrade::Computed => {
            for operation in fold::computed_downgrade(before, revision)? {
                fold::apply(&mut schema, &operation).map_err(|error| error.context(&revision.file))?;
            }
        }
    }
    let tables = schema.tables.keys().filter(|name| !before.tables.contains_key(*name));
    let sequences = schema.sequences.keys().filter(|name| !before.sequences.contains_key(*name));
    let drop = tables.chain(sequences).chain(schema.schemas.difference(&before.schemas)).cloned().collect();
    let difference = match diff(&schema, before, &DiffOptions { drop, ..DiffOptions::default() }) {
        Ok(diff) if diff.is_empty() => return Ok(()),
        Ok(diff) => diff
            .changes
            .iter()
            .map(|change| change.description.replacen("Detected ", "", 1))
            .collect::<Vec<_>>()
            .join("; "),
        Err(error) => error.message().to_owned(),
    };
    Err(Error::new(
        ErrorKind::Migration,
        format!(
            "{}: the downgrade of `{}` does not lead back to where its upgrade began. What is left: {difference}",
            revision.file, revision.id
        ),
    )
    .with_help("Correct the `-- @downgrade` section, or leave it out to have it computed"))
}

/// The pairs of revisions of different branches that change the same thing, so that their order matters.
pub fn conflicts(graph: &Graph) -> Vec<Error> {
    let touched: Vec<(&Revision, Ids, BTreeSet<String>, BTreeSet<String>)> = graph
        .iter()
        .map(|revision| {
            let (mut reads, mut writes) = (BTreeSet::new(), BTreeSet::new());
            revision.upgrade.operations().for_each(|operation| touch(operation, &mut reads, &mut writes));
            (revision, graph.ancestors([revision.id.as_str()]), reads, writes)
        })
        .collect();
    let mut found = Vec::new();
    for (i, (a, a_ancestors, a_reads, a_writes)) in touched.iter().enumerate() {
        for (b, b_ancestors, b_reads, b_writes) in &touched[..i] {
            if a_ancestors.contains(&b.id) || b_ancestors.contains(&a.id) {
                continue;
            }
            let shared = a_writes
                .iter()
                .find(|name| b_writes.contains(*name) || b_reads.contains(*name))
                .or_else(|| b_writes.iter().find(|name| a_reads.contains(*name)));
            if let Some(shared) = shared {
                found.push(
                    Error::new(
                        ErrorKind::Migration,
                        format!("{} and {} are on different branches and both concern {shared}", b.file, a.file),
                    )
                    .with_help("Let one of them build on the other: put its identifier into the line `-- parents:`"),
                );
            }
        }
    }
    found
}

/// Names the objects an operation reads and writes. A table is written when it as a whole changes.
fn touch(operation: &Operation, reads: &mut BTreeSet<String>, writes: &mut BTreeSet<String>) {
    let table = |name: &str| format!("table `{name}`");
    let column = |on: &str, name: &str| format!("column `{on}.{name}`");
    let named = |name: &str| format!("the name `{name}`");
    let namespace = |name: &str| format!("schema `{name}`");
    let ty = |name: &str| format!("type `{name}`");
    if let Some(on) = operation.table() {
        reads.insert(table(on));
        reads.extend(name::schema(on).map(namespace));
    }
    let types: Vec<&Type> = match operation {
        Operation::CreateTable(table) => table.columns.iter().map(|column| &column.ty).collect(),
        Operation::AddColumn { column: Column { ty, .. }, .. }
        | Operation::AlterColumn { change: ColumnChange::Type { ty, .. }, .. } => vec![ty],
        _ => Vec::new(),
    };
    reads.extend(types.into_iter().filter_map(Type::as_enum).map(|of| ty(of.name())));
    let mut refers = |kind: &ConstraintKind| {
        if let ConstraintKind::ForeignKey(key) = kind {
            reads.insert(table(&key.table));
            reads.extend(key.referred.iter().map(|name| column(&key.table, name)));
        }
    };
    match operation {
        Operation::CreateTable(new) => {
            writes.insert(table(&new.name));
            for constraint in &new.constraints {
                writes.insert(named(&name::beside(&new.name, &constraint.name)));
                refers(&constraint.kind);
            }
        }
        Operation::CreateSchema { name } | Operation::DropSchema { name } => drop(writes.insert(namespace(name))),
        Operation::DropTable { name } => drop(writes.insert(table(name))),
        Operation::RenameTable { name, to } => writes.extend([table(name), table(to)]),
        Operation::CreateSequence(new) => {
            reads.extend(name::schema(&new.name).map(namespace));
            writes.insert(named(&new.name));
        }
        Operation::AlterSequence { name, .. } | Operation::DropSequence { name } => drop(writes.insert(named(name))),
        Operation::RenameSequence { name, to } => writes.extend([named(name), named(to)]),
        Operation::AddColumn { table: on, column: new } => drop(writes.insert(column(on, &new.name))),
        Operation::DropColumn { table: on, column: name } => drop(writes.insert(column(on, name))),
        Operation::RenameColumn { table: on, column: name, to } => writes.extend([column(on, name), column(on, to)]),
        Operation::AlterColumn { table: on, column: name, change } => {
            let what = match change {
                ColumnChange::SetNotNull | ColumnChange::DropNotNull => format!("NOT NULL of `{on}.{name}`"),
                ColumnChange::SetDefault(_) | ColumnChange::DropDefault => format!("the default of `{on}.{name}`"),
                ColumnChange::Identity(_) => format!("the counter of `{on}.{name}`"),
                ColumnChange::Type { .. } => column(on, name),
            };
            writes.insert(what);
            reads.insert(column(on, name));
        }
        Operation::AddConstraint { table: on, constraint } => {
            writes.insert(named(&name::beside(on, &constraint.name)));
            refers(&constraint.kind);
        }
        Operation::DropConstraint { table: on, name } => drop(writes.insert(named(&name::beside(on, name)))),
        Operation::DropIndex { name } => drop(writes.insert(named(name))),
        Operation::RenameConstraint { table: on, name, to } => {
            writes.extend([named(&name::beside(on, name)), named(&name::beside(on, to))])
        }
        Operation::RenameIndex { name, to } => writes.extend([named(name), named(to)]),
        Operation::Comment { table: on, column: of, .. } => {
            let of = of.as_ref().map(|name| column(on, name));
            writes.insert(format!("the comment on {}", of.as_ref().unwrap_or(&table(on))));
            reads.extend(of);
        }
        Operation::CreateIndex { table: on, index } => {
            writes.insert(named(&name::beside(on, &index.name)));
            reads.extend(index.columns().unwrap_or_default().into_iter().map(|name| column(on, name)));
            reads.extend(index.include.iter().map(|name| column(on, name)));
        }
        Operation::CreateType { name, .. } | Operation::DropType { name } | Operation::AlterType { name, .. } => {
            writes.insert(ty(name));
        }
        Operation::RenameType { name, to } => writes.extend([ty(name), ty(to)]),
        Operation::Insert(_) | Operation::Update(_) | Operation::Delete(_) | Operation::Call { .. } => {}
    }
}
