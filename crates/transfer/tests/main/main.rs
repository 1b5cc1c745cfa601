//! The engine against the local OSS in this process: one binary.
#![allow(clippy::unwrap_used)] // clippy.toml's permission reaches only functions marked #[test]

mod answers;
mod bench;
mod download;
mod feed;
mod lifecycle;
mod network;
mod relay;
mod resumed_copy;
mod resumed_download;
mod resumed_upload;
mod service;
mod simulated;
mod slow_disk;
mod trial;
mod upload;
