//! The variables of the environment, and those of the file `.env`.

use std::{
    collections::HashMap,
    env::{self, VarError},
    path::{Path, PathBuf},
};

use super::{Problem, Setting};

/// The variables of the environment, which win, and those of `.env`.
///
/// Nothing is put into the environment of the process, which other threads may be reading.
pub(super) struct Environment {
    file: Result<HashMap<String, String>, Problem>,
}

impl Environment {
    pub(super) fn read(home: &Path) -> Self {
        let current = env::current_dir().unwrap_or_default();
        let found = current.ancestors().chain([home]).map(|folder| folder.join(".env")).find(|path| path.is_file());
        Environment { file: found.map_or_else(|| Ok(HashMap::new()), |path| parse(&path)) }
    }

    /// The setting a variable holds.
    pub(super) fn get<T>(&self, name: &str, parse: impl FnOnce(&str) -> Result<T, Problem>) -> Setting<T> {
        let text = match env::var(name) {
            Ok(text) => Some(text),
            Err(VarError::NotUnicode(_)) => {
                return Err(Problem::new(format!("`{name}` is not UTF-8"), "Write it in UTF-8"));
            }
            Err(VarError::NotPresent) => self.file.as_ref().map_err(Problem::clone)?.get(name).cloned(),
        };
        match text.as_deref().map(str::trim) {
            None | Some("") => Ok(None),
            Some(text) => parse(text).map(Some).map_err(|mut problem| {
                problem.message = format!("`{name}` cannot be used: {}", problem.message);
                problem
            }),
        }
    }
}

/// The first line for a name counts, as in the shell of other tools that read such files.
fn parse(path: &PathBuf) -> Result<HashMap<String, String>, Problem> {
    let shown = path.display();
    let lines = dotenvy::from_path_iter(path).map_err(|error| {
        Problem::new(format!("`{shown}` cannot be read: {error}"), "Give this user the right to read it, or remove it")
    })?;
    let mut variables = HashMap::new();
    let mut last = None;
    for line in lines {
        match line {
            Ok((name, value)) => {
                last = Some(name.clone());
                variables.entry(name).or_insert(value);
            }
            Err(dotenvy::Error::Io(error)) => {
                return Err(Problem::new(format!("`{shown}` cannot be read: {error}"), "Save it as UTF-8"));
            }
            // What the line holds is not shown: it may be a password.
            Err(_) => {
                let place = last.map_or_else(|| "its first line".to_owned(), |name| format!("what follows `{name}`"));
                return Err(Problem::new(
                    format!("`{shown}` cannot be read: {place} is not of the form NAME=value"),
                    "Write NAME=value, with the value in single quotes if it holds spaces, `#` or `$`",
                ));
            }
        }
    }
    Ok(variables)
}
