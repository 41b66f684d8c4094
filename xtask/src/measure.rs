//! `cargo xtask measure`: what building costs.

mod features;
mod models;

use std::{fs, path::Path, process::Stdio, time::Instant};

use crate::cargo;

/// All of it, or the part asked for: `features`, `models` or `microblog`.
pub(crate) fn run(part: Option<&str>) -> Result<(), String> {
    if let Some(unknown) = part.filter(|part| !["features", "models", "microblog"].contains(part)) {
        return Err(format!("there is no `{unknown}` to measure: there are `features`, `models` and `microblog`"));
    }
    let target = std::env::temp_dir().join(format!("aludel-measure-{}", std::process::id()));
    let result = measure(&target, |name| part.is_none_or(|part| part == name));
    // Whatever happened, the scratch build is not left behind.
    let _ = fs::remove_dir_all(&target);
    result
}

fn measure(target: &Path, wanted: impl Fn(&str) -> bool) -> Result<(), String> {
    if wanted("features") {
        features::run(target)?;
        let _ = fs::remove_dir_all(target);
    }
    if wanted("microblog") {
        microblog(target)?;
    }
    if wanted("models") {
        models::run(target)?;
    }
    Ok(())
}

fn microblog(target: &Path) -> Result<(), String> {
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
