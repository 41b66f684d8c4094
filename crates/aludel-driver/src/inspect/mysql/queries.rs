//! The queries. The question mark in each stands for the database's name, or NULL for the current one.

/// Those that differ.
pub(super) struct Queries {
    /// table, name, expression, whether it belongs to a column
    pub(super) checks: &'static str,
    /// table, name, whether it is unique, kind, column, direction, prefix, expression
    pub(super) indexes: &'static str,
}

pub(super) static MYSQL: Queries = Queries {
    checks: "\
SELECT t.TABLE_NAME, c.CONSTRAINT_NAME, c.CHECK_CLAUSE, 'NO'
FROM information_schema.CHECK_CONSTRAINTS AS c JOIN information_schema.TABLE_CONSTRAINTS AS t
    ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME AND t.CONSTRAINT_TYPE = 'CHECK'
WHERE c.CONSTRAINT_SCHEMA = COALESCE(?, DATABASE()) ORDER BY 1, 2",
    indexes: "\
SELECT TABLE_NAME, INDEX_NAME, IF(NON_UNIQUE, 'NO', 'YES'), INDEX_TYPE, COLUMN_NAME, COLLATION, SUB_PART, EXPRESSION
FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) ORDER BY 1, 2, SEQ_IN_INDEX",
};

pub(super) static MARIADB: Queries = Queries {
    checks: "\
SELECT TABLE_NAME, CONSTRAINT_NAME, CHECK_CLAUSE, IF(LEVEL = 'Column', 'YES', 'NO')
FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = COALESCE(?, DATABASE()) ORDER BY 1, 2",
    indexes: "\
SELECT TABLE_NAME, INDEX_NAME, IF(NON_UNIQUE, 'NO', 'YES'), INDEX_TYPE, COLUMN_NAME, COLLATION, SUB_PART, NULL
FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) ORDER BY 1, 2, SEQ_IN_INDEX",
};

/// name, kind, engine, collation, comment, options
pub(super) const TABLES: &str = "\
SELECT TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COLLATION, TABLE_COMMENT, CREATE_OPTIONS
FROM information_schema.TABLES WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) ORDER BY 1";

/// table, name, type, whether it may be NULL, default, extra, expression, collation, comment
pub(super) const COLUMNS: &str = "\
SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, GENERATION_EXPRESSION, COLLATION_NAME,
    COLUMN_COMMENT
FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) ORDER BY 1, ORDINAL_POSITION";

/// table, name, kind, column, referred table, referred column, on delete, on update, the database of the
/// referred table where it is another
pub(super) const CONSTRAINTS: &str = "\
SELECT k.TABLE_NAME, k.CONSTRAINT_NAME, IF(k.REFERENCED_TABLE_NAME IS NULL, 'KEY', 'FOREIGN KEY'), k.COLUMN_NAME,
    k.REFERENCED_TABLE_NAME, k.REFERENCED_COLUMN_NAME, r.DELETE_RULE, r.UPDATE_RULE,
    IF(k.REFERENCED_TABLE_SCHEMA <> k.TABLE_SCHEMA, k.REFERENCED_TABLE_SCHEMA, NULL)
FROM information_schema.KEY_COLUMN_USAGE AS k LEFT JOIN information_schema.REFERENTIAL_CONSTRAINTS AS r
    ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
WHERE k.TABLE_SCHEMA = COALESCE(?, DATABASE()) ORDER BY 1, 2, k.ORDINAL_POSITION";

/// name, definition
pub(super) const VIEWS: &str = "\
SELECT TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) ORDER BY 1";
