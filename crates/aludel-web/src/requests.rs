//! What each request sends to the database: kept for its handlers, and told when it is slow.

use std::{
    io::{self, Write},
    time::{Duration, Instant},
};

use aludel_driver::{Entry, Recorded};
use axum::{extract::Request, middleware::Next, response::Response};

/// From when on a request, and a statement of one, is slow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slow {
    pub(crate) request: Duration,
    pub(crate) statement: Duration,
}

/// Keeps the statements of a request where its handlers find them.
pub(crate) async fn record(slow: Option<Slow>, mut request: Request, next: Next) -> Response {
    let recorded = Recorded::default();
    request.extensions_mut().insert(recorded.clone());
    // Not the query string, in which there may be secrets.
    let what = slow.map(|slow| (slow, format!("{} {}", request.method(), request.uri().path())));
    let start = Instant::now();
    let response = recorded.during(next.run(request)).await;
    if let Some((slow, what)) = what {
        for line in slow.lines(&what, start.elapsed(), &recorded.entries()) {
            // One write, so that lines of several requests do not mix; nobody is there to hear that it failed.
            let _ = io::stderr().write_all((line + "\n").as_bytes());
        }
    }
    response
}

impl Slow {
    /// What is to be told of a request, a line each. Never the values of parameters.
    fn lines(self, what: &str, took: Duration, entries: &[Entry]) -> Vec<String> {
        let mut lines = Vec::new();
        if took >= self.request {
            let statements = entries.iter().filter(|entry| !entry.control).count();
            let within: Duration = entries.iter().map(|entry| entry.duration).sum();
            lines.push(format!("slow: {what} took {took:.1?}, of which {within:.1?} in {statements} statements"));
        }
        for entry in entries.iter().filter(|entry| entry.duration >= self.statement) {
            let Entry { sql, runs, duration, caller, .. } = entry;
            let runs = if *runs > 1 { format!(" × {runs}") } else { String::new() };
            let at = caller.map_or(String::new(), |caller| format!("  at {caller}"));
            lines.push(format!("slow: {what}: {duration:.1?}{runs} {}{at}", sql.replace('\n', " ")));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use aludel_driver::{Engine, EngineOptions, Query, Url, recorded};

    use super::*;

    #[tokio::test]
    async fn what_is_slow_is_told_with_its_line_and_without_values() {
        let engine = Engine::connect(&Url::temporary(), EngineOptions::default()).await.unwrap();
        let here = std::panic::Location::caller();
        let query = Query::read("SELECT\n?1", vec!["s3cret".into()]).called_at(here);
        let (_, entries) = recorded(async {
            engine.acquire().await.unwrap().fetch(query, |_| Ok(())).await.unwrap();
        })
        .await;
        let second = Duration::from_secs(1);
        let slow = |request, statement| Slow { request, statement }.lines("GET /x", second, &entries);
        assert_eq!(slow(second * 2, second), [""; 0]);
        let lines = slow(second, Duration::ZERO);
        assert!(lines[0].starts_with("slow: GET /x took 1.0s, of which ") && lines[0].ends_with(" in 1 statements"));
        assert!(lines[1].starts_with("slow: GET /x: ") && lines[1].ends_with(&format!(" SELECT ?1  at {here}")));
        assert_eq!(lines.len(), 2);
    }
}
