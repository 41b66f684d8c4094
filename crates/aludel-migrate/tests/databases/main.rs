//! What holds on every database, on the one that `ALUDEL_TEST_URL` names; on SQLite unless it is set.

mod alter;
mod arrays;
mod branches;
mod checks;
mod concurrent;
mod data;
mod enumeration;
mod failure;
mod hooks;
mod microblog;
mod namespaces;
mod offline;
mod random;
mod run;
#[path = "../support/schemas.rs"]
mod schemas;
#[path = "../support/sorted.rs"]
mod sorted;
mod stamp;
mod support;

use support::{Database, POSTS, USERS, chain, chain_with, local, revision};
