//! Tables and what belongs to them: what models describe, migrations build, and the fold of all migrations arrives at.

mod map;
mod sequence;

use std::collections::{BTreeMap, BTreeSet};

pub use map::SchemaMap;
pub use sequence::{Counter, Sequence, SequenceOption};

use crate::{
    error::{Error, ErrorKind, Result},
    expr::Expr,
    name,
    types::{EnumType, Type},
};

/// All tables and enum types of one database, by name. What is in a schema of its own is called `schema.table`: see
/// [`crate::name`]. Types are in none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    /// The schemas that tables can be in besides the one the connection is in. On MySQL and MariaDB they are databases.
    pub schemas: BTreeSet<String>,
    /// The tables, in the order of their names.
    pub tables: BTreeMap<String, Table>,
    /// The sequences, in the order of their names, without those that count identity columns.
    pub sequences: BTreeMap<String, Sequence>,
    /// The enum types by name: the labels of each, in its order.
    pub types: BTreeMap<String, Vec<String>>,
}

impl Schema {
    /// A schema of these tables, of the schemas they are in, and of the types their columns have.
    pub fn new(tables: impl IntoIterator<Item = Table>) -> Self {
        let tables: BTreeMap<_, _> = tables.into_iter().map(|table| (table.name.clone(), table)).collect();
        let types = tables.values().flat_map(Table::enums).map(|(_, ty)| (ty.name().to_owned(), ty.labels().to_vec()));
        let mut schema = Schema { types: types.collect(), tables, ..Schema::default() };
        schema.imply_schemas();
        schema
    }

    /// Adds the schemas that something is in.
    pub fn imply_schemas(&mut self) {
        let names = self.tables.keys().chain(self.sequences.keys());
        self.schemas.extend(names.filter_map(|name| name::schema(name)).map(str::to_owned));
    }

    /// The chosen tables, each after those it refers to as far as there is such an order: by level, then by name. A circle is
    /// cut at the first name: some of that table's foreign keys can only be added when all tables are there.
    pub fn creation_order(&self, chosen: impl Fn(&str) -> bool) -> Vec<&Table> {
        let mut waiting: BTreeMap<&str, &Table> =
            self.tables.iter().filter(|(name, _)| chosen(name)).map(|(name, table)| (name.as_str(), table)).collect();
        let mut order = Vec::new();
        while !waiting.is_empty() {
            let ready = |table: &Table| {
                table
                    .foreign_keys()
                    .all(|(_, key)| key.table == table.name || !waiting.contains_key(key.table.as_str()))
            };
            let mut level: Vec<&str> =
                waiting.values().filter(|table| ready(table)).map(|table| table.name.as_str()).collect();
            if level.is_empty() {
                level.extend(waiting.keys().next());
            }
            order.extend(level.into_iter().filter_map(|name| waiting.remove(name)));
        }
        order
    }

    /// The type of a column whose enum type has this name, if there is such a type.
    pub fn enum_type(&self, name: &str) -> Option<EnumType> {
        self.types.get(name).map(|labels| EnumType::new(name, labels.iter().map(String::as_str)))
    }

    /// The index of this name, with the schema it is in, and the table it is on.
    pub fn index(&self, name: &str) -> Option<(&Table, &Index)> {
        let (schema, name) = name::split(name);
        let mut tables = self.tables.values().filter(|table| name::schema(&table.name) == schema);
        tables.find_map(|table| Some((table, table.indexes.iter().find(|index| index.name == name)?)))
    }
}

/// A table: its columns in order, its constraints and its indexes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The table's name.
    pub name: String,
    /// The columns, in the order they are created in.
    pub columns: Vec<Column>,
    /// The names of the primary key's columns, in order. Its constraint is always called `pk_<table>`.
    pub primary_key: Vec<String>,
    /// The constraints, apart from the primary key, in order.
    pub constraints: Vec<Constraint>,
    /// The indexes, in order.
    pub indexes: Vec<Index>,
    /// What a person is told about the table: not empty.
    pub comment: Option<String>,
}

impl Table {
    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The columns whose type is an enum type, or an array of one, and that type.
    pub fn enums(&self) -> impl Iterator<Item = (&Column, &EnumType)> {
        self.columns.iter().filter_map(|column| Some((column, column.ty.as_enum()?)))
    }

    /// The foreign keys among the constraints.
    pub fn foreign_keys(&self) -> impl Iterator<Item = (&str, &ForeignKey)> {
        self.constraints.iter().filter_map(|constraint| match &constraint.kind {
            ConstraintKind::ForeignKey(key) => Some((constraint.name.as_str(), key)),
            _ => None,
        })
    }
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The column's name.
    pub name: String,
    /// What it holds.
    pub ty: Type,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// `GENERATED BY DEFAULT AS IDENTITY`: the database counts, and how.
    pub identity: Option<Counter>,
    /// The value the database gives when none is given.
    pub default: Option<Expr>,
    /// The collation, where it is not the database's own.
    pub collation: Option<String>,
    /// The expression a computed column is computed from.
    pub generated: Option<Generated>,
    /// What a person is told about the column: not empty.
    pub comment: Option<String>,
}

impl Column {
    /// A column that may not be NULL and has nothing else to it.
    pub fn new(name: impl Into<String>, ty: Type) -> Self {
        Column {
            name: name.into(),
            ty,
            nullable: false,
            identity: None,
            default: None,
            collation: None,
            generated: None,
            comment: None,
        }
    }
}

impl Column {
    /// The sequences that its default takes numbers of.
    pub fn sequences(&self) -> Vec<&str> {
        let mut names = Vec::new();
        if let Some(default) = &self.default {
            default.walk(&mut |expr| {
                if let Expr::NextValue(name) = expr {
                    names.push(name.as_ref());
                }
            });
        }
        names
    }
}

/// What a computed column is computed from.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// The expression, over other columns of the row.
    pub expr: Expr,
    /// Whether the value is stored with the row, or computed when it is read.
    pub stored: bool,
}

/// A named constraint of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    /// The constraint's name.
    pub name: String,
    /// What it demands.
    pub kind: ConstraintKind,
}

/// What a constraint demands.
#[derive(Clone, Debug, PartialEq)]
pub enum ConstraintKind {
    /// No two rows have the same values.
    Unique {
        /// In these columns.
        columns: Vec<String>,
        /// `NULLS NOT DISTINCT`: whether two NULLs are the same, too.
        nulls_not_distinct: bool,
    },
    /// The expression is not false.
    Check(Expr),
    /// The columns hold the key of a row elsewhere, or a NULL.
    ForeignKey(ForeignKey),
    /// No two rows are in conflict with each other.
    Exclusion(Exclusion),
}

impl ConstraintKind {
    /// No two rows have the same values in these columns, and none of them NULL.
    pub fn unique(columns: Vec<String>) -> Self {
        ConstraintKind::Unique { columns, nulls_not_distinct: false }
    }

    /// The expressions it is made of: the condition of a check, the parts and the condition of an exclusion.
    pub fn expressions(&self) -> Vec<&Expr> {
        match self {
            ConstraintKind::Check(expr) => vec![expr],
            ConstraintKind::Exclusion(exclusion) => {
                exclusion.parts.iter().map(|(part, _)| &part.expr).chain(&exclusion.predicate).collect()
            }
            ConstraintKind::Unique { .. } | ConstraintKind::ForeignKey(_) => Vec::new(),
        }
    }

    /// As [`ConstraintKind::expressions`], to change them.
    pub fn expressions_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            ConstraintKind::Check(expr) => vec![expr],
            ConstraintKind::Exclusion(exclusion) => {
                let parts = exclusion.parts.iter_mut().map(|(part, _)| &mut part.expr);
                parts.chain(&mut exclusion.predicate).collect()
            }
            ConstraintKind::Unique { .. } | ConstraintKind::ForeignKey(_) => Vec::new(),
        }
    }
}

/// `EXCLUDE`, on PostgreSQL: two rows are in conflict if they are in all parts, none of them NULL.
///
/// ```
/// use aludel_sql::{
///     Expr, dialect::POSTGRES, render,
///     operation::Operation,
///     schema::{Conflict, Constraint, ConstraintKind, Exclusion, IndexPart},
/// };
///
/// let parts = vec![
///     (IndexPart::column("room"), Conflict::Equal),
///     (IndexPart::new(aludel_sql::ansi::parse_expr("tsrange(starts, ends)")?), Conflict::Overlap),
/// ];
/// let kind = ConstraintKind::Exclusion(Exclusion { method: Some("gist".into()), parts, ..Exclusion::default() });
/// let constraint = Constraint { name: "ex_stay".into(), kind };
/// assert_eq!(
///     render::operation(&POSTGRES, &Operation::AddConstraint { table: "stay".into(), constraint })?,
///     r#"ALTER TABLE "stay" ADD CONSTRAINT "ex_stay" EXCLUDE USING "gist" ("room" WITH =, (tsrange("starts", "ends")) WITH &&)"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exclusion {
    /// `USING method`, of the index that finds such rows, in lower case, where it is not a B-tree: `gist`.
    pub method: Option<String>,
    /// What is compared, and how.
    pub parts: Vec<(IndexPart, Conflict)>,
    /// Which rows can be in conflict, where not all can.
    pub predicate: Option<Expr>,
    /// Whether the check may wait for the end of the transaction, and does.
    pub deferrable: Deferrable,
}

impl Exclusion {
    /// The columns that its parts mention, in order, each once.
    pub fn columns(&self) -> Vec<&str> {
        let mut columns: Vec<&str> = Vec::new();
        for (part, _) in &self.parts {
            let mut own = Vec::new();
            part.expr.walk(&mut |expr| own.extend(expr.as_column()));
            // A walk begins at the end.
            own.reverse();
            own.into_iter().for_each(|column| {
                if !columns.contains(&column) {
                    columns.push(column)
                }
            });
        }
        columns
    }
}

/// When two values are in conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Conflict {
    /// `WITH =`: they are equal.
    Equal,
    /// `WITH <>`: they are not.
    Different,
    /// `WITH &&`: they have something in common, as ranges and arrays can.
    Overlap,
}

impl Conflict {
    /// All of them.
    pub const ALL: [Conflict; 3] = [Conflict::Equal, Conflict::Different, Conflict::Overlap];

    /// The operator that finds it.
    pub fn operator(self) -> &'static str {
        match self {
            Conflict::Equal => "=",
            Conflict::Different => "<>",
            Conflict::Overlap => "&&",
        }
    }
}

/// A reference from columns of one table to columns of another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ForeignKey {
    /// The columns that refer.
    pub columns: Vec<String>,
    /// The table referred to.
    pub table: String,
    /// The columns referred to, as many.
    pub referred: Vec<String>,
    /// What happens when the row referred to is deleted.
    pub on_delete: Action,
    /// Which columns `ON DELETE SET NULL` or `SET DEFAULT` changes, where not all are.
    pub set_columns: Vec<String>,
    /// What happens when its key is changed.
    pub on_update: Action,
    /// `MATCH FULL`: whether all columns are NULL if one is.
    pub match_full: bool,
    /// Whether the check may wait for the end of the transaction, and does.
    pub deferrable: Deferrable,
}

impl ForeignKey {
    /// Says what is said in one way alone: all columns are not listed again, in the order of the key, and a single one is matched
    /// in full by itself.
    pub fn normalise(&mut self) {
        let listed = std::mem::take(&mut self.set_columns);
        self.set_columns.extend(self.columns.iter().filter(|column| listed.contains(column)).cloned());
        if self.set_columns.len() == self.columns.len() {
            self.set_columns.clear();
        }
        self.match_full &= self.columns.len() > 1;
    }
}

/// What happens to referring rows. [`Action::NoAction`] refuses, at the end of the statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Action {
    /// `NO ACTION`: refuse while rows refer. What is not said.
    #[default]
    NoAction,
    /// `RESTRICT`: refuse at once.
    Restrict,
    /// `CASCADE`: do the same to them.
    Cascade,
    /// `SET NULL`
    SetNull,
    /// `SET DEFAULT`
    SetDefault,
}

impl Action {
    /// The words SQL has for it.
    pub fn sql(self) -> &'static str {
        match self {
            Action::NoAction => "NO ACTION",
            Action::Restrict => "RESTRICT",
            Action::Cascade => "CASCADE",
            Action::SetNull => "SET NULL",
            Action::SetDefault => "SET DEFAULT",
        }
    }
}

/// Whether a foreign key, or an exclusion, may be checked at the end of the transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Deferrable {
    /// It may not.
    #[default]
    No,
    /// It may, when a transaction asks for it.
    Yes,
    /// It may, and is unless a transaction asks otherwise.
    InitiallyDeferred,
}

/// The method of an index of the words in texts, on MySQL and MariaDB.
pub const FULL_TEXT: &str = "fulltext";

/// The method of an index of places and shapes, on MySQL and MariaDB.
pub const SPATIAL: &str = "spatial";

/// An index of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Index {
    /// The index's name.
    pub name: String,
    /// What it is ordered by.
    pub parts: Vec<IndexPart>,
    /// Whether no two rows may have the same values.
    pub unique: bool,
    /// `NULLS NOT DISTINCT`: whether two NULLs are the same, too, where it is unique.
    pub nulls_not_distinct: bool,
    /// `USING method`, in lower case, where it is not a B-tree: `gin` on PostgreSQL, [`FULL_TEXT`] and [`SPATIAL`] on MySQL
    /// and MariaDB.
    pub method: Option<String>,
    /// `INCLUDE (…)`: columns kept beside what the index is ordered by.
    pub include: Vec<String>,
    /// `WITH (…)`: how it is stored, by the names of PostgreSQL's parameters. Numbers and words in lower case.
    pub with: BTreeMap<String, String>,
    /// Which rows are in it, where not all are.
    pub predicate: Option<Expr>,
}

impl Index {
    /// The columns the index is over, unless one of its parts is an expression, or the beginning of a column.
    pub fn columns(&self) -> Option<Vec<&str>> {
        self.parts.iter().map(IndexPart::as_column).collect()
    }

    /// Checks that what is indexed by its beginning has one.
    ///
    /// # Errors
    /// A part is not a column of texts or bytes that is longer than what is indexed of it ([`ErrorKind::Usage`]).
    pub fn check(&self, table: &Table) -> Result<()> {
        for part in &self.parts {
            let Some(prefix) = part.prefix else { continue };
            let name = part.expr.as_column().unwrap_or("an expression");
            let column = table.column(name);
            let why = match column.map(|column| &column.ty) {
                _ if prefix == 0 => "that is nothing of it".to_owned(),
                Some(Type::Text | Type::Blob) => continue,
                Some(Type::VarChar(length) | Type::VarBinary(length)) if *length > prefix => continue,
                Some(Type::VarChar(_) | Type::VarBinary(_)) => "that is all of it, or more".to_owned(),
                Some(ty) => format!("{ty} has no beginning"),
                None => "it is no column".to_owned(),
            };
            let message = format!(
                "the index `{}` on `{}` cannot be over the first {prefix} of `{name}`: {why}",
                self.name, table.name
            );
            return Err(Error::new(ErrorKind::Usage, message)
                .with_table(&table.name)
                .with_help("Leave the length out, or say one that is shorter than the column"));
        }
        Ok(())
    }
}

/// One of the things an index is ordered by.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexPart {
    /// A column, or an expression.
    pub expr: Expr,
    /// How many characters, or bytes, of the column are indexed, where not all are: `body(50)`.
    pub prefix: Option<u32>,
    /// The operator class, where it is not the one that comes by itself: `jsonb_path_ops`.
    pub ops: Option<String>,
    /// Whether from high to low.
    pub descending: bool,
    /// Where NULLs come, where that is said and is not what comes by itself: last, and first from high to low.
    pub nulls: Option<Nulls>,
}

impl IndexPart {
    /// A column, from low to high.
    pub fn column(name: impl Into<String>) -> Self {
        Self::new(Expr::name(name.into()))
    }

    /// An expression, from low to high.
    pub fn new(expr: Expr) -> Self {
        IndexPart { expr, prefix: None, ops: None, descending: false, nulls: None }
    }

    /// The column, if it is one and all of it is indexed.
    pub fn as_column(&self) -> Option<&str> {
        self.expr.as_column().filter(|_| self.prefix.is_none())
    }

    /// With NULLs at this end, which is said only where they would be at the other.
    #[must_use]
    pub fn nulls(mut self, nulls: Nulls) -> Self {
        self.nulls = (self.descending != (nulls == Nulls::First)).then_some(nulls);
        self
    }
}

/// Where NULLs come in an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Nulls {
    /// `NULLS FIRST`
    First,
    /// `NULLS LAST`
    Last,
}
