//! `cargo xtask measure`: what building costs.

use std::{fs, path::Path, process::Stdio, time::Instant};

use crate::cargo;

pub(crate) fn run() -> Result<(), String> {
    let target = std::env::temp_dir().join(format!("aludel-measure-{}", std::process::id()));
    let result = measure(&target);
    // Whatever happened, the scratch build is not left behind.
    let _ = fs::remove_dir_all(&target);
    result
}

fn measure(target: &Path) -> Result<(), String> {
    for (what, features) in [("models and queries on SQLite", ""), ("an application (shell)", "shell")] {
        let tree =
            cargo(&["tree", "-p", "aludel", "--edges", "normal,build", "--prefix", "none", "--features", features])
                .output()
                .map_err(|error| error.to_string())?;
        let tree = String::from_utf8_lossy(&tree.stdout).into_owned();
        let mut crates: Vec<&str> = tree.lines().filter_map(|line| line.strip_suffix(" (*)").or(Some(line))).collect();
        crates.sort_unstable();
        crates.dedup();
        println!("{what}: {} crates", crates.len());
    }
    println!("microblog, clean build: {:.1} s", timed(target, &["build", "-p", "microblog"])?);
    println!("microblog, first check: {:.1} s", timed(target, &["check", "-p", "microblog"])?);
    let models = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/microblog/src/models.rs");
    let text = fs::read(models).map_err(|error| format!("{models}: {error}"))?;
    fs::write(models, text).map_err(|error| format!("{models}: {error}"))?;
    println!("microblog, check after touching the models: {:.2} s", timed(target, &["check", "-p", "microblog"])?);
    Ok(())
}

fn timed(target: &Path, arguments: &[&str]) -> Result<f64, String> {
    let mut command = cargo(arguments);
    command.env("CARGO_TARGET_DIR", target).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().map_err(|error| error.to_string())?;
    if status.success() {
        Ok(start.elapsed().as_secs_f64())
    } else {
        Err(format!("`cargo {}` failed", arguments.join(" ")))
    }
}
