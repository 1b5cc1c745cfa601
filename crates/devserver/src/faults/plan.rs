use std::sync::Arc;
use std::time::Duration;

use http::Response;
use jiff::{SignedDuration, Timestamp};

use super::forced::Forced;
use super::response_body::{Act, Cue};
use super::{
    Answer, Effect, Moment, Rule, Skew, Spot, Turn, gzip, header, listing, range, response_body,
    sabotage, trickle,
};
use crate::body::Body;
use crate::connection::{Connection, NoAnswer};
use crate::request::Request;
use crate::store::Store;

/// What goes wrong at one request.
///
/// The methods are the points at which it does, in the order of a request's life.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan(Vec<Due>);

/// A rule whose turn it is.
#[derive(Debug, Clone)]
pub(crate) struct Due {
    pub(super) name: String,
    pub(super) rule: Arc<Rule>,
    /// How many requests it has matched, this one included.
    pub(super) matched: u64,
}

/// What is done with a request in place of the operation.
#[derive(Debug)]
pub(crate) enum CutShort {
    /// No answer; the request is read to its end before or not at all.
    Silence(NoAnswer),
    /// This answer; the request is read to its end before or not at all.
    Answer(Box<Forced>),
}

impl Plan {
    pub(super) fn new(due: Vec<Due>) -> Self {
        Self(due)
    }

    /// The names of the rules that are due.
    pub(crate) fn names(&self) -> Vec<String> {
        self.0.iter().map(|due| due.name.clone()).collect()
    }

    fn effects(&self) -> impl DoubleEndedIterator<Item = &Effect> {
        self.0.iter().map(|due| &due.rule.then)
    }

    /// How the request's body suffers.
    pub(super) fn request_cues(&self, announced: Option<u64>) -> Vec<Cue> {
        let cue = |due: &Due| match &due.rule.then {
            Effect::CorruptRequest(spot) => Some(due.flip(*spot, announced)),
            Effect::Reset(Moment::AfterRequestBytes(at)) => Some(Cue::end(*at, NoAnswer::Reset)),
            Effect::Close(Moment::AfterRequestBytes(at)) => Some(Cue::end(*at, NoAnswer::Closed)),
            _ => None,
        };
        response_body::in_order(self.0.iter().filter_map(cue))
    }

    /// Tells the connection what it must not do from now on.
    pub(crate) fn instruct(&self, connection: Option<&Connection>) {
        let Some(connection) = connection else { return };
        for effect in self.effects() {
            match effect {
                Effect::NeverContinue => connection.mute_continue(),
                Effect::CloseIdle(after) => connection.close_idle(*after),
                Effect::StrayAnswer => connection.add_stray_answer(),
                _ => {}
            }
        }
    }

    /// How long the request waits before it is looked at.
    pub(crate) fn delay(&self) -> Duration {
        let delay = |effect: &Effect| match effect {
            Effect::Delay(delay) => Some(*delay),
            _ => None,
        };
        let delays = self.effects().filter_map(delay);
        delays.fold(Duration::ZERO, Duration::saturating_add)
    }

    /// What the server thinks the time is when it is `now`.
    pub(crate) fn clock(&self, now: Timestamp) -> Timestamp {
        self.effects().fold(now, |now, effect| {
            let skew = match effect {
                Effect::SkewClock(Skew::Ahead(by)) => SignedDuration::try_from(*by).ok(),
                Effect::SkewClock(Skew::Behind(by)) => {
                    SignedDuration::try_from(*by).ok().map(|by| -by)
                }
                _ => None,
            };
            // A time that no calendar has is too wrong to be told.
            skew.and_then(|by| now.checked_add(by).ok()).unwrap_or(now)
        })
    }

    /// Changes what is stored, before the request is carried out or after.
    pub(crate) fn sabotage(&self, turn: Turn, store: &Store, request: &Request, now: Timestamp) {
        for effect in self.effects() {
            if let Err(why) = sabotage::apply(effect, turn, store, request, now) {
                tracing::debug!(effect = effect.name(), code = why.code, "nothing to change");
            }
        }
    }

    /// What happens in place of the operation, if anything.
    pub(crate) fn cut_short(&self) -> Option<CutShort> {
        self.effects().find_map(|effect| match effect {
            Effect::Reset(Moment::BeforeAnswer) => Some(CutShort::Silence(NoAnswer::Reset)),
            Effect::Close(Moment::BeforeAnswer) => Some(CutShort::Silence(NoAnswer::Closed)),
            Effect::Answer(Answer {
                carried_out: true, ..
            }) => None,
            effect => Forced::of(effect).map(|forced| CutShort::Answer(Box::new(forced))),
        })
    }

    /// Changes what the operation sees of a request that was let in.
    pub(crate) fn amend(&self, request: &mut Request) {
        for effect in self.effects() {
            if let Effect::Range(lie) = effect {
                range::amend(request, *lie);
            }
        }
    }

    /// What becomes of the answer of an operation that was carried out.
    pub(crate) fn after_commit(&self) -> Option<CutShort> {
        self.effects().find_map(|effect| match effect {
            Effect::Reset(Moment::AfterCommit) => Some(CutShort::Silence(NoAnswer::Reset)),
            Effect::Close(Moment::AfterCommit) => Some(CutShort::Silence(NoAnswer::Closed)),
            Effect::Answer(answer) if answer.carried_out => {
                let forced = Forced::Answer(answer.clone());
                Some(CutShort::Answer(Box::new(forced)))
            }
            _ => None,
        })
    }

    /// How long the answer waits before its head.
    pub(crate) fn stall(&self) -> Duration {
        let stall = |effect: &Effect| match effect {
            Effect::Stall(stall) if stall.after_bytes.is_none() => Some(stall.pause()),
            _ => None,
        };
        let stalls = self.effects().filter_map(stall);
        stalls.fold(Duration::ZERO, Duration::saturating_add)
    }

    /// Damages an answer on its way.
    pub(crate) fn damage(
        &self,
        response: Response<Body>,
        settling: Settling<'_>,
    ) -> Response<Body> {
        if self.0.is_empty() {
            return response;
        }
        let listed = self.falsify(response);
        if !settling.has_body {
            return self.0.iter().fold(listed, |it, due| due.damage_head(it));
        }
        let mut response = header::announce_length(listed);
        let (mut cues, mut extra) = (Vec::new(), 0_u64);
        for due in &self.0 {
            response = due.damage(response);
            cues.extend(due.response_cue(&response));
            if let Effect::Extend(len) = due.rule.then {
                extra = extra.saturating_add(len);
            }
        }
        let cues = response_body::in_order(cues.into_iter());
        response_body::script(response, cues, extra, settling.connection)
    }

    /// Has a listing lie, which is a document still and not yet compressed.
    fn falsify(&self, response: Response<Body>) -> Response<Body> {
        self.effects()
            .fold(response, |response, effect| match effect {
                Effect::Listing(lie) => listing::falsify(response, *lie),
                _ => response,
            })
    }
}

/// What damaging an answer depends on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settling<'s> {
    /// Whether the answer has a body at all: that to HEAD has none.
    pub(crate) has_body: bool,
    pub(crate) connection: Option<&'s Connection>,
}

impl Due {
    fn damage(&self, response: Response<Body>) -> Response<Body> {
        match &self.rule.then {
            Effect::Gzip => gzip::compress(response),
            Effect::Trickle(rate) => trickle::slow_down(response, *rate),
            _ => self.damage_head(response),
        }
    }

    fn damage_head(&self, response: Response<Body>) -> Response<Body> {
        match &self.rule.then {
            Effect::SetHeader { name, value } => header::set(response, name, value),
            Effect::RemoveHeader(name) => header::remove(response, name),
            Effect::Etag(change) => header::rewrite_etag(response, *change),
            Effect::Gzip => gzip::announce(response),
            _ => response,
        }
    }

    fn response_cue(&self, response: &Response<Body>) -> Option<Cue> {
        let cue = |act| move |at: u64| Cue { at, act };
        match self.rule.then {
            Effect::CorruptResponse(spot) => {
                Some(self.flip(spot, header::announced_length(response)))
            }
            Effect::Stall(stall) => stall.after_bytes.map(cue(Act::Pause(stall.pause()))),
            Effect::Reset(Moment::AfterResponseBytes(at)) => Some(Cue::end(at, NoAnswer::Reset)),
            Effect::Close(Moment::AfterResponseBytes(at)) => Some(Cue::end(at, NoAnswer::Closed)),
            _ => None,
        }
    }

    /// Damages a byte of a body of `len` bytes, if that is known.
    fn flip(&self, spot: Spot, len: Option<u64>) -> Cue {
        let at = match spot {
            Spot::At(at) => at,
            Spot::Seeded(seed) => {
                super::rule::scramble(seed, self.matched) % len.unwrap_or(1).max(1)
            }
        };
        Cue { at, act: Act::Flip }
    }
}
