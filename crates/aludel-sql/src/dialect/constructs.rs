//! Which constructs of queries each database has.

/// Which constructs of queries a database has. What it has not is written in another way that means the same, or refused, by the
/// renderer, which alone asks; what other layers go by is in [`Capability`](super::Capability).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Constructs {
    /// How many conditions can stand beside each other between ANDs or ORs; more are in groups.
    pub longest_junction: usize,
    /// `NULLS FIRST` and `NULLS LAST`; else NULLs are the least and an order says `a IS NULL` before `a`.
    pub nulls_order: bool,
    /// `ILIKE`; else both sides are made lower case.
    pub ilike: bool,
    /// `BETWEEN SYMMETRIC`; else `BETWEEN` says it both ways.
    pub between_symmetric: bool,
    /// `FILTER` of an aggregate; else its argument is NULL where the condition is not true.
    pub aggregate_filter: bool,
    /// `ORDER BY` inside an aggregate of any name.
    pub aggregate_order: bool,
    /// `WITHIN GROUP`
    pub within_group: bool,
    /// An aggregate that makes an array, and `ANY` and `ALL` over one; the latter else over a list of values.
    pub arrays: bool,
    /// A LAG or LEAD can say what stands for a row that is not there.
    pub lag_default: bool,
    /// Frames in `GROUPS`, and `EXCLUDE`.
    pub groups_frame: bool,
    /// Frames by a distance in time; else by that between numbers of microseconds.
    pub interval_frames: bool,
    /// Frames by a distance in decimals, computed exactly.
    pub decimal_frames: bool,
    /// `FULL JOIN`
    pub full_join: bool,
    /// `LATERAL`
    pub lateral: bool,
    /// `TABLESAMPLE`
    pub sample: bool,
    /// An expression that rows are grouped by is known anywhere in what is said of groups; else that is the least of its values in
    /// the group, which are all the same.
    pub grouped_anywhere: bool,
    /// Which sets of what rows are grouped by there are.
    pub grouping_sets: GroupingSets,
    /// `MATERIALIZED`; else the hint is left out.
    pub materialized: bool,
    /// `DISTINCT ON`; else the rows of each kind are counted and the first is taken.
    pub distinct_on: bool,
    /// `FETCH FIRST … ROWS WITH TIES`; else the rows are ranked, and those up to the last rank are taken.
    pub with_ties: bool,
    /// `INTERSECT ALL` and `EXCEPT ALL`
    pub set_all: bool,
    /// A sub-query with a LIMIT after IN, ANY or ALL; else it is put in another.
    pub limited_in: bool,
    /// `ANY` and `ALL` before a sub-query; else its comparisons are counted.
    pub quantified: bool,
    /// How a row is looked for among others.
    pub in_rows: InRows,
    /// Which placeholders are given a type.
    pub typed_placeholders: TypedPlaceholders,
    /// By what an expression that is grouped by is known again where it is selected.
    pub repeated: Repeated,
    /// `DEFAULT` as a value.
    pub default_value: bool,
    /// A conflict with one key is told from one with another, in `ON CONFLICT`; else in `ON DUPLICATE KEY UPDATE`.
    pub on_conflict: bool,
    /// An INSERT from a SELECT can go on with what is done on a conflict; else the SELECT is put in another.
    pub select_on_conflict: bool,
    /// UPDATE can hand back rows.
    pub update_returning: bool,
    /// What is handed back can be of other tables than the one that is changed.
    pub returning_others: bool,
    /// `WITH` before UPDATE and DELETE; else it is put into what reads of it.
    pub with_changes: bool,
    /// INSERT, UPDATE and DELETE as sub-queries with names.
    pub writing_ctes: bool,
    /// How UPDATE and DELETE read other tables.
    pub change_with: ChangeWith,
    /// Which locks there are on rows.
    pub row_locks: RowLocks,
    /// Rows of a source that an outer join may be without can be locked.
    pub outer_locks: bool,
}

/// Which sets of what rows are grouped by there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupingSets {
    /// None but the whole.
    None,
    /// `WITH ROLLUP`, but no order of it, and no `GROUPING`.
    Rollup,
    /// `WITH ROLLUP`
    OrderedRollup,
    /// `ROLLUP`, `CUBE` and `GROUPING SETS`
    All,
}

/// How a row is looked for among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InRows {
    /// `(a, b) IN ((1, 2), (3, 4))`
    List,
    /// `(a, b) IN (VALUES (1, 2), (3, 4))`
    Values,
    /// `(a = 1 AND b = 2 OR a = 3 AND b = 4)`: a list there forgets that it may be NULL, which only a WHERE does not mind.
    Compared,
}

/// Which placeholders are given a type, by a cast to [`Spelling::placeholder_type`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypedPlaceholders {
    /// None: each has the type of its value.
    None,
    /// Those that nothing beside them gives one.
    Alone,
    /// Decimal numbers, which come as texts, with which numbers are computed and compared as floating-point ones.
    Decimals,
    /// Those that would be taken for something else: decimal numbers; JSON, which would be text; and the first of a
    /// computation with placeholders alone, which would be one with floating-point numbers.
    Mistaken,
}

/// By what an expression that is grouped by is known again where it is selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeated {
    /// It need not be.
    Unchecked,
    /// By its text, in which the same placeholders stand again.
    Placeholders,
    /// By its text, in which no placeholder is the same as another: values are literals there.
    Literals,
}

/// How UPDATE and DELETE read other tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeWith {
    /// `UPDATE … FROM`, `DELETE … USING`
    FromAndUsing,
    /// `UPDATE … FROM`, `DELETE … WHERE EXISTS`
    FromAndExists,
    /// `UPDATE t, o SET`, `DELETE t FROM t, o`
    SeveralTables,
}

/// Which locks there are on rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowLocks {
    /// None: a transaction that writes is alone.
    None,
    /// `FOR UPDATE` and `LOCK IN SHARE MODE`, on all tables.
    Whole,
    /// `FOR UPDATE` and `FOR SHARE`, on some tables or all.
    Simple,
    /// Those, and `FOR NO KEY UPDATE` and `FOR KEY SHARE`.
    Keys,
}

impl Constructs {
    /// All that there are.
    pub(super) const ALL: Constructs = Constructs {
        longest_junction: usize::MAX,
        nulls_order: true,
        ilike: true,
        between_symmetric: true,
        aggregate_filter: true,
        aggregate_order: true,
        within_group: true,
        arrays: true,
        lag_default: true,
        groups_frame: true,
        interval_frames: true,
        decimal_frames: true,
        full_join: true,
        lateral: true,
        sample: true,
        grouped_anywhere: true,
        grouping_sets: GroupingSets::All,
        materialized: true,
        distinct_on: true,
        with_ties: true,
        set_all: true,
        limited_in: true,
        quantified: true,
        in_rows: InRows::List,
        typed_placeholders: TypedPlaceholders::None,
        repeated: Repeated::Unchecked,
        default_value: true,
        on_conflict: true,
        select_on_conflict: true,
        update_returning: true,
        returning_others: true,
        with_changes: true,
        writing_ctes: true,
        change_with: ChangeWith::FromAndUsing,
        row_locks: RowLocks::Keys,
        outer_locks: true,
    };
}
