//! Servers to test on: those that the environment names, else private ones that live as long as the tests.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A server that can be tested on.
pub(crate) struct Server {
    /// What it is called in reports.
    pub(crate) name: &'static str,
    /// The variable that names it to the tests.
    pub(crate) variable: &'static str,
    /// A database on it in which others can be created.
    pub(crate) url: String,
    /// How it is stopped, if it was started here.
    _running: Option<Running>,
}

/// A private server. Stopped, and its files removed, when dropped.
struct Running {
    folder: PathBuf,
    stop: Stop,
}

enum Stop {
    Kill(Child),
    Run(Command),
}

impl Drop for Running {
    fn drop(&mut self) {
        match &mut self.stop {
            Stop::Kill(child) => {
                let _ = child.kill();
                let _ = child.wait();
            }
            Stop::Run(command) => {
                let _ = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
            }
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// All servers. MySQL is left out where it is not installed, as not every system has a package of it.
pub(crate) fn start() -> Result<Vec<Server>, String> {
    let mut servers = vec![
        find("PostgreSQL", "ALUDEL_TEST_POSTGRES_URL", &["postgresql"], postgres)?,
        find("MariaDB", "ALUDEL_TEST_MARIADB_URL", &["mariadb-server"], mariadb)?,
    ];
    match known(MYSQL, MYSQL_URL, mysql) {
        Ok(server) => servers.extend(server),
        Err(error) if [MYSQLD, MYSQL_URL].iter().any(|name| std::env::var_os(name).is_some()) => return Err(error),
        // Nobody asked for it.
        Err(error) => println!("{MYSQL}: {error}"),
    }
    Ok(servers)
}

/// What MySQL is called.
pub(crate) const MYSQL: &str = "MySQL";
/// The variable that names a server of it to the tests.
const MYSQL_URL: &str = "ALUDEL_TEST_MYSQL_URL";
/// The variable that has the path of its server program.
pub(crate) const MYSQLD: &str = "ALUDEL_TEST_MYSQLD";

/// Starts all servers and says where they are, until a line or the end of standard input comes.
pub(crate) fn lend() -> Result<(), String> {
    let servers = start()?;
    for server in &servers {
        println!("export {}={}", server.variable, server.url);
    }
    std::io::stdin().read_line(&mut String::new()).map(drop).map_err(|error| error.to_string())
}

type Start = fn(&Path, u16) -> Option<Result<(String, Stop), String>>;

/// The server that `variable` names, else one started by `start`, after installing `packages` if its programs are not here.
fn find(name: &'static str, variable: &'static str, packages: &[&str], start: Start) -> Result<Server, String> {
    if let Some(server) = known(name, variable, start)? {
        return Ok(server);
    }
    install(name, variable, packages)?;
    known(name, variable, start)?.ok_or_else(|| format!("{name} was installed, and its programs are not to be found"))
}

/// The server that `variable` names, else one started by `start`, if its programs are here.
fn known(name: &'static str, variable: &'static str, start: Start) -> Result<Option<Server>, String> {
    if let Ok(url) = std::env::var(variable) {
        println!("{name}: as {variable} says");
        return Ok(Some(Server { name, variable, url, _running: None }));
    }
    let folder = std::env::temp_dir().join(format!("aludel-{}-{}", name.to_lowercase(), std::process::id()));
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let port = free_port()?;
    let Some(started) = start(&folder, port) else {
        return fs::remove_dir(&folder).map(|()| None).map_err(|error| format!("{}: {error}", folder.display()));
    };
    let (url, stop) = started?;
    let running = Running { folder, stop };
    wait(port).map_err(|error| format!("{name} was started and does not answer: {error}"))?;
    println!("{name}: a private server on port {port}");
    Ok(Some(Server { name, variable, url, _running: Some(running) }))
}

fn postgres(folder: &Path, port: u16) -> Option<Result<(String, Stop), String>> {
    let programs = program_folders("/usr/lib/postgresql", "bin");
    let initdb = program("initdb", &programs)?;
    let pg_ctl = program("pg_ctl", &programs)?;
    Some((|| {
        // PostgreSQL refuses to run as root.
        let user = if is_root() { Some(first_user(&["postgres", "nobody"])?) } else { None };
        if let Some(user) = &user {
            quiet(Command::new("chown").arg(user).arg(folder))?;
        }
        let data = folder.join("data");
        let mut command = as_user(user.as_deref(), &initdb);
        quiet(command.arg("-D").arg(&data).args([
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--no-sync",
        ]))?;
        let options = format!(
            "-p {port} -k {} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200",
            folder.display()
        );
        let mut command = as_user(user.as_deref(), &pg_ctl);
        quiet(
            command.arg("-D").arg(&data).arg("-o").arg(options).arg("-l").arg(folder.join("log")).args(["-w", "start"]),
        )?;
        let mut stop = as_user(user.as_deref(), &pg_ctl);
        stop.arg("-D").arg(&data).args(["-m", "immediate", "stop"]);
        Ok((format!("postgresql://postgres@127.0.0.1:{port}/postgres"), Stop::Run(stop)))
    })())
}

fn mariadb(folder: &Path, port: u16) -> Option<Result<(String, Stop), String>> {
    let folders = vec![PathBuf::from("/usr/sbin")];
    let mut install = Command::new(program("mariadb-install-db", &folders)?);
    let server = program("mariadbd", &folders)?;
    install.args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"]);
    Some(start_mysql(install, &server, &[], folder, port).map(|child| {
        let url = format!("mariadb://root@127.0.0.1:{port}/mysql");
        (url, Stop::Kill(child))
    }))
}

fn mysql(folder: &Path, port: u16) -> Option<Result<(String, Stop), String>> {
    let server = mysqld()?;
    let mut install = Command::new(&server);
    install.args(["--no-defaults", "--initialize-insecure"]);
    Some(start_mysql(install, &server, &["--mysqlx=OFF", "--skip-log-bin"], folder, port).map(|child| {
        let url = format!("mysql://root@127.0.0.1:{port}/mysql");
        (url, Stop::Kill(child))
    }))
}

/// The server program of MySQL: the one a variable names, else one that is installed and new enough.
pub(crate) fn mysqld() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os(MYSQLD) {
        return Some(path.into());
    }
    let path = program("mysqld", &[PathBuf::from("/usr/sbin")])?;
    let said = Command::new(&path).arg("--version").output().ok()?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    // `mysqld  Ver 8.4.3 for Linux`; MariaDB has a program of that name, too.
    let version = said.split_whitespace().skip_while(|word| *word != "Ver").nth(1)?;
    let mut numbers = version.split(['.', '-']).map_while(|number| number.parse::<u32>().ok());
    let version = (numbers.next()?, numbers.next()?, numbers.next()?);
    (version >= (8, 0, 31) && !said.to_lowercase().contains("mariadb")).then_some(path)
}

/// Starts MySQL or MariaDB, after `install` has written its tables.
fn start_mysql(
    mut install: Command,
    server: &Path,
    settings: &[&str],
    folder: &Path,
    port: u16,
) -> Result<Child, String> {
    let user = if is_root() { Some(first_user(&["mysql", "nobody"])?) } else { None };
    if let Some(user) = &user {
        quiet(Command::new("chown").arg(user).arg(folder))?;
    }
    let data = folder.join("data");
    let flag = user.as_ref().map(|user| format!("--user={user}"));
    quiet(install.arg(format!("--datadir={}", data.display())).args(&flag))?;
    let log = fs::File::create(folder.join("log")).map_err(|error| error.to_string())?;
    Command::new(server)
        .args([
            "--no-defaults",
            "--bind-address=127.0.0.1",
            "--innodb-flush-log-at-trx-commit=0",
            "--max-connections=200",
        ])
        .args(settings)
        .arg(format!("--datadir={}", data.display()))
        // Servers that share one remove each other's files.
        .arg(format!("--tmpdir={}", data.display()))
        .arg(format!("--socket={}", folder.join("socket").display()))
        .arg(format!("--port={port}"))
        .args(&flag)
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .map_err(|error| format!("{} did not start: {error}", server.display()))
}

fn install(name: &str, variable: &str, packages: &[&str]) -> Result<(), String> {
    let advice = || {
        format!(
            "{name} is needed for the tests: install {}, or set {variable} to the URL of a server",
            packages.join(" ")
        )
    };
    if !on_path("apt-get") || !(is_root() || on_path("sudo")) {
        return Err(advice());
    }
    println!("{name}: installing {}", packages.join(" "));
    let apt = |arguments: &[&str]| {
        let mut command = if is_root() { Command::new("apt-get") } else { Command::new("sudo") };
        if !is_root() {
            command.args(["--non-interactive", "apt-get"]);
        }
        quiet(command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update"])
        .and_then(|()| apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat()))
        .map_err(|error| format!("{}\n{error}", advice()))
}

/// A program on the PATH or in one of the folders.
fn program(name: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(folders.iter().cloned())
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

fn on_path(name: &str) -> bool {
    program(name, &[]).is_some()
}

/// `root/*/leaf`, newest version first.
fn program_folders(root: &str, leaf: &str) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(root).into_iter().flatten().flatten().map(|entry| entry.path().join(leaf)).collect();
    folders.sort();
    folders.reverse();
    folders
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn first_user(names: &[&str]) -> Result<String, String> {
    let exists = |name: &&&str| {
        Command::new("id").arg(name).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
    };
    names
        .iter()
        .find(exists)
        .map(ToString::to_string)
        .ok_or_else(|| format!("there is no user to run as: none of {}", names.join(", ")))
}

fn as_user(user: Option<&str>, program: &Path) -> Command {
    match user {
        Some(user) => {
            let mut command = Command::new("runuser");
            command.args(["-u", user, "--"]).arg(program);
            command
        }
        None => Command::new(program),
    }
}

/// Runs a command, and shows what it printed only if it failed.
fn quiet(command: &mut Command) -> Result<(), String> {
    // pg_ctl leaves the server behind, which would keep pipes open for ever: output goes to a file.
    let path = std::env::temp_dir().join(format!("aludel-xtask-{}.log", std::process::id()));
    let log = fs::File::create(&path).map_err(|error| error.to_string())?;
    let second = log.try_clone().map_err(|error| error.to_string())?;
    let status = command.current_dir("/").stdin(Stdio::null()).stdout(log).stderr(second).status();
    let printed = fs::read_to_string(&path).unwrap_or_default();
    let _ = fs::remove_file(&path);
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{:?} failed: {status}\n{printed}", command.get_program())),
        Err(error) => Err(format!("{:?} did not start: {error}", command.get_program())),
    }
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|error| format!("no free port: {error}"))?;
    Ok(listener.local_addr().map_err(|error| error.to_string())?.port())
}

fn wait(port: u16) -> Result<(), String> {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(_) => return Ok(()),
            Err(error) if Instant::now() > deadline => return Err(error.to_string()),
            Err(_) => thread::sleep(Duration::from_millis(50)),
        }
    }
}
