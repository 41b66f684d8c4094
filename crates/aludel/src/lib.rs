//! Models, sessions and migrations for Rust web applications.
//!
//! A struct becomes a [`Model`] by a derive; [`Query`] asks for its rows and gives plain values; a [`Session`] tracks the rows a
//! program changes and writes what changed; [`migrate`] evolves the schema from the models; [`App`] makes a web application of
//! it all, with its own command line.
//!
//! ```standalone_crate
//! use aludel::prelude::*;
//!
//! #[derive(Model, Debug)]
//! struct User {
//!     #[column(primary_key)]
//!     id: i64,
//!     #[column(length = 64, unique)]
//!     username: String,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<()> {
//! let db = Db::connect("sqlite://").await?; // a private temporary database
//! db.create_all().await?; // an application would run its migrations
//! let mut session = db.session();
//! let susan = session.add(new!(User { username: "susan" }));
//! session.commit().await?;
//! assert_eq!(session[susan].id, 1);
//!
//! let found = User::query().filter(|u| u.username.starts_with("s")).all(&db).await?;
//! assert_eq!(found[0].username, "susan");
//! # Ok(())
//! # }
//! ```
//!
//! The [`guide`] teaches all of it.
//!
//! # Features
//!
//! | feature | gives |
//! |---|---|
//! | `sqlite` (default) | SQLite, compiled in |
//! | `postgres` | PostgreSQL |
//! | `mysql` | MySQL and MariaDB |
//! | `migrate` | [`migrate`]: revisions, generated and run |
//! | `axum` | `Db`, `Session` and `Error` in axum handlers |
//! | `web` | [`App`] and [`Config`] |
//! | `cli` | the commands `run` and `db …` |
//! | `shell` | the command `shell` |
//! | `decimal`, `uuid` | columns of `rust_decimal::Decimal`, of `uuid::Uuid` |
//! | `json` | columns of `serde_json::Value`, and of any serde type as `Json<T>` |
//! | `chrono`, `time` | columns of the dates and times of these crates |
//!
//! # Attributes of a model
//!
//! | attribute | on | says |
//! |---|---|---|
//! | `#[model(table = "people")]` | struct | the table's name, in place of the struct's in snake case |
//! | `#[model(display = "<User {username}>")]` | struct | how a value prints |
//! | `#[column(primary_key)]` | field | the key, or a part of it; an integer that is the whole key is counted by the database |
//! | `#[column(identity = false)]` | key | the program gives the key |
//! | `#[column(start = 1000)]`, `increment`, `min`, `max`, `cycle`, `cache` | key, or field with a `sequence` | how the database counts |
//! | `#[column(sequence = "number")]` | field | the sequence that it takes its numbers of |
//! | `#[column(name = "user_name")]` | field | the column's name |
//! | `#[column(length = 64)]` | `String`, `Vec<u8>` | how many characters or bytes it, or each element of an array, has room for |
//! | `#[column(precision = 10, scale = 2)]` | `Decimal` | how many digits it has, and how many of them after the point |
//! | `#[column(index)]`, `#[column(unique)]` | field | an index of its own; a unique one |
//! | `#[column(default = Timestamp::now)]` | field | a function, a literal or a constant that gives the value when `new!` gives none |
//! | `#[column(server_default = now())]` | field | what the database gives instead, and the flush reads back: `now()`, `today()`, a value, or `sql("…")` |
//! | `#[column(foreign_key = User.id)]` | field | the column of another model that it refers to |
//! | `#[column(on_delete = cascade)]`, `on_update` | foreign key | `restrict`, `cascade`, `set_null`, `set_default` or `no_action` (unless said) |
//! | `#[column(on_update = Timestamp::now)]` | other field | what gives the value when a flush changes anything else of the row |
//! | `#[column(computed = sql("price * 2"))]` | field | what the database computes it from: a closure, or portable SQL |
//! | `#[column(check = …)]`, `collate`, `comment` | field | what its values must be; its collation; what a person is told |
//! | `#[model(check(…), unique(…), index(…), foreign_key(…), comment = …)]` | struct | what is of the whole table: see the [guide](guide::models) |
//! | `#[relation(key = user_id)]` | `BelongsTo<T>` | the field that holds the key; of several, `key = (tenant_id, number)` |
//! | `#[relation(back_populates = posts)]` | relation | the relation at the other end |
//!
//! The types that columns can have, and those of one's own: [the guide](guide::models#types-of-columns).
//!
//! # Reading compiler errors
//!
//! The first line is ours: `` `{integer}` cannot be compared with a column of type `String` ``, ``missing required field
//! `username` in `new!(User { .. })` ``. "no field `usrname` on type `UserFields`" is a column that the model does not have;
//! "expected `Expr<User>`, found `Expr<Post>`" a condition on another model.

#[cfg(any(doc, doctest))]
pub mod guide;

pub use aludel_driver as driver;
#[cfg(feature = "migrate")]
pub use aludel_migrate as migrate;
#[cfg(feature = "migrate")]
pub use aludel_migrate::Migrations;
pub use aludel_orm::{
    BelongsTo, Column, Db, DbEnum, ErrorExt, Expr, Field, HasMany, IntoField, Model, ModelDef, Models, New, OrNotFound,
    Query, Relation, Session, Tracked, expr, field, handle, model, query, relation, session,
};
pub use aludel_orm::{
    ExprOps,
    query::{Cte, Page, insert, insert_all, series, sql, unnest, values},
};
#[cfg(feature = "json")]
pub use aludel_orm::{
    field::Json,
    query::{elements, members},
};
pub use aludel_sql::{self as sql, Error, ErrorKind, Result, Value};
#[cfg(feature = "web")]
pub use aludel_web::{App, Config};

pub use aludel_driver::{
    Engine, EngineOptions, Entry, Hook, Isolation, Recorded, Recording, TransactionMode, Url, recorded,
};
pub use aludel_macros::{DbEnum, Field, FromRow, Model, migrations, new};
pub use aludel_orm::query::FromRow;
pub use aludel_sql::name::Naming;
/// The crate of the dates and times that columns have.
pub use jiff;

/// An application's models, listed: `models![User, Post]`.
#[macro_export]
macro_rules! models {
    ($($model:ty),* $(,)?) => {
        $crate::Models::new([$(<$model as $crate::Model>::definition()),*])
    };
}

/// What almost every file that uses Aludel needs.
pub mod prelude {
    #[cfg(feature = "json")]
    pub use crate::expr::JsonOps;
    pub use crate::expr::{AggregateOps, ExprOps, NumberOps, TemporalOps, TextOps, WindowOps};
    #[cfg(feature = "web")]
    pub use crate::{App, Config};
    pub use crate::{
        BelongsTo, Cte, Db, DbEnum, Error, ErrorExt, ErrorKind, Expr, FromRow, HasMany, Isolation, Model, Models,
        OrNotFound, Page, Query, Result, Session, Tracked, migrations, models, new,
    };
    #[cfg(feature = "cli")]
    pub use aludel_cli::Main;
    pub use jiff::Timestamp;
}

/// The README's examples, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;

/// For generated code.
#[doc(hidden)]
pub mod __private {
    pub use aludel_driver::Row;
    pub use aludel_orm::field::{AnyField, Options, Precision, Shape, Values, from_name};
    pub use aludel_orm::handle::{Handles, column};
    pub use aludel_orm::model::{
        Actions, ComputedDef, ExclusionDef, FieldDef, Filler, ForeignKeyDef, IndexDef, IndexKeyDef, IndexPartDef,
        KeyOf, ModelDef, ModelEntry, PartDef, ReferenceDef, RelationDef, RelationKind, Required, Requirements, Said,
        computed, condition, default_of, index_key, into_field, inverse_of, is_complete, require, show,
    };
    pub use aludel_orm::query::{read, type_of};
    pub use aludel_orm::relation::{Held, leads_to_many, leads_to_one};
    pub use aludel_orm::{Column, Field, Model, Relation};
    pub use aludel_sql::Expr;
    pub use aludel_sql::schema::{Action, Conflict, Deferrable, Nulls, SequenceOption};
    pub use inventory;
}
