//! Groups by several sets of columns at once.

use std::marker::PhantomData;

use aludel_sql::{Expr as Node, expr::Function, statement::grouping as sql};

use super::{Query, Scope, Selection};
use crate::expr::Expr;

/// Sets of columns and expressions: rows are put into groups by each of them, as if each were a query of its own and all were
/// put together.
#[must_use = "grouping sets do nothing until a query has them: `.group_by_sets(…)`"]
pub struct GroupingSets<S> {
    /// What is in any of the sets.
    by: Vec<Node>,
    /// The sets: the places of what is in each.
    sets: Vec<Vec<usize>>,
    scope: PhantomData<fn() -> S>,
}

/// All of these, then without the last one, and so on to one group of all rows: sums of sums, as in `ROLLUP (a, b)`.
pub fn rollup<S, G: Selection<S>>(of: G) -> GroupingSets<S> {
    made_of(of, sql::rollup)
}

/// Every set of these, as in `CUBE (a, b)`.
pub fn cube<S, G: Selection<S>>(of: G) -> GroupingSets<S> {
    made_of(of, sql::cube)
}

/// Sets that are named one by one: `grouping_sets().set((a.author_id, a.words)).set(a.words).whole()`.
pub fn grouping_sets<S>() -> GroupingSets<S> {
    GroupingSets { by: Vec::new(), sets: Vec::new(), scope: PhantomData }
}

/// Of which of what rows are grouped by the group is not: 1 where [`Query::group_by_sets`] put rows together whatever it is, 0
/// where it is the same in all of them; of a tuple, a bit for each, the last one's the lowest. It tells the NULL of such a group from
/// one that is in the rows.
pub fn grouping<S, G: Selection<S>>(of: G) -> Expr<S, i64> {
    let mut by = Vec::new();
    of.push_columns(&mut by);
    Expr::new(Node::Call(Function::Grouping, by), false)
}

fn made_of<S, G: Selection<S>>(of: G, sets: fn(usize) -> Vec<Vec<usize>>) -> GroupingSets<S> {
    let mut by = Vec::new();
    of.push_columns(&mut by);
    let sets = sets(by.len());
    GroupingSets { by, sets, scope: PhantomData }
}

impl<S> GroupingSets<S> {
    /// And this one: a column, an expression or a tuple of these.
    pub fn set<G: Selection<S>>(mut self, of: G) -> Self {
        let mut set = Vec::new();
        of.push_columns(&mut set);
        let places = set.into_iter().map(|expr| {
            self.by.iter().position(|other| *other == expr).unwrap_or_else(|| {
                self.by.push(expr);
                self.by.len() - 1
            })
        });
        self.sets.push(places.collect());
        self
    }

    /// And all rows as one group.
    pub fn whole(mut self) -> Self {
        self.sets.push(Vec::new());
        self
    }
}

impl<Src: Scope, Out> Query<Src, Out> {
    /// Puts the rows into groups by several sets of columns at once: `.group_by_sets(|a| rollup((a.author_id, a.words)))`, or by
    /// [`cube`] or [`grouping_sets`]. What a group's set is without is NULL there, so that all handles are
    /// [`Maybe`](super::Maybe) then, and the query gives what [`Query::select`] says next.
    ///
    /// PostgreSQL has all of them, MySQL and MariaDB [`rollup`] alone, SQLite none: there, ask for each grouping by itself, and
    /// put them together by `union_all`.
    ///
    /// ```ignore
    /// let words = Article::query()
    ///     .group_by_sets(|a| rollup(a.author_id))
    ///     .select(|a| (a.get(|a| a.author_id), a.get(|a| a.words).sum()));
    /// ```
    pub fn group_by_sets(
        mut self,
        by: impl FnOnce(Src::Handles) -> GroupingSets<Src>,
    ) -> Query<Src::Maybe, <<Src::Maybe as Scope>::Handles as Selection<Src::Maybe>>::Out>
    where
        <Src::Maybe as Scope>::Handles: Selection<Src::Maybe>,
    {
        let GroupingSets { by, sets, .. } = by(self.handles());
        let before = self.select.group_by.len();
        self.select.group_by.extend(by);
        let mut known = std::mem::take(&mut self.select.grouping_sets);
        if known.is_empty() {
            known.push((0..before).collect());
        }
        // Each set that there is with each of these.
        let both = |set: &Vec<usize>| {
            let set = set.clone();
            sets.iter().map(move |more| set.iter().copied().chain(more.iter().map(|place| before + place)).collect())
        };
        self.select.grouping_sets = known.iter().flat_map(both).collect();
        self.from().select(|all| all)
    }
}
