//! [`Error`] as an axum response: what a handler's `?` answers with.

use axum_core::response::{IntoResponse, Response};
use http::StatusCode;

use crate::{Error, ErrorKind};

/// 404 for what was not found, 503 for a database that is busy, else 500. The response carries no detail, which belongs in
/// the log: the error itself is in the response's extensions.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = match self.kind() {
            ErrorKind::NotFound => StatusCode::NOT_FOUND,
            ErrorKind::Busy | ErrorKind::Timeout => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let mut response = (status, status.canonical_reason().unwrap_or_default()).into_response();
        response.extensions_mut().insert(std::sync::Arc::new(self));
        response
    }
}
