use std::num::NonZeroUsize;
use std::str::FromStr;

use clap::ValueEnum;
use clap::builder::PossibleValuesParser;
use ossum_client::TrafficLimit;
use ossum_transfer::{Durability, PartSizeWish};
use ossum_types::{ByteSize, Invalid, Limit, Rate};

/// How bytes are moved, one object's or many's.
#[derive(Debug, clap::Args)]
pub(crate) struct MovingArgs {
    /// Size of parts, such as 8M; upload 100 KiB to 5 GiB, download 1 B to 5 GiB
    #[arg(long, value_name = "SIZE", default_value = "auto")]
    pub(crate) part_size: PartSizeWish,

    /// How many requests are under way at a time, or auto
    #[arg(long, alias = "parallel", value_name = "N", default_value = "auto")]
    pub(crate) concurrency: Concurrency,

    /// Hard cap for all buffers together
    #[arg(long, value_name = "SIZE", default_value = "256M")]
    pub(crate) memory: ByteSize,

    /// Stop before more than this is moved, with exit code 8
    #[arg(long, value_name = "SIZE")]
    pub(crate) max_transfer: Option<ByteSize>,

    /// Bytes a second, of all requests together: 10M, 1M:10M for up and down, off, or by local time
    /// "08:00,1M 20:00,off"
    #[arg(long, value_name = "RATE|UP:DOWN|TIMETABLE")]
    pub(crate) limit: Option<Limit>,

    /// Whether success survives a power loss
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub(crate) durability: DurabilityChoice,

    /// Pay for requests and traffic in place of the bucket's owner
    #[arg(
        long,
        value_name = "requester",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "requester",
        value_parser = PossibleValuesParser::new(["requester"]),
        hide_possible_values = true
    )]
    pub(crate) request_payer: Option<String>,

    /// Let OSS limit each request to this rate, in bytes a second: 100K to 100M
    #[arg(long, value_name = "RATE", value_parser = traffic_limit)]
    pub(crate) traffic_limit: Option<TrafficLimit>,
}

fn traffic_limit(text: &str) -> Result<TrafficLimit, Invalid> {
    text.parse::<Rate>()?.try_into()
}

/// Whether success survives a power loss.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum DurabilityChoice {
    /// Wait until bytes and name are on the disk
    #[default]
    Full,
    /// Wait for nothing
    None,
}

/// A number of requests, or whatever suits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Concurrency(pub(crate) Option<NonZeroUsize>);

impl From<DurabilityChoice> for Durability {
    fn from(choice: DurabilityChoice) -> Self {
        match choice {
            DurabilityChoice::Full => Self::Full,
            DurabilityChoice::None => Self::None,
        }
    }
}

impl FromStr for Concurrency {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text == "auto" {
            return Ok(Self(None));
        }
        match text.parse() {
            Ok(number) => Ok(Self(Some(number))),
            Err(_) => Err(Invalid::new(
                "concurrency",
                text,
                "write a number from 1, or auto",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concurrency_is_a_number_from_1_or_auto() {
        assert_eq!("auto".parse(), Ok(Concurrency(None)));
        assert_eq!("4".parse(), Ok(Concurrency(NonZeroUsize::new(4))));
        assert!("0".parse::<Concurrency>().is_err());
    }
}
