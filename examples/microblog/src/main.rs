//! A small blog: people and their posts.

mod models;
mod pages;
mod routes;

use std::process::ExitCode;

use aludel::prelude::*;

#[tokio::main]
async fn main() -> ExitCode {
    App::new("microblog").config(Config::from_env()).migrations(migrations!()).routes(routes::routes()).main().await
}
