use aludel::prelude::*;

#[derive(Model, Debug)]
#[model(schema = "billing.invoice")]
struct Dotted {
    #[column(primary_key)]
    id: i64,
    #[column(start = 1000)]
    number: i64,
    #[column(sequence = "n", increment = 0)]
    still: i64,
    #[column(sequence = "n", default = 1)]
    twice: i64,
    #[column(sequence = "a.b.c")]
    odd: i64,
    #[column(sequence = "m", cache = 0)]
    nothing: i64,
    #[column(max = 9, server_default = 1)]
    counted: i64,
}

#[derive(Model, Debug)]
struct Given {
    #[column(primary_key, default = 7, start = 1000)]
    id: i64,
}

#[derive(Model, Debug)]
struct Uncounted {
    #[column(primary_key, identity = false, start = 1000)]
    id: i64,
}

#[derive(Model, Debug)]
struct Pair {
    #[column(primary_key, increment = 2)]
    one: i64,
    #[column(primary_key)]
    other: i64,
}

fn main() {}
