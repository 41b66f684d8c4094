//! What the contract of drivers promises, once for all of them: on the server that `ALUDEL_TEST_URL` names, on SQLite unless it
//! is set. Where databases differ, a case asks the capability table, and checks that it tells the truth.

#[path = "../shared/mod.rs"]
mod shared;

mod batches;
mod cancel;
mod errors;
mod faults;
mod hooks;
mod hosts;
mod log;
mod pool;
mod statements;
mod support;
mod transactions;
