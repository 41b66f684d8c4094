//! Serving the routes.

use std::{error::Error as _, io, net::SocketAddr, sync::Arc};

use aludel_orm::Db;
use aludel_sql::{Error, ErrorKind, Result};
use axum::{
    Extension, Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::Response,
};
use tokio::net::TcpListener;

/// An application that listens at an address.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    routes: Router,
}

impl Server {
    pub(crate) async fn bind((host, port): (&str, u16), routes: Router, db: Db) -> Result<Self> {
        let failed = |error: io::Error| {
            let (why, help) = match error.kind() {
                io::ErrorKind::AddrInUse => ("another program does", "Stop it, or choose another port"),
                io::ErrorKind::PermissionDenied => {
                    ("this user may not", "Choose a port from 1024, or give the program the right to it")
                }
                io::ErrorKind::AddrNotAvailable => {
                    ("the address is none of this machine", "Choose `127.0.0.1`, or `0.0.0.0` for all networks")
                }
                _ => ("the name or address cannot be used", "Choose `127.0.0.1`, or `0.0.0.0` for all networks"),
            };
            Error::new(ErrorKind::Io, format!("cannot listen on {host} port {port}: {why}"))
                .with_help(help)
                .with_source(error)
        };
        let listener = TcpListener::bind((host, port)).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Server { listener, address, routes: routes.layer(Extension(db)).layer(from_fn(report)) })
    }

    /// Where it listens, with the port that was found if any free one was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests until the program is told to stop, by Ctrl-C or the signal TERM.
    ///
    /// # Errors
    /// The listener broke.
    pub async fn run(self) -> Result<()> {
        self.run_until(stop()).await
    }

    /// Answers requests until `stop` is done, and then those that have begun.
    ///
    /// # Errors
    /// The listener broke.
    pub async fn run_until(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
        axum::serve(self.listener, self.routes).with_graceful_shutdown(stop).await.map_err(|error| {
            Error::new(ErrorKind::Io, format!("serving at {} ended: {error}", self.address)).with_source(error)
        })
    }
}

/// Writes an error and its causes to standard error, on one line.
fn log(what: &str, error: &Error) {
    let mut line = format!("error: {what}: {}", error.message());
    let mut cause = error.source();
    while let Some(because) = cause.filter(|cause| !line.contains(&cause.to_string())) {
        line.push_str(&format!(": {because}"));
        cause = because.source();
    }
    if let Some(sql) = error.sql() {
        line.push_str(&format!(" (in: {sql})"));
    }
    // One write, so that lines of several requests do not mix; nobody is there to hear that it failed.
    let _ = io::Write::write_all(&mut io::stderr(), (line.replace('\n', " ") + "\n").as_bytes());
}

/// Writes why a request failed, which its answer does not say.
async fn report(request: Request, next: Next) -> Response {
    let what = format!("{} {}", request.method(), request.uri().path());
    let response = next.run(request).await;
    if response.status().is_server_error()
        && let Some(error) = response.extensions().get::<Arc<Error>>()
    {
        log(&what, error);
    }
    response
}

/// Done when the program is told to stop.
async fn stop() {
    let interrupt = async {
        // Without a way to hear of Ctrl-C, the program is stopped by it at once, as any is.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                () = interrupt => {}
                _ = terminate.recv() => {}
            },
            Err(_) => interrupt.await,
        }
    }
    #[cfg(not(unix))]
    interrupt.await;
}
