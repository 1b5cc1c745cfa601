//! The two ways to wait: which one a builder leads to stands in its type.

/// Waits in a future; any runtime will do.
#[derive(Debug, Clone, Copy)]
pub enum Async {}

/// Waits on the calling thread; no runtime is needed.
#[derive(Debug, Clone, Copy)]
pub enum Blocking {}
