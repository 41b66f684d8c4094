//! The project's own commands: `cargo xtask help`.

mod measure;
mod servers;
mod test;

use std::process::{Command, ExitCode};

const HELP: &str = "\
cargo xtask test      run every test, documentation and README included, on every database
cargo xtask servers   the servers that tests run on, until Enter is pressed
cargo xtask lint      rustfmt and clippy, as CI runs them
cargo xtask measure   build costs: crates and CPU seconds of each feature, the microblog, 200 models; or one of
                      `features`, `microblog`, `models`; or `instructions`, those that single queries take, counted by valgrind
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["test"] => test::run(),
        ["servers"] => servers::lend(),
        ["lint"] => lint(),
        ["measure"] => measure::run(None),
        ["measure", part] => measure::run(Some(part)),
        ["help"] | [] => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("error: unknown command `{}`\n\n{HELP}", arguments.join(" "));
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn lint() -> Result<(), String> {
    run(cargo(&["fmt", "--all", "--check"]))?;
    run(cargo(&["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]))
}

/// The cargo that runs this, at the root of the workspace.
fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
    command.args(arguments).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    command
}

fn run(mut command: Command) -> Result<(), String> {
    let line = line(&command);
    println!("$ {line}");
    let status = command.status().map_err(|error| format!("`{line}` did not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{line}` failed: {status}")) }
}

fn line(command: &Command) -> String {
    let words = command.get_args().map(|word| word.to_string_lossy().into_owned());
    format!("cargo {}", words.collect::<Vec<_>>().join(" "))
}
