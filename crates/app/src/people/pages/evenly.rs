//! The same time for every answer about an address, whether somebody has an account by it or not. Making a link and its mail is
//! more work than finding nobody, and who counts milliseconds must not learn which of both it was.

use std::time::Duration;

use tokio::time::Instant;

/// Longer than either takes on a slow computer that is not overloaded.
const LEAST: Duration = Duration::from_millis(250);

/// When an answer may leave.
pub struct Evenly(Instant);

impl Evenly {
    /// Begins to count.
    pub fn begin() -> Self {
        Self(Instant::now() + LEAST)
    }

    /// Waits until the answer may leave; at once where that moment is over.
    pub async fn leave(self) {
        tokio::time::sleep_until(self.0).await;
    }
}
