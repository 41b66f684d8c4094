//! What `#[model(…)]` says of the table as a whole.

use proc_macro2::Span;
use syn::{
    Error, Expr, ExprCall, ExprLit, Ident, Lit, LitInt, LitStr, Result, Token, meta::ParseNestedMeta,
    parse::ParseStream, spanned::Spanned,
};

use super::{
    reference::{self, Action},
    said::Said,
};

/// Checks, unique constraints, indexes, foreign keys and exclusions.
pub(in crate::model) enum Part {
    Check { name: Ident, said: Said },
    Unique { name: Option<LitStr>, columns: Vec<Ident>, nulls_not_distinct: bool },
    Index(Index),
    ForeignKey(ForeignKey),
    Exclusion(Exclusion),
}

#[derive(Default)]
pub(in crate::model) struct Index {
    pub(in crate::model) name: Option<LitStr>,
    pub(in crate::model) parts: Vec<IndexPart>,
    pub(in crate::model) unique: bool,
    pub(in crate::model) nulls_not_distinct: bool,
    pub(in crate::model) method: Option<String>,
    pub(in crate::model) include: Vec<Ident>,
    /// How it is stored.
    pub(in crate::model) with: Vec<(String, String)>,
    pub(in crate::model) filter: Option<Said>,
}

pub(in crate::model) struct IndexPart {
    pub(in crate::model) key: IndexKey,
    /// How much of a column is indexed.
    pub(in crate::model) prefix: Option<u32>,
    /// The operator class.
    pub(in crate::model) ops: Option<String>,
    pub(in crate::model) descending: bool,
    /// `First` or `Last`
    pub(in crate::model) nulls: Option<&'static str>,
}

pub(in crate::model) enum IndexKey {
    Column(Ident),
    Said(Said),
}

#[derive(Default)]
pub(in crate::model) struct Exclusion {
    pub(in crate::model) name: Option<LitStr>,
    pub(in crate::model) method: Option<String>,
    /// What is compared, and `Equal`, `Different` or `Overlap`.
    pub(in crate::model) parts: Vec<(IndexPart, &'static str)>,
    pub(in crate::model) filter: Option<Said>,
    pub(in crate::model) deferrable: Option<(&'static str, Span)>,
}

pub(in crate::model) struct ForeignKey {
    pub(in crate::model) name: Option<LitStr>,
    pub(in crate::model) columns: Vec<Ident>,
    /// The model, and its fields.
    pub(in crate::model) target: Expr,
    pub(in crate::model) referred: Vec<Ident>,
    pub(in crate::model) on_delete: Option<Action>,
    /// The columns in `on_delete = set_null(a)`.
    pub(in crate::model) set_columns: Vec<Ident>,
    pub(in crate::model) on_update: Option<Action>,
    pub(in crate::model) match_full: bool,
    pub(in crate::model) deferrable: Option<(&'static str, Span)>,
}

impl Part {
    /// The parts that an option of `#[model]` says, if it is one of those.
    pub(super) fn read(meta: &ParseNestedMeta<'_>, parts: &mut Vec<Part>) -> Result<bool> {
        let path = &meta.path;
        if path.is_ident("check") {
            not_empty(meta, "say what is checked: `check(positive = |x| x.price.gt(0))`")?;
            meta.parse_nested_meta(|check| {
                let name = check.path.require_ident()?.clone();
                if !check.input.peek(Token![=]) {
                    let message = format!("say what is checked: `check({name} = |x| x.price.gt(0))`");
                    return Err(Error::new(name.span(), message));
                }
                let said = Said::read(&check, &format!("the check `{name}`"))?;
                parts.push(Part::Check { name, said });
                Ok(())
            })?;
        } else if path.is_ident("unique") {
            let (mut name, mut columns, mut nulls_not_distinct) = (None, Vec::new(), false);
            not_empty(meta, "`unique` names columns: `unique(tenant_id, number)`")?;
            meta.parse_nested_meta(|part| {
                if is_option(&part, "name") {
                    name = Some(given_name(&part)?);
                } else if part.path.is_ident("nulls_not_distinct") {
                    nulls_not_distinct = true;
                } else {
                    columns.push(column(&part)?);
                }
                Ok(())
            })?;
            parts.push(Part::Unique { name, columns, nulls_not_distinct });
        } else if path.is_ident("index") {
            parts.push(Part::Index(Index::read(meta)?));
        } else if path.is_ident("foreign_key") {
            parts.push(Part::ForeignKey(ForeignKey::read(meta)?));
        } else if path.is_ident("exclude") {
            parts.push(Part::Exclusion(Exclusion::read(meta)?));
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}

impl Index {
    fn read(meta: &ParseNestedMeta<'_>) -> Result<Self> {
        const EXAMPLE: &str = "`index` names what it is ordered by: `index(tenant_id, desc(created_at))`";
        let (mut index, mut nulls) = (Index::default(), None);
        not_empty(meta, EXAMPLE)?;
        meta.parse_nested_meta(|part| {
            let path = &part.path;
            if is_option(&part, "name") {
                index.name = Some(given_name(&part)?);
            } else if is_option(&part, "where") {
                index.filter = Some(Said::read(&part, "which rows are in an index")?);
            } else if is_option(&part, "using") {
                let method: Ident = part.value()?.parse()?;
                index.method = Some(method.to_string());
            } else if path.is_ident("unique") {
                index.unique = true;
            } else if path.is_ident("nulls_not_distinct") {
                index.nulls_not_distinct = true;
                nulls = Some(path.span());
            } else if path.is_ident("with") && part.input.peek(syn::token::Paren) {
                part.parse_nested_meta(|parameter| {
                    let (name, value) = storage(&parameter)?;
                    if index.with.iter().any(|(other, _)| *other == name) {
                        return Err(Error::new(parameter.path.span(), format!("`{name}` is said twice")));
                    }
                    index.with.push((name, value));
                    Ok(())
                })?;
            } else if path.is_ident("include") && part.input.peek(syn::token::Paren) {
                part.parse_nested_meta(|included| {
                    index.include.push(column(&included)?);
                    Ok(())
                })?;
            } else {
                index.parts.push(IndexPart::read(&part)?);
            }
            Ok(())
        })?;
        if index.parts.is_empty() {
            return Err(Error::new(meta.path.span(), EXAMPLE));
        }
        if let Some(span) = nulls.filter(|_| !index.unique) {
            return Err(Error::new(span, "`nulls_not_distinct` belongs to an index that is `unique`"));
        }
        let said = index.parts.iter().any(|part| matches!(part.key, IndexKey::Said(_)));
        if said && index.name.is_none() {
            let message = "an index over an expression needs a name: `index(name = \"ix_…\", by = |x| …)`";
            return Err(Error::new(meta.path.span(), message));
        }
        Ok(index)
    }
}

impl Exclusion {
    fn read(meta: &ParseNestedMeta<'_>) -> Result<Self> {
        const EXAMPLE: &str = "`exclude` names what is compared: `exclude(using = gist, eq(room), overlaps(by = sql(\"tsrange(starts, ends)\")))`";
        let mut exclusion = Exclusion::default();
        not_empty(meta, EXAMPLE)?;
        meta.parse_nested_meta(|part| {
            if is_option(&part, "name") {
                exclusion.name = Some(given_name(&part)?);
            } else if is_option(&part, "where") {
                exclusion.filter = Some(Said::read(&part, "which rows can be in conflict")?);
            } else if is_option(&part, "using") {
                let method: Ident = part.value()?.parse()?;
                exclusion.method = Some(method.to_string());
            } else if part.path.is_ident("deferrable") {
                exclusion.deferrable = Some(reference::deferrable(&part)?);
            } else {
                let conflict = match part.path.require_ident()?.to_string().as_str() {
                    "eq" => "Equal",
                    "ne" => "Different",
                    "overlaps" => "Overlap",
                    _ => {
                        let known = ["eq(…)", "ne(…)", "overlaps(…)", "name", "using", "where", "deferrable"];
                        return Err(super::unknown(&part, "model(exclude)", &known));
                    }
                };
                not_empty(&part, "name the column: `eq(room)`")?;
                let mut inner = None;
                part.parse_nested_meta(|nested| {
                    if inner.is_some() {
                        return Err(nested.error("one thing is compared: write another for the next"));
                    }
                    inner = Some(IndexPart::read(&nested)?);
                    Ok(())
                })?;
                exclusion.parts.extend(inner.map(|inner| (inner, conflict)));
            }
            Ok(())
        })?;
        if exclusion.parts.is_empty() {
            return Err(Error::new(meta.path.span(), EXAMPLE));
        }
        let said = exclusion.parts.iter().any(|(part, _)| matches!(part.key, IndexKey::Said(_)));
        if said && exclusion.name.is_none() {
            let message = "an exclusion by an expression needs a name: `exclude(name = \"ex_…\", …)`";
            return Err(Error::new(meta.path.span(), message));
        }
        Ok(exclusion)
    }
}

impl IndexPart {
    fn new(key: IndexKey) -> Self {
        IndexPart { key, prefix: None, ops: None, descending: false, nulls: None }
    }

    /// The column, unless it is an expression.
    pub(in crate::model) fn column(&self) -> Option<&Ident> {
        match &self.key {
            IndexKey::Column(column) => Some(column),
            IndexKey::Said(_) => None,
        }
    }

    /// `a`, `a(50)`, `by = |x| …`, and each in `ops(…, class)`, `desc(…)`, `nulls_first(…)`, `nulls_last(…)`.
    fn read(part: &ParseNestedMeta<'_>) -> Result<Self> {
        if is_option(part, "by") {
            return Ok(IndexPart::new(IndexKey::Said(Said::read(part, "what an index is ordered by")?)));
        }
        if !part.input.peek(syn::token::Paren) {
            return Ok(IndexPart::new(IndexKey::Column(column(part)?)));
        }
        if let Some(prefix) = prefix(part)? {
            let key = IndexKey::Column(column(part)?);
            return Ok(IndexPart { prefix: Some(prefix), ..IndexPart::new(key) });
        }
        let (mut inner, mut class) = (None, None);
        let ops = part.path.is_ident("ops");
        part.parse_nested_meta(|nested| {
            if inner.is_some() && ops && class.is_none() {
                class = Some(column(&nested)?.to_string());
                return Ok(());
            }
            if inner.is_some() {
                return Err(nested.error("one thing an index is ordered by: write another for the next"));
            }
            inner = Some(IndexPart::read(&nested)?);
            Ok(())
        })?;
        let Some(mut inner) = inner else {
            return Err(part.error("name the column: `desc(created_at)`"));
        };
        match part.path.require_ident()?.to_string().as_str() {
            "ops" if class.is_none() => {
                let message = "name the operator class: `ops(name, text_pattern_ops)`";
                return Err(Error::new(part.path.span(), message));
            }
            "ops" => inner.ops = class,
            "desc" => inner.descending = true,
            "nulls_first" => inner.nulls = Some("First"),
            "nulls_last" => inner.nulls = Some("Last"),
            word => {
                let message = format!(
                    "an index has no `{word}(…)`: it has `desc`, `nulls_first`, `nulls_last`, `ops`, `include` and `with`, and of a column a length"
                );
                return Err(Error::new(part.path.span(), message));
            }
        }
        Ok(inner)
    }
}

/// `fillfactor = 70`, `fastupdate = off`
fn storage(parameter: &ParseNestedMeta<'_>) -> Result<(String, String)> {
    let name = parameter.path.require_ident()?.to_string();
    let wrong = |span| Error::new(span, "an index is stored with numbers and words: `with(fillfactor = 70)`");
    if !parameter.input.peek(Token![=]) {
        return Err(wrong(parameter.path.span()));
    }
    let value: Expr = parameter.value()?.parse()?;
    let text = match &value {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) if number.suffix().is_empty() => {
            number.base10_digits().to_owned()
        }
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) if number.suffix().is_empty() => {
            number.base10_digits().to_owned()
        }
        Expr::Lit(ExprLit { lit: Lit::Bool(word), .. }) => word.value.to_string(),
        Expr::Path(word) => word.path.get_ident().map(Ident::to_string).ok_or_else(|| wrong(value.span()))?,
        _ => return Err(wrong(value.span())),
    };
    Ok((name, text.to_lowercase()))
}

/// The number in `a(50)`.
fn prefix(part: &ParseNestedMeta<'_>) -> Result<Option<u32>> {
    let number = |input: ParseStream<'_>| {
        let content;
        syn::parenthesized!(content in input);
        let number: LitInt = content.parse()?;
        Ok((number, content.is_empty()))
    };
    if number(&part.input.fork()).is_err() {
        return Ok(None);
    }
    match number(part.input)? {
        (number, true) if number.base10_parse::<u32>().is_ok_and(|length| length > 0) => {
            number.base10_parse().map(Some)
        }
        (number, _) => {
            let message = "so many characters, or bytes, of the column are indexed: `index(body(50))`";
            Err(Error::new(number.span(), message))
        }
    }
}

impl ForeignKey {
    fn read(meta: &ParseNestedMeta<'_>) -> Result<Self> {
        not_empty(meta, EXAMPLE)?;
        let (mut columns, mut target) = (Vec::new(), None);
        let (mut set_columns, mut match_full) = (Vec::new(), false);
        let (mut name, mut on_delete, mut on_update, mut deferrable) = (None, None, None, None);
        meta.parse_nested_meta(|part| {
            if target.is_none() {
                columns.push(part.path.require_ident()?.clone());
                if part.input.peek(Token![=]) {
                    target = Some(referred(part.value()?.parse()?)?);
                }
            } else if is_option(&part, "name") {
                name = Some(given_name(&part)?);
            } else if is_option(&part, "on_delete") {
                let (action, columns) = set_columns_of(&part)?;
                (on_delete, set_columns) = (Some(action), columns);
            } else if part.path.is_ident("match_full") {
                match_full = true;
            } else if is_option(&part, "on_update") {
                on_update = Some(Action::read(&part, "on_update")?);
            } else if part.path.is_ident("deferrable") {
                deferrable = Some(reference::deferrable(&part)?);
            } else {
                let known = ["name", "on_delete", "on_update", "match_full", "deferrable"];
                return Err(super::unknown(&part, "model(foreign_key)", &known));
            }
            Ok(())
        })?;
        let Some((target, referred)) = target else {
            return Err(Error::new(meta.path.span(), EXAMPLE));
        };
        if columns.len() != referred.len() {
            let message = format!("{} columns cannot refer to {}: name as many", columns.len(), referred.len());
            return Err(Error::new(target.span(), message));
        }
        Ok(ForeignKey { name, columns, target, referred, on_delete, set_columns, on_update, match_full, deferrable })
    }
}

const EXAMPLE: &str =
    "a foreign key of several columns names them, a model and its fields: `foreign_key(a, b = Order(x, y))`";

/// What `on_delete` says, which may be `set_null(a)` or `set_default(a)`.
fn set_columns_of(part: &ParseNestedMeta<'_>) -> Result<(Action, Vec<Ident>)> {
    let value: Expr = part.value()?.parse()?;
    let wrong = || Action::expected("on_delete", value.span());
    let Expr::Call(ExprCall { func, args, .. }) = &value else {
        return Ok((Action::of(&value).ok_or_else(wrong)?, Vec::new()));
    };
    let action = Action::of(func).filter(|action| matches!(action.word, "set_null" | "set_default"));
    let column = |argument: &Expr| match argument {
        Expr::Path(path) => path.path.get_ident().cloned(),
        _ => None,
    };
    let columns = args.iter().map(column).collect::<Option<Vec<_>>>().filter(|columns| !columns.is_empty());
    action.zip(columns).ok_or_else(|| {
        Error::new(value.span(), "`set_null` and `set_default` alone name columns: `on_delete = set_null(author_id)`")
    })
}

/// `Order(x, y)`
fn referred(value: Expr) -> Result<(Expr, Vec<Ident>)> {
    let span = value.span();
    let wrong = || Error::new(span, EXAMPLE);
    let Expr::Call(ExprCall { func, args, .. }) = value else { return Err(wrong()) };
    let field = |argument: &Expr| match argument {
        Expr::Path(path) => path.path.get_ident().cloned().ok_or_else(wrong),
        _ => Err(wrong()),
    };
    let fields = args.iter().map(field).collect::<Result<Vec<_>>>()?;
    if fields.is_empty() || !matches!(*func, Expr::Path(_)) { Err(wrong()) } else { Ok((*func, fields)) }
}

/// That something stands in parentheses behind it.
fn not_empty(meta: &ParseNestedMeta<'_>, example: &str) -> Result<()> {
    let ahead = meta.input.fork();
    let inside = |input: ParseStream<'_>| {
        let content;
        syn::parenthesized!(content in input);
        Ok(content.is_empty())
    };
    match inside(&ahead) {
        Ok(false) => Ok(()),
        _ => Err(Error::new(meta.path.span(), example)),
    }
}

/// Whether it is `option = …`. A column of that name stands alone.
fn is_option(part: &ParseNestedMeta<'_>, option: &str) -> bool {
    part.path.is_ident(option) && part.input.peek(Token![=])
}

fn column(part: &ParseNestedMeta<'_>) -> Result<Ident> {
    if part.input.peek(Token![=]) {
        let word = part.path.require_ident()?;
        let known = "an index has `name`, `by`, `where` and `using`, a unique constraint `name`";
        let message = format!("there is no option `{word}` here: {known}");
        return Err(Error::new(part.path.span(), message));
    }
    part.path.require_ident().cloned()
}

fn given_name(part: &ParseNestedMeta<'_>) -> Result<LitStr> {
    let name: LitStr = part.value()?.parse()?;
    if name.value().is_empty() || name.value().len() > 63 {
        return Err(Error::new(name.span(), "a name has 1 to 63 bytes: databases cut longer ones off"));
    }
    Ok(name)
}
