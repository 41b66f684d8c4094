//! A look at selects whose sources nothing connects: each row of one then goes with each of the other.

use std::collections::BTreeSet;

use crate::expr::{Expr, Name};

use super::{JoinKind, Relation, Select, Source};

/// Sources of a select that no condition connects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cartesian {
    /// What the first source is called, and those that are connected with it.
    pub connected: Vec<Name>,
    /// What the others are called.
    pub others: Vec<Name>,
}

impl Select {
    /// Whether each row of some sources goes with each row of others, because no join, no filter and no correlation connects
    /// them: most often something was forgotten. A join that says so itself, as a cross join does, is meant so.
    ///
    /// Sub-queries are looked at too; the first that is found is given.
    pub fn cartesian(&self) -> Option<Cartesian> {
        let mut stack = vec![self];
        while let Some(select) = stack.pop() {
            if let Some(found) = select.own_cartesian() {
                return Some(found);
            }
            stack.extend(select.with.iter().filter_map(|cte| cte.body.select()));
            stack.extend(select.compound.iter().map(|(_, member)| member));
            stack.extend(select.sources().filter_map(|source| match &source.relation {
                Relation::Query(select) => Some(&**select),
                _ => None,
            }));
            select.own_exprs(&mut |expr| expr.walk_own(&mut |expr| stack.extend(expr.subquery())));
        }
        None
    }

    fn own_cartesian(&self) -> Option<Cartesian> {
        let sources: Vec<&Source> = self.sources().collect();
        if sources.len() < 2 {
            return None;
        }
        let ids: BTreeSet<u32> = sources.iter().map(|source| source.id).collect();
        let mut edges: Vec<BTreeSet<u32>> = Vec::new();
        for join in &self.joins {
            let mut edge = mentioned(join.on.iter(), &ids);
            // `ON TRUE` is meant so, and so is a cross join.
            if edge.is_empty() || join.kind == JoinKind::Cross {
                edge.extend(sources.first().map(|source| source.id));
            }
            edge.insert(join.source.id);
            edges.push(edge);
        }
        for source in &sources {
            if source.lateral {
                let mut edge = BTreeSet::from([source.id]);
                if let Relation::Query(select) = &source.relation {
                    select_mentions(select, &ids, &mut edge);
                }
                source.relation.exprs(&mut |expr| mentions(expr, &ids, &mut edge));
                edges.push(edge);
            }
        }
        let mut conditions: Vec<&Expr> = self.filter.iter().collect();
        while let Some(condition) = conditions.pop() {
            match condition {
                Expr::And(list) => conditions.extend(list),
                other => edges.push(mentioned([other], &ids)),
            }
        }
        let mut connected = BTreeSet::from([sources[0].id]);
        while let Some(position) = edges.iter().position(|edge| !edge.is_disjoint(&connected)) {
            connected.append(&mut edges.swap_remove(position));
        }
        let (connected, others): (Vec<&Source>, Vec<&Source>) =
            sources.into_iter().partition(|source| connected.contains(&source.id));
        let names = |sources: Vec<&Source>| sources.into_iter().map(name).collect();
        (!others.is_empty()).then(|| Cartesian { connected: names(connected), others: names(others) })
    }
}

/// Which of these sources the expressions look at.
fn mentioned<'e>(exprs: impl IntoIterator<Item = &'e Expr>, ids: &BTreeSet<u32>) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    for expr in exprs {
        mentions(expr, ids, &mut found);
    }
    found
}

fn mentions(expr: &Expr, ids: &BTreeSet<u32>, found: &mut BTreeSet<u32>) {
    expr.walk_own(&mut |expr| {
        if let Expr::Column(column) = expr {
            found.extend(column.source.filter(|id| ids.contains(id)));
        } else if let Some(select) = expr.subquery() {
            select_mentions(select, ids, found);
        }
    });
}

fn select_mentions(select: &Select, ids: &BTreeSet<u32>, found: &mut BTreeSet<u32>) {
    select.with.iter().filter_map(|cte| cte.body.select()).for_each(|select| select_mentions(select, ids, found));
    select.compound.iter().for_each(|(_, member)| select_mentions(member, ids, found));
    // Its own sources hide those of the same ids around it.
    let own: BTreeSet<u32> = select.sources().map(|source| source.id).collect();
    let ids: BTreeSet<u32> = ids.difference(&own).copied().collect();
    for source in select.sources() {
        if let Relation::Query(select) = &source.relation {
            select_mentions(select, &ids, found);
        }
    }
    select.own_exprs(&mut |expr| mentions(expr, &ids, found));
}

fn name(source: &Source) -> Name {
    match (&source.alias, &source.relation) {
        (Some(name), _) | (None, Relation::Table(name) | Relation::Cte(name)) => name.clone(),
        (None, Relation::Query(_)) => "a sub-query".into(),
        (None, Relation::Values { .. }) => "VALUES".into(),
        (None, Relation::Function { function, .. }) => function.name().into(),
    }
}
