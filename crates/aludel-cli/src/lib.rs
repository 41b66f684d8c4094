//! The command line of an Aludel application.
//!
//! ```no_run
//! # use std::process::ExitCode;
//! use aludel_cli::Main;
//! use aludel_web::App;
//!
//! #[tokio::main]
//! async fn main() -> ExitCode {
//!     App::new("microblog").main().await
//! }
//! ```
//!
//! What a command was asked for goes to standard output, what it has to say about it to standard error. The program ends
//! with 0 when all went well, 1 when something did not, 2 when the command was not understood.

mod args;
mod commands;
mod report;
#[cfg(feature = "shell")]
#[doc(hidden)]
pub mod shell;

use std::{ffi::OsString, process::ExitCode};

use aludel_web::App;
use clap::{CommandFactory, FromArgMatches};

use crate::args::Args;

/// Does what the command line of the program says.
pub trait Main {
    /// Does what the command line says; with no command, brings the database up to date and serves. The program's exit
    /// code.
    fn main(self) -> impl Future<Output = ExitCode>;
}

impl Main for App {
    async fn main(self) -> ExitCode {
        run(self, std::env::args_os()).await
    }
}

/// Does what `args` say, the first of which is the name of the program.
pub async fn run<T: Into<OsString> + Clone>(app: App, args: impl IntoIterator<Item = T>) -> ExitCode {
    let parsed = Args::command()
        .about(format!("{}: its web server, its database and its shell", app.name()))
        .try_get_matches_from(args)
        .and_then(|matches| Args::from_arg_matches(&matches));
    match parsed {
        Ok(args) => match commands::run(app, args).await {
            Ok(code) => code,
            Err(error) => {
                report::error(&error);
                ExitCode::FAILURE
            }
        },
        Err(error) => {
            // Help goes to standard output and is no failure; a reader that went away is nobody to tell.
            let _ = error.print();
            u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
        }
    }
}
