//! MySQL and MariaDB.

use aludel_sql::Type;

use super::{Catalog, Details, LockSql, server_misfit};

pub(super) static MYSQL: Catalog = Catalog {
    table: "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?",
    content: Some(
        "SELECT (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = ?) \
            + (SELECT COUNT(*) FROM information_schema.routines WHERE routine_schema = ?)",
    ),
    details: Some(Details {
        table: "SELECT 1 FROM information_schema.tables WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ?",
        columns: "SELECT column_name FROM information_schema.columns WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ?",
        index: "SELECT 1 FROM information_schema.statistics \
            WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ? AND index_name = ?",
        constraint: "SELECT 1 FROM information_schema.table_constraints \
            WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ? AND constraint_name = ?",
        unstated: "SELECT CASE WHEN c.column_comment NOT IN ('', ?, ?) THEN 'a comment' \
            WHEN LOWER(c.extra) LIKE '%on update%' THEN 'ON UPDATE' ELSE 'a collation of its own' END \
            FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) \
            WHERE c.table_schema = COALESCE(?, DATABASE()) AND c.table_name = ? AND c.column_name = ? AND (c.column_comment NOT IN ('', ?, ?) \
            OR LOWER(c.extra) LIKE '%on update%' OR (? = 0 AND c.collation_name <> t.table_collation \
            AND c.data_type NOT IN ('longtext', 'json')))",
    }),
    lock: Some(LockSql {
        in_transaction: false,
        before: &[],
        partial: Some("SHOW VARIABLES WHERE Variable_name = 'wsrep_on' AND Value = 'ON'"),
        take: "SELECT COALESCE(GET_LOCK(CONCAT('aludel_', LEFT(SHA2(DATABASE(), 256), 40)), 0), 0)",
        held: "SELECT COALESCE(IS_USED_LOCK(CONCAT('aludel_', LEFT(SHA2(DATABASE(), 256), 40))) = CONNECTION_ID(), 0)",
        release: Some("DO RELEASE_LOCK(CONCAT('aludel_', LEFT(SHA2(DATABASE(), 256), 40)))"),
    }),
    // What waits for a table holds up everyone who comes to that table after it; by default for a day.
    session: &["SET SESSION lock_wait_timeout = 5"],
    transaction: &[],
    settle: None,
    tries: 10,
    script: &[
        "SET NAMES utf8mb4",
        "SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,\
         ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO'",
    ],
    misfit: |value, text, ty: &Type| server_misfit(value, text, ty, "CHAR", "DECIMAL(65)", "REGEXP"),
};
