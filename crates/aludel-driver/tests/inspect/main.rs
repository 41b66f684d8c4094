//! What is created is found again, and what others created is understood.

mod expressions;
mod schemas;
mod support;
mod values;

#[cfg(feature = "sqlite")]
mod sqlite;

#[cfg(feature = "postgres")]
mod postgres;

#[cfg(feature = "mysql")]
mod mysql;
