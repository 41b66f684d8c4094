//! Rows one by one, with no more of them in memory than one portion has.

mod source;

use std::{
    future::poll_fn,
    mem,
    panic::Location,
    pin::Pin,
    task::{Context, Poll, ready},
    vec,
};

use aludel_driver::driver::BoxFuture;
use aludel_sql::Result;
use futures_core::Stream;

use self::source::{Asked, Fetched, Source};
use super::{FromRow, IntoExecutor, Query, Sql};

/// How many rows are fetched at a time, unless [`Rows::chunks`] says otherwise.
const PORTION: usize = 500;

impl<Src, Out: Send + 'static> Query<Src, Out> {
    /// The rows one by one, as they come from the database: `while let Some(user) = rows.next().await? { … }`.
    ///
    /// They are those of one state of the database. Of a `Db`, and of a session with no transaction open, that state is held, with a
    /// connection, until the rows end or are dropped. Relations asked for by [`Query::with`] are loaded for a portion of rows at a
    /// time. Where a database cannot do that between the rows of a query, the keys of all rows are read first.
    #[track_caller]
    pub fn stream<'e>(self, executor: impl IntoExecutor<'e>) -> Rows<'e, Out> {
        Rows::new(Asked::Query(Box::new(self.boxed())), executor, Location::caller())
    }
}

impl Sql {
    /// Its rows one by one, as [`Query::stream`] gives them: `sql("SELECT …").stream::<(i64, String)>(&db)`.
    ///
    /// It reads, and changes nothing: SQL that would is refused when the first row is asked for.
    #[track_caller]
    pub fn stream<'e, R: FromRow>(self, executor: impl IntoExecutor<'e>) -> Rows<'e, R> {
        Rows::new(Asked::sql(self), executor, Location::caller())
    }
}

/// Rows on their way from the database: see [`Query::stream`]. Also a [`futures_core::Stream`].
///
/// Nothing is sent before the first row is asked for. The future of [`Rows::next`] may be dropped, and nothing is lost; dropping
/// the rows themselves, at any time, stops the query.
pub struct Rows<'e, T> {
    stage: Stage<'e, T>,
    ready: vec::IntoIter<T>,
}

impl<'e, T: Send + 'static> Rows<'e, T> {
    fn new(asked: Asked<T>, executor: impl IntoExecutor<'e>, caller: &'static Location<'static>) -> Self {
        let source = Source::new(asked, executor.into_executor(), caller, PORTION);
        Rows { stage: Stage::Waiting(Box::new(source)), ready: Vec::new().into_iter() }
    }

    /// The next row, or `None` at the end.
    ///
    /// # Errors
    /// Those of [`Query::all`]; there are no rows after one.
    pub async fn next(&mut self) -> Result<Option<T>> {
        poll_fn(|context| self.poll_row(context)).await.transpose()
    }

    /// The rows in lists of `rows`, the last of which may be shorter.
    ///
    /// # Panics
    /// `rows` is 0.
    #[must_use]
    #[track_caller]
    pub fn chunks(mut self, rows: usize) -> Chunks<'e, T> {
        assert!(rows > 0, "a chunk has at least one row");
        if let Stage::Waiting(source) = &mut self.stage {
            source.portion = rows;
        }
        Chunks { rows: self, size: rows }
    }

    fn poll_row(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        loop {
            if let Some(row) = self.ready.next() {
                return Poll::Ready(Some(Ok(row)));
            }
            match ready!(self.poll_portion(context)) {
                Some(Ok(rows)) => self.ready = rows.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }

    fn poll_portion(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Vec<T>>>> {
        if matches!(self.stage, Stage::Waiting(_))
            && let Stage::Waiting(source) = mem::replace(&mut self.stage, Stage::Over)
        {
            self.stage = Stage::Fetching(Box::pin(source.advance()));
        }
        let Stage::Fetching(fetching) = &mut self.stage else { return Poll::Ready(None) };
        let (source, rows) = ready!(fetching.as_mut().poll(context));
        self.stage = source.map_or(Stage::Over, Stage::Waiting);
        Poll::Ready(match rows {
            Ok(rows) if rows.is_empty() => None,
            rows => Some(rows),
        })
    }
}

/// Nothing in it is pinned.
impl<T> Unpin for Rows<'_, T> {}

impl<T: Send + 'static> Stream for Rows<'_, T> {
    type Item = Result<T>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        self.get_mut().poll_row(context)
    }
}

/// Rows in lists: see [`Rows::chunks`]. Also a [`futures_core::Stream`].
pub struct Chunks<'e, T> {
    rows: Rows<'e, T>,
    size: usize,
}

impl<T: Send + 'static> Chunks<'_, T> {
    /// The next list of rows, or `None` at the end.
    ///
    /// # Errors
    /// As [`Rows::next`].
    pub async fn next(&mut self) -> Result<Option<Vec<T>>> {
        poll_fn(|context| self.poll_chunk(context)).await.transpose()
    }

    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Vec<T>>>> {
        // Left over from when rows were taken one by one.
        if self.rows.ready.len() > 0 {
            return Poll::Ready(Some(Ok(self.rows.ready.by_ref().take(self.size).collect())));
        }
        self.rows.poll_portion(context)
    }
}

impl<T> Unpin for Chunks<'_, T> {}

impl<T: Send + 'static> Stream for Chunks<'_, T> {
    type Item = Result<Vec<T>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Vec<T>>>> {
        self.get_mut().poll_chunk(context)
    }
}

enum Stage<'e, T> {
    Waiting(Box<Source<'e, T>>),
    /// Kept here, so that whoever stops waiting for it loses nothing.
    Fetching(BoxFuture<'e, Fetched<'e, T>>),
    Over,
}
