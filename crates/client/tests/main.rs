//! The integration tests of ossum-client: one binary.
