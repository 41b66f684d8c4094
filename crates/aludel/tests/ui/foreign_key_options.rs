use aludel::prelude::*;

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = User)]
    user_id: i64,
    #[column(on_delete = cascade)]
    other_id: i64,
    #[column(foreign_key = User.id, on_delete = set_null)]
    editor_id: i64,
    #[column(foreign_key = User.id, on_delete = explode)]
    reader_id: i64,
}

fn main() {}
