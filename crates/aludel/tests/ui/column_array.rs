use aludel::prelude::*;

#[derive(Model)]
struct Board {
    #[column(primary_key)]
    id: i64,
    cells: Vec<Vec<i64>>,
    #[column(length = 3)]
    scores: Vec<i64>,
}

fn main() {}
