//! The part of the graph whose keys have two columns, one of which is the key of a node.

use aludel::{prelude::*, query::IntoExecutor};

use super::{Handles, Naive, Node};

/// A numbered mark at a node, after another one of that node.
#[derive(Model, Debug)]
#[model(foreign_key(node_id, after_number = Mark(node_id, number)))]
pub struct Mark {
    #[column(primary_key, foreign_key = Node.id)]
    node_id: i64,
    #[column(primary_key)]
    number: i32,
    after_number: Option<i32>,
    #[relation(key = node_id, back_populates = marks)]
    pub node: BelongsTo<Node>,
    #[relation(key = (node_id, after_number), back_populates = before)]
    pub after: BelongsTo<Option<Mark>>,
    #[relation(back_populates = after)]
    pub before: HasMany<Mark>,
    #[relation(back_populates = mark)]
    pub notes: HasMany<Note>,
}

#[derive(Model, Debug)]
#[model(foreign_key(mark_node, mark_number = Mark(node_id, number)))]
pub struct Note {
    #[column(primary_key)]
    id: i64,
    mark_node: i64,
    mark_number: i32,
    #[relation(key = (mark_node, mark_number), back_populates = notes)]
    pub mark: BelongsTo<Mark>,
}

/// Marks are numbered by their position.
pub fn add(
    session: &mut Session,
    handles: &Handles,
    number: usize,
    node: usize,
    after: Option<usize>,
) -> Tracked<Mark> {
    let (node, after) = (handles.nodes[node], after.map(|after| handles.marks[after]));
    session.add(new!(Mark { node: node, number: number as i32, after: after }))
}

pub fn move_note(session: &mut Session, note: Tracked<Note>, mark: Tracked<Mark>, by_key: bool) {
    session.rel_mut(note, |n| n.mark).set(mark);
    if by_key && session.key(mark).is_some() {
        let (node, number) = (session[mark].node_id, session[mark].number);
        session[note].mark_node = node;
        session[note].mark_number = number;
    }
}

/// What the session shows, from both sides.
pub fn check_session(session: &Session, handles: &Handles, naive: &Naive) {
    for (i, mark) in naive.marks.iter().enumerate() {
        let (Some((node, after)), handle) = (mark, handles.marks[i]) else { continue };
        assert_eq!(session.related(handle, |m| m.node), handles.nodes[*node]);
        assert_eq!(session.related(handle, |m| m.after), after.map(|after| handles.marks[after]));
        let of = |list: &mut dyn Iterator<Item = (usize, bool)>| -> Vec<usize> {
            list.filter(|(_, fits)| *fits).map(|(position, _)| position).collect()
        };
        let before = of(&mut naive.marks.iter().map(|mark| mark.is_some_and(|(_, to)| to == Some(i))).enumerate());
        let before: Vec<_> = before.into_iter().map(|mark| handles.marks[mark]).collect();
        assert_eq!(session.related(handle, |m| m.before), before);
        let notes = of(&mut naive.notes.iter().map(|note| *note == Some(i)).enumerate());
        let notes: Vec<_> = notes.into_iter().map(|note| handles.notes[note]).collect();
        assert_eq!(session.related(handle, |m| m.notes), notes);
    }
    for (i, node) in naive.nodes.iter().enumerate().filter(|(_, node)| node.is_some()) {
        let marks = naive.marks.iter().flatten().filter(|(of, _)| *of == i).count();
        assert_eq!(session.related(handles.nodes[i], |n| n.marks).len(), marks, "{node:?}");
    }
}

/// What the database has.
pub async fn check(db: impl IntoExecutor<'_>, naive: &Naive) -> Result<()> {
    let marks = Mark::query()
        .order_by(|m| m.number.asc())
        .with(|m| m.node)
        .with(|m| m.after)
        .with(|m| m.notes.with(|n| n.mark))
        .all(db)
        .await?;
    let found: Vec<_> = marks
        .iter()
        .map(|mark| {
            let notes = mark.notes.get();
            assert!(notes.iter().all(|note| note.mark.get().number == mark.number));
            let after = mark.after.get().as_ref().map(|after| after.number as usize);
            (mark.number as usize, mark.node.get().name.clone(), after, notes.len())
        })
        .collect();
    let expected: Vec<_> = naive
        .marks
        .iter()
        .enumerate()
        .filter_map(|(i, mark)| {
            let (node, after) = (*mark)?;
            let name = naive.nodes[node].as_ref().map(|(name, _)| name.clone())?;
            Some((i, name, after, naive.notes.iter().flatten().filter(|of| **of == i).count()))
        })
        .collect();
    assert_eq!(found, expected);
    Ok(())
}
