//! `cargo xtask measure`: what building costs.

mod features;

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
    features::run(target)?;
    let _ = fs::remove_dir_all(target);
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
