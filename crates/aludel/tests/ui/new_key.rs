//! Rows whose keys have several columns: each is given once, by itself or by a relation.
use aludel::prelude::*;

#[derive(Model)]
struct Tenant {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
struct Order {
    #[column(primary_key, foreign_key = Tenant.id)]
    tenant_id: i64,
    #[column(primary_key)]
    number: i32,
    #[relation(key = tenant_id)]
    tenant: BelongsTo<Tenant>,
}

#[derive(Model)]
#[model(foreign_key(tenant_id, order_number = Order(tenant_id, number)))]
struct Line {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Tenant.id)]
    tenant_id: i64,
    order_number: i32,
    #[relation(key = tenant_id)]
    tenant: BelongsTo<Tenant>,
    #[relation(key = (tenant_id, order_number))]
    order: BelongsTo<Order>,
}

fn lines(session: &mut Session, tenant: Tracked<Tenant>, order: Tracked<Order>) {
    session.add(new!(Line { order: order }));
    session.add(new!(Line { order: order, tenant: tenant }));
    session.add(new!(Line { order_number: 7, tenant: tenant }));
    session.add(new!(Line { order_number: 7, tenant_id: 1 }));
    session.add(new!(Line { order: order, order_number: 7 }));
    session.add(new!(Line { order: order, tenant_id: 1 }));
    session.add(new!(Line { tenant: tenant }));
    session.add(new!(Line { order_number: 7 }));
}

fn main() {}
