use aludel::prelude::*;

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = User.id)]
    user_id: i64,
    #[column(foreign_key = User.id)]
    editor_id: Option<i64>,
    plain_id: i64,
    #[relation(key = usr_id)]
    author: BelongsTo<User>,
    #[relation(key = editor_id)]
    editor: BelongsTo<User>,
    #[relation(key = user_id)]
    owner: BelongsTo<Option<User>>,
    #[relation(key = plain_id)]
    plain: BelongsTo<User>,
    #[relation(back_populates = post)]
    other: BelongsTo<User>,
    #[relation(key = id)]
    comments: HasMany<Comment>,
    bare: HasMany<Comment>,
    #[relation(key = user_id)]
    wrong: i64,
}

fn main() {}
