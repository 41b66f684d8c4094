//! A type of one's own for places, and the index that finds them.

use aludel::{
    Field,
    driver::inspect::{Inspector, held},
    field::Options,
    prelude::*,
    sql::{Type, Value, ValueRef, dialect::IndexMethod, types::Geometry},
};

use crate::support::TestDb;

/// A place, stored as a POINT.
#[derive(Clone, Debug, PartialEq)]
struct Place {
    x: f64,
    y: f64,
}

impl Field for Place {
    type Base = Self;

    fn column_type(_: Options) -> Type {
        Type::Geometry(Geometry::Point)
    }

    fn to_value(&self) -> Value {
        // No reference system; well-known binary with the least byte first, of a point.
        let mut bytes = vec![0, 0, 0, 0, 1, 1, 0, 0, 0];
        bytes.extend(self.x.to_le_bytes());
        bytes.extend(self.y.to_le_bytes());
        Value::Bytes(bytes)
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        let bytes = Vec::<u8>::from_value(value)?;
        let number = |at: usize| bytes.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map(f64::from_le_bytes);
        match (number(9), number(17)) {
            (Some(x), Some(y)) => Ok(Place { x, y }),
            _ => Err(Error::new(ErrorKind::Decode, "no point")),
        }
    }

    fn placeholder() -> Self {
        Place { x: 0.0, y: 0.0 }
    }
}

#[derive(Model, Debug)]
#[model(table = "e_shop", index(using = spatial, place))]
struct Shop {
    #[column(primary_key)]
    id: i64,
    place: Place,
    depot: Option<Place>,
}

#[tokio::test]
async fn places_are_kept_and_indexed_where_there_are_any() -> Result<()> {
    let db = TestDb::new().await;
    let db = Db::new(db.engine().clone(), models![Shop]);
    let dialect = db.engine().dialect();
    if dialect.index_method("spatial") == IndexMethod::Unknown {
        let recording = db.record();
        let error = db.create_all().await.unwrap_err();
        assert_eq!((error.kind(), recording.statements()), (ErrorKind::Unsupported, 0), "{error}");
        return Ok(());
    }
    db.create_all().await?;
    let found = Inspector::new(&mut db.engine().acquire().await?).schema().await?;
    assert_eq!(found, held(dialect, &models![Shop].schema()?)?);
    let place = Place { x: 1.5, y: -2.0 };
    let mut session = db.session();
    let shop = session.add(new!(Shop { place: (place.clone()) }));
    session.commit().await?;
    session[shop].depot = Some(Place { x: 3.0, y: 4.0 });
    session.commit().await?;
    let read = Shop::query().one(&db).await?;
    assert_eq!((read.place, read.depot), (place, Some(Place { x: 3.0, y: 4.0 })));
    Ok(())
}
