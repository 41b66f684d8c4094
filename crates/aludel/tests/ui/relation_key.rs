//! Keys of several columns, named wrong.
use aludel::prelude::*;

#[derive(Model)]
struct Order {
    #[column(primary_key)]
    tenant: i64,
    #[column(primary_key)]
    number: i32,
}

#[derive(Model)]
#[model(foreign_key(tenant, order_number = Order(tenant, number)))]
struct Line {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    order_number: i32,
    extra: i32,
    other_tenant: i64,
    other_number: Option<i32>,
    #[relation(key = (tenant, order_nmber))]
    unknown: BelongsTo<Order>,
    #[relation(key = (tenant, tenant))]
    twice: BelongsTo<Order>,
    #[relation(key = ())]
    nothing: BelongsTo<Order>,
    #[relation(key = (tenant, order_number, extra))]
    too_many: BelongsTo<Order>,
    #[relation(key = order_number)]
    too_few: BelongsTo<Order>,
    #[relation(key = (other_tenant, other_number))]
    no_foreign_key: BelongsTo<Option<Order>>,
    #[relation(key = (tenant, order_number))]
    always: BelongsTo<Option<Order>>,
    #[relation(key = (tenant, order_number))]
    many: HasMany<Order>,
}

#[derive(Model)]
#[model(foreign_key(tenant, order_number = Order(tenant, number)))]
struct Optional {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    order_number: Option<i32>,
    #[relation(key = (tenant, order_number))]
    order: BelongsTo<Order>,
}

#[derive(Model)]
#[model(foreign_key(tenant, order_number = Order(tenant, number)))]
struct OtherTarget {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    order_number: i32,
    #[relation(key = (tenant, order_number))]
    order: BelongsTo<OtherTarget>,
}

#[derive(Model)]
#[model(foreign_key(tenant, order_number = Order(tenant, number)))]
struct OtherType {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    order_number: String,
    #[relation(key = (tenant, order_number))]
    order: BelongsTo<Order>,
}

fn main() {}
