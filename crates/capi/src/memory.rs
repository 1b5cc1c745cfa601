//! Memory that C sees: everything handed out belongs to a pool, and goes with it.

mod buffer;
mod pool;
mod table;
mod text;

pub(crate) use self::buffer::{List, append_bytes, bytes_of_list};
pub(crate) use self::pool::Pool;
pub(crate) use self::table::Table;
pub(crate) use self::text::{Text, bytes_of};
