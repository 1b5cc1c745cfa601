//! What a user of the client can rely on, through its public interface alone.

#![allow(clippy::unwrap_used)] // clippy.toml's permission reaches only functions marked #[test]

mod appending;
mod archives_and_links;
mod arrange;
mod awkward_keys;
mod connections;
mod copying;
mod credentials;
mod deleting_many;
mod end_to_end;
mod hostile_answers;
mod hostile_wire;
mod interrupted_uploads;
mod listed_versions;
mod listings;
mod payloads;
mod plain_requests;
mod presigning;
mod proxies;
mod reading_on;
mod refusals;
mod retrying;
mod script;
mod secrets;
mod server;
mod signature_vectors;
mod stalls;
mod tls;
