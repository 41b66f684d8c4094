//! What a program does at random, and what should come of it.

use proptest::prelude::*;

/// Numbers choose among what there is, by remainder.
#[derive(Clone, Debug)]
pub enum Step {
    AddNode { name: u8, parent: Option<u8> },
    AddLeaf { node: u8 },
    Rename { node: u8, name: u8 },
    Move { node: u8, parent: Option<u8> },
    MoveLeaf { leaf: u8, node: u8, by_key: bool },
    Write { leaf: u8, text: u8 },
    AddMark { node: u8, after: Option<u8> },
    MoveMark { mark: u8, after: Option<u8> },
    DeleteMark { mark: u8 },
    AddNote { mark: u8, at_mark: bool },
    MoveNote { note: u8, mark: u8, by_key: bool },
    DeleteNote { note: u8 },
    DeleteNode { node: u8 },
    DeleteLeaf { leaf: u8 },
    Flush,
    Commit,
    Rollback,
    Savepoint,
    Release { depth: u8 },
    RollbackTo { depth: u8 },
}

pub fn step() -> impl Strategy<Value = Step> {
    let some = prop::option::weighted(0.7, any::<u8>());
    prop_oneof![
        4 => (any::<u8>(), some.clone()).prop_map(|(name, parent)| Step::AddNode { name, parent }),
        4 => any::<u8>().prop_map(|node| Step::AddLeaf { node }),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(node, name)| Step::Rename { node, name }),
        2 => (any::<u8>(), some.clone()).prop_map(|(node, parent)| Step::Move { node, parent }),
        3 => (any::<u8>(), some.clone()).prop_map(|(node, after)| Step::AddMark { node, after }),
        2 => (any::<u8>(), some).prop_map(|(mark, after)| Step::MoveMark { mark, after }),
        1 => any::<u8>().prop_map(|mark| Step::DeleteMark { mark }),
        3 => (any::<u8>(), any::<bool>()).prop_map(|(mark, at_mark)| Step::AddNote { mark, at_mark }),
        2 => (any::<u8>(), any::<u8>(), any::<bool>())
            .prop_map(|(note, mark, by_key)| Step::MoveNote { note, mark, by_key }),
        1 => any::<u8>().prop_map(|note| Step::DeleteNote { note }),
        2 => (any::<u8>(), any::<u8>(), any::<bool>())
            .prop_map(|(leaf, node, by_key)| Step::MoveLeaf { leaf, node, by_key }),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(leaf, text)| Step::Write { leaf, text }),
        2 => any::<u8>().prop_map(|node| Step::DeleteNode { node }),
        1 => any::<u8>().prop_map(|leaf| Step::DeleteLeaf { leaf }),
        1 => Just(Step::Flush),
        2 => Just(Step::Commit),
        1 => Just(Step::Rollback),
        3 => Just(Step::Savepoint),
        1 => any::<u8>().prop_map(|depth| Step::Release { depth }),
        2 => any::<u8>().prop_map(|depth| Step::RollbackTo { depth }),
    ]
}

/// What should be: by position, nodes as name and parent, leaves as text and node, marks as node and the mark before, notes as their
/// mark; `None` for what was deleted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Naive {
    pub nodes: Vec<Option<(String, Option<usize>)>>,
    pub leaves: Vec<Option<(String, usize)>>,
    pub marks: Vec<Option<(usize, Option<usize>)>>,
    pub notes: Vec<Option<usize>>,
}

impl Naive {
    pub fn node(&self, number: u8) -> Option<usize> {
        pick(&self.nodes, number)
    }

    pub fn leaf(&self, number: u8) -> Option<usize> {
        pick(&self.leaves, number)
    }

    pub fn mark(&self, number: u8) -> Option<usize> {
        pick(&self.marks, number)
    }

    pub fn note(&self, number: u8) -> Option<usize> {
        pick(&self.notes, number)
    }

    /// A mark of the same node that does not come after this one.
    pub fn mark_before(&self, node: usize, of: Option<usize>, number: u8) -> Option<usize> {
        let fits = |&mark: &usize| {
            let mut at = Some(mark);
            while let Some(mark) = at {
                if Some(mark) == of {
                    return false;
                }
                at = self.marks[mark].and_then(|(_, after)| after);
            }
            self.marks[mark].is_some_and(|(of, _)| of == node)
        };
        let all: Vec<usize> = (0..self.marks.len()).filter(fits).collect();
        (!all.is_empty()).then(|| all[number as usize % all.len()])
    }

    pub fn is_mark_referred_to(&self, mark: usize) -> bool {
        self.marks.iter().flatten().any(|(_, after)| *after == Some(mark))
            || self.notes.iter().flatten().any(|of| *of == mark)
    }

    pub fn has_name(&self, name: &str) -> bool {
        self.nodes.iter().flatten().any(|(taken, _)| taken == name)
    }

    pub fn is_above(&self, above: usize, below: usize) -> bool {
        let mut at = Some(below);
        while let Some(node) = at {
            if node == above {
                return true;
            }
            at = self.nodes[node].as_ref().and_then(|(_, parent)| *parent);
        }
        false
    }

    pub fn is_referred_to(&self, node: usize) -> bool {
        self.nodes.iter().flatten().any(|(_, parent)| *parent == Some(node))
            || self.leaves.iter().flatten().any(|(_, to)| *to == node)
            || self.marks.iter().flatten().any(|(of, _)| *of == node)
    }
}

fn pick<T>(list: &[Option<T>], number: u8) -> Option<usize> {
    let alive: Vec<usize> = (0..list.len()).filter(|&i| list[i].is_some()).collect();
    (!alive.is_empty()).then(|| alive[number as usize % alive.len()])
}
