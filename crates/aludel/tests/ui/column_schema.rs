//! What a model says of a column, said wrong.
use aludel::prelude::*;

#[derive(Model)]
struct Other {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
struct OnUpdate {
    #[column(primary_key, on_update = 7)]
    id: i64,
    #[column(on_update = cascade)]
    changed: Timestamp,
    #[column(foreign_key = Other.id, on_update = Timestamp::now)]
    other: i64,
    #[column(foreign_key = Other.id, on_update = set_null)]
    never: i64,
    #[column(foreign_key = Other.id, on_delete = set_default)]
    default: i64,
    #[column(foreign_key = Other.id, on_delete = delete)]
    word: i64,
    #[column(deferrable)]
    deferrable: i64,
    #[column(foreign_key = Other.id, deferrable = deferred)]
    deferred: i64,
}

#[derive(Model)]
struct Values {
    #[column(primary_key)]
    id: i64,
    #[column(on_update = "soon")]
    changed: i64,
}

#[derive(Model)]
struct Computed {
    #[column(primary_key)]
    id: i64,
    #[column(computed = 7)]
    seven: i64,
    #[column(computed = sql(7))]
    eight: i64,
    #[column(computed = sql("id + 1"), default = 3)]
    default: i64,
    #[column(computed = sql("id + 1"), stored, virtual)]
    both: i64,
    #[column(stored)]
    stored: i64,
    #[column(comment = "")]
    comment: i64,
}

#[derive(Model)]
struct OtherType {
    #[column(primary_key)]
    id: i64,
    #[column(computed = |m| m.id.gt(1))]
    text: String,
}

#[derive(Model)]
struct NoField {
    #[column(primary_key)]
    id: i64,
    #[column(check = |m| m.agee.gt(1))]
    age: i64,
}

fn main() {}
