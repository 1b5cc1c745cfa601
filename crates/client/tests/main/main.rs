//! What a user of the client can rely on, through its public interface alone.

mod awkward_keys;
mod signature_vectors;
