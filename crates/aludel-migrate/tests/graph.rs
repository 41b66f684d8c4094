//! The graph of revisions: what is wrong with one, its order, the words that name revisions, and paths through it.

use aludel_migrate::{Graph, Revision, Source, graph::Ids, lock};
use insta::assert_snapshot;

fn revision(id: &str, parents: &str, minute: u32) -> Revision {
    let text = format!(
        "-- {id}\n--\n-- revision: {id}\n-- parents:  {parents}\n-- created:  2026-11-23T03:{minute:02}:00Z\n\n-- @upgrade\n"
    );
    Revision::parse(&format!("{id}.sql"), &text).unwrap()
}

fn graph(revisions: &[(&str, &str)]) -> Graph {
    try_graph(revisions).unwrap()
}

fn try_graph(revisions: &[(&str, &str)]) -> aludel_sql::Result<Graph> {
    Graph::new(revisions.iter().enumerate().map(|(i, (id, parents))| revision(id, parents, i as u32)).collect())
}

/// a <- b <- d (merges b and c), a <- c; x alone.
fn diamond() -> Graph {
    graph(&[("a", "none"), ("b", "a"), ("c", "a"), ("d", "b c")])
}

fn ids(list: &str) -> Ids {
    list.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn broken_graphs_are_explained() {
    let error = |revisions: &[(&str, &str)]| try_graph(revisions).unwrap_err().to_string();
    assert_snapshot!(error(&[("a", "none"), ("a", "none")]), @"
    revision `a` is there twice: a.sql and a.sql
      help: Give one of them another identifier, or delete it
    ");
    assert_snapshot!(error(&[("b", "a")]), @"
    b.sql: revision `b` builds on `a`, which no file is
      help: Restore the missing file, or correct the line `-- parents:`
    ");
    assert_snapshot!(error(&[("a", "a")]), @"
    a.sql: revision `a` is its own parent
      help: Name the revision it builds on, or `none`
    ");
    assert_snapshot!(error(&[("r", "none"), ("a", "r c"), ("b", "a"), ("c", "b"), ("z", "c")]), @"
    revisions build on each other in a circle: a -> c -> b -> a
      help: Correct the line `-- parents:` of one of them
    ");
}

#[test]
fn a_directory_is_read_by_name() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let source = Source::Directory(path.to_owned());
    assert!(Graph::load(&source).unwrap().is_empty());
    let page = |id: &str, parents: &str| revision(id, parents, 0).source;
    std::fs::write(path.join("2_b.sql"), page("b", "a")).unwrap();
    std::fs::write(path.join("1_a.sql"), page("a", "none")).unwrap();
    std::fs::write(path.join("notes.txt"), "not a revision").unwrap();
    std::fs::write(path.join(".hidden.sql"), "not a revision").unwrap();
    std::fs::create_dir(path.join("folder.sql")).unwrap();
    let graph = Graph::load(&source).unwrap();
    assert_eq!(graph.iter().map(|r| r.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert!(graph.get("a").unwrap().file.ends_with("1_a.sql"));

    std::fs::write(path.join("3_c.sql"), [0xff, 0xfe]).unwrap();
    let error = Graph::load(&source).unwrap_err().to_string();
    assert!(error.contains("3_c.sql: the file is not UTF-8"), "{error}");
    std::fs::write(path.join("3_c.sql"), "DROP TABLE a;").unwrap();
    let error = Graph::load(&source).unwrap_err().to_string();
    assert!(error.contains("3_c.sql:1:1: a statement before `-- @upgrade`"), "{error}");
    let error = Graph::load(&Source::Directory(path.join("nowhere"))).unwrap_err();
    assert!(error.to_string().contains("nowhere`\n  help: Run `db init` first"), "{error}");
}

#[test]
fn embedded_files_are_read_too() {
    static FILES: [(&str, &str); 1] =
        [("1_a.sql", "-- a\n--\n-- revision: a\n-- parents: none\n-- created: 2026-11-23T03:21:07Z\n\n-- @upgrade\n")];
    let source = Source::Embedded { files: &FILES, lock: "text of the lock" };
    assert_eq!(Graph::load(&source).unwrap().len(), 1);
    assert_eq!(source.lock().unwrap(), "text of the lock");
}

#[test]
fn the_order_puts_parents_first_and_then_the_older() {
    // c is older than b; both need a.
    let graph = Graph::new(vec![
        revision("d", "b c", 0),
        revision("b", "a", 3),
        revision("c", "a", 2),
        revision("a", "none", 9),
        revision("z", "a", 2),
    ])
    .unwrap();
    assert_eq!(graph.iter().map(|r| r.id.as_str()).collect::<String>(), "aczbd");
    assert_eq!(graph.heads().iter().map(|r| r.id.as_str()).collect::<String>(), "dz");
    assert_eq!(graph.bases().iter().map(|r| r.id.as_str()).collect::<String>(), "a");
    assert_eq!(graph.ancestors(["c"]), ids("a c"));
    assert_eq!(graph.descendants(["c"]), ids("c d"));
    assert_eq!(graph.heads_of(&ids("a b c")).iter().map(|r| r.id.as_str()).collect::<String>(), "cb");
}

#[test]
fn words_name_revisions() {
    let graph = graph(&[("aaa1", "none"), ("bbb2", "aaa1"), ("bbc3", "bbb2"), ("c4", "bbc3")]);
    let resolve = |spec: &str, applied: &str| graph.resolve(spec, &ids(applied)).unwrap().join(" ");
    for (spec, applied, expected) in [
        ("aaa1", "", "aaa1"),
        ("a", "", "aaa1"),
        ("bbb", "", "bbb2"),
        ("head", "", "c4"),
        ("heads", "", "c4"),
        ("base", "aaa1", ""),
        ("current", "aaa1 bbb2", "bbb2"),
        ("current", "", ""),
        ("+1", "", "aaa1"),
        ("+2", "aaa1", "bbc3"),
        ("-1", "aaa1 bbb2", "aaa1"),
        ("-2", "aaa1 bbb2", ""),
        ("a+1", "", "bbb2"),
        ("c4-2", "", "bbb2"),
        ("head-1", "", "bbc3"),
        ("base+1", "", "aaa1"),
        ("bbb2-2", "", ""),
        (" head ", "", "c4"),
    ] {
        assert_eq!(resolve(spec, applied), expected, "{spec} with {applied:?} applied");
    }
}

#[test]
fn words_that_name_nothing_are_explained() {
    let graph = graph(&[("aaa1", "none"), ("bbb2", "aaa1"), ("bbc3", "aaa1"), ("d4", "bbb2 bbc3"), ("e5", "aaa1")]);
    let error = |spec: &str, applied: &str| graph.resolve(spec, &ids(applied)).unwrap_err().to_string();
    assert_snapshot!(error("nope", ""), @"
    there is no revision `nope`
      help: Run `db history` to see the revisions
    ");
    assert_snapshot!(error("", ""), @"
    there is no revision ``
      help: Run `db history` to see the revisions
    ");
    assert_snapshot!(error("bb", ""), @"
    `bb` is ambiguous, as several revisions begin so: `bbb2`, `bbc3`
      help: Write more of the identifier
    ");
    assert_snapshot!(error("head", ""), @"
    `head` is ambiguous, as there are several heads: `d4`, `e5`
      help: Name one of them, or `heads` for all; `db merge` makes one of them
    ");
    assert_snapshot!(error("+1", "aaa1"), @"
    `+1` is ambiguous, as the way up branches: `bbb2`, `bbc3`, `e5`
      help: Name the revision to go to
    ");
    assert_snapshot!(error("+9", ""), @"
    `+9` is ambiguous, as the way up branches: `bbb2`, `bbc3`, `e5`
      help: Name the revision to go to
    ");
    assert_snapshot!(error("base+0", ""), @"
    `+0` in `base+0` is not a number of steps
      help: Write a number from 1, as in `+1` or `head-2`
    ");
    assert_snapshot!(error("base++1", ""), @"
    there is no revision `base+`
      help: Run `db history` to see the revisions
    ");
    assert_snapshot!(error("-3", "aaa1 bbb2"), @"
    `-3` goes further than there are revisions: there are only 2
      help: Run `db history` to see the revisions
    ");
    assert_snapshot!(error("-1", "aaa1 bbb2 bbc3"), @"
    `-1` is ambiguous, as it counts from several revisions: `bbb2`, `bbc3`
      help: Name the revision to count from, as in `8c1f+1`
    ");
    assert_snapshot!(error("-1", ""), @"
    `-1` goes further than there are revisions: there is none
      help: Run `db history` to see the revisions
    ");
    assert_snapshot!(error("d4-1", ""), @"
    `d4-1` is ambiguous, as `d4` merges several: `bbb2`, `bbc3`
      help: Name the revision to go to
    ");
    assert_snapshot!(error("feature@head", ""), @"
    `feature@head` names a branch by `feature@`, which is not supported yet
      help: Name a revision, `head` or `heads`
    ");
    assert_snapshot!(error("aaa1:bbb2", ""), @"
    `aaa1:bbb2` is a range, and one revision was to be named
      help: Run `db history` to see the revisions
    ");
    assert_snapshot!(error("head+99999999999999999999999", ""), @"
    `+99999999999999999999999` in `head+99999999999999999999999` is not a number of steps
      help: Write a number from 1, as in `+1` or `head-2`
    ");
    assert_snapshot!(graph.resolve_one("heads", &Ids::new()).unwrap_err(), @"
    `heads` is ambiguous, as it names several revisions: `d4`, `e5`
      help: Run `db history` to see the revisions
    ");
    assert_snapshot!(graph.resolve_one("base", &Ids::new()).unwrap_err(), @"
    `base` is before every revision, and one revision was to be named
      help: Run `db history` to see the revisions
    ");
}

#[test]
fn paths_go_up_and_down() {
    let graph = diamond();
    let up = |applied: &str, target: &[&str]| {
        let target: Vec<String> = target.iter().map(|id| (*id).to_owned()).collect();
        graph.upgrade_path(&ids(applied), &target).iter().map(|r| r.id.as_str()).collect::<String>()
    };
    assert_eq!(up("", &["d"]), "abcd");
    assert_eq!(up("a b", &["d"]), "cd");
    assert_eq!(up("a", &["c"]), "c");
    assert_eq!(up("a b c d", &["b"]), "", "going up never undoes");
    assert_eq!(up("a c", &["b", "c"]), "b");

    let down = |applied: &str, target: &[&str]| {
        let target: Vec<String> = target.iter().map(|id| (*id).to_owned()).collect();
        graph.downgrade_path(&ids(applied), &target).map(|path| path.iter().map(|r| r.id.as_str()).collect::<String>())
    };
    assert_eq!(down("a b c d", &[]).unwrap(), "dcba");
    assert_eq!(down("a b c d", &["a"]).unwrap(), "dcb");
    assert_eq!(down("a b c d", &["b"]).unwrap(), "d", "the other branch stays");
    assert_eq!(down("a b c d", &["d"]).unwrap(), "");
    assert_eq!(down("a b", &["b"]).unwrap(), "");
    assert_snapshot!(down("a b", &["d"]).unwrap_err(), @"
    going down does not lead to `d`, which is not applied: the database is at `b`
      help: Run `db history` to see the revisions, and name one that is applied
    ");
    assert_snapshot!(down("", &["a"]).unwrap_err(), @"
    going down does not lead to `a`, which is not applied: nothing is applied
      help: Run `db history` to see the revisions, and name one that is applied
    ");
}

#[test]
fn the_lock_names_each_head_and_all_below_it() {
    let one = graph(&[("a", "none"), ("b", "a")]);
    let text = lock::render(&one);
    assert_snapshot!(text, @"b  b5434e39ec453c8bafd673e1dd91cd96386538480af57e651d6b86e61a7d762c");
    lock::verify(&one, &text).unwrap();
    lock::verify(&one, &text.replace('\n', "\r\n")).unwrap();
    lock::verify(&Graph::default(), "").unwrap();
    let two = graph(&[("a", "none"), ("b", "a"), ("c", "a")]);
    assert_eq!(lock::render(&two).lines().count(), 2);

    let edited = revision("a", "none", 0).source + "DROP TABLE x;\n";
    let changed = Graph::new(vec![Revision::parse("a.sql", &edited).unwrap(), revision("b", "a", 1)]).unwrap();
    assert_snapshot!(lock::verify(&changed, &text).unwrap_err(), @"
    heads.lock and the files differ: revision `b` or one it builds on was changed
      help: Undo the change, or if it is meant, run `db lock` to write the file again
    ");
    assert_snapshot!(lock::verify(&two, &text).unwrap_err(), @"
    heads.lock lacks the head `c` (c.sql)
      help: Undo the change, or if it is meant, run `db lock` to write the file again
    ");
    assert_snapshot!(lock::verify(&graph(&[("a", "none")]), &text).unwrap_err(), @"
    heads.lock lacks the head `a` (a.sql)
      help: Undo the change, or if it is meant, run `db lock` to write the file again
    ");
    assert_snapshot!(lock::verify(&one, "<<<<<<< HEAD\n").unwrap_err(), @"
    heads.lock:1: `<<<<<<< HEAD` is not a head and its chain
      help: Undo the change, or if it is meant, run `db lock` to write the file again
    ");
}
