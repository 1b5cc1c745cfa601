use std::fmt;
use std::time::Duration;

use tokio::sync::futures::Notified;

use crate::transport::BoxFuture;

/// One of the places for requests that are under way at a time, for a client that shares them.
///
/// Whoever sends requests takes a place before; a request that is refused for being too many gives
/// it up until it may be sent again.
pub trait Place: Send + Sync + fmt::Debug + 'static {
    /// Waits for `wait`, gives the place up, and waits until there is one again.
    ///
    /// Dropping the future leaves the place with whoever has it then, or with nobody.
    fn rest(&self, wait: Duration) -> BoxFuture<'_, ()>;

    /// Waits until whoever looks on finds the connection far slower than its peers. What moves over
    /// it then begins anew over another, a download where it is.
    fn is_slow(&self) -> Notified<'_>;

    /// Takes note that the request was begun anew for that.
    fn left_slow(&self);
}
