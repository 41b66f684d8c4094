//! The commands of the real program, run in a temporary folder.

mod bad_input;
mod branches;
mod configuration;
mod support;
mod walk;
