use ossum_types::PartNumber;

use crate::Operation;
use crate::request::{Request, Target};

/// What a request is about, as far as it says: rules and the timeline look at nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Subject {
    pub(crate) operation: Option<Operation>,
    pub(crate) bucket: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) part: Option<PartNumber>,
}

impl Subject {
    /// Nothing is known of a request that cannot be read.
    pub(crate) fn of(request: Option<&Request>) -> Self {
        let Some(request) = request else {
            return Self::default();
        };
        let (bucket, key) = match &request.target {
            Target::Service => (None, None),
            Target::Bucket(bucket) => (Some(bucket), None),
            Target::Object(bucket, key) => (Some(bucket), Some(key)),
        };
        let part = request.query.get("partNumber");
        Self {
            operation: Operation::of(request).ok(),
            bucket: bucket.map(ToString::to_string),
            key: key.map(|key| key.as_str().to_owned()),
            part: part.and_then(|number| number.parse().ok()),
        }
    }
}
