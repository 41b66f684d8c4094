//! The lines that begin with `-- @`, and those that look as if they should.

use super::Allow;

/// A directive.
#[derive(Debug)]
pub(super) enum Directive {
    Upgrade,
    Downgrade,
    Irreversible(String),
    Allow(Allow),
    Commit,
}

/// What is wrong with a line: message and help.
pub(super) type Problem = (String, String);

const WORDS: [&str; 5] = ["upgrade", "downgrade", "irreversible", "allow", "commit"];
const LATER: [&str; 4] = ["on", "else", "effect", "end"];

/// The directive a line holds, if it is one. A comment that was probably meant as one is a problem: taken for a mere
/// comment, it would silently change which statements run.
pub(super) fn read(line: &str) -> Result<Option<Directive>, Problem> {
    let Some(comment) = line.trim_start().strip_prefix("--") else { return Ok(None) };
    let text = comment.trim();
    let Some(rest) = text.strip_prefix('@') else { return old_shape(text) };
    if !line.starts_with("-- @") {
        return Err((
            "a directive must start at the beginning of its line, as `-- @`".into(),
            format!("Write `-- @{}`", rest.trim_start()),
        ));
    }
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
    let (word, argument) = rest.split_at(end);
    let argument = argument.trim();
    let bare = |directive| match argument {
        "" => Ok(Some(directive)),
        _ => Err((format!("`@{word}` stands alone on its line"), format!("Write `-- @{word}`"))),
    };
    match word {
        "upgrade" => bare(Directive::Upgrade),
        "downgrade" => bare(Directive::Downgrade),
        "commit" => bare(Directive::Commit),
        "irreversible" => match argument.strip_prefix(':').map(str::trim) {
            Some(why) if !why.is_empty() => Ok(Some(Directive::Irreversible(why.to_owned()))),
            _ => Err(("`@irreversible` needs a reason".into(), "Write `-- @irreversible: why`".into())),
        },
        "allow" => allow(argument).map(Some),
        word if LATER.contains(&word) => Err((
            format!("`@{word}` is not supported yet"),
            "Write portable SQL, or keep what only one database has outside the migrations".into(),
        )),
        word => Err((format!("there is no directive `@{word}`"), suggest(word, &WORDS))),
    }
}

fn allow(argument: &str) -> Result<Directive, Problem> {
    let (rule, reason) = argument.split_once(':').unwrap_or((argument, ""));
    let rule = rule.trim();
    if rule.is_empty() || !rule.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') {
        return Err(("`@allow` needs the name of a rule".into(), "Write `-- @allow drop-column: why`".into()));
    }
    Ok(Directive::Allow(Allow { rule: rule.to_owned(), reason: reason.trim().to_owned() }))
}

/// Comments that other tools give a meaning, or that lack only the `@`.
fn old_shape(text: &str) -> Result<Option<Directive>, Problem> {
    let (word, colon) = match text.split_once(':') {
        Some((word, _)) => (word, true),
        None => (text, false),
    };
    let lower = word.trim().to_ascii_lowercase();
    let remedy = match (lower.as_str(), colon) {
        ("upgrade" | "downgrade" | "commit" | "irreversible", _) => format!("`-- @{lower}`"),
        ("up" | "migrate up" | "+migrate up" | "+goose up", _) => "`-- @upgrade`".into(),
        ("down" | "migrate down" | "+migrate down" | "+goose down", _) => "`-- @downgrade`".into(),
        ("only" | "on", true) => "`-- @on`".into(),
        ("run" | "call", true) => "`CALL name();`".into(),
        ("allow", true) => "`-- @allow`".into(),
        ("migrate", true) => "a directive, such as `-- @upgrade`".into(),
        _ => return Ok(None),
    };
    Err((
        "this comment looks like a directive and is none".into(),
        format!("Did you mean {remedy}? Otherwise word it differently"),
    ))
}

/// The nearest of the known words, else all of them.
pub(super) fn suggest(word: &str, known: &[&str]) -> String {
    let lower = word.to_lowercase();
    let nearest = known.iter().map(|k| (distance(&lower, k), k)).min();
    match nearest {
        Some((steps, known)) if steps <= 1 + known.len() / 4 => format!("Did you mean `{known}`?"),
        _ => format!("Use one of: {}", known.join(", ")),
    }
}

/// How many characters must be put in, taken out, changed, or swapped with the next to get from one word to the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let mut least = (rows[i - 1][j] + 1).min(row[j - 1] + 1);
            least = least.min(rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]));
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}
