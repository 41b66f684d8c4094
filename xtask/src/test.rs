//! `cargo xtask test`: the one command that runs everything.

use std::{
    fmt::Write,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use crate::{cargo, line, servers};

/// The test programs whose cases are written once for all databases: of `aludel`, `aludel-driver` and `aludel-migrate`.
const SUITE: &[&str] = &[
    "constructs",
    "expressions",
    "reference",
    "session",
    "bulk",
    "queries",
    "graph",
    "transactions",
    "stream",
    "types",
    "tables",
    "namespaces",
    "tenants",
    "changes",
    "faults",
    "contract",
    "databases",
];

/// The tests of the driver of MySQL and MariaDB, which run on MariaDB with all others: programs, and the modules of them.
const OF_MYSQL: &[&[&str]] = &[&["--test", "mysql"], &["--test", "inspect", "--", "mysql::"]];

pub(crate) fn run() -> Result<(), String> {
    let servers = servers::start()?;
    let with_servers = |mut command: Command| {
        command.envs(servers.iter().map(|server| (server.variable, &server.url)));
        command
    };
    // nextest runs test programs side by side; without it cargo runs them one after the other.
    let mut probe = cargo(&["nextest", "--version"]);
    let nextest = probe.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
    let runner: &[&str] = if nextest { &["nextest", "run"] } else { &["test"] };
    let targets: &[&str] = if nextest { &[] } else { &["--all-targets"] };
    let everything = ["--workspace", "--all-features"];

    let all = counted(with_servers(cargo(&[runner, targets, &everything].concat())))?;
    let documentation = counted(with_servers(cargo(&[&["test", "--doc"], &everything[..]].concat())))?;

    let suite: Vec<&str> = SUITE.iter().flat_map(|test| ["--test", test]).collect();
    let suite = [runner, &everything, &suite].concat();
    let mut lines = vec![format!("SQLite: {} cases passed", counted(cargo(&suite))?)];
    for server in &servers {
        let on_server = |arguments: &[&str]| {
            let mut command = cargo(arguments);
            command.env("ALUDEL_TEST_URL", &server.url);
            command
        };
        let mut line = format!("{}: {} cases passed", server.name, counted(on_server(&suite))?);
        if let Some(mysqld) = servers::mysqld().filter(|_| server.name == servers::MYSQL) {
            let mut passed = 0;
            for tests in OF_MYSQL {
                let mut command = on_server(&[runner, &everything, tests].concat());
                command.env(servers::MYSQLD, &mysqld);
                passed += counted(command)?;
            }
            let _ = write!(line, ", and {passed} tests of its driver");
        }
        lines.push(line);
    }
    if !servers.iter().any(|server| server.name == servers::MYSQL) {
        lines.push(format!("MySQL: not found, not run ({} names its server program)", servers::MYSQLD));
    }

    println!("\nall tests: {all} passed; documentation: {documentation} passed; the suite of all databases:");
    for line in lines {
        println!("  {line}");
    }
    Ok(())
}

/// Runs a test command, passing on what it prints, and counts the tests that passed.
fn counted(mut command: Command) -> Result<usize, String> {
    let line = line(&command);
    println!("$ {line}");
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("`{line}` did not start: {error}"))?;
    let errors = child.stderr.take().map(|stream| std::thread::spawn(move || pass_on(stream)));
    let printed = child.stdout.take().map_or(0, pass_on);
    let reported = errors.map_or(0, |thread| thread.join().unwrap_or(0));
    let status = child.wait().map_err(|error| error.to_string())?;
    if status.success() { Ok(printed + reported) } else { Err(format!("`{line}` failed: {status}")) }
}

fn pass_on(stream: impl std::io::Read) -> usize {
    let mut passed = 0;
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        println!("{line}");
        passed += passed_in(&line);
    }
    passed
}

/// `Summary [1.6s] 30 tests run: 30 passed, …` of nextest, `test result: ok. 30 passed; …` of cargo.
fn passed_in(line: &str) -> usize {
    if !line.contains("tests run:") && !line.starts_with("test result:") && !line.contains("test run:") {
        return 0;
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let count = words.windows(2).find(|pair| pair[1].starts_with("passed")).map(|pair| pair[0]);
    count.and_then(|count| count.parse().ok()).unwrap_or(0)
}
