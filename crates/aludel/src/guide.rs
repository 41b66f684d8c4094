//! The guide, a chapter a module. Its examples are compiled and run with the tests.

#[doc = include_str!("../../../docs/guide/models.md")]
pub mod models {}

#[doc = include_str!("../../../docs/guide/queries.md")]
pub mod queries {}

#[doc = include_str!("../../../docs/guide/session.md")]
pub mod session {}

#[doc = include_str!("../../../docs/guide/migrations.md")]
pub mod migrations {}

#[doc = include_str!("../../../docs/guide/databases.md")]
pub mod databases {}

#[doc = include_str!("../../../docs/guide/reference.md")]
pub mod reference {}
