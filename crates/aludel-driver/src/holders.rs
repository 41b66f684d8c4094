//! Who has the connections of an engine, for whoever waits for one in vain.

use std::{
    fmt::Write,
    panic::Location,
    sync::Mutex,
    time::{Duration, Instant},
};

use aludel_sql::{Error, ErrorKind};

use crate::pool::lock;

/// The lines of the program that have connections. A place is used again, so that nothing is allocated once there are enough.
#[derive(Debug, Default)]
pub(crate) struct Holders(Mutex<Vec<Option<Holder>>>);

#[derive(Clone, Copy, Debug)]
struct Holder {
    caller: &'static Location<'static>,
    since: Instant,
}

/// How many lines of the program an error names.
const MOST: usize = 5;

impl Holders {
    /// Takes note of a connection that was lent out; the place to give back with it.
    pub(crate) fn add(&self, caller: &'static Location<'static>) -> usize {
        let holder = Some(Holder { caller, since: Instant::now() });
        let mut holders = lock(&self.0);
        match holders.iter().position(Option::is_none) {
            Some(free) => {
                holders[free] = holder;
                free
            }
            None => {
                holders.push(holder);
                holders.len() - 1
            }
        }
    }

    pub(crate) fn remove(&self, place: usize) {
        if let Some(holder) = lock(&self.0).get_mut(place) {
            *holder = None;
        }
    }

    /// Adds to an error of waiting too long who has what was waited for.
    #[cold]
    pub(crate) fn explain(&self, error: Error) -> Error {
        let places = self.places();
        if error.kind() != ErrorKind::Timeout || places.is_empty() {
            return error;
        }
        let mut message = error.message().to_owned();
        for (number, (caller, held, longest)) in places.iter().take(MOST).enumerate() {
            let between = if number == 0 { ": " } else { ", " };
            let longest = longest.as_secs_f64();
            let _ = match held {
                1 => write!(message, "{between}{caller} has had one for {longest:.1} s"),
                held => write!(message, "{between}{caller} has had {held} for up to {longest:.1} s"),
            };
        }
        if places.len() > MOST {
            let _ = write!(message, ", and so on");
        }
        error.with_message(message)
    }

    /// The lines that have connections, how many and for how long: the longest first.
    fn places(&self) -> Vec<(&'static Location<'static>, usize, Duration)> {
        let mut places: Vec<(&'static Location<'static>, usize, Duration)> = Vec::new();
        for holder in lock(&self.0).iter().flatten() {
            let held = holder.since.elapsed();
            match places.iter_mut().find(|(caller, ..)| *caller == holder.caller) {
                Some((_, number, longest)) => (*number, *longest) = (*number + 1, held.max(*longest)),
                None => places.push((holder.caller, 1, held)),
            }
        }
        places.sort_by_key(|(.., longest)| std::cmp::Reverse(*longest));
        places
    }
}
