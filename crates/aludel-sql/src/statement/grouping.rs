//! Sets of what rows are grouped by, as the places of each in a list.

/// The most sets there are in one statement: as many as PostgreSQL takes.
pub(crate) const MOST: usize = 4096;

/// All of so many, then without the last one, and so on to none: `ROLLUP`.
pub fn rollup(count: usize) -> Vec<Vec<usize>> {
    (0..=count).rev().map(|length| (0..length).collect()).collect()
}

/// Every set of so many: `CUBE`. Of more than there can be in a statement it is too many, but not all.
pub fn cube(count: usize) -> Vec<Vec<usize>> {
    let count = count.min(MOST.ilog2() as usize + 1);
    let has = |set: usize, place: usize| set & (1 << (count - 1 - place)) != 0;
    (0..1usize << count).rev().map(|set| (0..count).filter(|place| has(set, *place)).collect()).collect()
}
