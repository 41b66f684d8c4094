//! Relations by keys of several columns: orders numbered by tenant, their lines, and folders in folders.

use aludel::prelude::*;

use crate::support::{TestDb, sent};

mod loads;
mod refused;
mod units;

#[derive(Model, Debug)]
#[model(table = "c_tenant", display = "<Tenant {name}>")]
struct Tenant {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relation(back_populates = tenant)]
    orders: HasMany<Order>,
    #[relation(back_populates = tenant)]
    lines: HasMany<Line>,
}

/// A key that has the key of another row in it.
#[derive(Model, Debug)]
#[model(table = "c_order", display = "<Order {number} of {tenant_id}>")]
struct Order {
    #[column(primary_key, foreign_key = Tenant.id)]
    tenant_id: i64,
    #[column(primary_key)]
    number: i32,
    #[relation(key = tenant_id, back_populates = orders)]
    tenant: BelongsTo<Tenant>,
    #[relation(back_populates = order)]
    lines: HasMany<Line>,
}

/// Two relations that share a column, which is of the row's own key, too.
#[derive(Model, Debug)]
#[model(table = "c_line", foreign_key(tenant_id, order_number = Order(tenant_id, number)))]
struct Line {
    #[column(primary_key, foreign_key = Tenant.id)]
    tenant_id: i64,
    #[column(primary_key)]
    order_number: i32,
    #[column(primary_key)]
    position: i32,
    article: String,
    #[relation(key = tenant_id, back_populates = lines)]
    tenant: BelongsTo<Tenant>,
    #[relation(key = (order_number, tenant_id), back_populates = lines)]
    order: BelongsTo<Order>,
}

/// A row that refers to one of its own table and tenant, or to none.
#[derive(Model, Debug)]
#[model(table = "c_folder", foreign_key(tenant_id, up_name = Folder(tenant_id, name)))]
struct Folder {
    #[column(primary_key)]
    tenant_id: i64,
    #[column(primary_key, length = 20)]
    name: String,
    #[column(length = 20)]
    up_name: Option<String>,
    #[relation(key = (tenant_id, up_name), back_populates = inner)]
    up: BelongsTo<Option<Folder>>,
    #[relation(back_populates = up)]
    inner: HasMany<Folder>,
    #[relation(back_populates = folder)]
    files: HasMany<File>,
}

/// A key that may be NULL as a whole, to columns that are unique and no primary key, as well.
#[derive(Model, Debug)]
#[model(
    table = "c_file",
    foreign_key(folder_tenant, folder_name = Folder(tenant_id, name), on_delete = set_null),
    foreign_key(kind_group, kind_code = Kind(group_id, code), on_delete = cascade)
)]
struct File {
    #[column(primary_key)]
    id: i64,
    title: String,
    folder_tenant: Option<i64>,
    #[column(length = 20)]
    folder_name: Option<String>,
    kind_group: Option<i32>,
    #[column(length = 5)]
    kind_code: Option<String>,
    #[relation(key = (folder_tenant, folder_name), back_populates = files)]
    folder: BelongsTo<Option<Folder>>,
    #[relation(key = (kind_group, kind_code), back_populates = files)]
    kind: BelongsTo<Option<Kind>>,
}

#[derive(Model, Debug)]
#[model(table = "c_kind", unique(group_id, code))]
struct Kind {
    #[column(primary_key)]
    id: i64,
    group_id: i32,
    #[column(length = 5)]
    code: String,
    #[relation(back_populates = kind)]
    files: HasMany<File>,
}

/// Two tenants, each with order 1; the first one's has two lines, and it has an order 2 with one.
async fn shop() -> Result<TestDb> {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    for name in ["ada", "bob"] {
        let tenant = session.add(new!(Tenant { name: name }));
        let first = session.add(new!(Order { tenant: tenant, number: 1 }));
        if name == "ada" {
            session.add(new!(Line { order: first, position: 1, article: "ink" }));
            session.add(new!(Line { order: first, position: 2, article: "pen" }));
            let second = session.add(new!(Order { tenant: tenant, number: 2 }));
            session.add(new!(Line { order: second, position: 1, article: "nib" }));
        }
    }
    session.commit().await?;
    Ok(db)
}

/// Folders `a`, `a/b` and `a/b/c`, and a file in the last.
async fn folders() -> Result<TestDb> {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    let a = session.add(new!(Folder { tenant_id: 1, name: "a" }));
    let b = session.rel_mut(a, |f| f.inner).add(new!(Folder { name: "b" }));
    let c = session.rel_mut(b, |f| f.inner).add(new!(Folder { name: "c" }));
    session.add(new!(File { title: "deep", folder: c }));
    session.commit().await?;
    Ok(db)
}

async fn articles(db: &Db) -> Result<Vec<String>> {
    let lines = Line::query().order_by(|l| (l.tenant_id.asc(), l.order_number.asc(), l.position.asc())).all(db).await?;
    Ok(lines.into_iter().map(|l| format!("{}.{}.{} {}", l.tenant_id, l.order_number, l.position, l.article)).collect())
}
