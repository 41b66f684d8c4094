//! Types of places and shapes.

/// What a column of places and shapes holds, as the Simple Features of OGC name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Geometry {
    /// `GEOMETRY`: one of any kind
    Any,
    /// `POINT`
    Point,
    /// `LINESTRING`
    LineString,
    /// `POLYGON`
    Polygon,
    /// `MULTIPOINT`
    MultiPoint,
    /// `MULTILINESTRING`
    MultiLineString,
    /// `MULTIPOLYGON`
    MultiPolygon,
    /// `GEOMETRYCOLLECTION`
    Collection,
}

impl Geometry {
    const ALL: [Geometry; 8] = [
        Geometry::Any,
        Geometry::Point,
        Geometry::LineString,
        Geometry::Polygon,
        Geometry::MultiPoint,
        Geometry::MultiLineString,
        Geometry::MultiPolygon,
        Geometry::Collection,
    ];

    /// The name of the type.
    pub fn name(self) -> &'static str {
        match self {
            Geometry::Any => "GEOMETRY",
            Geometry::Point => "POINT",
            Geometry::LineString => "LINESTRING",
            Geometry::Polygon => "POLYGON",
            Geometry::MultiPoint => "MULTIPOINT",
            Geometry::MultiLineString => "MULTILINESTRING",
            Geometry::MultiPolygon => "MULTIPOLYGON",
            Geometry::Collection => "GEOMETRYCOLLECTION",
        }
    }

    /// The one of this name, in capitals or not.
    pub fn named(name: &str) -> Option<Self> {
        Geometry::ALL.into_iter().find(|geometry| geometry.name().eq_ignore_ascii_case(name))
    }
}
