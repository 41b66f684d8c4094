//! What a statement stores is what the Rust type of its column holds.

use std::borrow::Cow;

use aludel_sql::{
    Expr as Node, Result,
    expr::{Function, Name},
    statement::{Relation, Select, Source},
};

use crate::{field::Shape, model::ModelDef};

/// The sources whose columns are made by the database, which computes in wider types than those that Rust has for them.
pub(super) fn computed(select: &Select) -> Vec<u32> {
    let sources = select.from.iter().chain(select.joins.iter().map(|join| &join.source));
    let made = |source: &&Source| !matches!(source.relation, Relation::Table(_) | Relation::Values { .. });
    sources.filter(made).map(|source| source.id).collect()
}

/// What is stored in a column of a model, and may be one of a source that is computed.
pub(super) fn stored(model: &ModelDef, column: usize, mut set: Node, computed: &[u32]) -> Result<Node> {
    let field = &model.fields[column];
    if let Node::Value(value) = &mut set {
        if let Some(digits) = field.precision {
            *value = digits.bound(std::mem::take(value));
        }
        model.check_value(column, value)?;
    }
    match (set, field.shape) {
        (set, Shape::Integer { least, greatest }) if may_be_wider(&set, computed) => {
            Ok(Node::Call(Function::Stored { least, greatest }, vec![set]))
        }
        (set, _) => Ok(set),
    }
}

fn may_be_wider(set: &Node, computed: &[u32]) -> bool {
    match set {
        Node::Value(_) | Node::Excluded(_) | Node::Default => false,
        Node::Column(column) => column.source.is_some_and(|source| computed.contains(&source)),
        _ => true,
    }
}

/// The rows of a query, to be stored in these columns of a model.
pub(super) fn stored_rows(model: &ModelDef, columns: &[Name], mut select: Select) -> Result<Select> {
    let numbers = || columns.iter().map(|name| model.fields.iter().position(|field| field.column == *name));
    if is_of_single_rows(&select) {
        let computed = computed(&select);
        // Those that are borrowed are a table's own.
        if let Cow::Owned(items) = &mut select.columns {
            for (item, number) in items.iter_mut().zip(numbers()) {
                if let Some(number) = number {
                    *item = stored(model, number, item.take(), &computed)?;
                }
            }
        }
        return Ok(select);
    }
    let is_integer = |number: Option<usize>| {
        number.is_some_and(|number| matches!(model.fields[number].shape, Shape::Integer { .. }))
    };
    let mut places = numbers().enumerate().filter(|&(_, number)| is_integer(number));
    if !places.any(|(place, _)| may_give_wider(&select, place)) {
        return Ok(select);
    }
    // What makes rows equal, or belongs to a group, must stay what it is.
    select.labels = columns.to_vec();
    let with = std::mem::take(&mut select.with);
    let items = columns.iter().zip(numbers()).map(|(name, number)| {
        let item = Node::column(0, name.clone());
        number.map_or(Ok(item.clone()), |number| stored(model, number, item, &[0]))
    });
    let columns = items.collect::<Result<_>>()?;
    let from = vec![Source::new(0, Relation::Query(Box::new(select)))];
    Ok(Select { with, columns, from, ..Select::default() })
}

/// Whether each row is made of one of each source.
fn is_of_single_rows(select: &Select) -> bool {
    let Select { distinct, distinct_on, group_by, having, compound, .. } = select;
    !distinct && distinct_on.is_empty() && group_by.is_empty() && having.is_none() && compound.is_empty()
}

fn may_give_wider(select: &Select, place: usize) -> bool {
    let item = select.columns.get(place);
    item.is_some_and(|item| may_be_wider(item, &computed(select)))
        || select.compound.iter().any(|(_, other)| may_give_wider(other, place))
}
