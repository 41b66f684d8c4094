//! The tree of commands and their options.

use std::path::PathBuf;

use aludel_migrate::Rename;
use clap::{Parser, Subcommand};

/// The command line.
#[derive(Debug, Parser)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the application, and leave the database as it is; with no command, the database is brought up to date first
    Run {
        /// The name or address to serve at [default: HOST, else 127.0.0.1]
        #[arg(long)]
        host: Option<String>,
        /// The port to serve at, 0 for any that is free [default: PORT, else 5000]
        #[arg(short, long)]
        port: Option<u16>,
    },
    /// Work with the database and the models by hand
    Shell,
    /// Change the database's schema by migrations
    Db(Db),
}

#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct Db {
    /// The directory of the migrations
    #[arg(short, long, global = true)]
    pub(crate) directory: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: DbCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DbCommand {
    /// Make the directory of the migrations
    Init,
    /// Write a revision of what must change for the database to fit the models
    Migrate {
        #[command(flatten)]
        page: Page,
        /// What was renamed: `table.old=new` for a column, `old=new` for a table or a sequence, `type.old=new` for a value of an
        /// enum
        #[arg(long, value_name = "OLD=NEW")]
        rename: Vec<Rename>,
        /// A table that no model has any more, and that is to be dropped with its rows; or a sequence, or an empty schema
        #[arg(long, value_name = "NAME")]
        drop: Vec<String>,
    },
    /// Write an empty revision, to be filled by hand
    Revision {
        #[command(flatten)]
        page: Page,
    },
    /// Write a revision that joins several heads
    Merge {
        /// The revisions to join
        #[arg(default_value = "heads")]
        revisions: Vec<String>,
        /// What the revision is about
        #[arg(short, long, default_value = "merge")]
        message: String,
        /// The identifier of the revision
        #[arg(long)]
        rev_id: Option<String>,
    },
    /// Apply revisions to the database
    Upgrade {
        /// The revision to go up to
        #[arg(default_value = "head", allow_negative_numbers = true)]
        revision: String,
        /// Print the SQL instead; the revision may be a range then, `from:to`
        #[arg(long)]
        sql: bool,
    },
    /// Take revisions back
    Downgrade {
        /// The revision to go down to; `-2` is two steps, `base` is all
        #[arg(default_value = "-1", allow_negative_numbers = true)]
        revision: String,
        /// Print the SQL instead; the revision may be a range then, `from:to`
        #[arg(long)]
        sql: bool,
    },
    /// Show which revision the database is at
    Current {
        /// Say more of it
        #[arg(short, long)]
        verbose: bool,
    },
    /// List the revisions, newest first
    History {
        /// From this revision to that, both included: `a:b`, `a:`, `:b`, `-1:current`
        #[arg(short, long, value_name = "FROM:TO", allow_hyphen_values = true)]
        rev_range: Option<String>,
        /// Say more of each
        #[arg(short, long)]
        verbose: bool,
        /// Mark the revision that the database is at
        #[arg(short, long)]
        indicate_current: bool,
    },
    /// List the revisions that nothing builds on
    Heads {
        /// Say more of each
        #[arg(short, long)]
        verbose: bool,
    },
    /// Show one revision
    Show {
        /// The revision
        #[arg(default_value = "head", allow_negative_numbers = true)]
        revision: String,
    },
    /// Say that the database is at a revision, and run nothing
    Stamp {
        /// The revision
        #[arg(default_value = "head", allow_negative_numbers = true)]
        revision: String,
        /// Empty the history first, whatever it holds
        #[arg(long)]
        purge: bool,
    },
    /// Check that models, migrations and database agree
    Check,
    /// Write `heads.lock` again, after a revision was edited
    Lock,
    /// Mend the history of the database
    Repair {
        /// The applied revision whose file is right as it is now
        #[arg(long, value_name = "REVISION")]
        accept: String,
    },
}

/// What a new revision is like.
#[derive(Debug, clap::Args)]
pub(crate) struct Page {
    /// What the revision is about
    #[arg(short, long, default_value = "")]
    pub(crate) message: String,
    /// The revision to build on, where there are several heads
    #[arg(long, value_name = "REVISION")]
    pub(crate) head: Option<String>,
    /// The identifier of the revision; 12 random hexadecimal digits unless given
    #[arg(long)]
    pub(crate) rev_id: Option<String>,
}
