//! The macros of Aludel. Use them through the `aludel` crate, which documents them with examples that run.

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

mod db_enum;
mod field;
mod from_row;
mod migrations;
mod model;
mod new;

/// Makes a struct a model: its values are rows of a table. See the `aludel` crate.
#[proc_macro_derive(Model, attributes(model, column, relation))]
pub fn model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    model::derive(&input).unwrap_or_else(|error| error.into_compile_error()).into()
}

/// Makes a struct around one value the type of a column: `struct UserId(i64)`. See the `aludel` crate.
#[proc_macro_derive(Field)]
pub fn field(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    field::derive(&input).unwrap_or_else(|error| error.into_compile_error()).into()
}

/// Makes a struct what a row becomes: of SQL, and of a query's columns. See the `aludel` crate.
#[proc_macro_derive(FromRow, attributes(column))]
pub fn from_row(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    from_row::derive(&input).unwrap_or_else(|error| error.into_compile_error()).into()
}

/// Makes an enum without fields the type of a column, stored as the names of its variants. See the `aludel` crate.
#[proc_macro_derive(DbEnum, attributes(db_enum))]
pub fn db_enum(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    db_enum::derive(&input).unwrap_or_else(|error| error.into_compile_error()).into()
}

/// Makes a row to be, checked when the program is compiled: `new!(User { username: "susan" })`. See the `aludel` crate.
#[proc_macro]
pub fn new(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as syn::ExprStruct);
    new::expand(&input).unwrap_or_else(|error| error.into_compile_error()).into()
}

/// The application's migrations, read from the folder `migrations` beside its `Cargo.toml`. See the `aludel` crate.
#[proc_macro]
pub fn migrations(input: TokenStream) -> TokenStream {
    migrations::expand(input.into()).unwrap_or_else(|error| error.into_compile_error()).into()
}
