//! Updates, in an order in which unique values pass from row to row.

use std::collections::HashMap;

use aludel_sql::{Error, ErrorKind, Result, Value};

use super::{Plan, Step};
use crate::session::{Session, handle::Handle};

impl Session {
    pub(super) fn plan_updates(&self, index: usize, slots: Vec<usize>, plan: &mut Plan) -> Result<()> {
        let mut parked = Vec::new();
        let waves = self.waves(index, slots, &mut parked)?;
        plan.steps.extend(parked.into_iter().map(|(holder, column)| Step::Park(holder, column)));
        waves.into_iter().for_each(|slots| plan.push(Step::Update, index, slots));
        Ok(())
    }

    /// Puts updates into an order in which a unique value is given up by one row before another takes it.
    pub(super) fn waves(
        &self,
        index: usize,
        slots: Vec<usize>,
        parked: &mut Vec<(Handle, usize)>,
    ) -> Result<Vec<Vec<usize>>> {
        let arena = &self.arenas[index];
        let model = arena.model();
        let unique: Vec<usize> = (0..model.fields.len()).filter(|&column| model.fields[column].unique).collect();
        // Who gives up which value.
        let mut given_up: HashMap<(usize, Value), usize> = HashMap::new();
        for &slot in &slots {
            let Some(baseline) = arena.baseline(slot) else { continue };
            for &column in
                unique.iter().filter(|&&column| arena.is_changed(slot, column) && !baseline[column].is_null())
            {
                given_up.insert((column, baseline[column].clone()), slot);
            }
        }
        let mut waves = Vec::new();
        let mut left = slots;
        while !left.is_empty() {
            let waits = |&slot: &usize| {
                unique.iter().any(|&column| {
                    let wanted = arena.is_changed(slot, column).then(|| (column, arena.get(slot, column)));
                    wanted.is_some_and(|wanted| given_up.get(&wanted).is_some_and(|&holder| holder != slot))
                })
            };
            let (wait, ready): (Vec<usize>, Vec<usize>) = left.iter().partition(|&slot| waits(slot));
            if ready.is_empty() {
                let circle = given_up
                    .iter()
                    .filter(|((column, _), holder)| model.fields[*column].nullable && wait.contains(holder));
                let Some((key, holder)) = circle.min_by_key(|((column, _), holder)| (**holder, *column)) else {
                    let message = format!("rows of `{}` pass their unique values around in a circle", model.table);
                    return Err(Error::new(ErrorKind::Session, message)
                        .with_model(model.name)
                        .with_table(model.table)
                        .with_help("Give one of them another value and flush, then give it the one it is to have."));
                };
                parked.push((Handle::new(self.id, index, *holder), key.0));
                let key = key.clone();
                given_up.remove(&key);
            } else {
                given_up.retain(|_, holder| !ready.contains(holder));
                waves.push(ready);
            }
            left = wait;
        }
        Ok(waves)
    }
}
