//! Creating and dropping the tables of all models.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::Location,
};

use aludel_driver::{Connection, Query, TransactionMode, inspect::Inspector};
use aludel_sql::{
    Dialect, Operation, Result,
    dialect::Enums,
    name,
    render::{self, Target},
    schema::{Constraint, Schema, Table},
};

use super::Db;
use crate::model::Models;

impl Models {
    /// The statements by which [`Db::create_all`] creates the tables, in a dialect: without a database.
    ///
    /// ```
    /// use aludel_orm::model::Models;
    /// use aludel_sql::dialect::POSTGRES;
    ///
    /// for statement in Models::registered().to_sql(&POSTGRES)? {
    ///     println!("{statement};");
    /// }
    /// # Ok::<(), aludel_sql::Error>(())
    /// ```
    ///
    /// # Errors
    /// Two models claim one table, or a model says what the database lacks.
    pub fn to_sql(&self, dialect: &dyn Dialect) -> Result<Vec<String>> {
        create(dialect.into(), &self.schema()?)
    }
}

impl Db {
    /// Creates the tables of all models, with everything that belongs to them: for tests and scratch databases. What is to last
    /// is made by migrations.
    ///
    /// A table comes before those that refer to it. Of tables that refer to each other in a circle, foreign keys are added when
    /// all of them are there, where the database would not take them before. A schema that a table is in is created unless it
    /// is there.
    ///
    /// # Errors
    /// Two models claim one table, or a model says what the database lacks: nothing was sent. A table is there already, or the
    /// database refused: nothing was created, but for MySQL and MariaDB, where each statement stands for itself.
    #[track_caller]
    pub fn create_all(&self) -> impl Future<Output = Result<()>> + Send {
        let caller = Location::caller();
        async move {
            let mut schema = self.schema()?;
            let mut connection = self.engine().acquire_at(caller).await?;
            if self.shares_types(&schema) {
                let there = Inspector::new(&mut connection).schema().await?.types;
                schema.types.retain(|name, _| !there.contains_key(name));
            }
            let statements = create(Target { schemas: None, ..self.engine().target() }, &schema)?;
            run(&mut connection, statements, caller).await
        }
    }

    /// Drops the tables, sequences and enum types of all models that are there, and no other: a table after those that refer to it. Of
    /// tables that refer to each other in a circle, the foreign keys that hold it together are dropped first. A schema stays:
    /// others may be in it.
    ///
    /// # Errors
    /// Two models claim one table, a table of no model refers to one of these, or the database refused.
    #[track_caller]
    pub fn drop_all(&self) -> impl Future<Output = Result<()>> + Send {
        let caller = Location::caller();
        async move {
            let mut schema = self.schema()?;
            let mut connection = self.engine().acquire_at(caller).await?;
            if self.shares_types(&schema) {
                schema.types.clear();
            }
            let there = there(&mut connection, &schema).await?;
            let statements = drop(self.engine().dialect(), &schema, &there)?;
            run(&mut connection, statements, caller).await
        }
    }

    /// What the models say, in schemas as they are called in the database.
    fn schema(&self) -> Result<Schema> {
        let schema = self.models().schema()?;
        Ok(self.engine().schemas().map(|map| schema.mapped(map)).unwrap_or(schema))
    }

    /// Whether there are enum types, which are in no schema, that others may have too.
    fn shares_types(&self, schema: &Schema) -> bool {
        let types = self.engine().dialect().capability().enums == Enums::Types && !schema.types.is_empty();
        types && self.engine().schemas().is_some()
    }
}

/// Where DDL commits by itself, a transaction around it would end with the first statement.
async fn run(connection: &mut Connection, statements: Vec<String>, caller: &'static Location<'static>) -> Result<()> {
    let transactional = connection.dialect().capability().transactional_ddl;
    if transactional {
        connection.begin(TransactionMode::Write).await?;
    }
    for sql in statements {
        connection.execute(Query::other(sql).called_at(caller)).await?;
    }
    if transactional { connection.commit().await } else { Ok(()) }
}

/// The names that tables, sequences and enum types have in the database.
struct There {
    tables: BTreeSet<String>,
    sequences: BTreeSet<String>,
    types: BTreeSet<String>,
}

async fn there(connection: &mut Connection, schema: &Schema) -> Result<There> {
    let mut there = There { tables: BTreeSet::new(), sequences: BTreeSet::new(), types: BTreeSet::new() };
    let named_types = connection.dialect().capability().enums == Enums::Types && !schema.types.is_empty();
    let names = schema.tables.keys().chain(schema.sequences.keys());
    let mut namespaces: BTreeSet<Option<&str>> = names.map(|name| name::schema(name)).collect();
    if named_types {
        namespaces.insert(None);
    }
    for namespace in namespaces {
        let mut inspector = Inspector::new(connection);
        if let Some(namespace) = namespace {
            inspector = inspector.namespace(namespace);
        }
        let full = |plain: &str| name::qualified(namespace, plain);
        if schema.sequences.is_empty() && !named_types {
            there.tables.extend(inspector.tables().await?.iter().map(|table| full(table)));
        } else {
            let found = inspector.schema().await?;
            there.tables.extend(found.tables.keys().map(|table| full(name::plain(table))));
            there.sequences.extend(found.sequences.keys().map(|sequence| full(name::plain(sequence))));
            if namespace.is_none() {
                there.types.extend(found.types.into_keys());
            }
        }
    }
    Ok(there)
}

/// Schemas first, then sequences and enum types, then the tables. They are called as in the database already.
fn create(target: Target<'_>, schema: &Schema) -> Result<Vec<String>> {
    let dialect = target.dialect;
    let mut statements = Vec::new();
    for name in &schema.schemas {
        statements.push(render::operation(dialect, &Operation::CreateSchema { name: name.clone() })?);
    }
    for sequence in schema.sequences.values() {
        statements.push(render::operation(dialect, &Operation::CreateSequence(sequence.clone()))?);
    }
    statements.extend(render::create_types(dialect, schema)?);
    let mut later = Vec::new();
    let mut created: BTreeMap<&str, Table> = BTreeMap::new();
    for table in schema.creation_order(|_| true) {
        let mut table_now = table.clone();
        if !dialect.capability().alter_by_rebuild {
            // What refers to a table that is not there yet waits for it.
            let waiting: BTreeSet<&str> = table
                .foreign_keys()
                .filter(|(_, key)| key.table != table.name && !created.contains_key(key.table.as_str()))
                .map(|(name, _)| name)
                .collect();
            let waits = |constraint: &Constraint| waiting.contains(constraint.name.as_str());
            let (wait, now) = table_now.constraints.into_iter().partition(waits);
            table_now.constraints = now;
            later.push((table.name.as_str(), wait));
        }
        statements.extend(render::whole_table(target, &table_now)?);
        created.insert(&table.name, table_now);
    }
    for (name, constraints) in later {
        let Some(table) = created.get_mut(name) else { continue };
        for constraint in constraints {
            let add = Operation::AddConstraint { table: name.to_owned(), constraint: constraint.clone() };
            statements.extend(render::alter(target, table, &add)?.into_iter().map(|statement| statement.sql));
            table.constraints.push(constraint);
        }
    }
    Ok(statements)
}

fn drop(dialect: &dyn Dialect, schema: &Schema, there: &There) -> Result<Vec<String>> {
    let order = schema.creation_order(|name| there.tables.contains(name));
    let mut statements = Vec::new();
    for (at, table) in order.iter().enumerate() {
        // Those after it are dropped before it: what refers to them holds a circle together.
        let goes_first = |name: &str| order[at + 1..].iter().any(|other| other.name == name);
        let keys = table.foreign_keys().filter(|(_, key)| goes_first(&key.table));
        let holding: Vec<String> = keys.map(|(name, _)| name.to_owned()).collect();
        if let Some(defer) = dialect.before_drops() {
            if !holding.is_empty() && statements.is_empty() {
                statements.push(defer.to_owned());
            }
            continue;
        }
        let mut table = (*table).clone();
        for name in holding {
            let drop = Operation::DropConstraint { table: table.name.clone(), name: name.clone() };
            statements.extend(render::alter(dialect, &table, &drop)?.into_iter().map(|statement| statement.sql));
            table.constraints.retain(|constraint| constraint.name != name);
        }
    }
    for table in order.iter().rev() {
        statements.push(render::operation(dialect, &Operation::DropTable { name: table.name.clone() })?);
    }
    for name in schema.sequences.keys().filter(|name| there.sequences.contains(*name)) {
        statements.push(render::operation(dialect, &Operation::DropSequence { name: name.clone() })?);
    }
    if dialect.capability().enums == Enums::Types {
        for name in schema.types.keys().filter(|name| there.types.contains(*name)) {
            statements.push(render::operation(dialect, &Operation::DropType { name: name.clone() })?);
        }
    }
    Ok(statements)
}
