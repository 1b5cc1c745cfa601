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

/// What C calls, for those who call it as C does.
#[cfg(any(test, fuzzing))]
pub(crate) mod exported {
    pub(crate) use super::pool::{aos_pool_create, aos_pool_destroy};
    pub(crate) use super::table::{
        aos_table_add, aos_table_get, aos_table_make, aos_table_set, aos_table_unset,
    };
    pub(crate) use super::text::{aos_pstrdup, aos_pstrdup_text};
}
