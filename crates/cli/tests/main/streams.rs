//! Standard input and output as source and destination, through real pipes.

mod callback;
mod down;
mod limits;
mod up;
