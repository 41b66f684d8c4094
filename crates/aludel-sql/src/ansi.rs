//! Portable SQL, the language migration files are written in.
//!
//! It is a small, closed part of standard SQL, with PostgreSQL's words where the standard is silent. [`parse()`] reads it
//! into [`Operation`](crate::Operation)s and [`print()`] writes them; `parse(print(x))` is `x` again. What databases do not agree on
//! is refused, with the portable spelling where there is one.
//!
//! ```
//! use aludel_sql::ansi;
//!
//! let source = "DROP TABLE \"user\";";
//! let statements = ansi::parse(source, 0..source.len()).unwrap();
//! assert_eq!(ansi::print(&statements[0].operation).unwrap(), source);
//! ```

mod error;
mod hint;
pub mod lex;
mod parse;
mod print;

pub use error::SyntaxError;
pub(crate) use hint::is_type_word;
pub use lex::lex;
pub use parse::{Statement, parse, parse_expr};
pub use print::print;
