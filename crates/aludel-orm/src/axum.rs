//! [`Db`] and [`Session`] as axum extractors, from the `Db` that was put into the request's extensions.

use aludel_sql::{Error, ErrorKind};
use axum_core::extract::FromRequestParts;
use http::request::Parts;

use crate::{db::Db, session::Session};

impl<S: Send + Sync> FromRequestParts<S> for Db {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts.extensions.get::<Db>().cloned().ok_or_else(|| {
            Error::new(ErrorKind::Usage, "this request has no database")
                .with_help("Serve the routes through `App`, or add `.layer(Extension(db))` to the router.")
        })
    }
}

/// A session of the request's own: what the handler does not commit is rolled back when it returns.
impl<S: Send + Sync> FromRequestParts<S> for Session {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        Ok(Db::from_request_parts(parts, state).await?.session())
    }
}
