//! The guide, a chapter a module. Its examples are compiled and run with the tests.

#[doc = include_str!("../guide/models.md")]
pub mod models {}

#[doc = include_str!("../guide/queries.md")]
pub mod queries {}

#[doc = include_str!("../guide/session.md")]
pub mod session {}

#[doc = include_str!("../guide/migrations.md")]
pub mod migrations {}

#[doc = include_str!("../guide/databases.md")]
pub mod databases {}

#[doc = include_str!("../guide/reference.md")]
pub mod reference {}
