//! The command `shell`: a prompt with `db` and every model in scope.
//!
//! | file | what it does |
//! |---|---|
//! | `prompt`, `brackets` | reads lines, and sees where one is not finished |
//! | `engine` | runs a line on a thread of its own |
//! | `owner` | the session, and how scripts reach it |
//! | `database`, `query`, `condition`, `entity`, `values` | what scripts work with |
//! | `print` | what is shown of it |

mod brackets;
mod condition;
mod database;
mod engine;
mod entity;
mod owner;
mod print;
mod prompt;
mod query;
mod referred;
mod values;

use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc as blocking,
    },
    thread,
};

use aludel_orm::Db;
use aludel_sql::{Error, ErrorKind, Result};
use tokio::sync::{Notify, mpsc};

use self::{
    engine::Evaluator,
    owner::{Event, Link, Owner},
    prompt::{Input, Terminal},
};

/// Scripts often nest deeply where the compiler was not asked to save stack.
const STACK_BYTES: usize = 16 << 20;

/// What came of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was run; this is its value as text, if it has one.
    Done(Option<String>),
    /// It failed; this says why. The shell goes on.
    Failed(String),
    /// A bracket is open: nothing was run, and the line is to be given again together with the next one.
    Incomplete,
    /// The user wants to leave.
    Exit,
}

/// Stops a line that is being run.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<(AtomicBool, Notify)>);

impl Interrupt {
    /// Stops the line that is being run, be it waiting for the database or not.
    pub fn set(&self) {
        self.0.0.store(true, Ordering::Relaxed);
        self.0.1.notify_one();
    }

    fn clear(&self) {
        self.0.0.store(false, Ordering::Relaxed);
    }

    fn is_set(&self) -> bool {
        self.0.0.load(Ordering::Relaxed)
    }

    async fn wait(&self) {
        while !self.is_set() {
            self.0.1.notified().await;
        }
    }
}

/// A session of a database, and a thread that runs scripts on it.
pub struct Shell {
    owner: Owner,
    lines: blocking::Sender<String>,
    events: mpsc::UnboundedReceiver<Event>,
    interrupt: Interrupt,
}

impl Shell {
    /// A shell on a new session.
    ///
    /// # Errors
    /// Kind `Io` if the system gives no thread.
    pub fn new(db: &Db) -> Result<Self> {
        let (link, events) = Link::new();
        let (lines, received) = blocking::channel::<String>();
        let interrupt = Interrupt::default();
        let (models, stop) = (db.models().clone(), interrupt.clone());
        let run = move || {
            let mut evaluator = Evaluator::new(&models, &link, stop);
            while let Ok(line) = received.recv() {
                let outcome = evaluator.eval(&line);
                if !link.send(Event::Done(outcome)) {
                    break;
                }
            }
        };
        thread::Builder::new().name("shell".into()).stack_size(STACK_BYTES).spawn(run).map_err(|error| {
            Error::new(ErrorKind::Io, format!("the shell's thread cannot be started: {error}")).with_source(error)
        })?;
        Ok(Shell { owner: Owner::new(db.session()), lines, events, interrupt })
    }

    /// Runs a line. What it prints on its way goes to `out`, not its value. Await it to the end: the thread is busy until
    /// then.
    ///
    /// # Errors
    /// Kind `Io` if `out` cannot be written; `Interrupted` if the thread is gone.
    pub async fn eval(&mut self, line: &str, out: &mut (dyn Write + Send)) -> Result<Outcome> {
        self.interrupt.clear();
        let gone = || Error::new(ErrorKind::Interrupted, "the shell's thread has ended");
        self.lines.send(line.to_owned()).map_err(|_| gone())?;
        loop {
            match self.events.recv().await.ok_or_else(gone)? {
                Event::Job(job) => tokio::select! {
                    () = job(&mut self.owner) => {}
                    () = self.interrupt.wait() => {}
                },
                Event::Print(text) => writeln!(out, "{text}").map_err(unwritable)?,
                Event::Done(outcome) => return Ok(outcome),
            }
        }
    }

    /// A handle that stops the line being run, from another task.
    pub fn interrupt(&self) -> Interrupt {
        self.interrupt.clone()
    }

    /// What would be lost without a commit, as "1 new, 2 changed".
    pub fn uncommitted(&self) -> Option<String> {
        self.owner.uncommitted()
    }
}

/// Runs the shell until the user leaves: with a prompt on a terminal, else on the lines of standard input.
pub(crate) async fn run(app_name: &str, db: Db) -> Result<ExitCode> {
    let mut shell = Shell::new(&db)?;
    let interactive = io::stdin().is_terminal() && io::stdout().is_terminal();
    if interactive {
        at_terminal(app_name, &db, &mut shell).await?;
    } else {
        on_lines(&mut shell).await?;
        if let Some(lost) = shell.uncommitted() {
            let _ = writeln!(io::stderr(), "warning: rolled back what was not committed: {lost}");
        }
    }
    shell.owner.rollback().await?;
    Ok(ExitCode::SUCCESS)
}

async fn at_terminal(app_name: &str, db: &Db, shell: &mut Shell) -> Result<()> {
    let models: Vec<&str> = db.models().iter().map(|model| model.name).collect();
    say(&format!("{app_name}: {}\nModels: {}\nType help() for help.", db.engine().url(), models.join(", ")))?;
    let interrupt = shell.interrupt();
    // The prompt reads Ctrl-C as a key; it is a signal while a line is being run.
    let signals = tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            interrupt.set();
        }
    });
    let result = prompt_until_left(shell).await;
    signals.abort();
    result
}

async fn prompt_until_left(shell: &mut Shell) -> Result<()> {
    let mut terminal = Terminal::new();
    loop {
        let leaving = match terminal.read().await? {
            Input::Line(line) => shell.eval_and_show(&line).await? == Outcome::Exit,
            Input::Dropped => false,
            Input::End => true,
        };
        if leaving {
            match shell.uncommitted() {
                Some(lost) if !prompt::confirm(format!("{lost} not committed: leave?")).await? => {}
                _ => return Ok(()),
            }
        }
    }
}

async fn on_lines(shell: &mut Shell) -> Result<()> {
    let mut text = String::new();
    while let Some(line) = prompt::read_line().await? {
        text.push_str(&line);
        match shell.eval_and_show(&text).await? {
            Outcome::Incomplete => {}
            Outcome::Exit => return Ok(()),
            Outcome::Done(_) | Outcome::Failed(_) => text.clear(),
        }
    }
    if !text.is_empty() {
        let _ = writeln!(io::stderr(), "error: the input ends inside of brackets");
    }
    Ok(())
}

impl Shell {
    /// Runs a line; values go to standard output, errors to standard error.
    async fn eval_and_show(&mut self, line: &str) -> Result<Outcome> {
        let outcome = self.eval(line, &mut io::stdout()).await?;
        match &outcome {
            Outcome::Done(Some(text)) => say(text)?,
            Outcome::Failed(error) => {
                let _ = writeln!(io::stderr(), "{error}");
            }
            _ => {}
        }
        Ok(outcome)
    }
}

fn say(text: &str) -> Result<()> {
    writeln!(io::stdout(), "{text}").map_err(unwritable)
}

fn unwritable(error: io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("the output cannot be written: {error}")).with_source(error)
}
