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

/// Builds `aludel` from nothing with the features of each row, in `target`. CPU time is that of all compilers together, so
/// that it says nearly the same on a machine that has more to do.
pub(super) fn run(target: &Path) -> Result<(), String> {
    println!("{:<12} {:>6} {:>8} {:>8}", "features", "crates", "CPU s", "s");
    for (name, features) in ROWS {
        let _ = fs::remove_dir_all(target);
        let before = children_seconds()?;
        let arguments = ["build", "-p", "aludel", "--no-default-features", "--features", features];
        let elapsed = timed(target, &arguments)?;
        let used = children_seconds()? - before;
        println!("{name:<12} {:>6} {used:>8.0} {elapsed:>8.1}", crates(features)?);
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

/// The CPU time, in seconds, of the processes that this one has started and waited for, and of theirs.
fn children_seconds() -> Result<f64, String> {
    /// How many of the kernel's ticks a second has, on every Linux there is.
    const TICKS: f64 = 100.0;
    let unknown = || "CPU time is read from /proc/self/stat, which only Linux has".to_owned();
    let stat = fs::read_to_string("/proc/self/stat").map_err(|_| unknown())?;
    // The program's name, in parentheses, may have blanks; cutime and cstime are the fields 16 and 17.
    let (_, fields) = stat.rsplit_once(')').ok_or_else(unknown)?;
    let mut fields = fields.split_whitespace().skip(13);
    let mut ticks = || fields.next().and_then(|field| field.parse::<f64>().ok()).ok_or_else(unknown);
    Ok((ticks()? + ticks()?) / TICKS)
}
