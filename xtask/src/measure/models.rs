//! What many models cost: a program of 200 models with 20 columns each, and queries over all of them.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use super::timed;

const MODELS: usize = 200;
/// Beside the key, the two references and the text.
const NUMBERS: usize = 16;

/// Checks the program from scratch, and again after one of its files was touched.
pub(super) fn run(target: &Path) -> Result<(), String> {
    let root = target.join("many-models");
    let failed = |path: PathBuf| move |error: std::io::Error| format!("{}: {error}", path.display());
    fs::create_dir_all(root.join("src")).map_err(failed(root.clone()))?;
    let manifest = root.join("Cargo.toml");
    let aludel = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/aludel");
    let text = format!(
        "[package]\nname = \"many-models\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\naludel = {{ path = {aludel:?} }}\n"
    );
    fs::write(&manifest, text).map_err(failed(manifest.clone()))?;
    let program = root.join("src/main.rs");
    let mut modules = String::new();
    for number in 0..MODELS {
        let module = root.join(format!("src/model_{number}.rs"));
        fs::write(&module, source(number)).map_err(failed(module))?;
        let _ = writeln!(modules, "pub mod model_{number};");
    }
    modules.push_str("\nfn main() {}\n");
    fs::write(&program, modules).map_err(failed(program))?;

    let manifest = manifest.to_string_lossy();
    let check = ["check", "--quiet", "--manifest-path", &manifest];
    let first = timed(target, &check)?;
    println!("{MODELS} models of 20 columns with queries, first check with all crates: {first}");
    let edited = root.join("src/model_7.rs");
    let text = source(7).replace(r#"eq("seven")"#, r#"eq("eight")"#);
    fs::write(&edited, text).map_err(failed(edited))?;
    println!("{MODELS} models of 20 columns with queries, check after an edit: {}", timed(target, &check)?);
    Ok(())
}

/// A model that refers to itself and to the one before it, with a query of each common kind.
fn source(number: usize) -> String {
    let before = number.saturating_sub(1);
    let import = if number > 0 { format!("\nuse crate::model_{before}::Model{before};\n") } else { String::new() };
    let mut columns = String::new();
    for column in 0..NUMBERS {
        let ty = ["i64", "Option<i32>", "bool", "f64"][column % 4];
        let _ = writeln!(columns, "    pub n{column}: {ty},");
    }
    format!(
        r#"use aludel::prelude::*;
{import}
#[derive(Model)]
pub struct Model{number} {{
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 64, index)]
    pub name: String,
    #[column(foreign_key = Model{number}.id)]
    pub parent_id: Option<i64>,
    #[column(foreign_key = Model{before}.id)]
    pub before_id: i64,
{columns}    #[relation(key = parent_id, back_populates = children)]
    pub parent: BelongsTo<Option<Model{number}>>,
    #[relation(back_populates = parent)]
    pub children: HasMany<Model{number}>,
    #[relation(key = before_id)]
    pub before: BelongsTo<Model{before}>,
}}

pub async fn named(db: &Db) -> Result<Vec<Model{number}>> {{
    Model{number}::query().filter(|m| m.name.eq("seven").and(m.n0.gt(3))).order_by(|m| m.n0.desc()).limit(10).all(db).await
}}

pub async fn beside(db: &Db) -> Result<Vec<(String, Option<f64>)>> {{
    Model{number}::query()
        .join(|m| m.before)
        .left_join(|(m, _)| m.children)
        .filter(|(m, before, _)| m.n2.and(before.name.starts_with("s")))
        .select(|(m, _, child)| (m.name, child.get(|c| c.n3)))
        .all(db)
        .await
}}

pub async fn grouped(db: &Db) -> Result<Vec<(String, i64, Option<i64>)>> {{
    Model{number}::query()
        .group_by(|m| m.name)
        .having(|m| m.id.count().gt(1))
        .select(|m| (m.name, m.id.count(), m.n0.sum()))
        .all(db)
        .await
}}
"#
    )
}
