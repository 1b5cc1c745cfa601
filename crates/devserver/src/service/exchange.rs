use std::error::Error;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, EXPECT};
use http::{Method, Response, StatusCode, request};
use jiff::Timestamp;

use super::{Inner, Service};
use crate::body::Body;
use crate::connection::{Connection, NoAnswer};
use crate::fakes::Desk;
use crate::faults::{Asked, Broken, CutShort, Plan, RequestBody, Settling, Sight, Subject, Turn};
use crate::ledger::Visit;
use crate::op::{self, Context, Incoming};
use crate::operation::Operation;
use crate::refusal::Refusal;
use crate::request::{Request, host_of};
use crate::{answer, auth, control, id};

/// A body of up to this many bytes is read to its end also when its request is refused.
const MAX_DRAINED_BYTES: u64 = 256 * 1024;

impl Service {
    /// Answers one request, unless a fault rule leaves it without an answer.
    ///
    /// A body can end early by a rule as well: its error is then of the kind
    /// [`ConnectionReset`](std::io::ErrorKind::ConnectionReset) or
    /// [`UnexpectedEof`](std::io::ErrorKind::UnexpectedEof), with a [`NoAnswer`] in it.
    ///
    /// # Errors
    /// [`NoAnswer`]: how the connection would have ended.
    /// # Cancellation
    /// Dropping the future leaves no half object: the request either took effect or did not.
    pub async fn try_handle<B>(&self, request: http::Request<B>) -> Result<Response<Body>, NoAnswer>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let (mut head, body) = request.into_parts();
        let connection = head.extensions.remove::<Connection>();
        if let Some(desk) = self.desk()
            && let Some(asked) = desk.asked(&head, &self.0.host_names)
        {
            return Ok(desk.answer(asked, &head, Incoming::new(body)).await);
        }
        if control::is_asked(&head, &self.0.host_names) {
            let body = Incoming::new(body);
            return Ok(control::answer(self, &head, connection.as_ref(), body).await);
        }
        self.exchange(head, body, connection.as_ref())
            .await
            .inspect_err(|how| {
                if let Some(connection) = &connection {
                    connection.end(*how);
                }
            })
    }

    async fn exchange<B>(
        &self,
        head: request::Parts,
        body: B,
        connection: Option<&Connection>,
    ) -> Result<Response<Body>, NoAnswer>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let (mut exchange, request) = Exchange::begin(&self.0, head, connection)?;
        let (body, broken) = exchange.request_body(body);
        exchange.wait().await;
        let mut body = Incoming::new(body);
        let (response, author) = exchange.run(request, &mut body, &broken).await?;
        Ok(exchange.end(response, author).await)
    }
}

/// Who an answer says it is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Author {
    Oss,
    /// A proxy or a portal on the way.
    Stranger,
}

/// A request while it is answered, with what goes wrong on purpose.
struct Exchange<'e> {
    inner: &'e Inner,
    connection: Option<&'e Connection>,
    asked: Asked,
    visit: Visit,
    plan: Plan,
    /// How long the body says it is.
    announced: Option<u64>,
    /// Whether the body is read to its end if it is refused.
    drains: bool,
    /// What time the server thinks it is.
    now: Timestamp,
}

impl<'e> Exchange<'e> {
    /// Counts the request and finds out what it asks for and what goes wrong.
    fn begin(
        inner: &'e Inner,
        head: request::Parts,
        connection: Option<&'e Connection>,
    ) -> Result<(Self, Result<Request, Refusal>), NoAnswer> {
        let request_of_connection = connection.map(Connection::begin_request).transpose()?;
        let (announced, drains) = (announced_len(&head), is_worth_draining(&head));
        let asked = asked(&head);
        let request = Request::parse(head, &inner.host_names);
        let subject = Subject::of(request.as_ref().ok());
        let number = connection.map(Connection::number);
        let now = inner.settings.clock.now();
        let mut visit = inner.ledger.begin(subject, number, now);
        let plan = inner.faults.plan(&Sight {
            subject: visit.subject(),
            connection: number,
            request_of_connection,
            in_flight: visit.in_flight(),
        });
        visit.suffer(plan.names());
        plan.instruct(connection);
        let exchange = Self {
            inner,
            connection,
            asked,
            visit,
            plan,
            announced,
            drains,
            now,
        };
        Ok((exchange, request))
    }

    /// `body`, counted and damaged.
    fn request_body<B>(&self, body: B) -> (RequestBody<B>, Broken) {
        RequestBody::new(body, &self.plan, self.announced, self.visit.bytes_in())
    }

    /// Lets the time pass that a request takes to be looked at.
    async fn wait(&mut self) {
        let settings = &self.inner.settings;
        let wait = settings.latency.saturating_add(self.plan.delay());
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        self.now = self.plan.clock(settings.clock.now());
        self.asked.request_id = id::request_id(self.now);
        self.visit.identify(&self.asked.request_id);
    }

    async fn run(
        &self,
        mut request: Result<Request, Refusal>,
        body: &mut Incoming,
        broken: &Broken,
    ) -> Result<(Response<Body>, Author), NoAnswer> {
        self.sabotage(Turn::Before, request.as_ref().ok());
        if let Some(cut) = self.plan.cut_short() {
            return self.cut_short(cut, body).await;
        }
        let answer = match &mut request {
            Ok(request) => self.carry_out(request, body).await,
            Err(refusal) => Err(refusal.clone()),
        };
        if answer.is_err() && self.drains {
            drain(body).await;
        }
        if let Some(how) = broken.get() {
            return Err(how);
        }
        self.sabotage(Turn::After, request.as_ref().ok());
        if let Some(cut) = self.plan.after_commit() {
            return self.cut_short(cut, body).await;
        }
        let asked = &self.asked;
        let response = answer.unwrap_or_else(|refusal| {
            answer::refuse(&refusal, &asked.method, &asked.host, &asked.request_id)
        });
        Ok((response, Author::Oss))
    }

    /// Sends the answer on its way.
    async fn end(self, mut response: Response<Body>, author: Author) -> Response<Body> {
        let (asked, plan) = (&self.asked, &self.plan);
        self.inner.answered();
        if author == Author::Oss {
            let took_ms = self.visit.took_ms();
            answer::stamp(&mut response, &asked.request_id, self.now, took_ms);
        }
        tracing::debug!(
            method = %asked.method, host = asked.host, request_id = asked.request_id,
            status = %response.status(), "answered"
        );
        if !plan.stall().is_zero() {
            tokio::time::sleep(plan.stall()).await;
        }
        let settling = Settling {
            has_body: has_body(&asked.method, response.status()),
            connection: self.connection,
        };
        let response = plan.damage(response, settling);
        self.visit.watch(response, self.connection.cloned())
    }

    fn sabotage(&self, turn: Turn, request: Option<&Request>) {
        if let Some(request) = request {
            self.plan
                .sabotage(turn, &self.inner.store, request, self.now);
        }
    }

    /// Checks who asks and does what is asked.
    async fn carry_out(
        &self,
        request: &mut Request,
        body: &mut Incoming,
    ) -> Result<Response<Body>, Refusal> {
        let Inner {
            settings, store, ..
        } = self.inner;
        self.inner.refuse_crowd(self.visit.in_flight())?;
        let issued = self.inner.desk.as_ref().map(Desk::issued);
        auth::verify(
            request,
            &settings.access,
            issued,
            &settings.region,
            self.now,
        )?;
        let operation = Operation::of(request)?;
        self.plan.amend(request);
        let context = Context {
            settings,
            store,
            request,
            now: self.now,
        };
        op::run(operation, &context, body).await
    }

    async fn cut_short(
        &self,
        cut: CutShort,
        body: &mut Incoming,
    ) -> Result<(Response<Body>, Author), NoAnswer> {
        match cut {
            CutShort::Silence(NoAnswer::Reset) => Err(NoAnswer::Reset),
            CutShort::Silence(NoAnswer::Closed) => {
                // What is unread when a socket is closed turns the end into a reset.
                drain(body).await;
                Err(NoAnswer::Closed)
            }
            CutShort::Answer(forced) => {
                if !forced.is_early() {
                    drain(body).await;
                }
                let author = if forced.is_of_oss() {
                    Author::Oss
                } else {
                    Author::Stranger
                };
                Ok((forced.answer(&self.asked), author))
            }
        }
    }
}

fn asked(head: &request::Parts) -> Asked {
    let path = head.uri.path_and_query();
    Asked {
        method: head.method.clone(),
        host: host_of(head),
        path_and_query: path.map_or("/", |path| path.as_str()).to_owned(),
        request_id: String::new(),
    }
}

fn has_body(method: &Method, status: StatusCode) -> bool {
    let bodiless = [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED];
    method != Method::HEAD && !bodiless.contains(&status)
}

fn announced_len(head: &request::Parts) -> Option<u64> {
    head.headers
        .get(CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

/// Whether to read the rest of a refused request, so that its connection can go on.
///
/// Closing a connection while its client still sends loses the answer on the way. A long body is
/// not waited for, and neither is one that waits for us.
fn is_worth_draining(head: &request::Parts) -> bool {
    announced_len(head).is_some_and(|len| len <= MAX_DRAINED_BYTES)
        && !head.headers.contains_key(EXPECT)
}

async fn drain(body: &mut Incoming) {
    while let Some(Ok(_)) = body.next().await {}
}
