// The models of the chapter on queries, whose examples include this file.
use aludel::prelude::*;

#[derive(Model, Debug)]
pub struct User {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 64, unique)]
    pub username: String,
    pub nick: Option<String>,
    pub age: Option<i32>,
    pub score: i64,
    pub active: bool,
    #[relation(back_populates = author)]
    pub posts: HasMany<Post>,
}

#[derive(Model, Debug)]
pub struct Post {
    #[column(primary_key)]
    pub id: i64,
    pub body: String,
    pub words: i32,
    pub timestamp: Timestamp,
    #[column(foreign_key = User.id)]
    pub user_id: i64,
    #[relation(key = user_id, back_populates = posts)]
    pub author: BelongsTo<User>,
}
