//! Tokio's semaphore, at each of whose operations somebody else may have a turn first.

use std::sync::Arc;

use tokio::sync::AcquireError;

use shuttle::sync::Mutex;

/// See [`tokio::sync::Semaphore`].
#[derive(Debug)]
pub struct Semaphore {
    places: Arc<tokio::sync::Semaphore>,
    turn: Arc<Turn>,
}

/// See [`tokio::sync::OwnedSemaphorePermit`].
#[derive(Debug)]
pub struct OwnedSemaphorePermit {
    permit: Option<tokio::sync::OwnedSemaphorePermit>,
    turn: Arc<Turn>,
}

#[derive(Debug, Default)]
struct Turn(Mutex<()>);

impl Turn {
    /// Tokio's is one step: others come before or after it.
    fn next(&self) {
        drop(self.0.lock());
    }
}

impl Semaphore {
    /// See [`tokio::sync::Semaphore::MAX_PERMITS`].
    pub const MAX_PERMITS: usize = tokio::sync::Semaphore::MAX_PERMITS;

    /// See [`tokio::sync::Semaphore::new`].
    pub fn new(permits: usize) -> Self {
        Self {
            places: Arc::new(tokio::sync::Semaphore::new(permits)),
            turn: Arc::default(),
        }
    }

    /// See [`tokio::sync::Semaphore::available_permits`].
    pub fn available_permits(&self) -> usize {
        self.turn.next();
        self.places.available_permits()
    }

    /// See [`tokio::sync::Semaphore::add_permits`].
    pub fn add_permits(&self, more: usize) {
        self.turn.next();
        self.places.add_permits(more);
    }

    /// See [`tokio::sync::Semaphore::forget_permits`].
    pub fn forget_permits(&self, fewer: usize) -> usize {
        self.turn.next();
        self.places.forget_permits(fewer)
    }

    /// See [`tokio::sync::Semaphore::acquire_owned`].
    ///
    /// # Errors
    /// As there: never, as nobody can close it.
    pub async fn acquire_owned(self: Arc<Self>) -> Result<OwnedSemaphorePermit, AcquireError> {
        self.acquire_many_owned(1).await
    }

    /// See [`tokio::sync::Semaphore::acquire_many_owned`].
    ///
    /// # Errors
    /// As there: never, as nobody can close it.
    pub async fn acquire_many_owned(
        self: Arc<Self>,
        count: u32,
    ) -> Result<OwnedSemaphorePermit, AcquireError> {
        self.turn.next();
        let permit = Arc::clone(&self.places).acquire_many_owned(count).await?;
        Ok(OwnedSemaphorePermit {
            permit: Some(permit),
            turn: Arc::clone(&self.turn),
        })
    }
}

impl OwnedSemaphorePermit {
    /// See [`tokio::sync::OwnedSemaphorePermit::forget`].
    pub fn forget(mut self) {
        self.turn.next();
        if let Some(permit) = self.permit.take() {
            permit.forget();
        }
    }
}

impl Drop for OwnedSemaphorePermit {
    fn drop(&mut self) {
        if self.permit.is_some() {
            self.turn.next();
        }
    }
}
