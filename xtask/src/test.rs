//! `cargo xtask test`: the one command that runs everything.

use std::process::Stdio;

use crate::cargo;

pub(crate) fn run() -> Result<(), String> {
    println!("databases: SQLite (compiled in)");
    let everything = ["--workspace", "--all-features"];
    // nextest runs test programs side by side; without it cargo runs them one after the other.
    let mut probe = cargo(&["nextest", "--version"]);
    let nextest = probe.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
    if nextest {
        crate::run(cargo(&[&["nextest", "run"], &everything[..]].concat()))?;
    } else {
        crate::run(cargo(&[&["test", "--all-targets"], &everything[..]].concat()))?;
    }
    crate::run(cargo(&[&["test", "--doc"], &everything[..]].concat()))
}
