//! From trees to SQL text.
//!
//! The walk is the same for every database; wherever databases differ it asks the [`Dialect`]. Statements of a running
//! program ([`select`], [`insert`], [`update`], [`delete`]) bind their values as parameters; migrations ([`operation`])
//! have them in the text.

mod cache;
mod call;
mod change;
mod comment;
mod ddl;
mod enumeration;
mod expr;
mod grouping;
mod index;
mod insert;
mod level;
mod lock;
mod namespace;
mod operation;
mod part;
mod placeholder;
mod select;
mod sequence;
mod source;
mod statement;
mod target;
mod whole;
mod window;
mod with;

pub use cache::{Cached, TextCache};
pub use level::Level;
pub use namespace::object;
pub use statement::Statement;
pub use target::Target;

use crate::{
    dialect::{Dialect, Enums, literal},
    error::{Error, ErrorKind, Result},
    expr::Expr,
    operation::{ColumnChange, Operation},
    schema::{Column, Constraint, ConstraintKind, ForeignKey, Index, Schema, SchemaMap, Table},
    statement::{Cte, Delete, Insert, Select, Update},
    types::Type,
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

/// How deep expressions and statements can be in each other.
pub(crate) const MAX_DEPTH: usize = 256;

/// SQL text in the making: what the tree walk and a [`Dialect`] write to.
#[derive(Debug)]
pub struct Sql<'a> {
    out: String,
    dialect: &'a dyn Dialect,
    /// What schemas are called.
    schemas: Option<&'a SchemaMap>,
    /// The database the connection is in.
    home: Option<&'a str>,
    /// The values bound so far; absent where values are written as literals.
    params: Option<Vec<Value>>,
    /// The sources of the statement and of those around it, outermost first.
    scopes: Vec<source::Scope>,
    /// Sources may be missing: a part of a statement is written.
    open: bool,
    /// The names that WITH gave, in sight here.
    ctes: Vec<String>,
    /// Those that what reads of them is to bring itself: the statement cannot.
    lent: Vec<Cte>,
    /// Expressions that are to be written alike each time, and how they were the first time.
    repeated: Vec<(Expr, Option<String>)>,
    /// What rows are grouped by, where what is said of groups sees the least of it alone.
    grouped: Vec<Expr>,
    /// How many expressions and statements are around the one that is written.
    depth: usize,
    /// The text depends on a value: it is not that of every statement of its form.
    fixed: bool,
    /// Where in the tree the value of each placeholder is.
    places: Vec<usize>,
}

/// A SELECT with its values bound.
///
/// # Errors
/// The dialect lacks something in it ([`ErrorKind::Unsupported`]), or the tree makes no sense ([`ErrorKind::Usage`]).
pub fn select<'a>(target: impl Into<Target<'a>>, select: &Select) -> Result<Rendered> {
    bound(target.into(), |sql| sql.select(select))
}

/// An INSERT with its values bound.
///
/// # Errors
/// As [`select`]; among others when columns are to be returned and the dialect cannot.
pub fn insert<'a>(target: impl Into<Target<'a>>, insert: &Insert) -> Result<Rendered> {
    bound(target.into(), |sql| sql.insert(insert))
}

/// An UPDATE with its values bound.
///
/// # Errors
/// As [`select`].
pub fn update<'a>(target: impl Into<Target<'a>>, update: &Update) -> Result<Rendered> {
    bound(target.into(), |sql| sql.update(update))
}

/// A DELETE with its values bound.
///
/// # Errors
/// As [`select`].
pub fn delete<'a>(target: impl Into<Target<'a>>, delete: &Delete) -> Result<Rendered> {
    bound(target.into(), |sql| sql.delete(delete))
}

/// A statement of a migration, with its values as literals and without a semicolon.
///
/// # Errors
/// As [`select`]. What an `alter_by_rebuild` dialect has no statement for is [`ErrorKind::Unsupported`]: the table is then
/// to be rebuilt. What an `alter_restates` dialect must know the table for is [`ErrorKind::Usage`]: see [`alter`]. CALL is
/// no statement of any database and [`ErrorKind::Usage`] too.
pub fn operation<'a>(target: impl Into<Target<'a>>, operation: &Operation) -> Result<String> {
    inline(target, |sql| sql.operation(operation))
}

/// The statements of an operation on `table`, which is as it is before the operation: what [`operation`] gives, and more
/// where the database forgets what is not said again, or keeps names that ought to change along.
///
/// `operation` is about this table: it alters it, or creates, drops or renames a constraint or an index of it.
///
/// # Errors
/// As [`operation`].
pub fn alter<'a>(target: impl Into<Target<'a>>, table: &Table, operation: &Operation) -> Result<Vec<Statement>> {
    let target = target.into();
    let dialect = target.dialect;
    match operation {
        Operation::CreateIndex { index, .. } => check_index(dialect, table, index)?,
        Operation::AddConstraint { constraint, .. } => check_constraint(dialect, table, constraint)?,
        Operation::AlterColumn { column, change: ColumnChange::Identity(options), .. } => {
            let statements = sequence::alter_identity(dialect, table, column, options)?;
            return Ok(statements.into_iter().map(Statement::from).collect());
        }
        _ => {}
    }
    match dialect.alter(target.home, table, operation)? {
        Some(statements) => Ok(statements),
        None => Ok(vec![Statement::of(target, operation)?]),
    }
}

/// An INSERT of any number of rows whose parameters are arrays, one a column, that hold the column's value of each row.
/// The rows are inserted, and handed back, in their order. `types` has the type of each column; the rows of `insert`
/// are not looked at.
///
/// `None` where the database takes no arrays, or has none of one of the types, or no column is given.
///
/// # Errors
/// There are not as many types as columns ([`ErrorKind::Usage`]).
pub fn insert_unnest<'a>(target: impl Into<Target<'a>>, insert: &Insert, types: &[Type]) -> Result<Option<String>> {
    let target = target.into();
    if types.len() != insert.columns.len() {
        return Err(malformed("an INSERT of arrays has not as many types as columns"));
    }
    let arrays: Option<Vec<_>> = types.iter().map(|ty| target.dialect.array_type(ty)).collect();
    match arrays {
        Some(arrays) if !arrays.is_empty() => inline(target, |sql| sql.insert_unnest(insert, &arrays)).map(Some),
        _ => Ok(None),
    }
}

/// The operations that give a table and its columns their comments, after [`Operation::CreateTable`].
pub fn comments(table: &Table) -> impl Iterator<Item = Operation> + '_ {
    comment::of_table(table)
}

/// The statements that create a table with all that belongs to it: its indexes and its comments too.
///
/// # Errors
/// As [`select`].
pub fn whole_table<'a>(target: impl Into<Target<'a>>, table: &Table) -> Result<Vec<String>> {
    let target = target.into();
    let dialect = target.dialect;
    let mut statements = vec![create_table(target, table)?];
    statements.extend(dialect.after_create(table));
    for index in &table.indexes {
        statements.push(create_index(dialect, &table.name, index)?);
    }
    statements.extend(comment::statements(dialect, table)?);
    Ok(statements)
}

/// CREATE TABLE, without the table's indexes, and without comments where those are statements of their own.
///
/// # Errors
/// As [`select`].
pub fn create_table<'a>(target: impl Into<Target<'a>>, table: &Table) -> Result<String> {
    inline(target, |sql| sql.create_table(table))
}

/// The statements that create the enum types of a schema, before its tables; none where types have no names.
///
/// # Errors
/// As [`select`].
pub fn create_types(dialect: &dyn Dialect, schema: &Schema) -> Result<Vec<String>> {
    if dialect.capability().enums != Enums::Types {
        return Ok(Vec::new());
    }
    let create = |(name, labels): (&String, &Vec<String>)| {
        operation(dialect, &Operation::CreateType { name: name.clone(), labels: labels.clone() })
    };
    schema.types.iter().map(create).collect()
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
    inline(dialect, |sql| {
        sql.open = true;
        sql.expr(expr)
    })
}

fn bound(target: Target<'_>, write: impl FnOnce(&mut Sql<'_>) -> Result<()>) -> Result<Rendered> {
    let mut sql = Sql::new(target, Some(Vec::new()));
    write(&mut sql)?;
    Ok(Rendered { sql: sql.out, params: sql.params.unwrap_or_default() })
}

/// Text with its values as literals.
pub(crate) fn inline<'a>(
    target: impl Into<Target<'a>>,
    write: impl FnOnce(&mut Sql<'_>) -> Result<()>,
) -> Result<String> {
    let mut sql = Sql::new(target.into(), None);
    write(&mut sql)?;
    Ok(sql.out)
}

/// Checks every key and every index of the table.
pub(crate) fn check_keys(dialect: &dyn Dialect, table: &Table) -> Result<()> {
    check_key(dialect, table, &table.primary_key)?;
    table.constraints.iter().try_for_each(|constraint| check_constraint(dialect, table, constraint))?;
    table.indexes.iter().try_for_each(|index| check_index(dialect, table, index))
}

fn check_key(dialect: &dyn Dialect, table: &Table, columns: &[String]) -> Result<()> {
    dialect.check_key(table, &columns.iter().map(String::as_str).collect::<Vec<_>>())
}

fn check_constraint(dialect: &dyn Dialect, table: &Table, constraint: &Constraint) -> Result<()> {
    match &constraint.kind {
        ConstraintKind::Unique { columns, .. } | ConstraintKind::ForeignKey(ForeignKey { columns, .. }) => {
            check_key(dialect, table, columns)
        }
        ConstraintKind::Check(_) | ConstraintKind::Exclusion(_) => Ok(()),
    }
}

fn check_index(dialect: &dyn Dialect, table: &Table, index: &Index) -> Result<()> {
    index.check(table)?;
    dialect.check_index(table, index)
}

/// The column of this name, which a statement is to change.
pub(crate) fn column<'t>(table: &'t Table, name: &str) -> Result<&'t Column> {
    table
        .column(name)
        .ok_or_else(|| malformed(format!("the table `{}` has no column `{name}`", table.name)).with_table(&table.name))
}

/// A tree that no statement can be made of.
pub(crate) fn malformed(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Usage, message)
}

impl<'a> Sql<'a> {
    fn new(target: Target<'a>, params: Option<Vec<Value>>) -> Self {
        Sql {
            out: String::new(),
            dialect: target.dialect,
            schemas: target.schemas,
            home: target.home,
            params,
            scopes: Vec::new(),
            open: false,
            ctes: Vec::new(),
            lent: Vec::new(),
            repeated: Vec::new(),
            grouped: Vec::new(),
            depth: 0,
            fixed: false,
            places: Vec::new(),
        }
    }

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
        if self.params.is_none() {
            return self.dialect.literal(&mut self.out, value);
        }
        value.check()?;
        if matches!(value, Value::Array(_)) && !self.dialect.capability().arrays {
            return Err(literal::no_arrays(self.dialect.name(), None));
        }
        self.bind(value.clone(), value);
        Ok(())
    }

    /// Writes the placeholder of a value that is here in the tree.
    fn bind<T>(&mut self, value: Value, place: &T) {
        let params = self.params.get_or_insert_default();
        params.push(value);
        self.dialect.placeholder(&mut self.out, params.len());
        self.places.push(std::ptr::from_ref(place).addr());
    }

    /// Writes something that is one level deeper: the stack has an end.
    fn deeper(&mut self, write: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        if self.depth >= MAX_DEPTH {
            return Err(Error::new(
                ErrorKind::Unsupported,
                format!("expressions and sub-queries are nested more than {MAX_DEPTH} deep"),
            )
            .with_help("Put what is deep inside into a statement of its own"));
        }
        self.depth += 1;
        let result = write(self);
        self.depth -= 1;
        result
    }
}
