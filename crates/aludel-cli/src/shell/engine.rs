//! The scripting engine, and what scripts find in it.

use std::collections::HashMap;

use aludel_orm::Models;
use aludel_sql::Error;
use rhai::{AST, Dynamic, Engine, EvalAltResult, OptimizationLevel, Position, Scope};

use super::{
    Interrupt, Outcome, brackets, condition,
    database::{self, Database},
    entity::{self, Entity},
    owner::{Event, Link},
    print,
    query::{self, Model, Query},
    referred, values,
};

/// A result as the engine wants it.
pub(super) type Fallible<T> = Result<T, Box<EvalAltResult>>;

/// How many operations a line may take: some seconds' worth, so that an endless loop ends where nobody can press Ctrl-C.
pub(super) const MAX_OPERATIONS: u64 = 50_000_000;

/// An error as the engine wants it.
pub(super) fn raise(error: Error) -> Box<EvalAltResult> {
    Box::new(EvalAltResult::ErrorRuntime(error.to_string().into(), Position::NONE))
}

/// Runs lines one after the other; variables and functions stay.
pub(super) struct Evaluator {
    engine: Engine,
    scope: Scope<'static>,
    functions: AST,
}

impl Evaluator {
    pub(super) fn new(models: &Models, link: &Link, interrupt: Interrupt) -> Self {
        let models: Vec<Model> = models.iter().map(|def| Model { def, link: link.clone() }).collect();
        let mut engine = Engine::new();
        engine
            .set_optimization_level(OptimizationLevel::None)
            .set_max_operations(MAX_OPERATIONS)
            .set_max_call_levels(64)
            .set_max_expr_depths(64, 32)
            .on_progress(move |_| interrupt.is_set().then_some(Dynamic::UNIT));
        let printer = link.clone();
        engine.on_print(move |text| {
            printer.send(Event::Print(text.to_owned()));
        });
        short_circuits(&mut engine);
        values::register(&mut engine);
        condition::register(&mut engine);
        referred::register(&mut engine);
        query::register(&mut engine);
        entity::register(&mut engine, &models);
        database::register(&mut engine);
        register_text::<Database>(&mut engine);
        register_text::<Entity>(&mut engine);
        register_text::<Query>(&mut engine);
        register_text::<Model>(&mut engine);
        register_text::<values::Scalar>(&mut engine);
        engine.register_fn("help", || print::HELP).register_fn("exit", leave).register_fn("quit", leave);
        register_names(&mut engine, models, link);
        Evaluator { engine, scope: Scope::new(), functions: AST::empty() }
    }

    pub(super) fn eval(&mut self, text: &str) -> Outcome {
        if matches!(text.trim().trim_end_matches(';'), "exit" | "quit") {
            return Outcome::Exit;
        }
        if brackets::open(text) {
            return Outcome::Incomplete;
        }
        match self.run(text) {
            Ok(shown) => Outcome::Done(shown),
            Err(error) if is_leaving(&error) => Outcome::Exit,
            Err(error) => Outcome::Failed(print::error(*error, text)),
        }
    }

    fn run(&mut self, text: &str) -> Fallible<Option<String>> {
        let script = self.engine.compile_with_scope(&self.scope, text)?;
        let script = self.functions.merge(&script);
        self.functions = script.clone_functions_only();
        let value = self.engine.eval_ast_with_scope::<Dynamic>(&mut self.scope, &script)?;
        print::result(&value).map_err(raise)
    }
}

/// `&&` and `||` of the language work on booleans alone; these work on conditions, too, at the price that both sides are
/// always evaluated.
fn short_circuits(engine: &mut Engine) {
    engine.disable_symbol("&&").disable_symbol("||");
    // The precedence the operators have in the language. It cannot fail: they have just been freed for this.
    for (operator, precedence) in [("&&", 60), ("||", 30)] {
        let _ = engine.register_custom_operator(operator, precedence);
    }
}

/// Puts `db` and the models in the sight of every line, function and closure, unless a variable has the same name.
fn register_names(engine: &mut Engine, models: Vec<Model>, link: &Link) {
    let mut names: HashMap<&str, Dynamic> = models.into_iter().map(|m| (m.def.name, Dynamic::from(m))).collect();
    names.insert("db", Dynamic::from(Database(link.clone())));
    // Marked as deprecated only to say that it may change. A module of constants is out of the sight of closures.
    #[allow(deprecated)]
    engine.on_var(move |name, _, context| Ok(names.get(name).filter(|_| !context.scope().contains(name)).cloned()));
}

/// What ends a script that calls `exit()`.
#[derive(Clone)]
struct Leave;

fn leave() -> Fallible<()> {
    Err(Box::new(EvalAltResult::ErrorTerminated(Dynamic::from(Leave), Position::NONE)))
}

fn is_leaving(error: &EvalAltResult) -> bool {
    match error {
        EvalAltResult::ErrorTerminated(why, _) => why.is::<Leave>(),
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) => is_leaving(inner),
        _ => false,
    }
}

/// How values of a type are printed, alone and in lists.
fn register_text<T: Clone + Send + Sync + 'static>(engine: &mut Engine) {
    let text = |value: T| print::nested(&Dynamic::from(value)).map_err(raise);
    engine.register_fn("to_string", text).register_fn("to_debug", text);
}
