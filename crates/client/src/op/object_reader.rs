use std::time::Duration;

use bytes::Bytes;
use ossum_types::ByteRange;

use super::{Conditions, GetObject, ObjectInfo};
use crate::body::ResponseBody;
use crate::client::Client;
use crate::error::{Error, Fault};
use crate::meter::Retry;
use crate::operation::Operation;
use crate::retry::RetryBudget;
use crate::transport::{TransportError, TransportErrorKind};

/// Reads an object's bytes in order, going on at the same byte where a connection broke.
///
/// Every further request is pinned to the object that the first one found, by version and ETag. They
/// spend the retries of one operation, so a body that keeps breaking ends in an error; but 8 MiB that
/// arrived earn them anew, or no retries would be enough for gigabytes over a bad line.
#[derive(Debug)]
pub struct ObjectReader {
    client: Client,
    request: GetObject,
    budget: RetryBudget,
    info: ObjectInfo,
    range: Option<ByteRange>,
    remaining: Option<ByteRange>,
    body: Option<ResponseBody>,
    /// How many bytes arrived since the budget was new.
    arrived: u64,
}

/// So much of a body is worth a new budget: the usual part, which has one as well.
const WORTH_A_BUDGET_BYTES: u64 = 8 << 20;

impl Client {
    /// Begins to read an object or a range of it, to be read to its end whatever the network does.
    ///
    /// # Errors
    /// As [`Client::get_object`].
    pub async fn read_object(&self, request: GetObject) -> Result<ObjectReader, Error> {
        let mut budget = RetryBudget::new(self.retry_policy());
        let output = self.get_object_within(&mut budget, &request).await?;
        let pinned = GetObject {
            version_id: request
                .version_id
                .or_else(|| output.info.version_id.clone()),
            conditions: Conditions::matching(output.info.etag.clone()),
            ..request
        };
        Ok(ObjectReader {
            client: self.clone(),
            request: pinned,
            budget,
            info: output.info,
            range: output.range,
            remaining: output.range,
            body: Some(output.body),
            arrived: 0,
        })
    }
}

impl ObjectReader {
    /// The same, read on for `client`: what comes from here on counts there and keeps to its place.
    #[must_use]
    pub fn read_by(mut self, client: &Client) -> Self {
        if let Some(body) = &mut self.body {
            body.count_by(&client.meter);
        }
        self.client = client.clone();
        self
    }

    /// The object that is read.
    pub fn info(&self) -> &ObjectInfo {
        &self.info
    }

    /// Which of its bytes are read; `None` if there are none.
    pub fn range(&self) -> Option<ByteRange> {
        self.range
    }

    /// The next bytes; `None` when the whole range has been read.
    ///
    /// # Errors
    /// [`ErrorKind::PreconditionFailed`](crate::ErrorKind::PreconditionFailed) if the object is
    /// another one by now. What was read before is good after any error.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            if self.body.is_none() {
                if self.remaining.is_none() {
                    return Ok(None);
                }
                self.reopen().await?;
            }
            let Some(body) = &mut self.body else { continue };
            match (self.client.at_pace(body.chunk()).await, self.remaining) {
                (Ok(Some(chunk)), Some(remaining)) if chunk.len() as u64 <= remaining.len() => {
                    self.remaining = remaining.skip(chunk.len() as u64);
                    self.arrived += chunk.len() as u64;
                    return Ok(Some(chunk));
                }
                (Err(error), Some(_)) => self.broke(error).await?,
                (Ok(None), Some(_)) => {
                    let message = "the answer ended before its announced length";
                    self.broke(TransportError::new(TransportErrorKind::Closed, message))
                        .await?;
                }
                // Every byte is there. Whatever the connection says now, it is not about them.
                (Ok(None) | Err(_), None) => self.body = None,
                (Ok(Some(_)), _) => {
                    let message = "the answer is longer than its announced length";
                    self.broke(TransportError::new(TransportErrorKind::Protocol, message))
                        .await?;
                }
            }
        }
    }

    /// Waits before going on, if that is still allowed.
    async fn broke(&mut self, error: TransportError) -> Result<(), Error> {
        self.body = None;
        if error.kind() == TransportErrorKind::Timeout {
            self.client.meter.add_timeout();
        }
        if self.arrived >= WORTH_A_BUDGET_BYTES {
            self.arrived = 0;
            self.budget = RetryBudget::new(self.client.retry_policy());
            self.budget.begin();
        }
        let wait = match error.kind() {
            // There is nothing to wait for: another connection may be as fast as the others.
            TransportErrorKind::Slow => self.budget.may_go_on().then_some(Duration::ZERO),
            _ => self.budget.next_wait(None),
        };
        let Some(wait) = wait else {
            let call = self.request.call();
            return Err(Error::new(
                &call,
                &self.budget,
                false,
                Fault::Transport(error),
            ));
        };
        tracing::debug!(?wait, remaining = ?self.remaining, cause = %error, "going on where the body broke");
        self.client.meter.add_retry(|| Retry {
            operation: Operation::GetObject,
            attempt: self.budget.attempts(),
            wait,
            cause: error.to_string(),
        });
        tokio::time::sleep(wait).await;
        Ok(())
    }

    async fn reopen(&mut self) -> Result<(), Error> {
        self.request.range = self.remaining;
        let output = self
            .client
            .get_object_within(&mut self.budget, &self.request)
            .await?;
        if output.info.size != self.info.size || output.range != self.remaining {
            let call = self.request.call();
            return Err(Error::new(&call, &self.budget, false, Fault::Changed));
        }
        self.body = Some(output.body);
        Ok(())
    }
}
