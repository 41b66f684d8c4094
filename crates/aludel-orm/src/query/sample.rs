//! A part of the rows, at random.

pub use aludel_sql::statement::Sample;

use super::Query;

impl<Src, Out> Query<Src, Out> {
    /// Reads a part of the rows of the model it began with, at random: `Post::query().sample(Sample::rows(10.0))`. PostgreSQL only;
    /// elsewhere order by a random number, with a limit.
    ///
    /// The part is taken before any filter and any join.
    pub fn sample(mut self, sample: Sample) -> Self {
        if let Some(root) = self.select.from.first_mut() {
            root.sample = Some(sample);
        }
        self
    }
}
