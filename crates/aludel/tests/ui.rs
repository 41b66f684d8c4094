//! What the compiler says to mistakes: every one has a message that names the field and the remedy.

use std::{fs, path::Path};

#[test]
fn mistakes() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}

/// How many lines of a screen an error may take.
const LINES: usize = 25;

/// What rustc would say for itself. No words of ours can stand where a field is not there, or an argument has another type than
/// a function takes.
const OF_RUSTC: [&str; 5] =
    ["the trait bound `", "type mismatch resolving", "the method `", "no method named", "type annotations needed"];

#[test]
fn errors_are_short_and_begin_with_words_of_ours() {
    let mut comparisons = 0;
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui")).expect("tests/ui") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "stderr") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a text");
        for error in errors(&text) {
            let (first, lines) = (error.lines().next().unwrap_or_default(), error.lines().count());
            assert!(lines <= LINES, "{}: {lines} lines are too many for\n{error}", path.display());
            let theirs = OF_RUSTC.iter().find(|words| first.contains(**words));
            assert!(theirs.is_none(), "{}: no words of ours in\n{first}", path.display());
            comparisons += usize::from(first.contains("cannot be compared with a column of type"));
        }
    }
    assert!(comparisons >= 6, "only {comparisons} errors are about comparisons");
}

/// The errors in what the compiler printed, without the blank lines between them.
fn errors(text: &str) -> Vec<&str> {
    let starts = text.match_indices("error").map(|(at, _)| at);
    let starts: Vec<usize> = starts.filter(|&at| at == 0 || text[..at].ends_with("\n")).collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).map(|(&start, end)| text[start..end].trim_end()).collect()
}
