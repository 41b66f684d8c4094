//! Where lines come from: a terminal, or whatever standard input is.

use std::{
    borrow::Cow,
    io::{self, BufRead, Write},
};

use aludel_sql::{Error, ErrorKind, Result};
use reedline::{
    DefaultHinter, Prompt, PromptEditMode, PromptHistorySearch, Reedline, Signal, ValidationResult, Validator,
};
use tokio::task;

use super::brackets;

/// What was typed.
pub(super) enum Input {
    Line(String),
    /// Ctrl-C.
    Dropped,
    /// Ctrl-D, or the end of the input.
    End,
}

/// A line editor on the terminal.
pub(super) struct Terminal(Option<Box<Reedline>>);

impl Terminal {
    pub(super) fn new() -> Self {
        let editor = Reedline::create()
            .with_validator(Box::new(Brackets))
            .with_hinter(Box::new(DefaultHinter::default()))
            .use_bracketed_paste(true);
        Terminal(Some(Box::new(editor)))
    }

    /// Lets the user type, on a thread that may wait.
    pub(super) async fn read(&mut self) -> Result<Input> {
        let Some(mut editor) = self.0.take() else { return Ok(Input::End) };
        let (editor, signal) = blocking(move || {
            let signal = editor.read_line(&Arrows);
            (editor, signal)
        })
        .await?;
        self.0 = Some(editor);
        match signal.map_err(unreadable)? {
            Signal::Success(line) => Ok(Input::Line(line)),
            Signal::CtrlC => Ok(Input::Dropped),
            _ => Ok(Input::End),
        }
    }
}

/// Asks a question that is answered by y or n. The end of the input is a yes.
pub(super) async fn confirm(question: String) -> Result<bool> {
    blocking(move || {
        print!("{question} [y/N] ");
        io::stdout().flush()?;
        let mut answer = String::new();
        let end = io::stdin().lock().read_line(&mut answer)? == 0;
        io::Result::Ok(end || matches!(answer.trim(), "y" | "Y" | "yes"))
    })
    .await?
    .map_err(unreadable)
}

/// The next line of standard input.
pub(super) async fn read_line() -> Result<Option<String>> {
    let read = || {
        let mut line = String::new();
        io::Result::Ok((io::stdin().lock().read_line(&mut line)? > 0).then_some(line))
    };
    blocking(read).await?.map_err(unreadable)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let stopped = |_| Error::new(ErrorKind::Interrupted, "the program is being stopped");
    task::spawn_blocking(work).await.map_err(stopped)
}

fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Io, format!("the input cannot be read: {error}")).with_source(error)
}

struct Brackets;

impl Validator for Brackets {
    fn validate(&self, line: &str) -> ValidationResult {
        if brackets::open(line) { ValidationResult::Incomplete } else { ValidationResult::Complete }
    }
}

struct Arrows;

impl Prompt for Arrows {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        ">>>".into()
    }

    fn render_prompt_right(&self) -> Cow<'_, str> {
        "".into()
    }

    fn render_prompt_indicator(&self, _: PromptEditMode) -> Cow<'_, str> {
        " ".into()
    }

    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        "... ".into()
    }

    fn render_prompt_history_search_indicator(&self, search: PromptHistorySearch) -> Cow<'_, str> {
        format!("(search: {}) ", search.term).into()
    }
}
