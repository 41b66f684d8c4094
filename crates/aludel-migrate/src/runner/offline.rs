//! Writes a run as a script, with no database at hand.

use aludel_sql::{
    Dialect, Error, ErrorKind, Expr, Operation, Result, Value,
    render::{self, Target},
    statement::Rows,
};
use jiff::Timestamp;

use super::{Direction, Migrator, execute::entry};
use crate::{
    catalog, fold, history,
    plan::{self, Action},
    revision::Revision,
};

const REBUILD: &str = "-- The rebuild below is written from the migrations alone: triggers and indexes that no migration knows\n\
    -- are lost, and nothing is counted first. `db upgrade` and `db downgrade` keep them and count.\n";

impl Migrator {
    /// The script that gets a database from one revision to another: `from` and `to` as [`crate::Graph::resolve`] names
    /// them, with the rows of the history, and with transactions unless DDL would end them. A target without the name of the
    /// database will do, unless foreign keys say it.
    ///
    /// # Errors
    /// A name means nothing, a revision calls a Rust function or cannot be undone, or the database lacks what it needs.
    pub fn sql<'a>(&self, target: impl Into<Target<'a>>, from: &str, to: &str, direction: Direction) -> Result<String> {
        let database = target.into();
        let dialect = database.dialect;
        let start = self.graph.resolve(from, &crate::graph::Ids::new())?;
        let mut applied = self.graph.ancestors(start.iter().map(String::as_str));
        let target = self.graph.resolve(to, &applied)?;
        let path = match direction {
            Direction::Upgrade => self.graph.upgrade_path(&applied, &target),
            Direction::Downgrade => self.graph.downgrade_path(&applied, &target)?,
        };
        let mut out = String::new();
        let whole = dialect.capability().transactional_ddl;
        if !path.is_empty() {
            let settings = catalog::of(dialect)?.script;
            settings.iter().for_each(|sql| statement(&mut out, sql));
            out.push_str(if settings.is_empty() { "" } else { "\n" });
        }
        let mut create_history = applied.is_empty() && direction == Direction::Upgrade;
        for revision in path {
            if direction == Direction::Downgrade {
                applied.remove(&revision.id);
            }
            let parts = self.parts(dialect, revision, direction, &applied)?;
            let mut schema = self.graph.fold(&applied)?;
            if direction == Direction::Downgrade {
                fold::section(&mut schema, revision, &revision.upgrade)?;
            }
            out.push_str(&title(revision, direction));
            let count = parts.len();
            for (number, part) in parts.into_iter().enumerate() {
                let operations: Vec<&Operation> = part.iter().map(|step| &step.operation).collect();
                let steps = plan::plan(database, &mut schema, &operations)
                    .map_err(|(at, error)| error.context(part[at].position(revision)))?;
                let rebuilds = plan::rebuilds(&steps);
                if rebuilds {
                    out.push_str(REBUILD);
                    statement(&mut out, plan::set_foreign_keys(false));
                }
                if whole {
                    statement(&mut out, "BEGIN");
                    out.push('\n');
                }
                if std::mem::take(&mut create_history) {
                    statement(&mut out, &history::create_sql(dialect)?);
                    out.push('\n');
                }
                for step in steps {
                    match step.action {
                        Action::Sql(statements) => statements.iter().for_each(|part| statement(&mut out, &part.sql)),
                        Action::Rebuild(rebuild) => {
                            rebuild
                                .statements(dialect, &plan::Live::default())?
                                .iter()
                                .for_each(|sql| statement(&mut out, sql));
                        }
                        Action::Call(name) => {
                            return Err(Error::new(
                                ErrorKind::Migration,
                                format!("revision `{}` calls the Rust function `{name}`, which no script can do", revision.id),
                            )
                            .with_help("Run it with `db upgrade` or `db downgrade`, and write scripts for what comes before and after"));
                        }
                    }
                }
                out.push('\n');
                if number + 1 == count {
                    statement(&mut out, &book(dialect, revision, direction)?);
                    out.push('\n');
                }
                if whole {
                    statement(&mut out, "COMMIT");
                }
                if rebuilds {
                    statement(&mut out, plan::set_foreign_keys(true));
                }
                if whole {
                    out.push('\n');
                }
            }
            applied.extend((direction == Direction::Upgrade).then(|| revision.id.clone()));
        }
        Ok(out)
    }
}

fn title(revision: &Revision, direction: Direction) -> String {
    let (parents, id) = (revision.parents.join(", "), &revision.id);
    match direction {
        Direction::Upgrade => format!("-- Running upgrade {parents} -> {id}, {}\n\n", revision.message),
        Direction::Downgrade => format!("-- Running downgrade {id} -> {parents}, {}\n\n", revision.message),
    }
}

fn statement(out: &mut String, sql: &str) {
    out.push_str(sql);
    out.push_str(";\n");
}

/// The statement that changes the history: its times are those of when the script is run.
fn book(dialect: &dyn Dialect, revision: &Revision, direction: Direction) -> Result<String> {
    if direction == Direction::Downgrade {
        return render::operation(dialect, &Operation::Delete(history::delete(&revision.id)));
    }
    let mut insert = entry(revision, Timestamp::UNIX_EPOCH).insert();
    insert.rows = match insert.rows {
        Rows::Values(rows) => Rows::Values(
            rows.into_iter()
                .map(|row| {
                    let now = |value| {
                        if matches!(value, Expr::Value(Value::Timestamp(_))) { Expr::CurrentTimestamp } else { value }
                    };
                    row.into_iter().map(now).collect()
                })
                .collect(),
        ),
        other => other,
    };
    render::operation(dialect, &Operation::Insert(insert))
}
