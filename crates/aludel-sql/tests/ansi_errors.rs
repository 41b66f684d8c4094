//! What is refused, and what each message says to write instead.

use aludel_sql::{ErrorKind, ansi};

/// The error as a person sees it.
fn error(source: &str) -> String {
    let error = ansi::parse(source, 0..source.len()).expect_err(source).in_file("m.sql", source);
    assert_eq!(error.kind(), ErrorKind::Syntax);
    error.to_string()
}

#[test]
fn lexical_errors_point_at_the_character() {
    insta::assert_snapshot!(error("UPDATE t\nSET a = 'it;"), @"
        m.sql:2:9: the string has no end
            SET a = 'it;
                    ^
          help: Write ' where it ends, and '' for a ' inside it
        ");
    insta::assert_snapshot!(error("SELECT \"a;"), @r#"
        m.sql:1:8: the quoted name has no end
            SELECT "a;
                   ^
          help: Write " where it ends, and "" for a " inside it
        "#);
    insta::assert_snapshot!(error("/* no end"), @"
        m.sql:1:1: the comment has no end
            /* no end
            ^^
          help: Write */ where it ends
        ");
    insta::assert_snapshot!(error("/* a /* b */ */"), @"
        m.sql:1:6: a comment inside a comment ends where not every database thinks so
            /* a /* b */ */
                 ^^
          help: Write comments side by side, or with -- at each line
        ");
    insta::assert_snapshot!(error("DROP TABLE `user`;"), @r#"
        m.sql:1:12: backticks are not portable
            DROP TABLE `user`;
                       ^^^^^^
          help: Write "user"
        "#);
    insta::assert_snapshot!(error("UPDATE t SET a = E'\\n';"), @r"
        m.sql:1:18: strings with `E` before them are not portable
            UPDATE t SET a = E'\n';
                             ^^
          help: Write a plain 'string', with no backslash escapes
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = ?;"), @"
        m.sql:1:18: `?` has no meaning here: a migration takes no parameters
            UPDATE t SET a = ?;
                             ^
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = b % 2;"), @"
        m.sql:1:20: `%` is not portable
            UPDATE t SET a = b % 2;
                               ^
          help: Write MOD(a, b)
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = X'0';"), @"
        m.sql:1:18: bytes are an even number of hexadecimal digits
            UPDATE t SET a = X'0';
                             ^^^^
          help: Write them as X'00FF'
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = 1a;"), @"
        m.sql:1:18: a name cannot begin with a digit
            UPDATE t SET a = 1a;
                             ^^
          help: Put the name in double quotes, or a blank after the number
        ");
    insta::assert_snapshot!(error("# comment"), @"
        m.sql:1:1: `#` has no meaning here
            # comment
            ^
          help: Write comments with --
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = b[1];"), @"
        m.sql:1:19: expected `;`, found `[`
            UPDATE t SET a = b[1];
                              ^
          help: Write names in double quotes, and arrays as ARRAY[1, 2]
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = 'a\0b';"), @"
        m.sql:1:18: the string has a NUL character in it
            UPDATE t SET a = 'a�b';
                             ^^^
        ");
    insta::assert_snapshot!(error("\tDROP TABLE «x»;"), @"
        m.sql:1:13: `«` has no meaning here
            	DROP TABLE «x»;
            	           ^
        ");
}

#[test]
fn statements_that_are_unknown_or_unfinished() {
    insta::assert_snapshot!(error("CREAT TABLE t (a TEXT);"), @"
        m.sql:1:1: no statement begins with `CREAT`
            CREAT TABLE t (a TEXT);
            ^^^^^
          help: Did you mean CREATE?
        ");
    insta::assert_snapshot!(error("VACUUM;"), @"
        m.sql:1:1: no statement begins with `VACUUM`
            VACUUM;
            ^^^^^^
          help: A migration has CREATE, DROP, ALTER, COMMENT, INSERT, UPDATE, DELETE and CALL; other SQL is run from Rust, by CALL name()
        ");
    insta::assert_snapshot!(error("DROP TABLE a\nDROP TABLE b;"), @"
        m.sql:1:13: a `;` is missing at the end of the statement
            DROP TABLE a
                        ^
        ");
    insta::assert_snapshot!(error("DROP TABLE a"), @"
        m.sql:1:13: a `;` is missing at the end of the statement
            DROP TABLE a
                        ^
        ");
    insta::assert_snapshot!(error("DROP TABLE a;;"), @"
        m.sql:1:14: an empty statement
            DROP TABLE a;;
                         ^
          help: Leave the second `;` out
        ");
    insta::assert_snapshot!(error("SELECT 1;"), @"
        m.sql:1:1: a migration has no use for the rows of a query
            SELECT 1;
            ^^^^^^
          help: Leave it out
        ");
    insta::assert_snapshot!(error("BEGIN;"), @"
        m.sql:1:1: transactions are not a migration's own business
            BEGIN;
            ^^^^^
          help: Leave it out; write the directive -- @commit where one must end
        ");
    insta::assert_snapshot!(error("TRUNCATE t;"), @"
        m.sql:1:1: `TRUNCATE` is not portable
            TRUNCATE t;
            ^^^^^^^^
          help: Write DELETE FROM table
        ");
    insta::assert_snapshot!(error("DROP TABLE a CASCADE;"), @"
        m.sql:1:14: nothing is dropped along with something else
            DROP TABLE a CASCADE;
                         ^^^^^^^
          help: Drop what depends on it first, each by a statement of its own
        ");
    insta::assert_snapshot!(error("DROP TABLE IF EXISTS a;"), @"
        m.sql:1:12: `IF EXISTS` has no place in a migration
            DROP TABLE IF EXISTS a;
                       ^^
          help: Leave it out: which tables and indexes exist follows from the migrations before this one
        ");
    insta::assert_snapshot!(error("CREATE TABLE IF NOT EXISTS t (a TEXT);"), @"
        m.sql:1:14: `IF NOT EXISTS` has no place in a migration
            CREATE TABLE IF NOT EXISTS t (a TEXT);
                         ^^
          help: Leave it out: which tables and indexes exist follows from the migrations before this one
        ");
    insta::assert_snapshot!(error("CREATE TABLE t AS SELECT 1;"), @"
        m.sql:1:16: a migration names the columns of its tables
            CREATE TABLE t AS SELECT 1;
                           ^^
          help: Write them out
        ");
    insta::assert_snapshot!(error("CREATE OR REPLACE TABLE t (a TEXT);"), @"
        m.sql:1:8: `OR REPLACE` is not portable
            CREATE OR REPLACE TABLE t (a TEXT);
                   ^^
          help: Drop the old one first
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT) ENGINE=InnoDB;"), @"
        m.sql:1:25: `ENGINE` after a table is not portable
            CREATE TABLE t (a TEXT) ENGINE=InnoDB;
                                    ^^^^^^
          help: Leave it out
        ");
    insta::assert_snapshot!(error("CREATE TABLE db.public.t (a TEXT);"), @"
        m.sql:1:23: no more than a schema stands before a name
            CREATE TABLE db.public.t (a TEXT);
                                  ^
          help: Leave the database out
        ");
    insta::assert_snapshot!(error("CREATE TABLE \"a.b\" (a TEXT);"), @r#"
        m.sql:1:14: a table's name has no dot inside
            CREATE TABLE "a.b" (a TEXT);
                         ^^^^^
          help: Quote a schema and a name each for itself, "billing"."invoice"
        "#);
    insta::assert_snapshot!(error("ALTER TABLE billing.invoice RENAME TO audit.invoice;"), @"
        m.sql:1:44: what is renamed stays in its schema
            ALTER TABLE billing.invoice RENAME TO audit.invoice;
                                                       ^
          help: Leave the schema of the new name out
        ");
    insta::assert_snapshot!(error("CREATE INDEX billing.ix ON billing.invoice (number);"), @"
        m.sql:1:21: an index is in the schema of its table
            CREATE INDEX billing.ix ON billing.invoice (number);
                                ^
          help: Leave the schema out
        ");
    insta::assert_snapshot!(error("CREATE SCHEMA IF NOT EXISTS billing;"), @"
        m.sql:1:15: `IF NOT EXISTS` has no place in a migration
            CREATE SCHEMA IF NOT EXISTS billing;
                          ^^
          help: Leave it out: which tables and indexes exist follows from the migrations before this one
        ");
    insta::assert_snapshot!(error("CALL f(1);"), @"
        m.sql:1:8: a function of the application takes no arguments
            CALL f(1);
                   ^
          help: Register one function for each case
        ");
    insta::assert_snapshot!(error("CREATE TRIGGER x;"), @"
        m.sql:1:8: `CREATE TRIGGER` is not portable
            CREATE TRIGGER x;
                   ^^^^^^^
          help: Run it from Rust, by CALL name()
        ");
}

#[test]
fn what_comes_later_says_so() {
    insta::assert_snapshot!(error("DROP VIEW a;"), @"
        m.sql:1:6: not supported yet: DROP VIEW
            DROP VIEW a;
                 ^^^^
        ");
    insta::assert_snapshot!(error("CREATE INDEX CONCURRENTLY ix ON t (a);"), @"
        m.sql:1:14: a migration runs in a transaction, which can do nothing `CONCURRENTLY`
            CREATE INDEX CONCURRENTLY ix ON t (a);
                         ^^^^^^^^^^^^
          help: Leave it out; or do it by hand, and record this revision with db stamp
        ");
    insta::assert_snapshot!(error("ALTER TABLE t VALIDATE CONSTRAINT c;"), @"
        m.sql:1:15: not supported yet: VALIDATE CONSTRAINT
            ALTER TABLE t VALIDATE CONSTRAINT c;
                          ^^^^^^^^
        ");
    insta::assert_snapshot!(error("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;"), @"
        m.sql:1:46: `NOT VALID` is no lasting part of a constraint
            ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;
                                                         ^^^
          help: Leave it out; or add and validate it by hand, and record this revision with db stamp
        ");
    insta::assert_snapshot!(error("INSERT INTO t (a) SELECT a FROM b JOIN c ON b.id = c.id;"), @"
        m.sql:1:35: not supported yet: JOIN
            INSERT INTO t (a) SELECT a FROM b JOIN c ON b.id = c.id;
                                              ^^^^
          help: Write the tables with a comma between, and the condition after WHERE
        ");
    insta::assert_snapshot!(error("INSERT INTO t (a) SELECT a FROM b UNION SELECT 1;"), @"
        m.sql:1:35: not supported yet: UNION
            INSERT INTO t (a) SELECT a FROM b UNION SELECT 1;
                                              ^^^^^
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = COUNT(DISTINCT b);"), @"
        m.sql:1:24: not supported yet: DISTINCT inside a function
            UPDATE t SET a = COUNT(DISTINCT b);
                                   ^^^^^^^^
        ");
}

#[test]
fn types_of_other_databases() {
    insta::assert_snapshot!(error("CREATE TABLE t (id SERIAL PRIMARY KEY);"), @"
        m.sql:1:20: `SERIAL` is not a portable type
            CREATE TABLE t (id SERIAL PRIMARY KEY);
                               ^^^^^^
          help: Write BIGINT GENERATED BY DEFAULT AS IDENTITY
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (id INTEGER AUTO_INCREMENT PRIMARY KEY);"), @"
        m.sql:1:28: `AUTO_INCREMENT` is not portable
            CREATE TABLE t (id INTEGER AUTO_INCREMENT PRIMARY KEY);
                                       ^^^^^^^^^^^^^^
          help: Write BIGINT GENERATED BY DEFAULT AS IDENTITY
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT);"), @"
        m.sql:1:40: `AUTOINCREMENT` is not portable
            CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT);
                                                   ^^^^^^^^^^^^^
          help: Write BIGINT GENERATED BY DEFAULT AS IDENTITY
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a INT8);"), @"
        m.sql:1:19: `INT8` is not a portable type
            CREATE TABLE t (a INT8);
                              ^^^^
          help: Write BIGINT
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a STRING);"), @"
        m.sql:1:19: `STRING` is not a portable type
            CREATE TABLE t (a STRING);
                              ^^^^^^
          help: Write TEXT, or VARCHAR(n) with a length
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a DATETIME);"), @"
        m.sql:1:19: `DATETIME` is not a portable type
            CREATE TABLE t (a DATETIME);
                              ^^^^^^^^
          help: Write TIMESTAMP, or TIMESTAMP WITH TIME ZONE for an instant
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TIMESTAMPTZ);"), @"
        m.sql:1:19: `TIMESTAMPTZ` is not a portable type
            CREATE TABLE t (a TIMESTAMPTZ);
                              ^^^^^^^^^^^
          help: Write TIMESTAMP WITH TIME ZONE
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a BYTEA);"), @"
        m.sql:1:19: `BYTEA` is not a portable type
            CREATE TABLE t (a BYTEA);
                              ^^^^^
          help: Write BLOB, or VARBINARY(n) with a length
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a CHAR(3));"), @"
        m.sql:1:19: `CHAR` is not a portable type
            CREATE TABLE t (a CHAR(3));
                              ^^^^
          help: Write VARCHAR(n)
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a VARCHAR);"), @"
        m.sql:1:26: a VARCHAR needs a length
            CREATE TABLE t (a VARCHAR);
                                     ^
          help: Write VARCHAR(n), or TEXT for text of any length
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a FLOAT);"), @"
        m.sql:1:19: `FLOAT` is not a portable type
            CREATE TABLE t (a FLOAT);
                              ^^^^^
          help: Write DOUBLE PRECISION, or REAL for 32 bits
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a MONEY);"), @"
        m.sql:1:19: `MONEY` is not a portable type
            CREATE TABLE t (a MONEY);
                              ^^^^^
          help: Write DECIMAL(p, s), such as DECIMAL(12, 2)
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a INTEGER UNSIGNED);"), @"
        m.sql:1:27: `UNSIGNED` is not portable
            CREATE TABLE t (a INTEGER UNSIGNED);
                                      ^^^^^^^^
          help: Write a wider type, and a CHECK constraint for the range
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a INTEGRE);"), @"
        m.sql:1:19: `INTEGRE` is not a portable type
            CREATE TABLE t (a INTEGRE);
                              ^^^^^^^
          help: Did you mean INTEGER?
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a RANGE);"), @"
        m.sql:1:19: `RANGE` is not a portable type
            CREATE TABLE t (a RANGE);
                              ^^^^^
          help: The types are BOOLEAN, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE PRECISION, DECIMAL, VARCHAR, TEXT, VARBINARY, BLOB, DATE, TIME, TIMESTAMP, UUID, JSON, and the names of enum types, which CREATE TYPE gives
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a DECIMAL);"), @"
        m.sql:1:26: expected the digits of the DECIMAL, found `)`
            CREATE TABLE t (a DECIMAL);
                                     ^
          help: Write DECIMAL(p, s): p digits in all, s of them after the point
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a DECIMAL(66, 2));"), @"
        m.sql:1:27: a DECIMAL has 1 to 65 digits, at most 30 of them after the point
            CREATE TABLE t (a DECIMAL(66, 2));
                                      ^^^^^
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TIMESTAMP(6));"), @"
        m.sql:1:28: times are always kept to the microsecond
            CREATE TABLE t (a TIMESTAMP(6));
                                       ^
          help: Leave the precision out
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT(9));"), @"
        m.sql:1:23: TEXT takes no length
            CREATE TABLE t (a TEXT(9));
                                  ^
          help: Leave it out
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a VARCHAR(0));"), @"
        m.sql:1:27: the length must be at least 1
            CREATE TABLE t (a VARCHAR(0));
                                      ^
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a DOUBLE);"), @"
        m.sql:1:19: `DOUBLE` is not a portable type
            CREATE TABLE t (a DOUBLE);
                              ^^^^^^
          help: Write DOUBLE PRECISION, or REAL for 32 bits
        ");
}

#[test]
fn names_that_need_quotes() {
    insta::assert_snapshot!(error("DROP TABLE user;"), @r#"
        m.sql:1:12: `user` is a reserved word in one of the databases
            DROP TABLE user;
                       ^^^^
          help: Quote it: "user"
        "#);
    insta::assert_snapshot!(error("DROP TABLE userId;"), @r#"
        m.sql:1:12: names without quotes are lower-case letters, digits and underscores
            DROP TABLE userId;
                       ^^^^^^
          help: Quote it: "userId"
        "#);
    insta::assert_snapshot!(error("DROP TABLE ORDER;"), @r#"
        m.sql:1:12: expected a table's name, found `ORDER`
            DROP TABLE ORDER;
                       ^^^^^
          help: Quote it if it is a name: "order"
        "#);
    insta::assert_snapshot!(error("CREATE TABLE t (order INTEGER);"), @r#"
        m.sql:1:17: `order` is a reserved word in one of the databases
            CREATE TABLE t (order INTEGER);
                            ^^^^^
          help: Quote it: "order"
        "#);
    insta::assert_snapshot!(error("UPDATE t SET a = userId;"), @r#"
        m.sql:1:18: names without quotes are lower-case letters, digits and underscores
            UPDATE t SET a = userId;
                             ^^^^^^
          help: Quote it: "userId"
        "#);
    insta::assert_snapshot!(error("DROP TABLE \"\";"), @r#"
        m.sql:1:12: a name cannot be empty
            DROP TABLE "";
                       ^^
        "#);
    insta::assert_snapshot!(error("DROP TABLE größe;"), @r#"
        m.sql:1:12: names without quotes are lower-case letters, digits and underscores
            DROP TABLE größe;
                       ^^^^^
          help: Quote it: "größe"
        "#);
    insta::assert_snapshot!(error("DROP TABLE aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;"), @"
        m.sql:1:12: the name is longer than 63 bytes
            DROP TABLE aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          help: Shorten it: databases cut longer names off, or refuse them
        ");
}

#[test]
fn tables_that_make_no_sense() {
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT, a TEXT);"), @"
        m.sql:1:25: the table has a column `a` already
            CREATE TABLE t (a TEXT, a TEXT);
                                    ^^^^^^
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT NOT NULL NOT NULL);"), @"
        m.sql:1:33: NOT NULL is said twice
            CREATE TABLE t (a TEXT NOT NULL NOT NULL);
                                            ^^^^^^^^
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT UNIQUE);"), @"
        m.sql:1:24: constraints come after the columns, each with a name
            CREATE TABLE t (a TEXT UNIQUE);
                                   ^^^^^^
          help: Write CONSTRAINT uq_t_a UNIQUE (a) on a line of its own
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT CHECK (a > 0));"), @"
        m.sql:1:24: constraints come after the columns, each with a name
            CREATE TABLE t (a TEXT CHECK (a > 0));
                                   ^^^^^
          help: Write CONSTRAINT ck_t_a CHECK (…) on a line of its own
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a BIGINT REFERENCES b (id));"), @"
        m.sql:1:26: constraints come after the columns, each with a name
            CREATE TABLE t (a BIGINT REFERENCES b (id));
                                     ^^^^^^^^^^
          help: Write CONSTRAINT fk_t_a FOREIGN KEY (a) REFERENCES … on a line of its own
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT, UNIQUE (a));"), @"
        m.sql:1:25: a constraint needs a name
            CREATE TABLE t (a TEXT, UNIQUE (a));
                                    ^^^^^^
          help: Write CONSTRAINT uq_t_a before it
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT, FOREIGN KEY (a) REFERENCES b (id));"), @"
        m.sql:1:25: a constraint needs a name
            CREATE TABLE t (a TEXT, FOREIGN KEY (a) REFERENCES b (id));
                                    ^^^^^^^
          help: Write CONSTRAINT fk_t_a before it
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT, PRIMARY KEY (a));"), @"
        m.sql:1:25: a constraint needs a name
            CREATE TABLE t (a TEXT, PRIMARY KEY (a));
                                    ^^^^^^^
          help: Write CONSTRAINT pk_t before it
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT NULL);"), @"
        m.sql:1:24: a column may be NULL unless it says NOT NULL
            CREATE TABLE t (a TEXT NULL);
                                   ^^^^
          help: Leave NULL out
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT, CONSTRAINT x PRIMARY KEY (a));"), @"
        m.sql:1:36: the primary key of `t` is called `pk_t`
            CREATE TABLE t (a TEXT, CONSTRAINT x PRIMARY KEY (a));
                                               ^
          help: Write CONSTRAINT pk_t
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT PRIMARY KEY, b TEXT PRIMARY KEY);"), @"
        m.sql:1:44: the table has a primary key already
            CREATE TABLE t (a TEXT PRIMARY KEY, b TEXT PRIMARY KEY);
                                                       ^^^^^^^^^^^
          help: Write one PRIMARY KEY (a, b) for a key of several columns
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a BIGINT GENERATED BY DEFAULT AS IDENTITY);"), @"
        m.sql:1:17: an identity column is the whole primary key of its table
            CREATE TABLE t (a BIGINT GENERATED BY DEFAULT AS IDENTITY);
                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          help: Write PRIMARY KEY after IDENTITY, or leave IDENTITY out
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY);"), @"
        m.sql:1:24: an identity column cannot be TEXT
            CREATE TABLE t (a TEXT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY);
                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          help: Make it BIGINT or INTEGER
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY);"), @"
        m.sql:1:36: not every database can insist on its own numbers
            CREATE TABLE t (a BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
                                               ^^^^^^
          help: Write GENERATED BY DEFAULT AS IDENTITY
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT, CONSTRAINT uq_t_b UNIQUE (b));"), @"
        m.sql:1:25: the table `t` has no column `b`
            CREATE TABLE t (a TEXT, CONSTRAINT uq_t_b UNIQUE (b));
                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT, CONSTRAINT c UNIQUE (a), CONSTRAINT c CHECK (a > 0));"), @"
        m.sql:1:50: the table has a constraint `c` already
            CREATE TABLE t (a TEXT, CONSTRAINT c UNIQUE (a), CONSTRAINT c CHECK (a > 0));
                                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT, INDEX (a));"), @"
        m.sql:1:25: an index is not part of a table
            CREATE TABLE t (a TEXT, INDEX (a));
                                    ^^^^^
          help: Write CREATE INDEX after the table
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT, CONSTRAINT f FOREIGN KEY (a) REFERENCES b);"), @"
        m.sql:1:66: expected the columns referred to, found `)`
            CREATE TABLE t (a TEXT, CONSTRAINT f FOREIGN KEY (a) REFERENCES b);
                                                                             ^
          help: Name them: REFERENCES b (id)
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT, CONSTRAINT f FOREIGN KEY (a) REFERENCES b (c, d));"), @"
        m.sql:1:67: a foreign key refers to as many columns as it has
            CREATE TABLE t (a TEXT, CONSTRAINT f FOREIGN KEY (a) REFERENCES b (c, d));
                                                                              ^^^^^^
        ");
    insta::assert_snapshot!(error("CREATE TABLE t ();"), @"
        m.sql:1:17: expected a column's name, found `)`
            CREATE TABLE t ();
                            ^
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT DEFAULT b);"), @"
        m.sql:1:32: the column `b` has no value here
            CREATE TABLE t (a TEXT DEFAULT b);
                                           ^
          help: Write a literal, or an expression of literals
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT DEFAULT \"b\");"), @r#"
        m.sql:1:32: the column `b` has no value here
            CREATE TABLE t (a TEXT DEFAULT "b");
                                           ^^^
          help: Write text in single quotes: 'b'
        "#);
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT DEFAULT 1 + 1);"), @"
        m.sql:1:34: a default that is an expression stands in parentheses
            CREATE TABLE t (a TEXT DEFAULT 1 + 1);
                                             ^
          help: Write DEFAULT (a + b)
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT DEFAULT now());"), @"
        m.sql:1:32: the function `now` is not portable
            CREATE TABLE t (a TEXT DEFAULT now());
                                           ^^^
          help: Write CURRENT_TIMESTAMP
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT DEFAULT (SELECT 1));"), @"
        m.sql:1:33: a sub-query has no place here
            CREATE TABLE t (a TEXT DEFAULT (SELECT 1));
                                            ^^^^^^
          help: Look at the row at hand only
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT DEFAULT 'a'::text);"), @"
        m.sql:1:35: `::` is not portable
            CREATE TABLE t (a TEXT DEFAULT 'a'::text);
                                              ^^
          help: Write CAST(a AS type)
        ");
    insta::assert_snapshot!(error("CREATE INDEX ON t (a);"), @"
        m.sql:1:14: expected the index's name, found `ON`
            CREATE INDEX ON t (a);
                         ^^
          help: Name it: CREATE INDEX ix_table_column ON …
        ");
    insta::assert_snapshot!(error("CREATE INDEX ix ON t (lower(a));"), @"
        m.sql:1:23: expected a column's name, found `lower`
            CREATE INDEX ix ON t (lower(a));
                                  ^^^^^
          help: Put an expression in parentheses
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a TEXT, CONSTRAINT ck CHECK (t.a > 0));"), @"
        m.sql:1:46: a column needs no table before its name here
            CREATE TABLE t (a TEXT, CONSTRAINT ck CHECK (t.a > 0));
                                                         ^^^
          help: Write the column alone
        ");
}

#[test]
fn alterations_that_make_no_sense() {
    insta::assert_snapshot!(error("ALTER TABLE t ADD a TEXT;"), @"
        m.sql:1:19: expected COLUMN or CONSTRAINT, found `a`
            ALTER TABLE t ADD a TEXT;
                              ^
        ");
    insta::assert_snapshot!(error("ALTER TABLE t ADD COLUMN a BIGINT PRIMARY KEY;"), @"
        m.sql:1:26: a primary key is part of CREATE TABLE
            ALTER TABLE t ADD COLUMN a BIGINT PRIMARY KEY;
                                     ^^^^^^^^^^^^^^^^^^^^
          help: Create a new table, copy the rows, and drop the old one
        ");
    insta::assert_snapshot!(error("ALTER TABLE t ADD UNIQUE (a, b);"), @"
        m.sql:1:19: a constraint needs a name
            ALTER TABLE t ADD UNIQUE (a, b);
                              ^^^^^^
          help: Write CONSTRAINT uq_t_a_b before it
        ");
    insta::assert_snapshot!(error("ALTER TABLE t DROP COLUMN a CASCADE;"), @"
        m.sql:1:29: nothing is dropped along with something else
            ALTER TABLE t DROP COLUMN a CASCADE;
                                        ^^^^^^^
          help: Drop what depends on it first, each by a statement of its own
        ");
    insta::assert_snapshot!(error("ALTER TABLE t DROP COLUMN a, DROP COLUMN b;"), @"
        m.sql:1:28: one action a statement
            ALTER TABLE t DROP COLUMN a, DROP COLUMN b;
                                       ^
          help: Write a statement for each
        ");
    insta::assert_snapshot!(error("ALTER TABLE t MODIFY a TEXT;"), @"
        m.sql:1:15: `MODIFY` is not portable
            ALTER TABLE t MODIFY a TEXT;
                          ^^^^^^
          help: Write ALTER COLUMN column SET DATA TYPE type, SET NOT NULL or SET DEFAULT, one a statement
        ");
    insta::assert_snapshot!(error("ALTER TABLE t ALTER COLUMN a SET UNIQUE;"), @"
        m.sql:1:30: expected SET DATA TYPE, SET NOT NULL, DROP NOT NULL, SET DEFAULT or DROP DEFAULT, found `SET`
            ALTER TABLE t ALTER COLUMN a SET UNIQUE;
                                         ^^^
        ");
    insta::assert_snapshot!(error("DROP INDEX a ON t;"), @"
        m.sql:1:14: an index is dropped by its name alone
            DROP INDEX a ON t;
                         ^^
          help: Leave ON and the table out: which table it is on is known
        ");
}

#[test]
fn data_statements_of_other_databases() {
    insta::assert_snapshot!(error("INSERT INTO t VALUES (1);"), @"
        m.sql:1:15: expected the columns of the INSERT, found `VALUES`
            INSERT INTO t VALUES (1);
                          ^^^^^^
          help: Name them: INSERT INTO table (a, b) VALUES (1, 2)
        ");
    insta::assert_snapshot!(error("INSERT INTO t (a, b) VALUES (1);"), @"
        m.sql:1:29: the INSERT has 2 columns and 1 value
            INSERT INTO t (a, b) VALUES (1);
                                        ^^^
        ");
    insta::assert_snapshot!(error("INSERT INTO t (a) SELECT b, c FROM d;"), @"
        m.sql:1:19: the INSERT has 1 column and 2 values
            INSERT INTO t (a) SELECT b, c FROM d;
                              ^^^^^^^^^^^^^^^^^^
        ");
    insta::assert_snapshot!(error("INSERT INTO t (a) VALUES (DEFAULT);"), @"
        m.sql:1:27: `DEFAULT` is not a value
            INSERT INTO t (a) VALUES (DEFAULT);
                                      ^^^^^^^
          help: Leave the column out of the list: it then gets its default
        ");
    insta::assert_snapshot!(error("INSERT INTO t (a) VALUES (b);"), @"
        m.sql:1:27: the column `b` has no value here
            INSERT INTO t (a) VALUES (b);
                                      ^
          help: Write a literal, or an expression of literals
        ");
    insta::assert_snapshot!(error("INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING;"), @"
        m.sql:1:30: inserting or else updating is not portable
            INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING;
                                         ^^
          help: Write INSERT … SELECT … WHERE NOT EXISTS (…), and an UPDATE for the rows that are there
        ");
    insta::assert_snapshot!(error("INSERT INTO t (a, a) VALUES (1, 2);"), @"
        m.sql:1:19: the column `a` is named twice
            INSERT INTO t (a, a) VALUES (1, 2);
                              ^
        ");
    insta::assert_snapshot!(error("INSERT INTO t (a) VALUES (1) RETURNING a;"), @"
        m.sql:1:30: a migration has no use for returned rows
            INSERT INTO t (a) VALUES (1) RETURNING a;
                                         ^^^^^^^^^
          help: Leave RETURNING out
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = b FROM c;"), @"
        m.sql:1:20: `UPDATE … FROM` is not portable
            UPDATE t SET a = b FROM c;
                               ^^^^
          help: Write a sub-query: SET a = (SELECT b FROM other WHERE …)
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = 1, a = 2;"), @"
        m.sql:1:21: the column `a` is set twice
            UPDATE t SET a = 1, a = 2;
                                ^
        ");
    insta::assert_snapshot!(error("UPDATE t AS x SET a = 1;"), @"
        m.sql:1:10: the table to change has no other name
            UPDATE t AS x SET a = 1;
                     ^^
          help: Use the table's own name
        ");
    insta::assert_snapshot!(error("DELETE FROM t USING b;"), @"
        m.sql:1:15: `DELETE … USING` is not portable
            DELETE FROM t USING b;
                          ^^^^^
          help: Write WHERE EXISTS (SELECT 1 FROM other WHERE …)
        ");
    insta::assert_snapshot!(error("INSERT INTO t (a) SELECT * FROM b;"), @"
        m.sql:1:26: `*` stands for no columns in a migration
            INSERT INTO t (a) SELECT * FROM b;
                                     ^
          help: Name the columns
        ");
    insta::assert_snapshot!(error("INSERT INTO t (a) SELECT b AS c FROM d;"), @"
        m.sql:1:28: a column of a SELECT gets no name here
            INSERT INTO t (a) SELECT b AS c FROM d;
                                       ^^
          help: Leave the name out: columns go by their order
        ");
    insta::assert_snapshot!(error("INSERT INTO t (a) SELECT x.b FROM d;"), @"
        m.sql:1:26: the statement reads no table `x`
            INSERT INTO t (a) SELECT x.b FROM d;
                                     ^
        ");
    insta::assert_snapshot!(error("INSERT INTO t (a) SELECT b FROM d, d;"), @"
        m.sql:1:36: two tables of the statement are called `d`
            INSERT INTO t (a) SELECT b FROM d, d;
                                               ^
          help: Give one of them another name with AS
        ");
    insta::assert_snapshot!(error("INSERT INTO t (a) SELECT b FROM d LIMIT -1;"), @"
        m.sql:1:41: expected a number of rows, found `-`
            INSERT INTO t (a) SELECT b FROM d LIMIT -1;
                                                    ^
        ");
    insta::assert_snapshot!(error("REPLACE INTO t (a) VALUES (1);"), @"
        m.sql:1:1: `REPLACE` is not portable
            REPLACE INTO t (a) VALUES (1);
            ^^^^^^^
          help: Write INSERT … SELECT … WHERE NOT EXISTS (…)
        ");
}

#[test]
fn expressions_of_other_databases() {
    insta::assert_snapshot!(error("UPDATE t SET a = now();"), @"
        m.sql:1:18: the function `now` is not portable
            UPDATE t SET a = now();
                             ^^^
          help: Write CURRENT_TIMESTAMP
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = b::text;"), @"
        m.sql:1:19: `::` is not portable
            UPDATE t SET a = b::text;
                              ^^
          help: Write CAST(a AS type)
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = UPER(b);"), @"
        m.sql:1:18: the function `UPER` is not portable
            UPDATE t SET a = UPER(b);
                             ^^^^
          help: Did you mean UPPER?
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = frobnicate(b);"), @"
        m.sql:1:18: the function `frobnicate` is not portable
            UPDATE t SET a = frobnicate(b);
                             ^^^^^^^^^^
          help: The functions are COALESCE, NULLIF, ABS, ROUND, MOD, LOWER, UPPER, TRIM, REPLACE, CHAR_LENGTH, POSITION, SUBSTRING, CONCAT, GREATEST, LEAST, COUNT, SUM, MIN, MAX, AVG, EXTRACT, CAST
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = SUBSTRING(b, 1, 2);"), @"
        m.sql:1:29: expected FROM, found `,`
            UPDATE t SET a = SUBSTRING(b, 1, 2);
                                        ^
          help: Write SUBSTRING(text FROM start FOR count)
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = b IS c;"), @"
        m.sql:1:23: expected NULL, TRUE, FALSE or DISTINCT FROM, found `c`
            UPDATE t SET a = b IS c;
                                  ^
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = b = c = d;"), @"
        m.sql:1:24: the result of a comparison is compared again
            UPDATE t SET a = b = c = d;
                                   ^
          help: Put the first comparison in parentheses, or write AND between the two
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = b = NOT c;"), @"
        m.sql:1:22: `NOT` is looser than what stands before it
            UPDATE t SET a = b = NOT c;
                                 ^^^
          help: Put it in parentheses
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = 1 / 2;"), @"
        m.sql:1:18: integers divide differently in each database
            UPDATE t SET a = 1 / 2;
                             ^^^^^
          help: Write CAST(a AS DOUBLE PRECISION) / b, or a number with a point
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = b == c;"), @"
        m.sql:1:20: `==` is not portable
            UPDATE t SET a = b == c;
                               ^^
          help: Write =
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = b ILIKE c;"), @"
        m.sql:1:20: `ILIKE` is not portable
            UPDATE t SET a = b ILIKE c;
                               ^^^^^
          help: Write LOWER(a) LIKE LOWER(b)
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = b IN (SELECT c FROM d);"), @"
        m.sql:1:24: not supported yet: IN with a sub-query
            UPDATE t SET a = b IN (SELECT c FROM d);
                                   ^^^^^^
          help: Write EXISTS (SELECT … WHERE …)
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = (b, c);"), @"
        m.sql:1:20: rows of several values are not portable
            UPDATE t SET a = (b, c);
                               ^
          help: Compare them one by one
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = COALESCE(b);"), @"
        m.sql:1:18: COALESCE takes at least 2 arguments, not 1
            UPDATE t SET a = COALESCE(b);
                             ^^^^^^^^^^^
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = DATE '2026-02-30';"), @"
        m.sql:1:23: `2026-02-30` cannot be read as such a value
            UPDATE t SET a = DATE '2026-02-30';
                                  ^^^^^^^^^^^^
          help: Write it as DATE '2026-11-23'
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = TIMESTAMP WITH TIME ZONE '2026-02-03 00:00:00';"), @"
        m.sql:1:43: `2026-02-03 00:00:00` cannot be read as such a value
            UPDATE t SET a = TIMESTAMP WITH TIME ZONE '2026-02-03 00:00:00';
                                                      ^^^^^^^^^^^^^^^^^^^^^
          help: Write it as TIMESTAMP WITH TIME ZONE '2026-11-23 03:21:07+00:00'
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = UUID '1';"), @"
        m.sql:1:23: `1` cannot be read as such a value
            UPDATE t SET a = UUID '1';
                                  ^^^
          help: Write it as UUID '00112233-4455-6677-8899-aabbccddeeff'
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = 9223372036854775808;"), @"
        m.sql:1:18: the number is too large for a BIGINT
            UPDATE t SET a = 9223372036854775808;
                             ^^^^^^^^^^^^^^^^^^^
          help: Write 9223372036854775808.0 if it is a DECIMAL
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = 1e999;"), @"
        m.sql:1:18: the number is too large for a DOUBLE PRECISION
            UPDATE t SET a = 1e999;
                             ^^^^^
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = b LIKE c ESCAPE 'xy';"), @"
        m.sql:1:34: the escape is not one character
            UPDATE t SET a = b LIKE c ESCAPE 'xy';
                                             ^^^^
          help: Write it as ESCAPE '!'
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = EXTRACT(epoch FROM b);"), @"
        m.sql:1:26: expected YEAR, MONTH, DAY, HOUR, MINUTE or SECOND, found `epoch`
            UPDATE t SET a = EXTRACT(epoch FROM b);
                                     ^^^^^
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = TRIM(BOTH 'x' FROM b);"), @"
        m.sql:1:23: only blanks on both sides are trimmed
            UPDATE t SET a = TRIM(BOTH 'x' FROM b);
                                  ^^^^
          help: Write TRIM(text)
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = CASE END;"), @r#"
        m.sql:1:23: expected an expression, found `END`
            UPDATE t SET a = CASE END;
                                  ^^^
          help: Quote it if it is a name: "end"
        "#);
    insta::assert_snapshot!(error("UPDATE t SET a = +1;"), @"
        m.sql:1:18: a `+` before an operand says nothing
            UPDATE t SET a = +1;
                             ^
          help: Leave it out
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = LOCALTIMESTAMP;"), @"
        m.sql:1:18: `LOCALTIMESTAMP` is not portable
            UPDATE t SET a = LOCALTIMESTAMP;
                             ^^^^^^^^^^^^^^
          help: Write CURRENT_TIMESTAMP, which is in UTC
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = u.b;"), @"
        m.sql:1:18: the statement reads no table `u`
            UPDATE t SET a = u.b;
                             ^
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = ;"), @"
        m.sql:1:18: expected an expression, found `;`
            UPDATE t SET a = ;
                             ^
        ");
}

#[test]
fn comments_and_options() {
    let sources = [
        "COMMENT ON TABLE a IS '';",
        "COMMENT ON COLUMN a IS 'b';",
        "COMMENT ON COLUMN a.b 'c';",
        "COMMENT ON TABLE a IS b;",
        "COMMENT ON INDEX a IS 'b';",
        "COMMENT a IS 'b';",
        "CREATE TABLE t (a TEXT COMMENT 'x');",
        "CREATE TABLE t (a TEXT) COMMENT = 'x';",
        "CREATE INDEX ix ON t USING (a);",
        "CREATE INDEX ix ON t (a) INCLUDE (b, b);",
        "CREATE INDEX ix ON t (a DESC NULLS);",
        "CREATE INDEX ix ON t (a NULLS LAST DESC);",
        "CREATE INDEX ix ON t (a) NULLS NOT DISTINCT;",
        "CREATE UNIQUE INDEX ix ON t (a) NULLS FIRST;",
        "CREATE INDEX ix ON t (a) WITH (fillfactor);",
        "CREATE INDEX ix ON t (a) WITH (fillfactor = '70');",
        "CREATE INDEX ix ON t (a) WITH (fillfactor = 70, fillfactor = 80);",
        "CREATE INDEX ix ON t (a) TABLESPACE fast;",
        "CREATE INDEX ix ON t (a TEXT_OPS);",
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (b) MATCH PARTIAL;",
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (b) ON DELETE CASCADE MATCH FULL;",
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (b) ON DELETE CASCADE (a);",
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (b) ON DELETE SET NULL ON UPDATE SET NULL (a);",
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (b) ON DELETE SET NULL (b);",
    ];
    insta::assert_snapshot!(sources.map(error).join("\n"), @r#"
        m.sql:1:23: a comment is not empty
            COMMENT ON TABLE a IS '';
                                  ^^
          help: Write NULL to take it away
        m.sql:1:21: expected `.` and the column's name, found `IS`
            COMMENT ON COLUMN a IS 'b';
                                ^^
          help: Write COMMENT ON COLUMN table.column IS …
        m.sql:1:23: expected IS, found a string
            COMMENT ON COLUMN a.b 'c';
                                  ^^^
        m.sql:1:23: expected the comment in single quotes, or NULL, found `b`
            COMMENT ON TABLE a IS b;
                                  ^
        m.sql:1:12: `COMMENT ON INDEX` is not portable
            COMMENT ON INDEX a IS 'b';
                       ^^^^^
          help: Run it from Rust, by CALL name()
        m.sql:1:9: expected ON, found `a`
            COMMENT a IS 'b';
                    ^
        m.sql:1:24: a comment is a statement of its own
            CREATE TABLE t (a TEXT COMMENT 'x');
                                   ^^^^^^^
          help: Write COMMENT ON COLUMN t.a IS '…' after the table
        m.sql:1:25: a comment is a statement of its own
            CREATE TABLE t (a TEXT) COMMENT = 'x';
                                    ^^^^^^^
          help: Write COMMENT ON TABLE t IS '…' after the table
        m.sql:1:28: expected an index method, such as gin, found `(`
            CREATE INDEX ix ON t USING (a);
                                       ^
        m.sql:1:38: the column `b` is named twice
            CREATE INDEX ix ON t (a) INCLUDE (b, b);
                                                 ^
        m.sql:1:35: expected FIRST or LAST, found `)`
            CREATE INDEX ix ON t (a DESC NULLS);
                                              ^
        m.sql:1:36: expected `)`, found `DESC`
            CREATE INDEX ix ON t (a NULLS LAST DESC);
                                               ^^^^
        m.sql:1:26: only a unique index can say NULLS NOT DISTINCT
            CREATE INDEX ix ON t (a) NULLS NOT DISTINCT;
                                     ^^^^^^^^^^^^^^^^^^
          help: Write CREATE UNIQUE INDEX
        m.sql:1:39: expected DISTINCT, found `FIRST`
            CREATE UNIQUE INDEX ix ON t (a) NULLS FIRST;
                                                  ^^^^^
        m.sql:1:42: expected `=`, found `)`
            CREATE INDEX ix ON t (a) WITH (fillfactor);
                                                     ^
        m.sql:1:45: expected a number, or a word such as off, found a string
            CREATE INDEX ix ON t (a) WITH (fillfactor = '70');
                                                        ^^^^
        m.sql:1:49: `fillfactor` is said twice
            CREATE INDEX ix ON t (a) WITH (fillfactor = 70, fillfactor = 80);
                                                            ^^^^^^^^^^
        m.sql:1:26: on which disk an index is kept is no part of it
            CREATE INDEX ix ON t (a) TABLESPACE fast;
                                     ^^^^^^^^^^
          help: Leave it out: ALTER INDEX … SET TABLESPACE moves it at any time
        m.sql:1:25: names without quotes are lower-case letters, digits and underscores
            CREATE INDEX ix ON t (a TEXT_OPS);
                                    ^^^^^^^^
          help: Quote it: "TEXT_OPS"
        m.sql:1:65: `MATCH` is FULL or SIMPLE
            ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (b) MATCH PARTIAL;
                                                                            ^^^^^
          help: Leave it out
        m.sql:1:83: `MATCH` stands before ON DELETE and ON UPDATE
            ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (b) ON DELETE CASCADE MATCH FULL;
                                                                                              ^^^^^
        m.sql:1:83: only ON DELETE SET NULL and SET DEFAULT name columns
            ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (b) ON DELETE CASCADE (a);
                                                                                              ^
          help: Leave them out
        m.sql:1:103: only ON DELETE SET NULL and SET DEFAULT name columns
            TER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (b) ON DELETE SET NULL ON UPDATE SET NULL (a);
                                                                                                                ^
          help: Leave them out
        m.sql:1:84: `b` is no column of the foreign key
            ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (b) ON DELETE SET NULL (b);
                                                                                               ^^^
        "#);
}

#[test]
fn arrays() {
    insta::assert_snapshot!(error("CREATE TABLE t (a BIGINT[]);"), @"
        m.sql:1:25: an array's type is written in words
            CREATE TABLE t (a BIGINT[]);
                                    ^
          help: Write BIGINT ARRAY
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a BIGINT ARRAY[3]);"), @"
        m.sql:1:31: an array has no greatest length
            CREATE TABLE t (a BIGINT ARRAY[3]);
                                          ^
          help: Leave it out
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a BIGINT ARRAY ARRAY);"), @"
        m.sql:1:32: the elements of an array cannot be arrays
            CREATE TABLE t (a BIGINT ARRAY ARRAY);
                                           ^^^^^
          help: Write JSON, which holds lists of lists
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a ARRAY);"), @"
        m.sql:1:19: `ARRAY` is not a portable type
            CREATE TABLE t (a ARRAY);
                              ^^^^^
          help: Write the type of its elements first, such as BIGINT ARRAY
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = ARRAY[1, b];"), @"
        m.sql:1:27: expected a literal, found `b`
            UPDATE t SET a = ARRAY[1, b];
                                      ^
          help: Arrays are written as literals: ARRAY['a', NULL]
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = ARRAY[ARRAY[1]];"), @"
        m.sql:1:24: the elements of an array cannot be arrays
            UPDATE t SET a = ARRAY[ARRAY[1]];
                                   ^^^^^
          help: Write JSON '[[1, 2]]', which holds lists of lists
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = ARRAY[1;"), @"
        m.sql:1:25: expected `]`, found `;`
            UPDATE t SET a = ARRAY[1;
                                    ^
        ");
    insta::assert_snapshot!(error("UPDATE t SET a = ARRAY(1);"), @"
        m.sql:1:23: expected `[`, found `(`
            UPDATE t SET a = ARRAY(1);
                                  ^
        ");
}

#[test]
fn sequences() {
    insta::assert_snapshot!(error("CREATE SEQUENCE n INCREMENT BY 0;"), @"
        m.sql:1:17: the sequence `n` cannot be: it counts by 0
            CREATE SEQUENCE n INCREMENT BY 0;
                            ^^^^^^^^^^^^^^^^
          help: Count by 1, or by any other number
        ");
    insta::assert_snapshot!(error("CREATE SEQUENCE n AS INTEGER;"), @"
        m.sql:1:19: every sequence counts in BIGINT
            CREATE SEQUENCE n AS INTEGER;
                              ^^
          help: Leave AS and the type out
        ");
    insta::assert_snapshot!(error("CREATE SEQUENCE n START WITH 99999999999999999999;"), @"
        m.sql:1:30: `99999999999999999999` is no BIGINT
            CREATE SEQUENCE n START WITH 99999999999999999999;
                                         ^^^^^^^^^^^^^^^^^^^^
        ");
    insta::assert_snapshot!(error("CREATE SEQUENCE n CYCLE NO CYCLE;"), @"
        m.sql:1:25: the option is said twice
            CREATE SEQUENCE n CYCLE NO CYCLE;
                                    ^^^^^^^^
        ");
    insta::assert_snapshot!(error("CREATE SEQUENCE n CACHE 0;"), @"
        m.sql:1:25: a sequence takes 1 number at a time or more
            CREATE SEQUENCE n CACHE 0;
                                    ^
        ");
    insta::assert_snapshot!(error("ALTER SEQUENCE n RESTART WITH 5;"), @"
        m.sql:1:18: `RESTART` is not portable
            ALTER SEQUENCE n RESTART WITH 5;
                             ^^^^^^^
          help: Leave it out, or run the statement from Rust, by CALL name()
        ");
    insta::assert_snapshot!(error("ALTER SEQUENCE n OWNED BY t.a;"), @"
        m.sql:1:18: `OWNED` is not portable
            ALTER SEQUENCE n OWNED BY t.a;
                             ^^^^^
          help: Leave it out, or run the statement from Rust, by CALL name()
        ");
    insta::assert_snapshot!(error("CREATE TABLE t (a BIGINT DEFAULT nextval('n'));"), @"
        m.sql:1:34: the function `nextval` is not portable
            CREATE TABLE t (a BIGINT DEFAULT nextval('n'));
                                             ^^^^^^^
          help: Write NEXT VALUE FOR sequence
        ");
}

#[test]
fn enum_types() {
    for text in [
        "CREATE TYPE status AS ENUM ('draft', 'it''s');",
        "CREATE TYPE \"order\" AS ENUM ('a');",
        "ALTER TYPE status ADD VALUE 'x' BEFORE 'draft';",
        "ALTER TYPE status DROP VALUE 'x' USING 'draft';",
        "CREATE TABLE a (b status, c \"dates\", d INT);",
    ] {
        aludel_sql::ansi::parse(text, 0..text.len()).unwrap();
    }
    insta::assert_snapshot!(error("CREATE TYPE a AS (b INT);"), @"
        m.sql:1:18: expected ENUM, found `(`
            CREATE TYPE a AS (b INT);
                             ^
          help: Only enum types are portable
        ");
    insta::assert_snapshot!(error("CREATE TYPE a AS ENUM ();"), @"
        m.sql:1:24: expected a value in single quotes, found `)`
            CREATE TYPE a AS ENUM ();
                                   ^
        ");
    insta::assert_snapshot!(error("CREATE TYPE a AS ENUM ('b', 'c', 'b');"), @"
        m.sql:1:34: the value 'b' is there twice
            CREATE TYPE a AS ENUM ('b', 'c', 'b');
                                             ^^^
        ");
    insta::assert_snapshot!(error("CREATE TYPE a AS ENUM ('b ');"), @"
        m.sql:1:24: this cannot be a value of an enum: it ends with a blank
            CREATE TYPE a AS ENUM ('b ');
                                   ^^^^
        ");
    insta::assert_snapshot!(error("CREATE TYPE a AS ENUM ('');"), @"
        m.sql:1:24: this cannot be a value of an enum: it is empty
            CREATE TYPE a AS ENUM ('');
                                   ^^
        ");
    insta::assert_snapshot!(error("CREATE TYPE line AS ENUM ('b');"), @"
        m.sql:1:13: `line` cannot be the name of an enum type: PostgreSQL has a type of its own by that name
            CREATE TYPE line AS ENUM ('b');
                        ^^^^
          help: Choose another name
        ");
    insta::assert_snapshot!(error("ALTER TYPE a ADD ATTRIBUTE b INT;"), @"
        m.sql:1:14: expected RENAME TO, ADD VALUE, RENAME VALUE or DROP VALUE, found `ADD`
            ALTER TYPE a ADD ATTRIBUTE b INT;
                         ^^^
        ");
    insta::assert_snapshot!(error("ALTER TYPE a ADD VALUE IF NOT EXISTS 'b';"), @"
        m.sql:1:24: `IF NOT EXISTS` has no place in a migration
            ALTER TYPE a ADD VALUE IF NOT EXISTS 'b';
                                   ^^
          help: Leave it out: which tables and indexes exist follows from the migrations before this one
        ");
    insta::assert_snapshot!(error("ALTER TYPE a ADD VALUE b;"), @"
        m.sql:1:24: expected a value in single quotes, found `b`
            ALTER TYPE a ADD VALUE b;
                                   ^
        ");
    insta::assert_snapshot!(error("DROP TYPE a CASCADE;"), @"
        m.sql:1:13: nothing is dropped along with something else
            DROP TYPE a CASCADE;
                        ^^^^^^^
          help: Drop what depends on it first, each by a statement of its own
        ");
    insta::assert_snapshot!(error("CREATE TABLE a (b dates);"), @r#"
        m.sql:1:19: `dates` is not a portable type
            CREATE TABLE a (b dates);
                              ^^^^^
          help: Did you mean DATE? The name of an enum type is quoted here: "dates"
        "#);
    insta::assert_snapshot!(error("CREATE TABLE a (b status(3));"), @"
        m.sql:1:19: `status` is not a portable type
            CREATE TABLE a (b status(3));
                              ^^^^^^
          help: The types are BOOLEAN, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE PRECISION, DECIMAL, VARCHAR, TEXT, VARBINARY, BLOB, DATE, TIME, TIMESTAMP, UUID, JSON, and the names of enum types, which CREATE TYPE gives
        ");
    insta::assert_snapshot!(error("CREATE TABLE a (b Status);"), @"
        m.sql:1:19: `Status` is not a portable type
            CREATE TABLE a (b Status);
                              ^^^^^^
          help: The types are BOOLEAN, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE PRECISION, DECIMAL, VARCHAR, TEXT, VARBINARY, BLOB, DATE, TIME, TIMESTAMP, UUID, JSON, and the names of enum types, which CREATE TYPE gives
        ");
    insta::assert_snapshot!(error("CREATE TABLE a (b ENUM('x'));"), @"
        m.sql:1:19: `ENUM` is not a portable type
            CREATE TABLE a (b ENUM('x'));
                              ^^^^
          help: Write CREATE TYPE name AS ENUM (…), and the type's name here
        ");
}

#[test]
fn exclusions_say_what_is_in_conflict() {
    insta::assert_snapshot!(error("ALTER TABLE t ADD EXCLUDE USING gist (a WITH =, (int8range(b, c)) WITH &&);"), @"
        m.sql:1:19: a constraint needs a name
            ALTER TABLE t ADD EXCLUDE USING gist (a WITH =, (int8range(b, c)) WITH &&);
                              ^^^^^^^
          help: Write CONSTRAINT ex_t_a_b_c before it
        ");
    insta::assert_snapshot!(error("ALTER TABLE t ADD CONSTRAINT x EXCLUDE (a WITH <);"), @"
        m.sql:1:48: expected =, <> or &&, found `<`
            ALTER TABLE t ADD CONSTRAINT x EXCLUDE (a WITH <);
                                                           ^
        ");
    insta::assert_snapshot!(error("ALTER TABLE t ADD CONSTRAINT x EXCLUDE (a WITH =) WITH (fillfactor = 70);"), @"
        m.sql:1:51: not supported yet: how the index of an exclusion is stored
            ALTER TABLE t ADD CONSTRAINT x EXCLUDE (a WITH =) WITH (fillfactor = 70);
                                                              ^^^^
        ");
}
