//! `cargo xtask measure`: what building costs, and what queries do.

mod features;
mod instructions;
mod models;

use std::{fmt, fs, path::Path, process::Stdio, time::Instant};

use crate::cargo;

/// What building costs, or the part asked for: `features`, `models` or `microblog`; or the `instructions` of queries.
pub(crate) fn run(part: Option<&str>) -> Result<(), String> {
    if part == Some("instructions") {
        return instructions::count();
    }
    if let Some(unknown) = part.filter(|part| !["features", "models", "microblog"].contains(part)) {
        let known = "`features`, `models`, `microblog` and `instructions`";
        return Err(format!("there is no `{unknown}` to measure: there are {known}"));
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
    println!("microblog, clean build: {}", timed(target, &["build", "-p", "microblog"])?);
    println!("microblog, first check: {}", timed(target, &["check", "-p", "microblog"])?);
    let models = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/microblog/src/models.rs");
    let text = fs::read(models).map_err(|error| format!("{models}: {error}"))?;
    fs::write(models, text).map_err(|error| format!("{models}: {error}"))?;
    println!("microblog, check after touching the models: {}", timed(target, &["check", "-p", "microblog"])?);
    Ok(())
}

/// What a command took, in seconds.
struct Cost {
    elapsed: f64,
    /// Of all compilers together: nearly the same on a machine that has more to do.
    cpu: f64,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} s, {:.2} s of CPU time", self.elapsed, self.cpu)
    }
}

fn timed(target: &Path, arguments: &[&str]) -> Result<Cost, String> {
    let mut command = cargo(arguments);
    command.env("CARGO_TARGET_DIR", target).stderr(Stdio::null());
    let (start, before) = (Instant::now(), children_seconds()?);
    let status = command.status().map_err(|error| error.to_string())?;
    if status.success() {
        Ok(Cost { elapsed: start.elapsed().as_secs_f64(), cpu: children_seconds()? - before })
    } else {
        Err(format!("`cargo {}` failed", arguments.join(" ")))
    }
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
