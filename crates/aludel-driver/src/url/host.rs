//! The servers that a URL names.

use std::fmt::{self, Write as _};

use aludel_sql::{Error, ErrorKind, Result};

use super::{encode, parse::decode};

/// A server that a URL names. Of several, the first is used that can be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Host {
    /// Its name or address, or the folder of its socket. Empty where only a port is said.
    pub name: String,
    /// Its port, where one is said.
    pub port: Option<u16>,
}

const ESCAPE: &str = "Write `host`, `host:port` or `[address]:port`, with commas between several, and percent-encode special \
                      characters in the user's name and the password: `@` as `%40`, `/` as `%2F`, `?` as `%3F`, `:` as `%3A`, \
                      `#` as `%23`, `,` as `%2C`.";

fn wrong(message: &'static str) -> Error {
    Error::new(ErrorKind::Config, message).with_help(ESCAPE)
}

impl Host {
    /// Reads `host:5432,[::1]:5433,other`, as it stands in a URL. No error repeats it: it may be part of a password.
    pub(super) fn list(text: &str) -> Result<Vec<Self>> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let mut hosts = text.split(',').map(|host| Host::parse(host, true)).collect::<Result<Vec<_>>>()?;
        if hosts.len() > 1 && hosts.iter().any(|host| host.name.is_empty()) {
            return Err(wrong("one of several hosts of the database URL has no name"));
        }
        // A colon alone says nothing.
        hosts.retain(|host| !host.name.is_empty() || host.port.is_some());
        Ok(hosts)
    }

    /// Reads the value of an option, which is decoded already: `host:5432,other`, or the folder of a socket.
    pub(super) fn of_option(text: &str) -> Result<Vec<Self>> {
        text.split(',')
            .map(|host| match host.starts_with('/') {
                true => Ok(Host { name: host.to_owned(), port: None }),
                false => Host::parse(host, false),
            })
            .collect()
    }

    fn parse(text: &str, encoded: bool) -> Result<Self> {
        let (name, port) = match text.strip_prefix('[') {
            Some(v6) => {
                let Some((name, port)) = v6.split_once(']') else {
                    return Err(wrong("the host of the database URL has a `[` without a `]`"));
                };
                if !port.is_empty() && !port.starts_with(':') {
                    return Err(wrong("the database URL has something between the host and the port"));
                }
                (name, port.strip_prefix(':'))
            }
            // An address without brackets has no port.
            None if !encoded && text.matches(':').count() > 1 => (text, None),
            None => match text.split_once(':') {
                Some((name, port)) => (name, Some(port)),
                None => (text, None),
            },
        };
        let port = port.filter(|port| !port.is_empty()).map(|port| {
            let number = port.parse().ok().filter(|port| *port != 0);
            number.ok_or_else(|| wrong("the port of the database URL is not a number from 1 to 65535"))
        });
        let name = if encoded { decode(name)? } else { name.to_owned() };
        Ok(Host { name, port: port.transpose()? })
    }

    pub(super) fn expose(&self, out: &mut String) {
        let v6 = self.name.contains(':');
        out.push_str(if v6 { "[" } else { "" });
        encode(out, &self.name, ":");
        out.push_str(if v6 { "]" } else { "" });
        if let Some(port) = self.port {
            let _ = write!(out, ":{port}");
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.contains(':') { write!(f, "[{}]", self.name) } else { f.write_str(&self.name) }?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}
