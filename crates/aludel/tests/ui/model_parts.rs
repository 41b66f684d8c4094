//! What a model says of its table as a whole, said wrong.
use aludel::prelude::*;

#[derive(Model)]
#[model(check(positive))]
struct NoCheck {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(check(positive = 7))]
struct NoCondition {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(check(positive = |m| m.id))]
struct NoPredicate {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(unique(id, nmae), index(nmae), index(id, id))]
struct NoColumn {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model)]
#[model(unique())]
struct NoColumns {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(index(unique))]
struct NoParts {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(index(by = |m| m.id.gt(1)))]
struct NoName {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(index(descending(id)))]
struct NoWord {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(index(id, whre = |m| m.id.gt(1)))]
struct NoOption {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(index(ops(id)))]
struct NoClass {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(index(id, nulls_not_distinct))]
struct NotUnique {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(index(id, with(fillfactor)))]
struct NoValue {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(index(id, with(pages_per_range = 8, fillfactor = "70")))]
struct NoNumber {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(index(id, with(fillfactor = 70, fillfactor = 80)))]
struct StoredTwice {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(index(name = "a_name_of_more_bytes_than_every_database_takes_without_cutting_it_off", id))]
struct LongName {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(comment = "")]
struct NoComment {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
struct Order {
    #[column(primary_key)]
    tenant: i64,
    #[column(primary_key)]
    number: i32,
}

#[derive(Model)]
#[model(foreign_key(tenant, number))]
struct NoTarget {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    number: i32,
}

#[derive(Model)]
#[model(foreign_key(tenant, number = Order(tenant)))]
struct TooFew {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    number: i32,
}

#[derive(Model)]
#[model(foreign_key(tenant, number = Order(tenant, number), on_delete = set_null, deferred))]
struct Options {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    number: Option<i32>,
}

#[derive(Model)]
#[model(foreign_key(tenant, number = Order(tenant, number), on_delete = cascade(number)))]
struct NothingSet {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    number: Option<i32>,
}

#[derive(Model)]
#[model(foreign_key(tenant, number = Order(tenant, number), on_delete = set_null(id, tenant)))]
struct SetOther {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    number: Option<i32>,
}

#[derive(Model)]
#[model(foreign_key(tenant, number = Order(tenant, number), on_delete = set_null))]
struct NotNull {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    number: Option<i32>,
}

#[derive(Model)]
#[model(foreign_key(tenant, number = Order(tenant, number)))]
struct OtherType {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    number: i64,
}

#[derive(Model)]
#[model(exclude())]
struct NoExclusion {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(exclude(id))]
struct NoOperator {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(exclude(eq(nmae)))]
struct NoExcludedColumn {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(exclude(eq(id, name)))]
struct TwoInOne {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model)]
#[model(exclude(using = gist, overlaps(by = sql("int8range(id, id + 2)"))))]
struct NoExclusionName {
    #[column(primary_key)]
    id: i64,
}

fn main() {}
