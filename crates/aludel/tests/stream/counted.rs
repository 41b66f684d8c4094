//! A column whose values count how many of them there are.

use std::sync::atomic::{AtomicI64, Ordering};

use aludel::{
    Field,
    field::Options,
    prelude::*,
    sql::{Type, Value, ValueRef},
};
use tokio::sync::{Mutex, MutexGuard};

static THERE: AtomicI64 = AtomicI64::new(0);
static MOST: AtomicI64 = AtomicI64::new(0);
static READ: AtomicI64 = AtomicI64::new(0);
static ALONE: Mutex<()> = Mutex::const_new(());

/// A number that is counted for as long as it is in memory.
#[derive(Debug)]
pub struct Counted(pub i64);

impl Counted {
    fn new(number: i64) -> Self {
        MOST.fetch_max(THERE.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        Counted(number)
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Counted::new(self.0)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        THERE.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Field for Counted {
    type Base = Self;

    fn column_type(_: Options) -> Type {
        Type::BigInt
    }

    fn to_value(&self) -> Value {
        Value::I64(self.0)
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        let number = i64::from_value(value)?;
        READ.fetch_add(1, Ordering::SeqCst);
        if number == BAD {
            return Err(Error::new(ErrorKind::Decode, "this one cannot be read"));
        }
        Ok(Counted::new(number))
    }

    fn placeholder() -> Self {
        Counted::new(0)
    }
}

/// The number that cannot be read.
pub const BAD: i64 = -1;

/// What is counted, for one test at a time.
pub struct Count(#[allow(dead_code)] MutexGuard<'static, ()>);

impl Count {
    /// Starts anew.
    pub async fn start() -> Self {
        let alone = ALONE.lock().await;
        READ.store(0, Ordering::SeqCst);
        MOST.store(THERE.load(Ordering::SeqCst), Ordering::SeqCst);
        Count(alone)
    }

    /// The most that were in memory at one time.
    pub fn most(&self) -> i64 {
        MOST.load(Ordering::SeqCst)
    }

    /// How many were read from the database.
    pub fn read(&self) -> i64 {
        READ.load(Ordering::SeqCst)
    }
}
