use aludel::{expr::value, prelude::*, values};

include!("models/blog.rs");

fn main() {
    // Rows are tuples.
    let _ = User::query().join_query(values([1i64, 2]), |(u, id)| u.id.eq(id));
    // Of values that columns can hold.
    let _ = values([(1i64, std::thread::current())]);
    // Texts are their own.
    let _ = User::query().filter(|u| u.username.eq(value("susan")));
    // And compared with columns of their type.
    let _ = User::query().join_query(values([("susan",)]), |(u, (name,))| u.id.eq(name));
}
