//! Memory that C sees: everything handed out belongs to a pool, and goes with it.

mod buffer;
mod pool;
mod table;
mod text;

pub(crate) use self::buffer::{
    Element, List, append_bytes, append_element, bytes_of_list, create_element,
};
pub(crate) use self::pool::{Pool, create};
pub(crate) use self::table::Table;
pub(crate) use self::text::{Text, bytes_of};
#[cfg(test)]
pub(crate) use self::{
    buffer::Buffer,
    table::{ArrayHeader, Entry},
};
