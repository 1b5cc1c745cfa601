//! Of what is done to objects.

use crate::memory::{Element, List, Text};

/// `oss_object_key_t`: an object in a list.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct ObjectKeyNode {
    pub(crate) node: List,
    pub(crate) key: Text,
}

/// `oss_tag_content_t`: a tag in a list.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct TagContent {
    pub(crate) node: List,
    pub(crate) key: Text,
    pub(crate) value: Text,
}

// SAFETY: they begin with their node.
unsafe impl Element for ObjectKeyNode {}
// SAFETY: as above.
unsafe impl Element for TagContent {}
