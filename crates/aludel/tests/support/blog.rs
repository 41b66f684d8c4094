//! The models of the tutorial's blog.
#![allow(dead_code)]

use aludel::prelude::*;

use crate::support::TestDb;

#[derive(Model, Debug)]
#[model(display = "<User {username}>")]
pub struct User {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 64, index, unique)]
    pub username: String,
    #[column(length = 120, index, unique)]
    pub email: String,
    #[column(length = 128)]
    pub password_hash: Option<String>,
    #[relation(back_populates = author)]
    pub posts: HasMany<Post>,
}

#[derive(Model, Debug)]
pub struct Post {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 140)]
    pub body: String,
    #[column(index, default = Timestamp::now)]
    pub timestamp: Timestamp,
    #[column(index, foreign_key = User.id)]
    pub user_id: i64,
    #[relation(key = user_id, back_populates = posts)]
    pub author: BelongsTo<User>,
}

/// A database with the tables of all models of the test program.
pub async fn blog() -> TestDb {
    TestDb::with_tables().await
}
