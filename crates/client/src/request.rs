//! Makes the request of one attempt: addressed, complete with headers, signed.

use http::header::{ACCEPT_ENCODING, CONTENT_LENGTH, HOST, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use ossum_types::{BucketName, ObjectKey};

use crate::auth::{Credentials, ToSign};
use crate::body::RequestBody;
use crate::call::Call;
use crate::client::Client;
use crate::error::Fault;

const PRODUCT: &str = concat!("ossum/", env!("CARGO_PKG_VERSION"));
const REQUEST_PAYER: HeaderName = HeaderName::from_static("x-oss-request-payer");
const TRAFFIC_LIMIT: HeaderName = HeaderName::from_static("x-oss-traffic-limit");

/// For so many headers, those of the signature among them, there is room at once.
const USUAL_HEADERS: usize = 12;

impl Client {
    /// The request of one attempt, signed.
    pub(crate) fn request(
        &self,
        call: &Call,
        credentials: Option<&Credentials>,
        body: RequestBody,
    ) -> Result<Request<RequestBody>, Fault> {
        let uri = match &call.signed_url {
            Some(signed) => signed.clone(),
            None => self.address(call)?,
        };
        let headers = self.headers(call, &uri);
        let signed = match (&self.shared.signer, credentials) {
            (Some(signer), Some(credentials)) => {
                let to_sign = self.to_sign(call, &headers);
                signer.sign_headers(&to_sign, credentials, self.shared.settings.clock.now())
            }
            _ => HeaderMap::new(),
        };
        let mut request = Request::new(body);
        *request.method_mut() = call.method.clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        request.headers_mut().extend(signed);
        Ok(request)
    }

    /// Where a call goes.
    pub(crate) fn address(&self, call: &Call) -> Result<Uri, Fault> {
        let settings = &self.shared.settings;
        let (bucket, key) = (call.bucket.as_ref(), call.key.as_ref());
        settings
            .addressing
            .uri(&settings.endpoint, bucket, key, &call.query)
            .map_err(|_| Fault::Settings("the address of the request is too long"))
    }

    /// What a signature of `call` with `headers` covers.
    pub(crate) fn to_sign<'a>(&'a self, call: &'a Call, headers: &'a HeaderMap) -> ToSign<'a> {
        ToSign {
            method: &call.method,
            bucket: call.bucket.as_ref().map(BucketName::as_str),
            key: call.key.as_ref().map(ObjectKey::as_str),
            query: &call.query,
            headers,
            additional_headers: &self.shared.settings.additional_headers,
            sub_resources: &[],
        }
    }

    /// What the settings add to `call`, as headers of a request or parameters of an address. An
    /// address that is signed already has them or goes without.
    pub(crate) fn standing_wishes(&self, call: &Call) -> Vec<(HeaderName, HeaderValue)> {
        let settings = &self.shared.settings;
        let mut wishes = Vec::new();
        if call.signed_url.is_some() {
            return wishes;
        }
        if settings.request_payer && call.bucket.is_some() {
            wishes.push((REQUEST_PAYER, HeaderValue::from_static("requester")));
        }
        if let Some(limit) = settings.traffic_limit
            && call.operation.can_be_slowed()
        {
            wishes.push((TRAFFIC_LIMIT, limit.bits_per_second().into()));
        }
        wishes
    }

    fn headers(&self, call: &Call, uri: &Uri) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(USUAL_HEADERS);
        for (name, value) in &call.headers {
            headers.append(name, value.clone());
        }
        headers.extend(self.standing_wishes(call));
        for (name, value) in &*self.headers {
            headers.entry(name).or_insert_with(|| value.clone());
        }
        headers.insert(USER_AGENT, HeaderValue::from_static(PRODUCT));
        // Without it a proxy or the service may compress, and then neither length nor CRC hold.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if call.method == Method::PUT || call.method == Method::POST {
            headers.insert(CONTENT_LENGTH, call.payload.len().into());
        }
        if let Some(host) = host(uri) {
            headers.insert(HOST, host);
        }
        headers
    }
}

/// The `Host` header of requests to `uri`.
pub(crate) fn host(uri: &Uri) -> Option<HeaderValue> {
    HeaderValue::from_str(uri.authority()?.as_str()).ok()
}
