use std::time::{Duration, Instant};

use ossum_client::Client;
use ossum_client::op::HeadObject;
use ossum_types::{ObjectUrl, Span};

use super::archive::{Class, State};
use crate::failure::Failure;

const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// What takes hours need not be asked for more often, and what takes a minute not less.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Asks until the object can be read, and tells until when it can.
///
/// # Errors
/// [`Failure::StillArchived`] at `deadline`.
pub(super) async fn until_readable(
    client: &Client,
    request: &HeadObject,
    deadline: Instant,
) -> Result<Option<String>, Failure> {
    let began = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        let info = client.head_object(request).await?;
        if Class::of(info.storage_class()).is_none() {
            return Ok(None);
        }
        if let State::Readable { until } = State::of(&info) {
            return Ok(until);
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(still_archived(request, began.elapsed()));
        }
        tracing::debug!(?pause, restore = ?info.restore(), "not readable yet");
        tokio::time::sleep(pause.min(left)).await;
        pause = longer(pause);
    }
}

fn longer(pause: Duration) -> Duration {
    (pause * 2).min(LONGEST_PAUSE)
}

fn still_archived(request: &HeadObject, waited: Duration) -> Failure {
    let url = ObjectUrl {
        bucket: request.bucket.clone(),
        key: request.key.clone(),
    };
    Failure::StillArchived {
        url,
        waited: Span::from(Duration::from_secs(waited.as_secs())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_half_a_minute_and_stay() {
        let pauses = std::iter::successors(Some(FIRST_PAUSE), |pause| Some(longer(*pause)));
        let pauses: Vec<u128> = pauses.take(9).map(|pause| pause.as_millis()).collect();
        let expected = [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000];
        assert_eq!(pauses, expected);
    }
}
