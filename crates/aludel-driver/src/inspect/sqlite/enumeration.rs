//! Columns of text that a check holds to the labels of an enum.

use aludel_sql::{
    Expr, Type, Value,
    expr::BinaryOp,
    name,
    schema::{Constraint, ConstraintKind, Table},
    types::EnumType,
};

/// Makes columns of enum types out of those that are held to labels as such columns are, and takes their checks away. The
/// type's name is nowhere in the database.
pub(super) fn recognise(table: &mut Table) {
    let Table { name: on, columns, constraints, .. } = table;
    constraints.retain(|constraint| {
        let Some((column, labels)) = labels(constraint) else { return true };
        let Some(column) = columns.iter_mut().find(|known| known.name == column) else { return true };
        let ty = EnumType::new(name::enum_type_name(on, &column.name), labels);
        let held = column.ty == Type::VarChar(ty.longest());
        if held {
            column.ty = Type::Enum(ty);
        }
        !held
    });
}

/// The column and the labels of `CONSTRAINT ck_…_enum CHECK (column IN ('a', …))`. Tables and columns may have been renamed
/// since it was named.
fn labels(constraint: &Constraint) -> Option<(&str, Vec<&str>)> {
    let ConstraintKind::Check(expr) = &constraint.kind else { return None };
    let (column, labels): (&str, Option<Vec<&str>>) = match expr {
        Expr::In { expr, list, negated: false } => (expr.as_column()?, list.iter().map(text_of).collect()),
        Expr::Binary(BinaryOp::Eq, column, label) => (column.as_column()?, text_of(label).map(|label| vec![label])),
        _ => return None,
    };
    let name = &constraint.name;
    // A long name is cut, and ends with a hash.
    let called = name.starts_with("ck_") && (name.ends_with("_enum") || name.len() == name::MAX_LEN);
    labels.filter(|_| called).map(|labels| (column, labels))
}

fn text_of(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(Value::Text(text)) => Some(text),
        _ => None,
    }
}
