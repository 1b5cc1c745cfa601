//! Remembers an unfinished transfer, so that a later process can continue it.
