//! Runs, against a local OSS without sockets.
