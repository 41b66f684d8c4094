//! Whether a script goes on in the next line.

/// Whether brackets, a comment or a text over several lines are still open at the end.
///
/// Brackets inside text and comments do not count. A closing bracket too many is for the parser to complain about.
pub(super) fn open(text: &str) -> bool {
    let mut chars = text.chars().peekable();
    // What each open bracket was; '`' for text in backticks, which goes on after the brackets of a `${…}` in it.
    let mut open: Vec<char> = Vec::new();
    while let Some(c) = chars.next() {
        if open.last() == Some(&'`') {
            match c {
                '`' if chars.next_if_eq(&'`').is_none() => drop(open.pop()),
                '$' if chars.next_if_eq(&'{').is_some() => open.push('{'),
                _ => {}
            }
            continue;
        }
        match c {
            '(' | '[' | '{' | '`' => open.push(c),
            ')' | ']' | '}' => drop(open.pop()),
            '"' | '\'' => {
                // Text in quotes ends with its line.
                while let Some(inside) = chars.next_if(|&inside| inside != '\n') {
                    match inside {
                        '\\' => drop(chars.next()),
                        _ if inside == c => break,
                        _ => {}
                    }
                }
            }
            '/' if chars.next_if_eq(&'/').is_some() => while chars.next_if(|&inside| inside != '\n').is_some() {},
            '/' if chars.next_if_eq(&'*').is_some() => {
                let mut depth = 1;
                while depth > 0 {
                    match (chars.next(), chars.peek()) {
                        (None, _) => return true,
                        (Some('*'), Some('/')) => depth -= 1,
                        (Some('/'), Some('*')) => depth += 1,
                        _ => continue,
                    }
                    chars.next();
                }
            }
            _ => {}
        }
    }
    !open.is_empty()
}

#[cfg(test)]
mod tests {
    use super::open;

    #[test]
    fn open_brackets_go_on_in_the_next_line() {
        for text in
            ["User.filter(", "let u = User(#{", "[1, (2)", "if x {", "/* half", "/* /* */", "`a", "`a ${ f(", "`${x}"]
        {
            assert!(open(text), "{text}");
        }
    }

    #[test]
    fn brackets_in_text_and_comments_do_not_count() {
        for text in [
            "",
            "f()",
            r#""(""#,
            r#""\"(""#,
            "'('",
            "// (",
            "/* ( */",
            "`(`",
            "`${f(1)}`",
            "`a``b(`",
            ")",
            "\"(",
            "\"(\n",
        ] {
            assert!(!open(text), "{text}");
        }
    }
}
