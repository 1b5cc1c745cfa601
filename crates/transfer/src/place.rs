use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ossum_client::transport::BoxFuture;

use crate::budget::{Budget, Permit};

/// A worker's place among the requests that a budget allows, while it has one.
///
/// A request that is refused for being too many gives its place up, so that what a back-off is to
/// achieve is not undone by those who were refused: they come back as one of fewer.
#[derive(Debug)]
pub(crate) struct Place {
    budget: Budget,
    held: Mutex<Option<Permit>>,
}

impl Place {
    /// None yet of those that `budget` allows.
    pub(crate) fn of(budget: &Budget) -> Self {
        Self {
            budget: budget.clone(),
            held: Mutex::default(),
        }
    }

    /// Waits for a place.
    pub(crate) async fn take(&self) {
        let permit = self.budget.take().await;
        *self.held() = Some(permit);
    }

    /// Gives it up.
    pub(crate) fn leave(&self) {
        *self.held() = None;
    }

    fn held(&self) -> MutexGuard<'_, Option<Permit>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ossum_client::Place for Place {
    fn rest(&self, wait: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            // It is kept while it waits: another one in it would be refused just as well.
            tokio::time::sleep(wait).await;
            let held = self.held().take();
            if let Some(mut permit) = held {
                permit.line_up_again().await;
                *self.held() = Some(permit);
            }
        })
    }
}
