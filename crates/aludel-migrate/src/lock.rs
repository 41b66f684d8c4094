//! `heads.lock`: one line a head, so that two branches that each add a revision conflict in version control.
//!
//! A line is `id  chain`, where chain is the SHA-256 of the revision's checksum and its parents' chains: it changes when any
//! statement or directive below the head does.

use std::{collections::BTreeMap, fs, path::Path};

use aludel_sql::{Error, ErrorKind, Result};
use sha2::{Digest, Sha256};

use crate::{
    graph::Graph,
    source::{LOCK_FILE, io_error},
};

/// The text of the lock of a graph.
pub fn render(graph: &Graph) -> String {
    let chains = chains(graph);
    graph.heads().iter().map(|head| format!("{}  {}\n", head.id, chains[head.id.as_str()])).collect()
}

fn chains(graph: &Graph) -> BTreeMap<&str, String> {
    let mut chains: BTreeMap<&str, String> = BTreeMap::new();
    for revision in graph.iter() {
        let mut parents: Vec<&str> =
            revision.parents.iter().filter_map(|parent| chains.get(parent.as_str()).map(String::as_str)).collect();
        parents.sort_unstable();
        let mut hash = Sha256::new();
        for part in std::iter::once(revision.checksum.as_str()).chain(parents) {
            hash.update(part);
            hash.update("\n");
        }
        chains.insert(&revision.id, hex(&hash.finalize()));
    }
    chains
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes the lock of a graph into its directory.
///
/// # Errors
/// The file cannot be written.
pub fn write(directory: &Path, graph: &Graph) -> Result<()> {
    replace(&directory.join(LOCK_FILE), &render(graph))
}

/// Writes a file so that it is there as a whole or not at all.
pub(crate) fn replace(path: &Path, text: &str) -> Result<()> {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    let written = fs::write(&temporary, text).and_then(|()| fs::File::open(&temporary)?.sync_all());
    written.and_then(|()| fs::rename(&temporary, path)).map_err(|error| {
        let _ = fs::remove_file(&temporary);
        io_error(path, "write", error)
    })
}

/// Checks that a lock is that of the graph.
///
/// # Errors
/// A head is missing, is none, or has another chain: a file below it was added, removed or changed.
pub fn verify(graph: &Graph, lock: &str) -> Result<()> {
    let mut locked: BTreeMap<&str, &str> = BTreeMap::new();
    for (number, line) in lock.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let mut words = line.split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some(id), Some(chain), None) if chain.len() == 64 && chain.bytes().all(|b| b.is_ascii_hexdigit()) => {
                locked.insert(id, chain);
            }
            _ => return Err(stale(format!("{LOCK_FILE}:{}: `{line}` is not a head and its chain", number + 1))),
        }
    }
    let chains = chains(graph);
    for head in graph.heads() {
        match locked.remove(head.id.as_str()) {
            Some(chain) if chain == chains[head.id.as_str()] => {}
            Some(_) => {
                return Err(stale(format!(
                    "{LOCK_FILE} and the files differ: revision `{}` or one it builds on was changed",
                    head.id
                )));
            }
            None => return Err(stale(format!("{LOCK_FILE} lacks the head `{}` ({})", head.id, head.file))),
        }
    }
    match locked.keys().next() {
        Some(id) => Err(stale(format!("{LOCK_FILE} has a head `{id}` that is none"))),
        None => Ok(()),
    }
}

fn stale(message: String) -> Error {
    Error::new(ErrorKind::Migration, message)
        .with_help("Undo the change, or if it is meant, run `db lock` to write the file again")
}
