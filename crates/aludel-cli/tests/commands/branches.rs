//! Revisions with several heads.

use crate::support::Blog;

/// `a2` and `b2` both build on `a1`.
fn branched() -> Blog {
    let blog = Blog::with_migrations("none");
    blog.ok(["db", "revision", "-m", "first", "--rev-id", "a1"]);
    blog.ok(["db", "revision", "-m", "left", "--rev-id", "a2"]);
    blog.ok(["db", "revision", "-m", "right", "--rev-id", "b2", "--head", "a1"]);
    blog
}

#[test]
fn several_heads_must_be_named_or_merged() {
    let blog = branched();
    assert_eq!(blog.ok(["db", "heads"]), "a2 (head)\nb2 (head)\n");
    blog.refuses(
        ["db", "upgrade"],
        "error: `head` is ambiguous, as there are several heads: `a2`, `b2`\n\
         help: Name one of them, or `heads` for all; `db merge` makes one of them",
    );
    blog.refuses(
        ["db", "revision", "-m", "more"],
        "error: there are several heads: `a2`, `b2`\n\
         help: Name the one to build on with `--head`, or merge them with `db merge`",
    );
    blog.ok(["db", "upgrade", "heads"]);
    assert_eq!(blog.ok(["db", "current"]), "a2 (head)\nb2 (head)\n");

    blog.ok(["db", "merge", "-m", "together", "--rev-id", "c3"]);
    let history = blog.ok(["db", "history"]);
    assert!(history.starts_with("a2, b2 -> c3 (head) (mergepoint), together\n"), "{history}");
    assert!(history.ends_with("<base> -> a1 (branchpoint), first\n"), "{history}");
    let ran = blog.run(["db", "upgrade"]);
    assert_eq!(ran.err, "Running upgrade a2, b2 -> c3, together\n");
    assert_eq!(blog.ok(["db", "current"]), "c3 (head) (mergepoint)\n");
}

#[test]
fn a_merge_takes_several_revisions() {
    let blog = Blog::with_two_revisions();
    blog.refuses(
        ["db", "merge"],
        "error: there is nothing to merge: that takes several revisions\n\
         help: Run `db heads` to see the revisions that nothing builds on",
    );
}
