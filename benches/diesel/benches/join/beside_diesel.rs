//! The same in Diesel's query language.

use std::{hint::black_box, path::Path};

use diesel::{connection::SimpleConnection, prelude::*};

diesel::table! {
    user (id) {
        id -> BigInt,
        username -> Text,
        email -> Nullable<Text>,
    }
}

diesel::table! {
    post (id) {
        id -> BigInt,
        body -> Text,
        user_id -> BigInt,
    }
}

diesel::joinable!(post -> user (user_id));
diesel::allow_tables_to_appear_in_same_query!(user, post);

#[derive(Queryable, Selectable)]
#[diesel(table_name = user)]
#[allow(dead_code, reason = "filled and dropped, as the others are")]
struct User {
    id: i64,
    username: String,
    email: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = post)]
#[allow(dead_code, reason = "filled and dropped, as the others are")]
struct Post {
    id: i64,
    body: String,
    user_id: i64,
}

pub(crate) fn open(path: &Path) -> SqliteConnection {
    let mut connection = SqliteConnection::establish(&path.to_string_lossy()).expect("the database opens");
    connection
        .batch_execute("PRAGMA journal_mode = wal; PRAGMA synchronous = normal; PRAGMA foreign_keys = on")
        .expect("the pragmas");
    connection
}

pub(crate) fn join(connection: &mut SqliteConnection, rows: i64) {
    let found: Vec<(User, Option<Post>)> = user::table
        .left_join(post::table)
        .filter(user::id.le(crate::USERS))
        .order_by(user::username.desc())
        .limit(rows)
        .select((User::as_select(), Option::<Post>::as_select()))
        .load(connection)
        .expect("the rows");
    assert_eq!(black_box(found).len(), rows as usize);
}
