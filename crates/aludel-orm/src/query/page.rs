//! Results a page at a time.

use std::panic::Location;

use aludel_sql::{Error, ErrorKind, Result};

use super::{IntoExecutor, Query, counting};

/// A page of a query's rows, and how many there are in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// The number of this page, from 1.
    pub page: u64,
    /// How many rows a page has at most.
    pub per_page: u64,
    /// How many rows there are in all.
    pub total: u64,
}

impl<T> Page<T> {
    /// How many pages there are.
    pub fn pages(&self) -> u64 {
        self.total.div_ceil(self.per_page)
    }

    /// Whether there is a page before this one.
    pub fn has_prev(&self) -> bool {
        self.page > 1
    }

    /// The number of the page before this one.
    pub fn prev_num(&self) -> Option<u64> {
        self.has_prev().then(|| self.page - 1)
    }

    /// Whether there is a page after this one.
    pub fn has_next(&self) -> bool {
        self.page < self.pages()
    }

    /// The number of the page after this one.
    pub fn next_num(&self) -> Option<u64> {
        self.has_next().then(|| self.page + 1)
    }

    /// The number of the first row of this page among all rows, from 1; 0 if the page is empty.
    pub fn first(&self) -> u64 {
        if self.items.is_empty() { 0 } else { (self.page - 1) * self.per_page + 1 }
    }

    /// The number of the last row of this page among all rows, from 1; 0 if the page is empty.
    pub fn last(&self) -> u64 {
        if self.items.is_empty() { 0 } else { self.first() + self.items.len() as u64 - 1 }
    }

    /// The numbers of the pages to link to, `None` where some are left out: two at either end, two before this one and four
    /// after it. [`Page::iter_pages_with`] takes other numbers.
    pub fn iter_pages(&self) -> impl Iterator<Item = Option<u64>> + use<T> {
        self.iter_pages_with(2, 2, 4, 2)
    }

    /// As [`Page::iter_pages`], with so many at the left end, before this page, after it, and at the right end.
    pub fn iter_pages_with(
        &self,
        left_edge: u64,
        left_current: u64,
        right_current: u64,
        right_edge: u64,
    ) -> impl Iterator<Item = Option<u64>> + use<T> {
        let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX / 2);
        let (page, end) = (signed(self.page), signed(self.pages()) + 1);
        let mut numbers = Vec::new();
        // Three runs of pages, with a gap where one does not begin where the last ended.
        let mut emit = |from: i64, to: i64, last: i64| {
            if from > last {
                numbers.push(None);
            }
            numbers.extend((from..to).map(|number| Some(number.unsigned_abs())));
        };
        let left_end = (1 + signed(left_edge)).min(end);
        emit(1, left_end, 1);
        if left_end < end {
            let middle = left_end.max(page - signed(left_current));
            let middle_end = (page + signed(right_current) + 1).min(end);
            emit(middle, middle_end, left_end);
            if middle_end < end {
                let right = middle_end.max(end - signed(right_edge));
                emit(right, end, middle_end);
            }
        }
        numbers.into_iter()
    }

    /// The same page of other items.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        let Page { items, page, per_page, total } = self;
        Page { items: items.into_iter().map(f).collect(), page, per_page, total }
    }
}

/// A query of which one page is asked for.
#[must_use = "a query does nothing until it is asked"]
pub struct Paginate<Src, Out> {
    query: Query<Src, Out>,
    page: u64,
    per_page: u64,
}

impl<Src, Out> Query<Src, Out> {
    /// One page of the rows, pages counted from 1: `Post::query().order_by(|p| p.id).paginate(page, 20).all(&db)`. A page past
    /// the last one is empty.
    pub fn paginate(self, page: u64, per_page: u64) -> Paginate<Src, Out> {
        Paginate { query: self, page, per_page }
    }
}

impl<Src, Out: Send + 'static> Paginate<Src, Out> {
    /// The page: two statements, one for its rows and one that counts all.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for page 0 or pages of no rows; [`ErrorKind::Usage`] when a join gives a row of the model several
    /// times, so that rows of the join would be counted; and as [`Query::all`].
    #[track_caller]
    pub fn all<'e>(self, executor: impl IntoExecutor<'e>) -> impl Future<Output = Result<Page<Out>>> + Send {
        let caller = Location::caller();
        let mut executor = executor.into_executor();
        let Paginate { query, page, per_page } = self;
        async move {
            if page == 0 || per_page == 0 {
                return Err(Error::new(ErrorKind::NotFound, format!("there is no page {page} of {per_page} rows"))
                    .with_help("Pages are counted from 1, and have at least one row."));
            }
            query.check_pages()?;
            let offset = (page - 1).saturating_mul(per_page).min(i64::MAX as u64);
            let total = counting(*query.select.clone());
            let rows = query.limit(per_page).offset(offset);
            let items = executor.reborrow().all(&rows, caller).await?;
            let total = executor.count(&total, caller).await?;
            Ok(Page { items, page, per_page, total })
        }
    }
}

impl<Src, Out> Query<Src, Out> {
    /// Says whether a page of rows is a page of what the query gives.
    fn check_pages(&self) -> Result<()> {
        if self.select.writes() {
            return Err(Error::new(ErrorKind::Usage, "each of the two statements of a page would change the rows")
                .with_help("Ask for all rows of what changes some: `.all(…)`."));
        }
        let single = self.select.distinct || !self.select.distinct_on.is_empty() || !self.select.group_by.is_empty();
        match (self.model, self.multiplied) {
            (Some(model), Some(relation)) if !single => {
                let message = format!(
                    "the join of `{relation}` gives a `{name}` once for each of its rows: pages would be of those",
                    name = model.name
                );
                Err(Error::new(ErrorKind::Usage, message).with_model(model.name).with_help(
                    "Filter by `.any(|x| …)` in place of the join, or add `.distinct()`; to page through the rows of the join, `.select(…)` them.",
                ))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(pages: u64, page: u64) -> String {
        let page = Page { items: vec![()], page, per_page: 10, total: pages * 10 };
        let numbers = page.iter_pages().map(|number| number.map_or("-".to_owned(), |number| number.to_string()));
        numbers.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_pages_to_link_to() {
        assert_eq!(numbers(0, 1), "");
        assert_eq!(numbers(4, 2), "1 2 3 4");
        assert_eq!(numbers(15, 1), "1 2 3 4 5 - 14 15");
        assert_eq!(numbers(15, 6), "1 2 - 4 5 6 7 8 9 10 - 14 15");
        assert_eq!(numbers(15, 9), "1 2 - 7 8 9 10 11 12 13 14 15");
        assert_eq!(numbers(8, 1), "1 2 3 4 5 - 7 8");
        assert_eq!(numbers(15, 17), "1 2 - 15");
        assert_eq!(numbers(15, 100), "1 2 -");
    }
}
