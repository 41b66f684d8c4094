use aludel::prelude::*;

include!("models/blog.rs");

fn main() {
    #[derive(FromRow)]
    struct Row {
        name: String,
        id: i64,
    }
    let _ = User::query().select(|u| (u.id, u.username)).as_struct::<Row>();
}
