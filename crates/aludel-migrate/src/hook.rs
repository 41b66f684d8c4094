//! Rust functions that migrations call by `CALL name();`.

use std::{collections::BTreeMap, fmt};

use aludel_driver::{Connection, driver::BoxFuture};
use aludel_sql::{
    Error, ErrorKind, Result,
    schema::{Schema, Table},
};

type Function = dyn for<'a, 'b> Fn(&'a mut HookContext<'b>) -> BoxFuture<'a, Result<()>> + Send + Sync;

/// The functions an application registered, by name.
#[derive(Default)]
pub struct Hooks {
    functions: BTreeMap<String, Box<Function>>,
}

impl Hooks {
    /// No functions.
    pub fn new() -> Self {
        Hooks::default()
    }

    /// Registers a function. It runs inside the transaction of its revision, which it must leave open.
    ///
    /// ```
    /// use aludel_driver::Query;
    /// use aludel_migrate::Hooks;
    ///
    /// let hooks = Hooks::new().add("tidy_names", |context| {
    ///     Box::pin(async move {
    ///         context.connection().execute(Query::write("UPDATE user SET name = trim(name)", vec![])).await?;
    ///         Ok(())
    ///     })
    /// });
    /// ```
    #[must_use]
    pub fn add<F>(mut self, name: impl Into<String>, function: F) -> Self
    where
        F: for<'a, 'b> Fn(&'a mut HookContext<'b>) -> BoxFuture<'a, Result<()>> + Send + Sync + 'static,
    {
        self.functions.insert(name.into(), Box::new(function));
        self
    }

    /// The names registered.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.functions.keys().map(String::as_str)
    }

    pub(crate) fn get(&self, name: &str) -> Result<&Function> {
        self.functions.get(name).map(Box::as_ref).ok_or_else(|| {
            Error::new(ErrorKind::Migration, format!("no function `{name}` is registered, which a migration calls"))
                .with_help(format!(
                    "Register it with `.add(\"{name}\", …)`, and run the migrations from the program that has it"
                ))
        })
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.functions.keys()).finish()
    }
}

/// What a function that a migration calls has at hand.
pub struct HookContext<'a> {
    pub(crate) connection: &'a mut Connection,
    pub(crate) schema: &'a Schema,
    pub(crate) revision: &'a str,
}

impl HookContext<'_> {
    /// The connection, inside the transaction of the revision. What is sent is undone if the revision fails.
    pub fn connection(&mut self) -> &mut Connection {
        self.connection
    }

    /// A table as it is at this point of the migrations, whatever the models have become since.
    ///
    /// # Errors
    /// There is no such table at this point.
    pub fn table(&self, name: &str) -> Result<&Table> {
        self.schema.tables.get(name).ok_or_else(|| {
            Error::new(ErrorKind::Migration, format!("there is no table `{name}` at revision `{}`", self.revision))
                .with_table(name)
        })
    }

    /// The revision that calls.
    pub fn revision(&self) -> &str {
        self.revision
    }
}

impl fmt::Debug for HookContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HookContext").field("revision", &self.revision).finish_non_exhaustive()
    }
}
