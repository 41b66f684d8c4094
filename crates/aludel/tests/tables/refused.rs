//! What a model says and no schema can be made of.

use aludel::prelude::*;

#[derive(Model, Debug)]
#[model(table = "r_a", check(odd = sql("missing > 1")))]
struct NoColumn {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug)]
#[model(table = "r_b", check(odd = sql("id >")))]
struct NoSql {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug)]
#[model(table = "r_c", check(odd = sql("id IN (SELECT id FROM r_a)")))]
struct OtherRows {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug)]
#[model(table = "r_d")]
struct Itself {
    #[column(primary_key)]
    id: i64,
    #[column(computed = sql("twice * 2"))]
    twice: i64,
}

#[derive(Model, Debug)]
#[model(table = "r_e")]
struct Collated {
    #[column(primary_key)]
    id: i64,
    #[column(collate = "C")]
    age: i32,
}

#[derive(Model, Debug)]
#[model(table = "r_f", index(name))]
struct Twice {
    #[column(primary_key)]
    id: i64,
    #[column(index, length = 9)]
    name: String,
}

#[derive(Model, Debug)]
#[model(table = "r_i", unique(id))]
struct Key {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug)]
#[model(table = "r_g", foreign_key(a, b = Elsewhere(a, b)))]
struct Refers {
    #[column(primary_key)]
    id: i64,
    a: i64,
    b: i64,
}

#[derive(Model, Debug)]
#[model(table = "r_h")]
struct Elsewhere {
    #[column(primary_key)]
    a: i64,
    #[column(primary_key)]
    b: i64,
}

#[derive(Model, Debug)]
#[model(table = "r_j")]
struct Counted {
    #[column(primary_key, start = 1000, length = 9)]
    name: String,
}

#[derive(Model, Debug)]
#[model(table = "r_k")]
struct Backwards {
    #[column(primary_key, min = 9, max = 3)]
    id: i64,
}

#[derive(Model, Debug)]
#[model(table = "r_l")]
struct OfARow {
    #[column(primary_key)]
    id: i64,
    #[column(server_default = sql("id * 2"))]
    twice: i64,
}

#[derive(Model, Debug)]
#[model(table = "r_m")]
struct Bare {
    #[column(primary_key)]
    id: i64,
    #[column(server_default = sql("NEXT VALUE FOR numbers"))]
    number: i64,
}

#[derive(Model, Debug)]
#[model(table = "r_n")]
struct NotThen {
    #[column(primary_key)]
    id: i64,
    #[column(server_default = sql("CURRENT_TIMESTAMP"), length = 40)]
    at: String,
}

#[derive(Model, Debug)]
#[model(table = "r_o")]
struct Lower {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug)]
#[model(table = "R_O")]
struct Upper {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug)]
#[model(table = "r_p")]
struct TwoCases {
    #[column(primary_key)]
    id: i64,
    #[column(name = "ID")]
    other: i64,
}

#[test]
fn the_error_names_the_model_and_what_is_wrong() {
    let lists = [
        models![NoColumn],
        models![NoSql],
        models![OtherRows],
        models![Itself],
        models![Collated],
        models![Twice],
        models![Key],
        models![Refers],
        models![Counted],
        models![Backwards],
        models![OfARow],
        models![Bare],
        models![NotThen],
        models![Lower, Upper],
        models![TwoCases],
    ];
    let errors = lists.map(|list| {
        let error = list.schema().unwrap_err();
        assert!(error.model().is_some(), "{error}");
        format!("{:?}: {error}", error.kind())
    });
    insta::assert_snapshot!(errors.join("\n"), @r#"
        Config: the check `odd` of `NoColumn` has a column `missing`, which the model has not
          help: Its columns are `id`.
        Syntax: the check `odd` of `NoSql`:1:5: expected an expression, found the end
            id >
                ^
        Syntax: the check `odd` of `OtherRows`:1:8: not supported yet: IN with a sub-query
            id IN (SELECT id FROM r_a)
                   ^^^^^^
          help: Write EXISTS (SELECT … WHERE …)
        Config: `Itself.twice` is computed from itself
          help: Compute it from the other columns.
        Config: `Collated.age` has a collation and is INTEGER
          help: Texts alone have one: leave `collate` out.
        Config: model `Twice` has two constraints or indexes that are called `ix_r_f_name`
          help: Say it once, or give one of them another name.
        Config: model `Key` says that (id) is unique, and its primary key makes it so
          help: Leave `unique` out.
        Config: `Refers.a` refers to model `Elsewhere`, which is not among the application's models
          help: Add `Elsewhere` to the list of models.
        Config: the key `Counted.name` is counted by the database and VARCHAR(9)
          help: Only integers are: leave out how it is counted.
        Usage: the key `Backwards.id` cannot be: its least number, 9, is not below its greatest, 3
          help: Say MINVALUE and MAXVALUE
        Config: `OfARow.twice` cannot have its server default: it mentions the column `id`
          help: Give the column a default of its own type, the same for every row.
        Config: `Bare.number` cannot have its server default: say `sequence = "numbers"`, which makes the sequence too
          help: Give the column a default of its own type, the same for every row.
        Config: `NotThen.at` cannot have its server default: now() is a timestamp, and the column VARCHAR(40)
          help: Give the column a default of its own type, the same for every row.
        Config: the tables `R_O` of `tables::refused::Upper` and `r_o` of `tables::refused::Lower` differ in upper and lower case alone, and are one on some databases
          help: Give one of them another table, `#[model(table = "…")]`, or list the models the application has, `models![…]`.
        Config: the columns `id` and `ID` of model `TwoCases` differ in upper and lower case alone, and are one on most databases
          help: Give one of them another name: `#[column(name = "…")]`.
        "#);
}
