//! An axum application on Aludel.
//!
//! An [`App`] is what a program is made of: a [`Config`], the migrations, the models and the routes. [`App::bind`] makes a
//! [`Server`] of it, whose handlers find the database by the extractors `Db` and `Session`.

mod app;
mod config;
mod requests;
mod server;

pub use app::App;
pub use config::Config;
pub use server::Server;
