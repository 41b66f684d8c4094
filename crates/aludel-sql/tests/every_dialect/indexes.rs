//! Indexes of kinds that not every database has.

use crate::every_operation;

#[test]
fn methods_included_columns_and_the_place_of_nulls() {
    insta::assert_snapshot!(every_operation("CREATE INDEX ix ON t USING gin (tags);"), @r#"
        sqlite:
        Unsupported: sqlite cannot index by the method gin
          help: Leave USING out, or put the index into `-- @on postgres`
        postgres: CREATE INDEX "ix" ON "t" USING "gin" ("tags")
        mysql:
        Unsupported: mysql cannot index by the method gin
          help: Leave USING out, or put the index into `-- @on postgres`
        mariadb:
        Unsupported: mariadb cannot index by the method gin
          help: Leave USING out, or put the index into `-- @on postgres`
        "#);
    insta::assert_snapshot!(every_operation("CREATE INDEX ix ON t USING btree (tags);"), @r#"
        sqlite, postgres: CREATE INDEX "ix" ON "t" ("tags")
        mysql, mariadb: CREATE INDEX `ix` ON `t` (`tags`)
        "#);
    insta::assert_snapshot!(every_operation("CREATE UNIQUE INDEX ix ON t (a) INCLUDE (b, \"order\") WHERE a > 1;"), @r#"
        sqlite:
        Unsupported: sqlite cannot keep columns beside an index
          help: Leave INCLUDE out, or index those columns too
        postgres: CREATE UNIQUE INDEX "ix" ON "t" ("a") INCLUDE ("b", "order") WHERE "a" > 1
        mysql:
        Unsupported: mysql cannot keep columns beside an index
          help: Leave INCLUDE out, or index those columns too
        mariadb:
        Unsupported: mariadb cannot keep columns beside an index
          help: Leave INCLUDE out, or index those columns too
        "#);
    insta::assert_snapshot!(every_operation("CREATE INDEX ix ON t (a DESC NULLS LAST);"), @r#"
        sqlite:
        Unsupported: sqlite cannot say where NULLs come in an index
          help: Leave NULLS FIRST or NULLS LAST out
        postgres: CREATE INDEX "ix" ON "t" ("a" DESC NULLS LAST)
        mysql:
        Unsupported: mysql cannot say where NULLs come in an index
          help: Leave NULLS FIRST or NULLS LAST out
        mariadb:
        Unsupported: mariadb cannot say where NULLs come in an index
          help: Leave NULLS FIRST or NULLS LAST out
        "#);
    insta::assert_snapshot!(every_operation("CREATE INDEX ix ON t (a NULLS FIRST, b);"), @r#"
        sqlite:
        Unsupported: sqlite cannot say where NULLs come in an index
          help: Leave NULLS FIRST or NULLS LAST out
        postgres: CREATE INDEX "ix" ON "t" ("a" NULLS FIRST, "b")
        mysql:
        Unsupported: mysql cannot say where NULLs come in an index
          help: Leave NULLS FIRST or NULLS LAST out
        mariadb:
        Unsupported: mariadb cannot say where NULLs come in an index
          help: Leave NULLS FIRST or NULLS LAST out
        "#);
    // What comes by itself need not be said.
    insta::assert_snapshot!(every_operation("CREATE INDEX ix ON t (a DESC NULLS FIRST, b ASC NULLS LAST);"), @r#"
        sqlite, postgres: CREATE INDEX "ix" ON "t" ("a" DESC, "b")
        mysql, mariadb: CREATE INDEX `ix` ON `t` (`a` DESC, `b`)
        "#);
}
