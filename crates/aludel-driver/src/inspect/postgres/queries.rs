//! The queries. The parameter of each is the schema's name, or NULL for the current one. Objects of extensions are not shown.

/// name, kind, comment, options, whether it is unlogged, definition of a view, what it is partitioned by, tablespace
pub(super) const TABLES: &str = "\
SELECT c.relname::text, c.relkind::text, obj_description(c.oid, 'pg_class'), array_to_string(c.reloptions, ', '),
    (c.relpersistence = 'u')::text,
    CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid, true) END,
    CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
    pg_get_expr(c.relpartbound, c.oid),
    t.spcname::text
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace LEFT JOIN pg_tablespace AS t ON t.oid = c.reltablespace
WHERE n.nspname = coalesce($1::text, current_schema()) AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
    AND NOT EXISTS (SELECT 1 FROM pg_depend AS d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.relname COLLATE \"C\"";

/// table, name, type, whether it is NOT NULL, identity, generated, expression, collation, comment,
/// owned sequence, the enum type in the same schema, or the connection's own, that it, or the elements of its arrays, are of:
/// name, labels with a character 1 between; then of the sequence that counts it: start, increment, min, max, cycle, cache
pub(super) const COLUMNS: &str = "\
SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull::text, a.attidentity::text,
    a.attgenerated::text, pg_get_expr(d.adbin, d.adrelid),
    CASE WHEN a.attcollation <> t.typcollation THEN o.collname::text END,
    col_description(c.oid, a.attnum),
    (SELECT min(s.relname::text) FROM pg_depend AS p JOIN pg_class AS s ON s.oid = p.objid AND s.relkind = 'S'
        WHERE p.refclassid = 'pg_class'::regclass AND p.refobjid = c.oid AND p.refobjsubid = a.attnum
            AND p.classid = 'pg_class'::regclass AND p.deptype = 'a'),
    e.typname::text,
    CASE WHEN e.oid IS NOT NULL THEN (SELECT string_agg(l.enumlabel, chr(1) ORDER BY l.enumsortorder) FROM pg_enum AS l
        WHERE l.enumtypid = e.oid) END,
    q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcycle, q.seqcache
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type AS t ON t.oid = a.atttypid
LEFT JOIN pg_type AS e ON e.typtype = 'e' AND e.oid IN (t.oid, CASE WHEN t.typcategory = 'A' THEN t.typelem END)
    AND e.typnamespace IN (c.relnamespace, to_regnamespace(quote_ident(current_schema())))
LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_collation AS o ON o.oid = a.attcollation
LEFT JOIN LATERAL (SELECT s.* FROM pg_depend AS p JOIN pg_sequence AS s ON s.seqrelid = p.objid
    WHERE p.refclassid = 'pg_class'::regclass AND p.refobjid = c.oid AND p.refobjsubid = a.attnum
        AND p.classid = 'pg_class'::regclass AND p.deptype IN ('a', 'i') LIMIT 1) AS q ON true
WHERE n.nspname = coalesce($1::text, current_schema()) AND c.relkind IN ('r', 'p', 'f')
ORDER BY c.relname COLLATE \"C\", a.attnum";

/// table, name, kind, column, referred table, referred column, on delete, on update, deferrable, deferred, check's
/// expression, definition, whether it is validated, the schema of the referred table where it is another, match,
/// whether the column is one of those that alone are changed on delete
pub(super) const CONSTRAINTS: &str = "\
SELECT c.relname::text, k.conname::text, k.contype::text, a.attname::text, f.relname::text, b.attname::text,
    k.confdeltype::text, k.confupdtype::text, k.condeferrable::text, k.condeferred::text,
    pg_get_expr(k.conbin, k.conrelid), pg_get_constraintdef(k.oid), k.convalidated::text,
    CASE WHEN f.relnamespace <> c.relnamespace THEN (SELECT e.nspname::text FROM pg_namespace AS e WHERE e.oid = f.relnamespace) END, k.confmatchtype::text,
    (to_jsonb(k) -> 'confdelsetcols' @> to_jsonb(u.own))::text
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_constraint AS k ON k.conrelid = c.oid
LEFT JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u (own, other, place) ON k.contype <> 'c'
LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = u.own
LEFT JOIN pg_class AS f ON f.oid = k.confrelid
LEFT JOIN pg_attribute AS b ON b.attrelid = f.oid AND b.attnum = u.other
WHERE n.nspname = coalesce($1::text, current_schema()) AND c.relkind IN ('r', 'p', 'f') AND k.contype IN ('p', 'u', 'c', 'f')
ORDER BY c.relname COLLATE \"C\", k.conname COLLATE \"C\", u.place";

/// table, name, whether it is unique, whether it is a portable one, column, expression, whether it is descending,
/// predicate, definition, method unless it is a B-tree, whether NULLs come first, whether the column is but included,
/// operator class unless it is the one that comes by itself, whether NULLs are the same, storage parameters with a character 1
/// between; then of an exclusion that has the index: operator, deferrable, deferred, definition
pub(super) const INDEXES: &str = "\
SELECT c.relname::text, i.relname::text, x.indisunique::text,
    (x.indisvalid
        AND (u.place > x.indnkeyatts OR (o.opcdefault OR pg_opclass_is_visible(o.oid)) AND p.attoptions IS NULL
            AND x.indcollation[u.place - 1] IN (0, coalesce(a.attcollation, x.indcollation[u.place - 1]))))::text,
    a.attname::text, pg_get_indexdef(i.oid, u.place::int, false), (x.indoption[u.place - 1] & 1 = 1)::text,
    pg_get_expr(x.indpred, x.indrelid), pg_get_indexdef(i.oid),
    nullif(m.amname::text, 'btree'), (x.indoption[u.place - 1] & 2 = 2)::text, (u.place > x.indnkeyatts)::text,
    CASE WHEN NOT o.opcdefault THEN o.opcname::text END, to_jsonb(x) ->> 'indnullsnotdistinct',
    array_to_string(i.reloptions, chr(1)),
    (SELECT q.oprname::text FROM pg_operator AS q WHERE q.oid = e.conexclop[u.place] AND pg_operator_is_visible(q.oid)),
    e.condeferrable::text, e.condeferred::text, pg_get_constraintdef(e.oid)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_index AS x ON x.indrelid = c.oid
JOIN pg_class AS i ON i.oid = x.indexrelid
JOIN pg_am AS m ON m.oid = i.relam
CROSS JOIN LATERAL generate_series(1, x.indnatts) AS u (place)
LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = x.indkey[u.place - 1] AND a.attnum > 0
LEFT JOIN pg_attribute AS p ON p.attrelid = i.oid AND p.attnum = u.place
LEFT JOIN pg_opclass AS o ON o.oid = x.indclass[u.place - 1]
LEFT JOIN pg_constraint AS e ON e.conindid = i.oid AND e.contype = 'x'
WHERE n.nspname = coalesce($1::text, current_schema()) AND c.relkind IN ('r', 'p')
    AND NOT EXISTS (SELECT 1 FROM pg_constraint AS k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u'))
ORDER BY c.relname COLLATE \"C\", i.relname COLLATE \"C\", u.place";

/// name, start, increment, min, max, cycle, cache; without those that columns own
pub(super) const SEQUENCES: &str = "\
SELECT c.relname::text, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle, s.seqcache
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_sequence AS s ON s.seqrelid = c.oid
WHERE n.nspname = coalesce($1::text, current_schema())
    AND NOT EXISTS (SELECT 1 FROM pg_depend AS d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'e', 'i'))
ORDER BY c.relname COLLATE \"C\"";

/// type, value
pub(super) const ENUMS: &str = "\
SELECT t.typname::text, e.enumlabel::text
FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace JOIN pg_enum AS e ON e.enumtypid = t.oid
WHERE n.nspname = coalesce($1::text, current_schema())
    AND NOT EXISTS (SELECT 1 FROM pg_depend AS d
        WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
ORDER BY t.typname COLLATE \"C\", e.enumsortorder";
