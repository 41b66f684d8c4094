//! What the test programs of all drivers share.
#![allow(dead_code)]

use std::{future::poll_fn, pin::pin, task::Poll};

use aludel_driver::{Engine, EngineOptions, Result, Row, Url};
use aludel_sql::ValueRef;

pub(crate) async fn connect(url: &str) -> Result<Engine> {
    Engine::connect(&Url::parse(url)?, EngineOptions::default()).await
}

pub(crate) fn integer(row: &dyn Row) -> Result<i64> {
    match row.get(0)? {
        ValueRef::I64(value) => Ok(value),
        other => panic!("{other:?} is no integer"),
    }
}

pub(crate) fn text(row: &dyn Row) -> Result<String> {
    match row.get(0)? {
        ValueRef::Text(value) => Ok(value.to_owned()),
        other => panic!("{other:?} is no text"),
    }
}

/// Polls `future` up to `polls` times, each time after it was woken, then drops it. `None` if it was not done by then.
pub(crate) async fn poll_times<T>(future: impl Future<Output = T>, polls: usize) -> Option<T> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
