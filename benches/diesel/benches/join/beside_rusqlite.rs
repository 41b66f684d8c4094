//! What a program would write with rusqlite alone.

use std::{hint::black_box, path::Path};

use rusqlite::Connection;

#[allow(dead_code, reason = "filled and dropped, as the others are")]
struct User {
    id: i64,
    username: String,
    email: Option<String>,
}

#[allow(dead_code, reason = "filled and dropped, as the others are")]
struct Post {
    id: i64,
    body: String,
    user_id: i64,
}

pub(crate) fn open(path: &Path) -> Connection {
    let connection = Connection::open(path).expect("the database opens");
    connection.pragma_update(None, "journal_mode", "wal").expect("WAL");
    connection.pragma_update(None, "synchronous", "normal").expect("NORMAL");
    connection.pragma_update(None, "foreign_keys", "on").expect("foreign keys");
    connection
}

pub(crate) fn join(connection: &Connection, rows: i64) {
    let sql = r#"SELECT "user"."id", "user"."username", "user"."email", "post"."id", "post"."body", "post"."user_id"
        FROM "user" LEFT JOIN "post" ON "post"."user_id" = "user"."id"
        WHERE "user"."id" <= ?1 ORDER BY "user"."username" DESC LIMIT ?2"#;
    let mut statement = connection.prepare_cached(sql).expect("the statement");
    let found: Vec<(User, Option<Post>)> = statement
        .query_map([crate::USERS, rows], |row| {
            let user = User { id: row.get(0)?, username: row.get(1)?, email: row.get(2)? };
            let post = match row.get::<_, Option<i64>>(3)? {
                Some(id) => Some(Post { id, body: row.get(4)?, user_id: row.get(5)? }),
                None => None,
            };
            Ok((user, post))
        })
        .expect("rows")
        .collect::<Result<_, _>>()
        .expect("a row");
    assert_eq!(black_box(found).len(), rows as usize);
}
