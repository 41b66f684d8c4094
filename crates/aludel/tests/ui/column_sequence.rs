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
}

fn main() {}
