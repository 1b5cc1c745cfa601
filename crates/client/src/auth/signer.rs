use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, Method};
use ossum_types::{Endpoint, Invalid, Region};

use super::{Credentials, v1, v4};
use crate::date::Moment;

/// Signs requests, in their headers or in their address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signer {
    /// `OSS4-HMAC-SHA256`, valid in one region: what OSS recommends.
    V4(SigningScope),
    /// `OSS`, HMAC-SHA1 without a region: what old accounts and tools still use.
    V1,
}

/// The version of a signature.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum SignatureVersion {
    /// Needs a region.
    #[default]
    V4,
    /// Needs none; the service refuses it to new accounts.
    V1,
}

/// Where a V4 signature is valid.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SigningScope {
    /// The region of the bucket; the ID of the CloudBox for [`Product::CloudBox`].
    pub region: Region,
    /// The service.
    pub product: Product,
}

/// A service whose requests are signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Product {
    /// OSS in a region.
    #[default]
    Oss,
    /// OSS in a CloudBox on the customer's premises.
    CloudBox,
}

/// A request, as far as a signature covers it. The body is not covered.
#[derive(Clone, Copy)]
pub struct ToSign<'a> {
    /// The method.
    pub method: &'a Method,
    /// The bucket, also where the address does not name it.
    pub bucket: Option<&'a str>,
    /// The key, decoded; only with a bucket.
    pub key: Option<&'a str>,
    /// The query, decoded. Of a name given twice the last value counts.
    pub query: &'a [(String, String)],
    /// The headers as they will be sent. `host` has to be among them to be signed.
    pub headers: &'a HeaderMap,
    /// Headers that V4 signs besides `content-type`, `content-md5` and `x-oss-*`.
    /// One that is absent or empty is left out.
    pub additional_headers: &'a [HeaderName],
    /// Query parameters that V1 signs besides those it always signs.
    pub sub_resources: &'a [&'a str],
}

/// A validity that a presigned address cannot have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PresignError {
    /// It would be invalid at once.
    #[error("a presigned address is valid for 1 second or longer")]
    TooShort,
    /// V4 allows 7 days, by the official documentation of presigned URLs.
    #[error("a presigned address is valid for 7 days or shorter, not for {}s", .0.as_secs())]
    TooLong(Duration),
}

impl Signer {
    /// The headers that prove who sends `request` at `at`; they replace those of the same names.
    ///
    /// The security token and the signature among them are marked sensitive.
    pub fn sign_headers(
        &self,
        request: &ToSign<'_>,
        credentials: &Credentials,
        at: SystemTime,
    ) -> HeaderMap {
        match self {
            Self::V4(scope) => v4::sign_headers(request, scope, credentials, at.into()),
            Self::V1 => v1::sign_headers(request, credentials, at.into()),
        }
    }

    /// The text whose keyed hash [`sign_headers`](Self::sign_headers) puts into the headers.
    ///
    /// For finding out why a service refuses a signature. A V1 text has the security token in it.
    pub fn string_to_sign(
        &self,
        request: &ToSign<'_>,
        credentials: &Credentials,
        at: SystemTime,
    ) -> Vec<u8> {
        match self {
            Self::V4(scope) => v4::header_string_to_sign(request, scope, credentials, at.into()),
            Self::V1 => v1::header_string_to_sign(request, credentials, at.into()),
        }
    }

    /// The query parameters to append to `request` so that its address alone proves who asks,
    /// from `at` on and for `valid_for`, which counts in whole seconds.
    ///
    /// Whoever uses the address sends the signed ones of `request.headers` with the same values.
    /// With temporary credentials it ends when they do.
    ///
    /// # Errors
    /// [`PresignError`] for less than a second and, in V4, for more than 7 days.
    pub fn presign(
        &self,
        request: &ToSign<'_>,
        credentials: &Credentials,
        at: SystemTime,
        valid_for: Duration,
    ) -> Result<Vec<(String, String)>, PresignError> {
        if valid_for.as_secs() < 1 {
            return Err(PresignError::TooShort);
        }
        match self {
            Self::V4(_) if valid_for > v4::LONGEST_VALIDITY => {
                Err(PresignError::TooLong(valid_for))
            }
            Self::V4(scope) => Ok(v4::presign(
                request,
                scope,
                credentials,
                at.into(),
                valid_for,
            )),
            Self::V1 => {
                let expires = Moment::from(at)
                    .unix_seconds()
                    .saturating_add(valid_for.as_secs());
                Ok(v1::presign(request, credentials, expires))
            }
        }
    }
}

impl SigningScope {
    /// The scope of requests to `endpoint`: its CloudBox if it is one; otherwise `region`, or the
    /// region that the endpoint's name tells. `None` where neither says one.
    pub fn of(endpoint: &Endpoint, region: Option<&Region>) -> Option<Self> {
        if let Some(id) = endpoint.cloud_box_id() {
            return Some(Self {
                region: id.parse().ok()?,
                product: Product::CloudBox,
            });
        }
        Some(Self {
            region: region.cloned().or_else(|| endpoint.region())?,
            product: Product::Oss,
        })
    }
}

impl Product {
    /// The name that signatures have for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Oss => "oss",
            Self::CloudBox => "oss-cloudbox",
        }
    }
}

impl FromStr for SignatureVersion {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "v4" => Ok(Self::V4),
            "v1" => Ok(Self::V1),
            _ => Err(Invalid::new("signature version", text, "it is v4 or v1")),
        }
    }
}

impl fmt::Display for SignatureVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V4 => "v4",
            Self::V1 => "v1",
        })
    }
}

/// Query and headers may hold a security token, so they are not shown.
impl fmt::Debug for ToSign<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToSign")
            .field("method", &self.method)
            .field("bucket", &self.bucket)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
