//! What each feature adds to the tree and to a clean build.

use std::{fs, path::Path};

use super::timed;
use crate::cargo;

/// The rows of the table: what a program turns on, one more each time.
const ROWS: [(&str, &str); 7] = [
    ("sqlite", "sqlite"),
    ("+ migrate", "sqlite,migrate"),
    ("+ web", "sqlite,web"),
    ("+ cli", "sqlite,cli"),
    ("+ shell", "sqlite,shell"),
    ("+ postgres", "sqlite,shell,postgres"),
    ("+ mysql", "sqlite,shell,postgres,mysql"),
];

/// Builds `aludel` from nothing with the features of each row, in `target`.
pub(super) fn run(target: &Path) -> Result<(), String> {
    println!("{:<12} {:>6} {:>8} {:>8}", "features", "crates", "CPU s", "s");
    for (name, features) in ROWS {
        let _ = fs::remove_dir_all(target);
        let arguments = ["build", "-p", "aludel", "--no-default-features", "--features", features];
        let cost = timed(target, &arguments)?;
        println!("{name:<12} {:>6} {:>8.0} {:>8.1}", crates(features)?, cost.cpu, cost.elapsed);
    }
    Ok(())
}

/// How many crates the library and its dependencies are, those of build scripts and macros included.
pub(super) fn crates(features: &str) -> Result<usize, String> {
    let arguments =
        ["tree", "-p", "aludel", "--edges", "normal,build", "--prefix", "none", "--no-default-features", "--features"];
    let tree = cargo(&[&arguments[..], &[features]].concat()).output().map_err(|error| error.to_string())?;
    let tree = String::from_utf8_lossy(&tree.stdout).into_owned();
    let mut crates: Vec<&str> = tree.lines().filter_map(|line| line.strip_suffix(" (*)").or(Some(line))).collect();
    crates.sort_unstable();
    crates.dedup();
    Ok(crates.len())
}
