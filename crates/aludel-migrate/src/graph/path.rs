//! Which revisions to run to get from what is applied to a target.

use aludel_sql::Result;

use super::{Graph, Ids, broken, list};
use crate::revision::Revision;

impl Graph {
    /// What is missing of the targets and of all they build on, parents first. Nothing when all is applied.
    pub fn upgrade_path(&self, applied: &Ids, target: &[String]) -> Vec<&Revision> {
        let wanted = self.ancestors(target.iter().map(String::as_str));
        self.iter().filter(|revision| wanted.contains(&revision.id) && !applied.contains(&revision.id)).collect()
    }

    /// What is applied and builds on the targets, children first; with no target, everything applied.
    ///
    /// # Errors
    /// A target is not applied, so that going down does not lead to it.
    pub fn downgrade_path(&self, applied: &Ids, target: &[String]) -> Result<Vec<&Revision>> {
        if let Some(absent) = target.iter().find(|id| !applied.contains(*id)) {
            let heads = self.heads_of(applied);
            let now = match heads.is_empty() {
                true => "nothing is applied".to_owned(),
                false => format!("the database is at {}", list(heads.iter().map(|r| r.id.as_str()))),
            };
            return Err(broken(format!("going down does not lead to `{absent}`, which is not applied: {now}"))
                .with_help("Run `db history` to see the revisions, and name one that is applied"));
        }
        let undone = match target {
            [] => applied.clone(),
            targets => {
                let mut undone = self.descendants(targets.iter().map(String::as_str));
                undone.retain(|id| applied.contains(id) && !targets.contains(id));
                undone
            }
        };
        Ok(self.iter().rev().filter(|revision| undone.contains(&revision.id)).collect())
    }
}
