//! From text to [`Url`].
//!
//! No error repeats anything behind `://` of a server's URL: with an unescaped `@`, `/` or `?` in it, a password can reach
//! into every part.

use aludel_sql::{Error, ErrorKind, Result};

use super::{Backend, Host, Url};

fn config(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Config, message)
}

pub(super) fn url(text: &str) -> Result<Url> {
    let text = text.trim();
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err(config("the database URL has no `://`").with_help(FORMS));
    };
    if !scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-._".contains(&b)) {
        return Err(config("the database URL does not begin with the name of a database").with_help(FORMS));
    }
    let backend = match scheme.split('+').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "sqlite" => Backend::Sqlite,
        "postgresql" | "postgres" => Backend::Postgres,
        "mysql" => Backend::MySql,
        "mariadb" => Backend::MariaDb,
        _ => {
            return Err(config(format!("the database URL begins with `{scheme}`, which is no database Aludel knows"))
                .with_help(FORMS));
        }
    };
    match backend {
        Backend::Sqlite => sqlite(rest),
        _ => server(backend, rest),
    }
}

const FORMS: &str = "Write a URL such as `sqlite:///app.db`, `postgresql://user:password@host/name`, \
                     `mysql://user:password@host/name` or `mariadb://user:password@host/name`.";

fn sqlite(rest: &str) -> Result<Url> {
    let mut url = Url::new(Backend::Sqlite);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    match path.strip_prefix('/').map(decode) {
        None if path.is_empty() => {}
        None => {
            return Err(config("the SQLite URL names a host, and SQLite has none").with_help(
                "Write three slashes before a relative file, `sqlite:///app.db`, and four before an absolute one.",
            ));
        }
        Some(path) => match path?.as_str() {
            "" | ":memory:" => {}
            path if path.starts_with("file:") => {
                return Err(config("the SQLite URL holds a `file:` URI, which is not read")
                    .with_help("Write the path alone, and options after it: `sqlite:///app.db?mode=ro`."));
            }
            path => url.path = Some(path.into()),
        },
    }
    url.options = options(query)?;
    url.check_options()?;
    Ok(url)
}

const ESCAPE: &str = "Percent-encode special characters in the user's name and the password: `@` as `%40`, `/` as `%2F`, \
                      `?` as `%3F`, `:` as `%3A`, `#` as `%23`.";

fn server(backend: Backend, rest: &str) -> Result<Url> {
    let mut url = Url::new(backend);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let (login, address) = match authority.rsplit_once('@') {
        Some((login, address)) => (Some(login), address),
        None => (None, authority),
    };
    if let Some(login) = login {
        let (user, password) = match login.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (login, None),
        };
        url.user = (!user.is_empty()).then(|| decode(user)).transpose()?;
        url.password = password.map(decode).transpose()?;
    }

    url.hosts = Host::list(address)?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let name = path.strip_prefix('/').unwrap_or(path);
    // Such a name is far more likely the end of a password that holds a slash.
    if name.contains(['/', '@', '#']) {
        return Err(config("the database's name in the URL holds a `/`, `@` or `#`").with_help(ESCAPE));
    }
    url.database = (!name.is_empty()).then(|| decode(name)).transpose()?;
    url.options = options(query)?;
    url.check_options()?;
    Ok(url)
}

/// In the order of their names. What has no value is as if it were not said; a plus sign is a blank, as in forms.
fn options(query: &str) -> Result<Vec<(String, String)>> {
    let mut options = query
        .split('&')
        .filter(|option| !option.is_empty())
        .map(|option| {
            let (name, value) = option.split_once('=').ok_or_else(|| {
                config("an option of the database URL has no value").with_help("Write `?name=value&name=value`.")
            })?;
            Ok((decode(name)?, decode(&value.replace('+', " "))?))
        })
        .collect::<Result<Vec<_>>>()?;
    options.retain(|(_, value)| !value.is_empty());
    // Hosts stay in the order they are to be tried in.
    options.sort_by(|(one, _), (other, _)| one.cmp(other));
    if options.windows(2).any(|pair| pair[0].0 == pair[1].0 && pair[0].0 != "host") {
        return Err(config("an option of the database URL is said twice").with_help("Say each option but `host` once."));
    }
    Ok(options)
}

/// Decodes `%41`. What is no such code stays as it is, so that passwords with a plain `%` work as they do elsewhere.
pub(super) fn decode(text: &str) -> Result<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.as_bytes();
    while let [first, rest @ ..] = bytes {
        let code = match (first, rest) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match code {
            Some((high, low)) => {
                out.push(high * 16 + low);
                bytes = &rest[2..];
            }
            None => {
                out.push(*first);
                bytes = rest;
            }
        }
    }
    String::from_utf8(out).map_err(|_| {
        config("a percent-encoded part of the database URL is not UTF-8")
            .with_help("Encode each byte of the UTF-8 text.")
    })
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
