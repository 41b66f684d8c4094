use aludel_sql::statement::{Lock, LockStrength, LockWait, Select};

use super::{Case, case, tree::*};

fn locked(strength: LockStrength, of: Vec<u32>, wait: LockWait) -> Select {
    Select { lock: Some(Lock { strength, of, wait }), limit: Some(1), ..items(vec![c("id")]) }
}

pub fn cases() -> Vec<Case> {
    vec![
        case("FOR UPDATE", locked(LockStrength::Update, vec![], LockWait::Wait), "1"),
        case("FOR SHARE", locked(LockStrength::Share, vec![], LockWait::Wait), "1"),
        case("FOR UPDATE NOWAIT", locked(LockStrength::Update, vec![], LockWait::NoWait), "1"),
        case("FOR UPDATE SKIP LOCKED", locked(LockStrength::Update, vec![], LockWait::SkipLocked), "1"),
        case("FOR SHARE SKIP LOCKED", locked(LockStrength::Share, vec![], LockWait::SkipLocked), "1"),
        case("FOR UPDATE OF", locked(LockStrength::Update, vec![0], LockWait::Wait), "1")
            .refused("mariadb", "Lock the rows of all"),
        case("FOR NO KEY UPDATE", locked(LockStrength::NoKeyUpdate, vec![], LockWait::Wait), "1")
            .refused_by_mysql("Lock the rows for UPDATE"),
        case("FOR KEY SHARE", locked(LockStrength::KeyShare, vec![], LockWait::Wait), "1")
            .refused_by_mysql("Lock the rows to SHARE them"),
    ]
}
