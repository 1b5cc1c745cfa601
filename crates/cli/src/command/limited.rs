use jiff::Zoned;
use ossum_client::{Client, Limiter};
use ossum_types::Limit;

/// What holds all transfers of a command together to `limit`, by the clock on the wall.
pub(super) fn limiter(limit: Option<&Limit>) -> Option<Limiter> {
    let limit = limit?.clone();
    Some(Limiter::new(move || limit.at(second_of_day())))
}

/// The client, held to `limiter` if there is one.
pub(super) fn limited(client: Client, limiter: Option<&Limiter>) -> Client {
    match limiter {
        Some(limiter) => client.with_limiter(limiter.clone()),
        None => client,
    }
}

/// How many seconds of the day have passed, by the clock on the wall.
pub(super) fn second_of_day() -> u32 {
    let now = Zoned::now().time();
    let part = |number: i8| u32::try_from(number).unwrap_or(0);
    (part(now.hour()) * 60 + part(now.minute())) * 60 + part(now.second())
}
