//! Migrations, against a local OSS without sockets.
