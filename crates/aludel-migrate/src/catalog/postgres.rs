//! PostgreSQL.

use aludel_sql::Type;

use super::{Catalog, LockSql, server_misfit};

pub(super) static POSTGRES: Catalog = Catalog {
    table: "SELECT CASE WHEN n.nspname = current_schema() THEN 1 ELSE 0 END FROM pg_class c \
        JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE n.nspname = ANY (current_schemas(false)) AND c.relkind IN ('r', 'p') AND c.relname = $1::text",
    content: None,
    details: None,
    // A lock of the session would be lost, or never given back, behind a proxy that lends out connections by the transaction.
    lock: Some(LockSql {
        in_transaction: true,
        before: &[
            // At any other level the snapshot would hold up CREATE INDEX CONCURRENTLY for as long as the lock is held.
            "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
            "SET LOCAL idle_in_transaction_session_timeout = 0",
        ],
        partial: None,
        // Waiting inside the database would keep a snapshot too.
        take: "SELECT CASE WHEN pg_try_advisory_xact_lock(hashtextextended(\
            format('%s.%s.aludel_history', current_database(), current_schema()), 0)) THEN 1 ELSE 0 END",
        held: "SELECT 1",
        release: None,
    }),
    session: &[],
    // What waits for a table holds up everyone who comes to that table after it.
    transaction: &["SET LOCAL lock_timeout = '5s'"],
    // A table with checks still to come cannot be altered.
    settle: Some("SET CONSTRAINTS ALL IMMEDIATE"),
    tries: 10,
    script: &[],
    misfit: |value, text, ty: &Type| match ty {
        Type::Array(element) => cut_off(value, element),
        _ => server_misfit(value, text, ty, "TEXT", "NUMERIC", "~"),
    },
};

/// The condition of arrays of which a cast would cut an element off.
fn cut_off(value: &str, element: &Type) -> Option<String> {
    let Type::VarChar(length) = element else { return None };
    Some(format!("EXISTS (SELECT 1 FROM unnest(({value})::TEXT[]) AS e WHERE CHAR_LENGTH(e) > {length})"))
}
