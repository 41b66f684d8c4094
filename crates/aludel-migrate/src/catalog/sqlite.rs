//! SQLite. A write transaction keeps others out, and the driver waits for it.

use aludel_sql::Type;

use super::Catalog;

pub(super) static SQLITE: Catalog = Catalog {
    table: "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1",
    content: None,
    details: None,
    lock: None,
    session: &[],
    transaction: &[],
    settle: None,
    tries: 1,
    script: &[],
    misfit,
};

fn misfit(value: &str, _text: bool, ty: &Type) -> Option<String> {
    let text = format!("trim(CAST({value} AS TEXT))");
    // Without a sign.
    let digits = format!("CASE WHEN {text} GLOB '[-+]*' THEN substr({text}, 2) ELSE {text} END");
    let none = |condition: String| Some(format!("({value}) IS NOT NULL AND ({condition})"));
    let whole = format!("({digits}) = '' OR ({digits}) GLOB '*[^0-9]*'");
    match ty {
        Type::SmallInt => none(format!("{whole} OR CAST({value} AS INTEGER) NOT BETWEEN -32768 AND 32767")),
        Type::Integer => none(format!("{whole} OR CAST({value} AS INTEGER) NOT BETWEEN -2147483648 AND 2147483647")),
        Type::BigInt => none(whole),
        Type::Real | Type::Double | Type::Decimal { .. } => {
            none(format!("({digits}) IN ('', '.') OR ({digits}) GLOB '*[^0-9.eE+-]*' OR ({digits}) GLOB '*.*.*'"))
        }
        Type::Boolean => none(format!("lower({text}) NOT IN ('0', '1', 'true', 'false')")),
        Type::VarChar(n) => none(format!("length(CAST({value} AS TEXT)) > {n}")),
        Type::Date => none(format!("date({value}) IS NULL OR date({value}) <> {text}")),
        Type::Time => none(format!("time({value}) IS NULL")),
        Type::DateTime | Type::Timestamp => none(format!("datetime({value}) IS NULL")),
        Type::Json => none(format!("NOT json_valid({value})")),
        Type::Uuid => none(format!("typeof({value}) <> 'blob' OR length({value}) <> 16")),
        Type::Text | Type::Blob | Type::VarBinary(_) | Type::Array(_) | Type::Enum(_) | Type::Geometry(_) => None,
    }
}
