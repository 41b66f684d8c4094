use aludel_sql::statement::{JoinKind, Lock, LockStrength, LockWait, Select};

use super::{Case, case, tree::*};

fn locked(strength: LockStrength, of: Vec<u32>, wait: LockWait) -> Select {
    Select { lock: Some(Lock { strength, of, wait }), limit: Some(1), ..items(vec![c("id")]) }
}

/// The first item with a part, and the first part.
fn joined(kind: JoinKind, of: Vec<u32>) -> Select {
    Select {
        columns: vec![c("id"), d("id")].into(),
        joins: vec![join(kind, table(1, "part"), eq(d("item_id"), c("id")))],
        order_by: vec![asc(d("id"))],
        filter: Some(gt(d("id"), v(0))),
        ..locked(LockStrength::Update, of, LockWait::Wait)
    }
}

pub fn cases() -> Vec<Case> {
    const OTHERS: &str = "Lock the rows of the others alone, by OF, or those of this one in a statement of its own";
    vec![
        case("FOR UPDATE", locked(LockStrength::Update, vec![], LockWait::Wait), "1"),
        case("FOR SHARE", locked(LockStrength::Share, vec![], LockWait::Wait), "1"),
        case("FOR UPDATE NOWAIT", locked(LockStrength::Update, vec![], LockWait::NoWait), "1"),
        case("FOR UPDATE SKIP LOCKED", locked(LockStrength::Update, vec![], LockWait::SkipLocked), "1"),
        case("FOR SHARE SKIP LOCKED", locked(LockStrength::Share, vec![], LockWait::SkipLocked), "1"),
        case("FOR UPDATE OF", locked(LockStrength::Update, vec![0], LockWait::Wait), "1")
            .refused("mariadb", "Lock the rows of all"),
        case("FOR UPDATE OF one of several", joined(JoinKind::Inner, vec![1]), "1|1")
            .refused("mariadb", "Lock the rows of all"),
        case("FOR UPDATE OF several", joined(JoinKind::Inner, vec![0, 1]), "1|1")
            .refused("mariadb", "Lock the rows of all"),
        case("FOR UPDATE beside an outer join", joined(JoinKind::Left, vec![]), "1|1").refused("postgres", OTHERS),
        case("FOR UPDATE OF what an outer join has rows of", joined(JoinKind::Left, vec![0]), "1|1")
            .refused("mariadb", "Lock the rows of all"),
        case("FOR UPDATE OF what an outer join may be without", joined(JoinKind::Right, vec![0]), "1|1")
            .refused("postgres", OTHERS)
            .refused("mariadb", "Lock the rows of all"),
        case("FOR NO KEY UPDATE", locked(LockStrength::NoKeyUpdate, vec![], LockWait::Wait), "1")
            .refused_by_mysql("Lock the rows for UPDATE"),
        case("FOR KEY SHARE", locked(LockStrength::KeyShare, vec![], LockWait::Wait), "1")
            .refused_by_mysql("Lock the rows to SHARE them"),
    ]
}
