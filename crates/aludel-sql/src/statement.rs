//! SELECT, INSERT, UPDATE and DELETE.

mod cartesian;
mod cte;
mod function;
pub mod grouping;

use std::borrow::Cow;

pub use cartesian::Cartesian;
pub use cte::{Cte, CteBody};
pub use function::TableFunction;

use std::sync::Arc;

use crate::{
    expr::{Expr, Name},
    types::Type,
};

/// What a statement reads, and what it is called there.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// The number that columns know it by: its own among the sources of its statement. A sub-query that looks at a statement
    /// around it has other ids than that one.
    pub id: u32,
    /// What is read.
    pub relation: Relation,
    /// Another name for it in this statement.
    pub alias: Option<Name>,
    /// Whether it may look at the sources before it.
    pub lateral: bool,
    /// Which part of a table's rows, at random; all, if absent.
    pub sample: Option<Sample>,
}

impl Source {
    /// The table, under its own name, as source 0: the root of a query.
    pub fn table(name: impl Into<Name>) -> Self {
        Source::new(0, Relation::Table(name.into()))
    }

    /// A source of this id.
    pub fn new(id: u32, relation: Relation) -> Self {
        Source { id, relation, alias: None, lateral: false, sample: None }
    }

    /// The sub-query that it is.
    pub(crate) fn query(&self) -> Option<&Select> {
        match &self.relation {
            Relation::Query(select) => Some(select),
            _ => None,
        }
    }
}

/// A part of a table's rows, at random: `TABLESAMPLE`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Whether whole blocks are taken or left, which is faster and less random; else each row by itself.
    pub blocks: bool,
    /// How many of a hundred, about.
    pub percent: f64,
    /// What makes the sample the same each time, as long as the table is.
    pub seed: Option<u32>,
}

impl Sample {
    /// Each row with this probability, of a hundred.
    pub fn rows(percent: f64) -> Self {
        Sample { blocks: false, percent, seed: None }
    }

    /// Each block of the table with this probability, of a hundred.
    pub fn blocks(percent: f64) -> Self {
        Sample { blocks: true, ..Sample::rows(percent) }
    }

    /// The same sample for the same seed, as long as the table is the same.
    #[must_use]
    pub fn repeatable(self, seed: u32) -> Self {
        Sample { seed: Some(seed), ..self }
    }
}

/// What rows are read from.
#[derive(Clone, Debug, PartialEq)]
pub enum Relation {
    /// A table, or a view.
    Table(Name),
    /// A sub-query, whose columns have labels.
    Query(Box<Select>),
    /// A sub-query that a WITH of this statement or one around it has given this name.
    Cte(Name),
    /// Rows of the statement's own.
    Values {
        /// What the columns are called.
        columns: Vec<Name>,
        /// Their types, or nothing: what the rows hold tells them then, and there must be a row.
        types: Vec<Type>,
        /// The rows: each as many expressions as there are columns.
        rows: Vec<Vec<Expr>>,
    },
    /// What a function gives. Of one that looks at the sources before it, [`Source::lateral`] says so, and every database has it.
    Function {
        /// Which.
        function: Arc<TableFunction>,
        /// What the columns are called.
        columns: Vec<Name>,
    },
}

impl Relation {
    /// Calls `f` with the expressions it is made of, but none of a sub-query.
    pub(crate) fn exprs<'a>(&'a self, f: &mut dyn FnMut(&'a Expr)) {
        match self {
            Relation::Values { rows, .. } => rows.iter().flatten().for_each(f),
            Relation::Function { function, .. } => function.arguments().for_each(f),
            Relation::Table(_) | Relation::Query(_) | Relation::Cte(_) => {}
        }
    }
}

/// A further source, and how its rows go with those before.
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// How.
    pub kind: JoinKind,
    /// What is joined.
    pub source: Source,
    /// Which rows go together; nothing for a cross join.
    pub on: Option<Expr>,
}

/// How rows of two sources go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JoinKind {
    /// Rows that have a partner.
    Inner,
    /// All rows before the join.
    Left,
    /// All rows of the joined source.
    Right,
    /// All rows of both.
    Full,
    /// Each with each.
    Cross,
}

/// `SELECT`
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Select {
    /// Sub-queries with names.
    pub with: Vec<Cte>,
    /// Whether equal rows are given once.
    pub distinct: bool,
    /// Of the rows that are equal in these only the first is given.
    pub distinct_on: Vec<Expr>,
    /// What each row is made of; borrowed where that is part of the program, as the columns of a model are.
    pub columns: Cow<'static, [Expr]>,
    /// What the columns are called: none, or one a column, as a select that is a source must have.
    pub labels: Vec<Name>,
    /// What is read: each row of one with each of the others.
    pub from: Vec<Source>,
    /// What is joined to that, one after the other.
    pub joins: Vec<Join>,
    /// Which rows.
    pub filter: Option<Expr>,
    /// What rows are grouped by.
    pub group_by: Vec<Expr>,
    /// Groups by some of that alone, each set the places of those in it; none where rows are grouped by all of it.
    pub grouping_sets: Vec<Vec<usize>>,
    /// Which groups.
    pub having: Option<Expr>,
    /// Other selects put together with this one: this, then the operation with the first, and so on from left to right.
    /// What follows below is then of the whole.
    pub compound: Vec<(SetOp, Select)>,
    /// In which order.
    pub order_by: Vec<Order>,
    /// At most how many.
    pub limit: Option<u64>,
    /// With the last of them also those that are ordered like it: `FETCH FIRST … ROWS WITH TIES`.
    pub with_ties: bool,
    /// After leaving out how many.
    pub offset: Option<u64>,
    /// What is done to keep others from the rows.
    pub lock: Option<Lock>,
}

/// How the rows of two selects are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SetOp {
    /// The rows of both, equal ones once.
    Union,
    /// The rows of both.
    UnionAll,
    /// The rows that are in both, once.
    Intersect,
    /// The rows that are in both, as often as in the one that has less.
    IntersectAll,
    /// The rows that are not in the other, once.
    Except,
    /// The rows that the other has less often, as often as it has less.
    ExceptAll,
}

/// `FOR UPDATE` and its like.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lock {
    /// What others may still do.
    pub strength: LockStrength,
    /// The sources whose rows are meant; all, if empty.
    pub of: Vec<u32>,
    /// What happens where another has locked a row.
    pub wait: LockWait,
}

/// How strong a lock on rows is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LockStrength {
    /// As if the rows were to be updated or deleted.
    Update,
    /// As if columns other than keys were to be updated.
    NoKeyUpdate,
    /// Others may lock so too, but not change the rows.
    Share,
    /// Others may change columns other than keys.
    KeyShare,
}

/// What a lock does where another has locked a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LockWait {
    /// Waits.
    Wait,
    /// Fails at once.
    NoWait,
    /// Leaves the row out.
    SkipLocked,
}

/// One of the things rows are ordered by.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// The expression.
    pub expr: Expr,
    /// Whether from high to low.
    pub descending: bool,
    /// Where NULLs come; where the database has them if absent: PostgreSQL takes them for the greatest, the others for the
    /// least.
    pub nulls: Option<Nulls>,
}

/// Where NULLs come in an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Nulls {
    /// Before all others.
    First,
    /// After all others.
    Last,
}

/// `INSERT`
#[derive(Clone, Debug, PartialEq)]
pub struct Insert {
    /// Sub-queries with names.
    pub with: Vec<Cte>,
    /// The table: source 0 where the row that is there already is updated, and of what is handed back.
    pub table: Name,
    /// The columns that are given values; with none, every row is all defaults.
    pub columns: Vec<Name>,
    /// The rows.
    pub rows: Rows,
    /// What is done instead where a row is there already; absent, that is an error.
    pub conflict: Option<Conflict>,
    /// What is handed back for each row.
    pub returning: Vec<Expr>,
}

/// Where the rows of an INSERT come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Rows {
    /// `VALUES`: each row as many expressions as there are columns.
    Values(Vec<Vec<Expr>>),
    /// `SELECT`
    Select(Box<Select>),
}

/// `ON CONFLICT`
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The columns of the unique key that is meant; any, if empty.
    pub target: Vec<Name>,
    /// What is done.
    pub action: ConflictAction,
}

/// What an INSERT does where a row is there already.
#[derive(Clone, Debug, PartialEq)]
pub enum ConflictAction {
    /// Nothing.
    Nothing,
    /// The row that is there is updated.
    Update {
        /// The columns and their new values, made of the row that is there and of [`Expr::Excluded`].
        set: Vec<(Name, Expr)>,
        /// Which rows are.
        filter: Option<Expr>,
    },
}

/// `UPDATE`
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// Sub-queries with names.
    pub with: Vec<Cte>,
    /// The table: source 0.
    pub table: Name,
    /// The columns of its key, by which a row is found again: needed where others are joined to it by an outer or a lateral join.
    pub key: Vec<Name>,
    /// The columns and their new values.
    pub set: Vec<(Name, Expr)>,
    /// What else is read.
    pub from: Vec<Source>,
    /// What is joined to that; with nothing else read, to the table itself.
    pub joins: Vec<Join>,
    /// Which rows.
    pub filter: Option<Expr>,
    /// What is handed back for each row.
    pub returning: Vec<Expr>,
}

impl Update {
    /// Of this table: nothing yet.
    pub fn table(name: impl Into<Name>) -> Self {
        Update {
            with: Vec::new(),
            table: name.into(),
            key: Vec::new(),
            set: Vec::new(),
            from: Vec::new(),
            joins: Vec::new(),
            filter: None,
            returning: Vec::new(),
        }
    }
}

/// `DELETE`
#[derive(Clone, Debug, PartialEq)]
pub struct Delete {
    /// Sub-queries with names.
    pub with: Vec<Cte>,
    /// The table: source 0.
    pub table: Name,
    /// The columns of its key, by which a row is found again: needed where others are joined to it by an outer or a lateral join.
    pub key: Vec<Name>,
    /// What else is read.
    pub using: Vec<Source>,
    /// What is joined to that; with nothing else read, to the table itself.
    pub joins: Vec<Join>,
    /// Which rows.
    pub filter: Option<Expr>,
    /// What is handed back for each row.
    pub returning: Vec<Expr>,
}

impl Delete {
    /// Of this table: all rows.
    pub fn table(name: impl Into<Name>) -> Self {
        Delete {
            with: Vec::new(),
            table: name.into(),
            key: Vec::new(),
            using: Vec::new(),
            joins: Vec::new(),
            filter: None,
            returning: Vec::new(),
        }
    }
}
