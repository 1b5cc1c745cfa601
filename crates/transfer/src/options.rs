use std::num::NonZeroUsize;

use ossum_durable::Durability;
use ossum_plan::PartSizeWish;

/// How a transfer is carried out; nothing here changes what arrives.
#[derive(Debug, Clone)]
pub struct Options {
    /// How large parts are.
    pub part_size: PartSizeWish,
    /// How many requests are under way at a time; absent leaves it to the transfer.
    pub concurrency: Option<NonZeroUsize>,
    /// A hard cap for all buffers together, in bytes. Fewer requests are under way where it would
    /// not do for all.
    pub memory_bytes: u64,
    /// Whether success survives a power loss.
    pub durability: Durability,
}

impl Default for Options {
    /// Sizes and concurrency as they suit, at most 256 MiB of buffers, success is durable.
    fn default() -> Self {
        Self {
            part_size: PartSizeWish::Auto,
            concurrency: None,
            memory_bytes: 256 << 20,
            durability: Durability::Full,
        }
    }
}
