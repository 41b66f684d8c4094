//! What single queries cost, in instructions: they are the same on a machine that has more to do.

use std::process::{Command, Stdio};

use crate::{cargo, run};

/// How often the work is done, and how often the second time: what the difference is divided by is the difference of these.
const TIMES: [u64; 2] = [1_000, 3_000];

/// Counts each kind of work that `benches/examples/instructions.rs` has, under callgrind.
pub(super) fn count() -> Result<(), String> {
    let found = Command::new("valgrind").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        return Err(
            "instructions are counted by callgrind, and there is no valgrind: install it (`apt-get install valgrind`)"
                .into(),
        );
    }
    run(cargo(&["build", "--release", "--quiet", "-p", "aludel-benches", "--example", "instructions"]))?;
    let list = program(&[])?.output().map_err(|error| error.to_string())?;
    println!("{:<44} {:>12}", "instructions each", "");
    for line in String::from_utf8_lossy(&list.stdout).lines() {
        let Some((work, what)) = line.split_once('\t') else { continue };
        let [few, many] = [collected(work, TIMES[0])?, collected(work, TIMES[1])?];
        println!("{what:<44} {:>12}", many.saturating_sub(few) / (TIMES[1] - TIMES[0]));
    }
    Ok(())
}

/// The program, from where cargo puts it.
fn program(before: &[&str]) -> Result<Command, String> {
    let metadata =
        cargo(&["metadata", "--format-version=1", "--no-deps"]).output().map_err(|error| error.to_string())?;
    let metadata = String::from_utf8_lossy(&metadata.stdout).into_owned();
    let folder = metadata.split_once(r#""target_directory":""#).and_then(|(_, rest)| rest.split_once('"'));
    let (folder, _) = folder.ok_or("`cargo metadata` names no target directory")?;
    let program = format!("{folder}/release/examples/instructions");
    let mut words = before.iter().copied().chain([program.as_str()]);
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words);
    Ok(command)
}

/// How many instructions the program takes that does `work` so many times.
fn collected(work: &str, times: u64) -> Result<u64, String> {
    let mut command = program(&["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"])?;
    let output = command.args([work, &times.to_string()]).output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr);
    let counted = said.lines().filter(|_| output.status.success()).find_map(|line| line.split_once("Collected : "));
    let (_, counted) = counted.ok_or_else(|| format!("callgrind counted nothing for `{work}`:\n{said}"))?;
    counted.trim().parse().map_err(|_| format!("callgrind counted `{counted}` for `{work}`"))
}
