//! Which readers of strangers' bytes are fuzzed.
//!
//! What a fuzzer hands them, and what holds then, is said in their crates. Each has a directory of its name in `corpus/`.

/// A reader, by its name.
#[cfg(fuzzing)]
pub type Reader = (&'static str, fn(&[u8]));

/// All of them.
#[cfg(fuzzing)]
pub const READERS: &[Reader] = &[
    ("config", ossum_config::fuzzing::config),
    ("errors", ossum_client::fuzzing::errors),
    ("headers", ossum_client::fuzzing::headers),
    ("journal", ossum_checkpoint::fuzzing::journal),
    ("keys", ossum_many::fuzzing::keys),
    ("lists", ossum_migrate::fuzzing::lists),
    ("pointer", ossum_checkpoint::fuzzing::pointer),
    ("requests", ossum_devserver::fuzzing::requests),
    ("run", ossum_many::fuzzing::run),
    ("shards", ossum_migrate::fuzzing::shards),
    ("strings", ossum_capi_fuzzed::fuzzing::strings),
    ("xml", ossum_client::fuzzing::xml),
];
