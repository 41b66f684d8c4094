//! Sub-queries with names, and statements that change rows in their place.

use super::{ConflictAction, Delete, Insert, Join, Rows, Select, Source, Update};
use crate::expr::{Expr, Name, source_exprs, sources};

/// A sub-query with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Cte {
    /// Its name.
    pub name: Name,
    /// What its columns are called.
    pub columns: Vec<Name>,
    /// What gives its rows.
    pub body: CteBody,
    /// Whether it reads itself.
    pub recursive: bool,
    /// Whether it is computed once and kept, or put where it is read; the database's choice if absent.
    pub materialized: Option<bool>,
}

/// What gives the rows of a [`Cte`]. A statement that changes rows does so once, whether or not its rows are read, and sees the
/// tables as they were before all of the whole statement.
#[derive(Clone, Debug, PartialEq)]
pub enum CteBody {
    /// A sub-query.
    Select(Box<Select>),
    /// An INSERT, by what it hands back.
    Insert(Insert),
    /// An UPDATE, by what it hands back.
    Update(Update),
    /// A DELETE, by what it hands back.
    Delete(Delete),
}

impl Cte {
    /// Whether it changes rows.
    pub fn writes(&self) -> bool {
        !matches!(self.body, CteBody::Select(_))
    }
}

impl From<Select> for CteBody {
    fn from(select: Select) -> Self {
        CteBody::Select(Box::new(select))
    }
}

impl CteBody {
    /// The sub-queries with names that it has itself.
    pub fn with_mut(&mut self) -> &mut Vec<Cte> {
        match self {
            CteBody::Select(select) => &mut select.with,
            CteBody::Insert(insert) => &mut insert.with,
            CteBody::Update(update) => &mut update.with,
            CteBody::Delete(delete) => &mut delete.with,
        }
    }

    /// What its columns are.
    pub(crate) fn columns(&self) -> &[Expr] {
        match self {
            CteBody::Select(select) => &select.columns,
            CteBody::Insert(Insert { returning, .. })
            | CteBody::Update(Update { returning, .. })
            | CteBody::Delete(Delete { returning, .. }) => returning,
        }
    }

    /// The select that it is, or that an INSERT takes its rows from.
    pub(crate) fn select(&self) -> Option<&Select> {
        match self {
            CteBody::Select(select) | CteBody::Insert(Insert { rows: Rows::Select(select), .. }) => Some(select),
            _ => None,
        }
    }

    /// The selects that it is made of.
    pub(crate) fn selects(&self) -> impl Iterator<Item = &Select> {
        let with = match self {
            // Its own are its own.
            CteBody::Select(_) => &[][..],
            CteBody::Insert(Insert { with, .. })
            | CteBody::Update(Update { with, .. })
            | CteBody::Delete(Delete { with, .. }) => with,
        };
        let named = with.iter().filter_map(|cte| cte.body.select());
        self.select().into_iter().chain(self.sources().filter_map(Source::query)).chain(named)
    }

    /// The table that it changes.
    pub(crate) fn table(&self) -> Option<&Name> {
        match self {
            CteBody::Select(_) => None,
            CteBody::Insert(Insert { table, .. })
            | CteBody::Update(Update { table, .. })
            | CteBody::Delete(Delete { table, .. }) => Some(table),
        }
    }

    /// What an UPDATE or DELETE reads beside that.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &Source> {
        let (from, joins) = self.from();
        sources(from, joins)
    }

    fn from(&self) -> (&[Source], &[Join]) {
        match self {
            CteBody::Update(Update { from, joins, .. }) | CteBody::Delete(Delete { using: from, joins, .. }) => {
                (from, joins)
            }
            _ => (&[], &[]),
        }
    }

    /// Calls `f` with the expressions of a statement that changes rows, but not with those of a select it is made of.
    pub(crate) fn own_exprs<'a>(&'a self, f: &mut dyn FnMut(&'a Expr)) {
        match self {
            CteBody::Select(_) => return,
            CteBody::Insert(Insert { rows, conflict, .. }) => {
                if let Rows::Values(rows) = rows {
                    rows.iter().flatten().for_each(&mut *f);
                }
                if let Some(ConflictAction::Update { set, filter }) = conflict.as_ref().map(|conflict| &conflict.action)
                {
                    set.iter().map(|(_, value)| value).chain(filter).for_each(&mut *f);
                }
            }
            CteBody::Update(Update { set, filter, .. }) => {
                set.iter().map(|(_, value)| value).chain(filter).for_each(&mut *f)
            }
            CteBody::Delete(Delete { filter, .. }) => filter.iter().for_each(&mut *f),
        }
        let (from, joins) = self.from();
        source_exprs(from, joins, f);
        self.columns().iter().for_each(f);
    }
}
