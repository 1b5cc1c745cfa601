use std::time::Instant;

use http::{Method, Request, Response, Uri};
use ossum_types::PartNumber;
use tracing::{Level, debug, enabled};

use crate::body::RequestBody;
use crate::call::Call;
use crate::operation::Operation;
use crate::transport::TransportError;

/// One line of the log for every HTTP request, whatever became of it.
///
/// Neither headers nor the query are in it: these are where signatures and tokens stand.
pub(crate) struct RequestLog {
    operation: Operation,
    part: Option<u32>,
    method: Method,
    uri: Uri,
    began: Instant,
}

impl RequestLog {
    /// `None` where nobody reads such lines.
    pub(crate) fn begin(call: &Call, request: &Request<RequestBody>) -> Option<Self> {
        enabled!(Level::DEBUG).then(|| Self {
            operation: call.operation,
            part: call.part.map(PartNumber::get),
            method: request.method().clone(),
            uri: request.uri().clone(),
            began: Instant::now(),
        })
    }

    /// Tells the head of the answer, or that there is none.
    pub(crate) fn end<B>(&self, response: &Result<Response<B>, TransportError>) {
        let (operation, part, method) = (self.operation, self.part, &self.method);
        let host = self.uri.authority().map_or("", |host| host.as_str());
        let path = self.uri.path();
        let duration = self.began.elapsed();
        match response {
            Ok(response) => {
                let status = response.status().as_u16();
                let request_id = response.headers().get("x-oss-request-id");
                debug!(
                    %operation, part, %method, host, path, status, ?duration, ?request_id,
                    "request"
                );
            }
            Err(error) => {
                debug!(%operation, part, %method, host, path, ?duration, cause = %error, "request");
            }
        }
    }
}
