//! From a [`Call`] to its result: each attempt is signed, sent, read and classified; what may pass
//! is tried again, within a budget and never at once, except after a remedy.

use std::future::Future;
use std::time::{Duration, Instant};

use http::header::DATE;
use tracing::{debug, warn};

use crate::answer::{Answer, Take};
use crate::auth::Credentials;
use crate::body::RequestBody;
use crate::call::Call;
use crate::client::Client;
use crate::date::parse_http_date;
use crate::error::{Error, ErrorKind, Fault, Remedy};
use crate::meter::Retry;
use crate::request_log::RequestLog;
use crate::retry::RetryBudget;
use crate::transport::{TransportError, TransportErrorKind};

impl Client {
    /// Carries out `call` with a budget of its own.
    ///
    /// `read` turns an answer into the result, or finds that it is not what was promised; then the
    /// attempt has failed like any other.
    pub(crate) async fn execute<T>(
        &self,
        call: &Call,
        take: Take,
        read: impl Fn(Answer) -> Result<T, Fault> + Send + Sync,
    ) -> Result<T, Error> {
        let mut budget = RetryBudget::new(self.retry_policy());
        self.execute_within(&mut budget, call, take, read).await
    }

    /// Carries out `call` with what is left of `budget`.
    pub(crate) async fn execute_within<T>(
        &self,
        budget: &mut RetryBudget,
        call: &Call,
        take: Take,
        read: impl Fn(Answer) -> Result<T, Fault> + Send + Sync,
    ) -> Result<T, Error> {
        if let Some(invalid) = &call.invalid {
            let fault = Fault::Invalid(invalid.clone());
            return Err(Error::new(call, budget, false, fault));
        }
        let mut remedies = Remedies::default();
        let mut answer_lost = false;
        loop {
            if let Some(rate) = &self.rate {
                tokio::time::sleep(rate.take()).await;
            }
            budget.begin();
            let fault = match self.attempt(call, take).await.and_then(&read) {
                Ok(result) => return Ok(result),
                Err(fault) => fault,
            };
            let Some(wait) = remedies.wait_before_next(&fault, budget) else {
                return Err(Error::new(call, budget, answer_lost, fault));
            };
            answer_lost |= fault.may_have_been_done();
            let attempt = budget.attempts();
            debug!(operation = %call.operation, attempt, ?wait, cause = %fault, "trying again");
            self.meter.add_retry(|| Retry {
                operation: call.operation,
                attempt,
                wait,
                cause: fault.to_string(),
            });
            match &self.place {
                Some(place) if fault.is_refusal() => place.rest(wait).await,
                _ => tokio::time::sleep(wait).await,
            }
        }
    }

    /// Carries out `call` once. Only a remedy that needs no wait is tried.
    pub(crate) async fn execute_once<T>(
        &self,
        call: &Call,
        take: Take,
        read: impl Fn(Answer) -> Result<T, Fault> + Send + Sync,
    ) -> Result<T, Error> {
        let mut budget = RetryBudget::without_waits(self.retry_policy());
        self.execute_within(&mut budget, call, take, read).await
    }

    async fn attempt(&self, call: &Call, take: Take) -> Result<Answer, Fault> {
        let credentials = match (&self.shared.settings.credentials, &call.signed_url) {
            (Some(provider), None) => Some(provider.provide().await?),
            _ => None,
        };
        let answer = self.exchange(call, take, credentials.as_deref()).await;
        if let Err(fault) = &answer {
            if fault.is_refusal() {
                self.meter.add_refused();
            } else if fault.kind() == ErrorKind::Timeout {
                self.meter.add_timeout();
            }
            self.learn_from(fault, credentials.as_deref());
        }
        answer
    }

    /// Keeps what a refusal tells for the next attempt, of this operation or any other.
    fn learn_from(&self, fault: &Fault, credentials: Option<&Credentials>) {
        let Fault::Service(error) = fault else { return };
        let settings = &self.shared.settings;
        match (fault.remedy(), &settings.credentials, credentials) {
            (Remedy::LearnClock, ..) => {
                let date = error.date.as_deref().and_then(parse_http_date);
                if let Some(skew) = date.and_then(|date| settings.clock.learn(date)) {
                    warn!(
                        "this machine's clock is {skew} of OSS; requests are signed with the time of OSS"
                    );
                }
            }
            (Remedy::RenewCredentials, Some(provider), Some(refused)) => provider.forget(refused),
            _ => {}
        }
    }

    /// What `moving` comes to, unless its place finds that it is far slower than its peers.
    pub(crate) async fn at_pace<T>(
        &self,
        moving: impl Future<Output = Result<T, TransportError>>,
    ) -> Result<T, TransportError> {
        let Some(place) = &self.place else {
            return moving.await;
        };
        tokio::select! {
            biased;
            moved = moving => moved,
            () = place.is_slow() => {
                place.left_slow();
                let message = "far slower than the requests beside it";
                Err(TransportError::new(TransportErrorKind::Slow, message))
            }
        }
    }

    async fn exchange(
        &self,
        call: &Call,
        take: Take,
        credentials: Option<&Credentials>,
    ) -> Result<Answer, Fault> {
        let meter = call.operation.moves_data().then_some(&self.meter);
        let limiter = self.limiter.as_ref().filter(|_| meter.is_some());
        let body = RequestBody::open(&call.payload, meter, limiter).map_err(Fault::Source)?;
        let sent = body.sent();
        let request = self.request(call, credentials, body)?;
        self.meter.add_request();
        let log = RequestLog::begin(call, &request);
        let began = Instant::now();
        let sending = self.transport.send(request, call.patience);
        let response = if meter.is_some() {
            self.at_pace(sending).await
        } else {
            sending.await
        };
        if let Some(log) = log {
            log.end(&response);
        }
        if response.is_ok() && call.payload.is_empty() {
            self.meter.add_round_trip(began.elapsed());
        }
        let response = response.map_err(|error| match sent.take_failure() {
            Some(local) => Fault::Source(local),
            None => Fault::Transport(error),
        })?;
        let date = response
            .headers()
            .get(DATE)
            .and_then(|date| date.to_str().ok());
        if let Some(date) = date.and_then(parse_http_date) {
            self.shared.settings.clock.observe(date);
        }
        let mut answer = Answer::receive(&call.method, take, response)
            .await?
            .metered(meter, limiter);
        if sent.bytes() < call.payload.len() {
            let message = "success was reported before the whole body was sent";
            return Err(Fault::Malformed(message.to_owned()));
        }
        answer.sent_crc64 = sent.crc64();
        Ok(answer)
    }
}

/// Which remedies one operation has tried: each is tried once without a wait.
#[derive(Default)]
struct Remedies(Vec<Remedy>);

impl Remedies {
    fn wait_before_next(&mut self, fault: &Fault, budget: &RetryBudget) -> Option<Duration> {
        match fault.remedy() {
            Remedy::None => None,
            Remedy::Wait(asked) => budget.next_wait(asked),
            // Another connection that had been closed: there may be more of them.
            Remedy::Reconnect if self.0.contains(&Remedy::Reconnect) => budget.next_wait(None),
            tried if self.0.contains(&tried) => None,
            at_once => {
                self.0.push(at_once);
                budget.may_go_on().then_some(Duration::ZERO)
            }
        }
    }
}
