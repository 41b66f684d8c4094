//! From trees to SQL text.
//!
//! The walk is the same for every database; wherever databases differ it asks the [`Dialect`]. Statements of a running
//! program ([`select`], [`insert`], [`update`], [`delete`]) bind their values as parameters; migrations ([`operation`])
//! have them in the text.

mod ddl;
mod expr;
mod statement;

pub use expr::Level;

use crate::{
    dialect::Dialect,
    error::{Error, ErrorKind, Result},
    expr::Expr,
    operation::Operation,
    schema::{Index, Table},
    statement::{Delete, Insert, Select, Source, Update},
    value::Value,
};

/// The text of a statement and the values of its placeholders, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    /// The text, without a semicolon.
    pub sql: String,
    /// One value a placeholder.
    pub params: Vec<Value>,
}

/// SQL text in the making: what the tree walk and a [`Dialect`] write to.
#[derive(Debug)]
pub struct Sql<'a> {
    out: String,
    dialect: &'a dyn Dialect,
    /// The values bound so far; absent where values are written as literals.
    params: Option<Vec<Value>>,
    /// What the sources of the statement and of those around it are called, outermost first.
    scopes: Vec<Vec<String>>,
}

/// A SELECT with its values bound.
///
/// # Errors
/// The dialect lacks something in it ([`ErrorKind::Unsupported`]), or the tree makes no sense ([`ErrorKind::Usage`]).
pub fn select(dialect: &dyn Dialect, select: &Select) -> Result<Rendered> {
    bound(dialect, |sql| sql.select(select))
}

/// An INSERT with its values bound.
///
/// # Errors
/// As [`select`]; among others when columns are to be returned and the dialect cannot.
pub fn insert(dialect: &dyn Dialect, insert: &Insert) -> Result<Rendered> {
    bound(dialect, |sql| sql.insert(insert))
}

/// An UPDATE with its values bound.
///
/// # Errors
/// As [`select`].
pub fn update(dialect: &dyn Dialect, update: &Update) -> Result<Rendered> {
    bound(dialect, |sql| sql.update(update))
}

/// A DELETE with its values bound.
///
/// # Errors
/// As [`select`].
pub fn delete(dialect: &dyn Dialect, delete: &Delete) -> Result<Rendered> {
    bound(dialect, |sql| sql.delete(delete))
}

/// A statement of a migration, with its values as literals and without a semicolon.
///
/// # Errors
/// As [`select`]. What an `alter_by_rebuild` dialect has no statement for is [`ErrorKind::Unsupported`]: the table is then
/// to be rebuilt. CALL is no statement of any database and [`ErrorKind::Usage`].
pub fn operation(dialect: &dyn Dialect, operation: &Operation) -> Result<String> {
    inline(dialect, |sql| sql.operation(operation))
}

/// CREATE TABLE, without the table's indexes.
///
/// # Errors
/// As [`select`].
pub fn create_table(dialect: &dyn Dialect, table: &Table) -> Result<String> {
    inline(dialect, |sql| sql.create_table(table))
}

/// CREATE INDEX.
///
/// # Errors
/// As [`select`].
pub fn create_index(dialect: &dyn Dialect, table: &str, index: &Index) -> Result<String> {
    inline(dialect, |sql| sql.create_index(table, index))
}

/// An expression, with its values as literals and its columns by name alone.
///
/// # Errors
/// As [`select`].
pub fn expr(dialect: &dyn Dialect, expr: &Expr) -> Result<String> {
    inline(dialect, |sql| sql.expr(expr))
}

fn bound(dialect: &dyn Dialect, write: impl FnOnce(&mut Sql<'_>) -> Result<()>) -> Result<Rendered> {
    let mut sql = Sql { out: String::new(), dialect, params: Some(Vec::new()), scopes: Vec::new() };
    write(&mut sql)?;
    Ok(Rendered { sql: sql.out, params: sql.params.unwrap_or_default() })
}

fn inline(dialect: &dyn Dialect, write: impl FnOnce(&mut Sql<'_>) -> Result<()>) -> Result<String> {
    let mut sql = Sql { out: String::new(), dialect, params: None, scopes: Vec::new() };
    write(&mut sql)?;
    Ok(sql.out)
}

/// A tree that no statement can be made of.
fn malformed(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Usage, message)
}

impl<'a> Sql<'a> {
    /// The text so far, to write to.
    pub fn out(&mut self) -> &mut String {
        &mut self.out
    }

    /// The dialect it is written in.
    pub fn dialect(&self) -> &'a dyn Dialect {
        self.dialect
    }

    /// Whether values become literals rather than parameters.
    pub fn is_inline(&self) -> bool {
        self.params.is_none()
    }

    /// Writes text as it is.
    pub fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Writes a name.
    pub fn name(&mut self, name: &str) {
        self.dialect.quote(&mut self.out, name);
    }

    /// Writes names with commas between.
    pub(crate) fn names<N: AsRef<str>>(&mut self, names: &[N]) {
        for (i, name) in names.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            self.name(name.as_ref());
        }
    }

    /// Writes expressions with commas between.
    ///
    /// # Errors
    /// Those of the expressions.
    pub fn list(&mut self, list: &[Expr]) -> Result<()> {
        for (i, expr) in list.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            self.expr(expr)?;
        }
        Ok(())
    }

    /// Writes a value: a placeholder, or a literal.
    ///
    /// # Errors
    /// The dialect has no literal for it.
    pub fn value(&mut self, value: &Value) -> Result<()> {
        let Some(params) = &mut self.params else { return self.dialect.literal(&mut self.out, value) };
        params.push(value.clone());
        self.dialect.placeholder(&mut self.out, params.len());
        Ok(())
    }

    /// Writes with the sources of one more statement in sight, and what they are called there.
    fn scoped<T>(&mut self, from: &[Source], write: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let mut names: Vec<String> = Vec::with_capacity(from.len());
        for source in from {
            let wanted = source.alias.as_ref().unwrap_or(&source.table);
            let taken = |name: &str| {
                self.scopes.iter().chain([&names]).flatten().any(|other| other == name)
                    || source.alias.is_none() && from.iter().any(|other| other.alias.as_deref() == Some(name))
            };
            let mut name = wanted.to_string();
            let mut number = 2;
            while taken(&name) {
                name = format!("{wanted}_{number}");
                number += 1;
            }
            names.push(name);
        }
        self.scopes.push(names);
        let result = write(self);
        self.scopes.pop();
        result
    }

    /// Writes `table` or `table AS alias`, by what the innermost scope calls its source of this number.
    fn source(&mut self, source: &Source, number: usize) {
        self.name(&source.table);
        let name = self.scopes.last().and_then(|names| names.get(number)).cloned().unwrap_or_default();
        if name != source.table || source.alias.is_some() {
            self.push(" AS ");
            self.name(&name);
        }
    }

    /// What the source of this number is called, where a column must say so.
    fn qualifier(&self, number: u16) -> Option<String> {
        if self.scopes.len() == 1 && self.scopes[0].len() == 1 {
            return None;
        }
        // Numbers count through the scopes, so no two scopes hold the same one.
        self.scopes.iter().flatten().nth(usize::from(number)).cloned()
    }
}
