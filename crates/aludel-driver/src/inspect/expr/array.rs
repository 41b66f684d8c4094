//! Arrays as PostgreSQL prints them: `{1,NULL,"a b"}`.

use aludel_sql::Value;

/// The elements of an array of one dimension that begins at 1, each made a value by `decode`.
pub(super) fn read(text: &str, mut decode: impl FnMut(String) -> Option<Value>) -> Option<Vec<Value>> {
    let inside = text.strip_prefix('{')?.strip_suffix('}')?;
    let mut elements = Vec::new();
    if inside.is_empty() {
        return Some(elements);
    }
    let mut chars = inside.chars().peekable();
    loop {
        let (mut element, mut plain) = (String::new(), true);
        let mut quoted = false;
        loop {
            match chars.next() {
                Some('\\') => element.push(chars.next()?),
                Some('"') => (quoted, plain) = (!quoted, false),
                Some('{' | '}') if !quoted => return None,
                Some(c) if quoted || c != ',' => element.push(c),
                end => {
                    let null = plain && element == "NULL";
                    elements.push(if null { Value::Null } else { decode(element)? });
                    if end.is_none() {
                        return (!quoted).then_some(elements);
                    }
                    break;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_told_apart() {
        let read = |text: &str| read(text, |text| Some(Value::Text(text)));
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(read("{}"), Some(Vec::new()));
        assert_eq!(
            read(r#"{a,NULL,"NULL","","a,b}","q\"\\"}"#),
            Some(vec![text("a"), Value::Null, text("NULL"), text(""), text("a,b}"), text("q\"\\")])
        );
        for other in ["", "{", "{a", "{{a}}", "[2:3]={a,b}", r#"{"a}"#, r#"{a\}"#] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
