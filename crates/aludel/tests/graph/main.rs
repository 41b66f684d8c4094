//! Random graphs of objects through the session, beside a model that keeps two lists.

mod marks;
mod naive;
#[path = "../support/mod.rs"]
mod support;

use std::collections::HashSet;

use aludel::{prelude::*, query::IntoExecutor, session::Savepoint};
use marks::{Mark, Note};
use naive::{Naive, Step, step};
use proptest::prelude::*;
use support::TestDb;

#[derive(Model, Debug)]
struct Node {
    #[column(primary_key)]
    id: i64,
    #[column(length = 20, unique)]
    pub name: String,
    #[column(foreign_key = Node.id)]
    parent_id: Option<i64>,
    #[relation(key = parent_id, back_populates = children)]
    parent: BelongsTo<Option<Node>>,
    #[relation(back_populates = parent)]
    children: HasMany<Node>,
    #[relation(back_populates = node)]
    leaves: HasMany<Leaf>,
    #[relation(back_populates = node)]
    marks: HasMany<Mark>,
}

#[derive(Model, Debug)]
struct Leaf {
    #[column(primary_key)]
    id: i64,
    text: String,
    #[column(foreign_key = Node.id)]
    node_id: i64,
    #[relation(key = node_id, back_populates = leaves)]
    node: BelongsTo<Node>,
}

#[derive(Clone, Default)]
struct Handles {
    nodes: Vec<Tracked<Node>>,
    leaves: Vec<Tracked<Leaf>>,
    marks: Vec<Tracked<Mark>>,
    notes: Vec<Tracked<Note>>,
}

impl Handles {
    fn truncate(&mut self, naive: &Naive) {
        self.nodes.truncate(naive.nodes.len());
        self.leaves.truncate(naive.leaves.len());
        self.marks.truncate(naive.marks.len());
        self.notes.truncate(naive.notes.len());
    }
}

async fn check(db: impl IntoExecutor<'_>, naive: &Naive) -> Result<()> {
    let nodes = Node::query().order_by(|n| n.name.asc()).with(|n| n.parent).with(|n| n.leaves).all(db).await?;
    let found: Vec<_> = nodes
        .iter()
        .map(|node| {
            let mut leaves: Vec<String> = node.leaves.get().iter().map(|leaf| leaf.text.clone()).collect();
            leaves.sort();
            (node.name.clone(), node.parent.get().as_ref().map(|parent| parent.name.clone()), leaves)
        })
        .collect();
    let mut expected: Vec<_> = naive
        .nodes
        .iter()
        .enumerate()
        .filter_map(|(i, node)| {
            let (name, parent) = node.as_ref()?;
            let parent = parent.and_then(|parent| naive.nodes[parent].as_ref().map(|(name, _)| name.clone()));
            let leaves = naive.leaves.iter().flatten().filter(|(_, to)| *to == i);
            let mut leaves: Vec<String> = leaves.map(|(text, _)| text.clone()).collect();
            leaves.sort();
            Some((name.clone(), parent, leaves))
        })
        .collect();
    expected.sort();
    assert_eq!(found, expected);
    Ok(())
}

async fn play(db: &Db, steps: Vec<Step>) -> Result<()> {
    let mut session = db.session();
    let (mut naive, mut committed) = (Naive::default(), Naive::default());
    let mut handles = Handles::default();
    // The savepoints that are open, and what should be after going back to them.
    let mut savepoints: Vec<(Savepoint, Naive)> = Vec::new();
    // A new row cannot yet take the unique value of one that is deleted only after rows moved from it to the new one.
    let (mut left, mut left_marks, mut blocked) = (HashSet::new(), HashSet::new(), HashSet::new());
    for step in steps {
        let writes_all = matches!(step, Step::Flush | Step::Commit | Step::Rollback | Step::Savepoint);
        if writes_all || matches!(step, Step::Release { .. } | Step::RollbackTo { .. }) {
            left.clear();
            left_marks.clear();
            blocked.clear();
        }
        match step {
            Step::AddNode { name, parent } => {
                let name = format!("n{}", name % 12);
                if naive.has_name(&name) || blocked.contains(&name) {
                    continue;
                }
                let parent = parent.and_then(|parent| naive.node(parent));
                let new = new!(Node { name: &name, parent: parent.map(|parent| handles.nodes[parent]) });
                handles.nodes.push(session.add(new));
                naive.nodes.push(Some((name, parent)));
            }
            Step::AddLeaf { node } => {
                let Some(node) = naive.node(node) else { continue };
                let text = format!("leaf {}", naive.leaves.len());
                let owner = handles.nodes[node];
                handles.leaves.push(session.rel_mut(owner, |n| n.leaves).add(new!(Leaf { text: &text })));
                naive.leaves.push(Some((text, node)));
            }
            Step::Rename { node, name } => {
                let (Some(node), name) = (naive.node(node), format!("n{}", name % 12)) else { continue };
                if naive.has_name(&name) || blocked.contains(&name) {
                    continue;
                }
                session[handles.nodes[node]].name = name.clone();
                naive.nodes[node].as_mut().expect("it is alive").0 = name;
            }
            Step::Move { node, parent } => {
                let Some(node) = naive.node(node) else { continue };
                let parent =
                    parent.and_then(|parent| naive.node(parent)).filter(|&parent| !naive.is_above(node, parent));
                session.rel_mut(handles.nodes[node], |n| n.parent).set(parent.map(|parent| handles.nodes[parent]));
                let moved = naive.nodes[node].as_mut().expect("it is alive");
                left.extend(moved.1);
                moved.1 = parent;
            }
            Step::MoveLeaf { leaf, node, by_key } => {
                let (Some(leaf), Some(node)) = (naive.leaf(leaf), naive.node(node)) else { continue };
                let (leaf_handle, node_handle) = (handles.leaves[leaf], handles.nodes[node]);
                if by_key && session.key(node_handle).is_some() && session.key(leaf_handle).is_some() {
                    // A pending edge and a changed field would contradict each other: the relation takes the edge away.
                    session.rel_mut(leaf_handle, |l| l.node).set(node_handle);
                    session[leaf_handle].node_id = session[node_handle].id;
                } else {
                    session.rel_mut(leaf_handle, |l| l.node).set(node_handle);
                }
                let moved = naive.leaves[leaf].as_mut().expect("it is alive");
                left.insert(moved.1);
                moved.1 = node;
            }
            Step::Write { leaf, text } => {
                let Some(leaf) = naive.leaf(leaf) else { continue };
                let text = format!("leaf {leaf} {text}");
                session[handles.leaves[leaf]].text = text.clone();
                naive.leaves[leaf].as_mut().expect("it is alive").0 = text;
            }
            Step::AddMark { node, after } => {
                let Some(node) = naive.node(node) else { continue };
                let after = after.and_then(|after| naive.mark_before(node, None, after));
                let handle = marks::add(&mut session, &handles, naive.marks.len(), node, after);
                handles.marks.push(handle);
                naive.marks.push(Some((node, after)));
            }
            Step::MoveMark { mark, after } => {
                let Some(mark) = naive.mark(mark) else { continue };
                let Some((node, before)) = naive.marks[mark] else { continue };
                let after = after.and_then(|after| naive.mark_before(node, Some(mark), after));
                session.rel_mut(handles.marks[mark], |m| m.after).set(after.map(|after| handles.marks[after]));
                left_marks.extend(before);
                naive.marks[mark] = Some((node, after));
            }
            Step::DeleteMark { mark } => {
                let Some(mark) = naive.mark(mark).filter(|&mark| !naive.is_mark_referred_to(mark)) else { continue };
                session.delete(handles.marks[mark]);
                naive.marks[mark] = None;
                if left_marks.contains(&mark) {
                    blocked.extend((0..12).map(|n| format!("n{n}")));
                }
            }
            Step::AddNote { mark, at_mark } => {
                let Some(mark) = naive.mark(mark) else { continue };
                let handle = handles.marks[mark];
                handles.notes.push(match at_mark {
                    true => session.rel_mut(handle, |m| m.notes).add(new!(Note {})),
                    false => session.add(new!(Note { mark: handle })),
                });
                naive.notes.push(Some(mark));
            }
            Step::MoveNote { note, mark, by_key } => {
                let (Some(note), Some(mark)) = (naive.note(note), naive.mark(mark)) else { continue };
                marks::move_note(&mut session, handles.notes[note], handles.marks[mark], by_key);
                left_marks.extend(naive.notes[note]);
                naive.notes[note] = Some(mark);
            }
            Step::DeleteNote { note } => {
                let Some(note) = naive.note(note) else { continue };
                session.delete(handles.notes[note]);
                naive.notes[note] = None;
            }
            Step::DeleteNode { node } => {
                let Some(node) = naive.node(node).filter(|&node| !naive.is_referred_to(node)) else { continue };
                session.delete(handles.nodes[node]);
                naive.nodes[node] = None;
                if left.contains(&node) {
                    blocked.extend((0..12).map(|n| format!("n{n}")));
                }
            }
            Step::DeleteLeaf { leaf } => {
                let Some(leaf) = naive.leaf(leaf) else { continue };
                session.delete(handles.leaves[leaf]);
                naive.leaves[leaf] = None;
            }
            Step::Flush => session.flush().await?,
            Step::Commit if !savepoints.is_empty() => {
                let refused = session.commit().await.expect_err("a savepoint is open");
                assert_eq!(refused.kind(), ErrorKind::Session);
            }
            Step::Commit => {
                session.commit().await?;
                committed = naive.clone();
                check(db, &committed).await?;
                marks::check(db, &committed).await?;
            }
            Step::Rollback => {
                session.rollback().await?;
                savepoints.clear();
                naive = committed.clone();
                handles.truncate(&naive);
                check(db, &committed).await?;
                marks::check(db, &committed).await?;
            }
            Step::Savepoint => savepoints.push((session.begin_savepoint().await?, naive.clone())),
            Step::Release { depth } => {
                let Some(depth) = (depth as usize).checked_rem(savepoints.len()) else { continue };
                session.release_savepoint(savepoints[depth].0).await?;
                savepoints.truncate(depth);
            }
            Step::RollbackTo { depth } => {
                let Some(depth) = (depth as usize).checked_rem(savepoints.len()) else { continue };
                let (savepoint, then) = savepoints.swap_remove(depth);
                session.rollback_to(savepoint).await?;
                savepoints.truncate(depth);
                naive = then;
                handles.truncate(&naive);
                assert!(!session.is_dirty());
                check(&mut session, &naive).await?;
                marks::check(&mut session, &naive).await?;
            }
        }
        // The session shows what should be, at every moment and from both sides.
        for (i, node) in naive.nodes.iter().enumerate() {
            let Some((name, parent)) = node else { continue };
            assert_eq!(session[handles.nodes[i]].name, *name);
            let related = session.related(handles.nodes[i], |n| n.parent);
            assert_eq!(related, parent.map(|parent| handles.nodes[parent]));
            let mut leaves = session.related(handles.nodes[i], |n| n.leaves);
            leaves.sort_by_key(|leaf| handles.leaves.iter().position(|known| known == leaf));
            let expected: Vec<_> = (0..naive.leaves.len())
                .filter(|&leaf| naive.leaves[leaf].as_ref().is_some_and(|(_, to)| *to == i))
                .map(|leaf| handles.leaves[leaf])
                .collect();
            assert_eq!(leaves, expected);
        }
        marks::check_session(&session, &handles, &naive);
    }
    if let Some((outermost, _)) = savepoints.first() {
        session.release_savepoint(*outermost).await?;
    }
    session.commit().await?;
    check(db, &naive).await?;
    marks::check(db, &naive).await
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if support::on_sqlite() { 200 } else { 24 }, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_database_ends_up_with_what_the_program_made(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let db = TestDb::with_tables().await;
            play(&db, steps).await
        }).unwrap_or_else(|error| panic!("{error:?}"));
    }
}
