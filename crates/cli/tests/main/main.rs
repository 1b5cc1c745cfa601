//! The command line as users and scripts meet it: exit codes, messages, JSON, files.

// Everything here is a test, or arranges one.
#![allow(clippy::unwrap_used)]

mod checkpoints;
mod clock;
mod configuration;
mod copies;
mod copying;
mod deleting;
mod demo;
mod denials;
mod desk;
mod destinations;
mod doctor;
mod documented;
mod exit_codes;
mod fetched_credentials;
mod forged;
mod hashing;
mod held;
mod hostile_server;
mod interruption;
mod jobs;
mod killed_server;
mod listing;
mod liveness;
mod local_files;
mod looking_up;
mod manual;
mod migrate;
mod network;
mod newcomers;
mod others_on_the_machine;
mod parts;
mod places;
mod progress;
mod raw_http;
mod restoring;
mod resume;
mod runs;
mod schema;
mod secrets;
mod serving;
mod settings;
mod signals;
mod signing;
mod slow_connections;
mod streams;
mod surroundings;
mod sync;
mod times;
mod two_hosts;
mod usage;
mod usage_totals;
