//! Texts that are rendered once, and kept by the shape of their statements.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use foldhash::fast::RandomState;

use crate::{
    error::Result,
    shape::{Bound, Shape},
    statement::{Delete, Insert, Select, Update},
    value::Value,
};

use super::{Sql, Target};

/// How many texts are kept; when there are more, all are forgotten.
const MOST: usize = 1_024;
/// How many bytes the shape of a statement has at most whose text is kept: long lists come in many lengths, and what they cost is
/// to run them.
const LONGEST: usize = 16 << 10;

/// The texts of statements by their shape, of one dialect.
///
/// A statement whose like was there before is not rendered again: its shape is looked up, and its values are put in the order of
/// the placeholders. Statements whose text depends on their values are not kept.
#[derive(Debug, Default)]
pub struct TextCache {
    texts: RwLock<HashMap<Box<[u8]>, Template, RandomState>>,
}

/// A text, and which of the statement's values each placeholder has.
#[derive(Debug)]
struct Template {
    sql: Arc<str>,
    order: Box<[u32]>,
}

impl Template {
    fn with(&self, values: &[Bound<'_>]) -> Result<Cached> {
        let mut params = Vec::with_capacity(self.order.len());
        for &position in &self.order {
            let bound = values[position as usize];
            if let Bound::Value(value) = bound {
                value.check()?;
            }
            params.push(bound.value());
        }
        Ok(Cached { sql: self.sql.clone(), params, written: false })
    }
}

/// The text of a statement, shared by all of its shape, and the values of its placeholders, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Cached {
    /// The text, without a semicolon.
    pub sql: Arc<str>,
    /// One value a placeholder.
    pub params: Vec<Value>,
    /// Whether the text was written for this statement, and not kept from one before.
    pub written: bool,
}

impl TextCache {
    /// A SELECT with its values bound.
    ///
    /// # Errors
    /// As [`super::select`].
    pub fn select<'a>(&self, target: impl Into<Target<'a>>, select: &Select) -> Result<Cached> {
        self.text(target.into(), 0, |shape| shape.select(select), |sql| sql.select(select))
    }

    /// An INSERT with its values bound.
    ///
    /// # Errors
    /// As [`super::insert`].
    pub fn insert<'a>(&self, target: impl Into<Target<'a>>, insert: &Insert) -> Result<Cached> {
        self.text(target.into(), 1, |shape| shape.insert(insert), |sql| sql.insert(insert))
    }

    /// An UPDATE with its values bound.
    ///
    /// # Errors
    /// As [`super::update`].
    pub fn update<'a>(&self, target: impl Into<Target<'a>>, update: &Update) -> Result<Cached> {
        self.text(target.into(), 2, |shape| shape.update(update), |sql| sql.update(update))
    }

    /// A DELETE with its values bound.
    ///
    /// # Errors
    /// As [`super::delete`].
    pub fn delete<'a>(&self, target: impl Into<Target<'a>>, delete: &Delete) -> Result<Cached> {
        self.text(target.into(), 3, |shape| shape.delete(delete), |sql| sql.delete(delete))
    }

    /// The text of a statement that has a name of its own: neither its tree is made, nor its shape looked at, if its like was there
    /// before. What `name` writes must tell it from all others that are asked for so, of one target.
    ///
    /// # Errors
    /// Those of `write`, which gives the text if there is none yet.
    pub fn named<'a>(
        &self,
        target: impl Into<Target<'a>>,
        name: impl FnOnce(&mut Vec<u8>),
        write: impl FnOnce() -> Result<String>,
    ) -> Result<Arc<str>> {
        let mut key = key(target.into(), 4);
        name(&mut key);
        if let Some(sql) = self.find(&key, |template| template.sql.clone()) {
            return Ok(sql);
        }
        let sql: Arc<str> = write()?.into();
        self.keep(key, Template { sql: sql.clone(), order: Box::default() });
        Ok(sql)
    }

    /// How many texts are kept.
    pub fn len(&self) -> usize {
        self.texts.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn text<'s>(
        &self,
        target: Target<'_>,
        verb: u8,
        read: impl FnOnce(&mut Shape<'s>),
        write: impl FnOnce(&mut Sql<'_>) -> Result<()>,
    ) -> Result<Cached> {
        let mut shape = Shape::after(key(target, verb));
        read(&mut shape);
        if !shape.cut
            && let Some(cached) = self.find(&shape.bytes, |template| template.with(&shape.values))
        {
            return cached;
        }

        let mut sql = Sql::new(target, Some(Vec::new()));
        write(&mut sql)?;
        let text: Arc<str> = sql.out.into();
        if !sql.fixed
            && !shape.cut
            && shape.bytes.len() <= LONGEST
            && let Some(order) = order(&shape, &sql.places)
        {
            self.keep(shape.bytes, Template { sql: text.clone(), order });
        }
        Ok(Cached { sql: text, params: sql.params.unwrap_or_default(), written: true })
    }

    fn find<T>(&self, key: &[u8], take: impl FnOnce(&Template) -> T) -> Option<T> {
        self.texts.read().unwrap_or_else(PoisonError::into_inner).get(key).map(take)
    }

    fn keep(&self, key: Vec<u8>, template: Template) {
        let mut texts = self.texts.write().unwrap_or_else(PoisonError::into_inner);
        if texts.len() >= MOST {
            texts.clear();
        }
        texts.insert(key.into(), template);
    }
}

/// What the key of a text begins with.
fn key(target: Target<'_>, kind: u8) -> Vec<u8> {
    let mut key = Vec::with_capacity(256);
    if let Some(schemas) = target.schemas {
        schemas.write_key(&mut key);
    }
    key.extend_from_slice(target.dialect.name().as_bytes());
    key.push(kind);
    key
}

/// Which of the values is at each of these places in the tree; nothing, if there is one that is not of the tree.
fn order(shape: &Shape<'_>, places: &[usize]) -> Option<Box<[u32]>> {
    // A value that a dialect wrote of a copy has no place here: one in JSON that is read as a type, of which most are columns.
    let positions: HashMap<usize, u32> =
        shape.values.iter().zip(0..).map(|(bound, position)| (bound.place(), position)).collect();
    places.iter().map(|place| positions.get(place).copied()).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::{
        dialect::{Dialect, POSTGRES, SQLITE},
        expr::{BinaryOp, Expr, Function},
        schema::SchemaMap,
        shape::FRESH,
        statement::Source,
    };

    /// `SELECT 1 FROM a WHERE EXISTS (SELECT 1 FROM a WHERE x = outer x AND y = value)`
    fn nested(inner: u32, value: i64) -> Select {
        let column = |id, name: &'static str| Expr::column(id, name);
        let condition = column(inner, "x").binary(BinaryOp::Eq, column(0, "x"));
        let condition = condition.and(column(inner, "y").binary(BinaryOp::Eq, Expr::value(value)));
        let select = Select {
            columns: vec![Expr::value(1)].into(),
            from: vec![Source { id: inner, ..Source::table("a") }],
            filter: Some(condition),
            ..Select::default()
        };
        let filter = Some(Expr::Exists { select: Box::new(select), negated: false });
        Select { columns: vec![Expr::value(1)].into(), from: vec![Source::table("a")], filter, ..Select::default() }
    }

    #[test]
    fn a_text_with_a_name_is_written_once_for_each_dialect() {
        let cache = TextCache::default();
        let text = |dialect: &'static dyn Dialect, name: &[u8], text: &str| {
            cache.named(dialect, |key| key.extend_from_slice(name), || Ok(text.to_owned())).unwrap()
        };
        assert_eq!(&*text(&SQLITE, b"a", "first"), "first");
        assert_eq!(&*text(&SQLITE, b"a", "second"), "first");
        assert_eq!(&*text(&SQLITE, b"b", "third"), "third");
        assert_eq!(&*text(&POSTGRES, b"a", "fourth"), "fourth");
        // What cannot be written is not kept.
        let fails = cache.named(&SQLITE, |key| key.push(0), || Err(super::super::malformed("no")));
        assert!(fails.is_err());
        assert_eq!(cache.len(), 3);
    }

    #[test]
    fn labels_of_an_enum_are_of_the_text() {
        let cache = TextCache::default();
        let sorted = |labels: [&str; 2]| {
            let arguments = [Expr::column(0, "x")].into_iter().chain(labels.map(Expr::value));
            let place = Expr::Call(Function::EnumPlace, arguments.collect());
            Select { columns: vec![place].into(), from: vec![Source::table("a")], ..Select::default() }
        };
        let first = cache.select(&SQLITE, &sorted(["low", "high"])).unwrap();
        let other = cache.select(&SQLITE, &sorted(["east", "west"])).unwrap();
        assert!(other.written && other.sql.contains("'west'"), "{} and {}", first.sql, other.sql);
        assert!(!cache.select(&SQLITE, &sorted(["low", "high"])).unwrap().written);
    }

    #[test]
    fn ids_that_are_never_the_same_twice_make_no_new_shape() {
        let cache = TextCache::default();
        let first = cache.select(&SQLITE, &nested(1 << 16, 7)).unwrap();
        let second = cache.select(&SQLITE, &nested((1 << 16) + 8, 8)).unwrap();
        assert!(first.written && !second.written);
        assert_eq!((first.sql, cache.len()), (second.sql, 1));
        assert_eq!(second.params[1], Value::I64(8));
        // A column of another source is another text.
        let mut other = nested(1 << 16, 7);
        if let Some(Expr::Exists { select, .. }) = &mut other.filter {
            select.filter =
                select.filter.take().map(|_| Expr::column(0, "x").binary(BinaryOp::Eq, Expr::column(0, "x")));
        }
        assert!(cache.select(&SQLITE, &other).unwrap().written);
    }
    #[test]
    fn columns_of_the_program_are_one_shape_where_they_say_all_there_is() {
        static IN_ORDER: LazyLock<[Expr; 2]> = LazyLock::new(|| ["x", "y"].map(|name| Expr::column(0, name)));
        static TURNED: LazyLock<[Expr; 2]> = LazyLock::new(|| ["y", "x"].map(|name| Expr::column(0, name)));
        static INNER: LazyLock<[Expr; 1]> = LazyLock::new(|| [Expr::column(FRESH, "x")]);
        static VALUE: LazyLock<[Expr; 1]> = LazyLock::new(|| [Expr::value(1)]);
        let cache = TextCache::default();
        let select = |columns: &'static [Expr], id| {
            let from = vec![Source { id, ..Source::table("a") }, Source { id: FRESH + 1, ..Source::table("b") }];
            cache.select(&SQLITE, &Select { columns: columns.into(), from, ..Select::default() })
        };
        assert!(select(&*IN_ORDER, 0).unwrap().written && !select(&*IN_ORDER, 0).unwrap().written);
        let turned = select(&*TURNED, 0).unwrap();
        assert!(turned.written && turned.sql.contains(r#""y", "#), "{}", turned.sql);
        // A value has a place to be taken from, and which source an id is of depends on the others.
        assert_eq!(
            (1..3).map(|_| select(&*VALUE, 0).unwrap().params).collect::<Vec<_>>(),
            [[Value::I64(1)], [Value::I64(1)]]
        );
        assert!(select(&*INNER, FRESH).is_ok() && select(&*INNER, FRESH + 2).is_err());
    }

    #[test]
    fn a_text_is_that_of_its_schemas_alone() {
        let cache = TextCache::default();
        let select =
            Select { columns: vec![Expr::value(1)].into(), from: vec![Source::table("t.a")], ..Select::default() };
        let maps: Vec<SchemaMap> = [vec![("t", "x")], vec![("t", "y")], vec![("t", "")], vec![("t", "x"), ("u", "v")]]
            .map(SchemaMap::from_iter)
            .into();
        let targets = || {
            let dialect: &dyn Dialect = &POSTGRES;
            std::iter::once(None).chain(maps.iter().map(Some)).map(move |schemas| Target {
                dialect,
                schemas,
                home: None,
            })
        };
        let texts: Vec<_> = targets().map(|target| cache.select(target, &select).unwrap()).collect();
        assert!(texts.iter().all(|text| text.written) && cache.len() == texts.len());
        for (target, first) in targets().zip(texts) {
            let again = cache.select(target, &select).unwrap();
            assert_eq!((again.sql, again.written), (first.sql, false), "{target:?}");
        }
        assert!(cache.select(targets().next().unwrap(), &select).unwrap().sql.ends_with(r#"FROM "t"."a""#));
        assert!(cache.select(targets().nth(2).unwrap(), &select).unwrap().sql.ends_with(r#"FROM "y"."a""#));
    }
}
