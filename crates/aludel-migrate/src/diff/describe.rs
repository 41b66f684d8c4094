//! The words for what was detected.

use std::fmt::Write;

use aludel_sql::{
    dialect, render,
    schema::{Constraint, ConstraintKind, ForeignKey, Index, IndexPart, Nulls},
};

fn names<S: AsRef<str>>(names: &[S]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}

pub(super) fn values(labels: &[String]) -> String {
    names(labels)
}

pub(super) fn table(verb: &str, table: &str) -> String {
    format!("Detected {verb} table `{table}`")
}

pub(super) fn schema(verb: &str, name: &str) -> String {
    format!("Detected {verb} schema `{name}`")
}

pub(super) fn sequence(verb: &str, name: &str) -> String {
    format!("Detected {verb} sequence `{name}`")
}

pub(super) fn index(verb: &str, table: &str, index: &Index) -> String {
    let parts: Vec<String> = index.parts.iter().map(part_text).collect();
    format!("Detected {verb} index `{}` on `{table}` ({})", index.name, parts.join(", "))
}

fn part_text(part: &IndexPart) -> String {
    let mut text = match part.expr.as_column() {
        Some(column) => format!("`{column}`"),
        None => {
            render::expr(&dialect::ANSI, &part.expr).map_or_else(|_| "an expression".into(), |sql| format!("`{sql}`"))
        }
    };
    if let Some(prefix) = part.prefix {
        let _ = write!(text, "({prefix})");
    }
    if let Some(ops) = &part.ops {
        let _ = write!(text, " {ops}");
    }
    if part.descending {
        text.push_str(" DESC");
    }
    text.push_str(match part.nulls {
        Some(Nulls::First) => " NULLS FIRST",
        Some(Nulls::Last) => " NULLS LAST",
        None => "",
    });
    text
}

pub(super) fn foreign_key(verb: &str, table: &str, name: &str, key: &ForeignKey) -> String {
    let (columns, referred) = (names(&key.columns), names(&key.referred));
    format!("Detected {verb} foreign key `{name}` on `{table}` ({columns}) to `{}` ({referred})", key.table)
}

pub(super) fn constraint(verb: &str, table: &str, constraint: &Constraint) -> String {
    let name = &constraint.name;
    match &constraint.kind {
        ConstraintKind::Unique { columns, .. } => {
            format!("Detected {verb} unique constraint `{name}` on `{table}` ({})", names(columns))
        }
        ConstraintKind::Check(_) => format!("Detected {verb} check constraint `{name}` on `{table}`"),
        ConstraintKind::ForeignKey(key) => foreign_key(verb, table, name, key),
        ConstraintKind::Exclusion(exclusion) => {
            let parts =
                exclusion.parts.iter().map(|(part, conflict)| format!("{} {}", part_text(part), conflict.operator()));
            format!("Detected {verb} exclusion `{name}` on `{table}` ({})", parts.collect::<Vec<_>>().join(", "))
        }
    }
}
