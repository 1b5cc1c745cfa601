use ossum_client::op::{ObjectHeaders, Overwrite};

use super::{Copy, IfExists, Request, Upload};

/// What makes an object: an [`Upload`] and a [`struct@Copy`]; nothing outside this crate.
pub trait MakesObject: private::Headers {}

impl<T: private::Headers> MakesObject for T {}

mod private {
    use super::ObjectHeaders;

    /// Not to be named from outside, so that nobody else implements it.
    pub trait Headers {
        /// What is to be kept with the object.
        fn headers(&mut self) -> &mut ObjectHeaders;
    }
}

impl private::Headers for Upload {
    fn headers(&mut self) -> &mut ObjectHeaders {
        &mut self.headers
    }
}

impl private::Headers for Copy {
    fn headers(&mut self) -> &mut ObjectHeaders {
        &mut self.headers
    }
}

/// Of what makes an object. A copy keeps what its source has and is not said here; access and
/// storage class are those said here, or the bucket's.
impl<T: MakesObject, M> Request<T, M> {
    /// The `Content-Type`; absent, it is `application/octet-stream`.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.what.headers().content_type = Some(content_type.into());
        self
    }

    /// A piece of user metadata; `name` is without `x-oss-meta-`. Any number of them.
    pub fn meta(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let pair = (name.into(), value.into());
        self.what.headers().metadata.push(pair);
        self
    }

    /// A tag; at most 10 of them.
    pub fn tag(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let pair = (name.into(), value.into());
        self.what.headers().tags.push(pair);
        self
    }

    /// The storage class: `Standard`, `IA`, `Archive`, `ColdArchive` or `DeepColdArchive`.
    pub fn storage_class(mut self, storage_class: impl Into<String>) -> Self {
        self.what.headers().storage_class = Some(storage_class.into());
        self
    }

    /// Who may do what: `private`, `public-read`, `public-read-write` or `default`.
    pub fn acl(mut self, acl: impl Into<String>) -> Self {
        self.what.headers().acl = Some(acl.into());
        self
    }
}

/// The same for an object.
pub(super) fn overwrite(if_exists: IfExists) -> Overwrite {
    match if_exists {
        IfExists::Overwrite => Overwrite::Allow,
        IfExists::Fail => Overwrite::Forbid,
    }
}
