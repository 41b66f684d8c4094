use aludel::prelude::*;

#[derive(DbEnum, Clone)]
enum Status {
    Draft,
    Published,
}

#[derive(Model)]
struct Article {
    #[column(primary_key)]
    id: i64,
    status: Status,
}

fn main() {
    let _ = Article::query().filter(|a| a.status.eq("draft"));
    let _ = new!(Article { status: "draft" });
}
