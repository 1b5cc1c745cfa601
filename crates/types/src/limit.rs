use std::fmt;
use std::str::FromStr;

use crate::{Invalid, Rate};

/// The slowest limit there is: below it a connection would look as if it stood still.
const LEAST_BYTES_PER_SECOND: u64 = 10 << 10;

const SECONDS_OF_DAY: u32 = 24 * 60 * 60;

/// How fast bytes may move, up and down; `None` is as fast as they can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rates {
    /// To the service.
    pub up: Option<Rate>,
    /// From it.
    pub down: Option<Rate>,
}

/// A limit as users write it: `10M` both ways, `1M:10M` up and down, `off`, or by the time of day
/// `08:00,1M 20:00,off`, where each lasts until the next, over midnight too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// From which second of the day on, ascending; at least one.
    entries: Vec<(u32, Rates)>,
}

impl Limit {
    /// What holds at that second of the day, by the clock that the limit was written for.
    pub fn at(&self, second_of_day: u32) -> Rates {
        let begun = self.entries.iter().rev();
        let mut begun = begun.filter(|(from, _)| *from <= second_of_day);
        // Before the first of the day, the last of yesterday still holds.
        let entry = begun.next().or(self.entries.last());
        entry.map_or_else(Rates::default, |(_, rates)| *rates)
    }
}

impl FromStr for Limit {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if !text.contains(',') {
            let rates = rates(text.trim(), text)?;
            return Ok(Self {
                entries: vec![(0, rates)],
            });
        }
        let entries = text.split_whitespace().map(|entry| timed(entry, text));
        let mut entries: Vec<_> = entries.collect::<Result<_, _>>()?;
        entries.sort_by_key(|(from, _)| *from);
        if entries.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(Invalid::new("limit", text, "it has two rates for one time"));
        }
        Ok(Self { entries })
    }
}

/// `HH:MM,RATE`
fn timed(entry: &str, all: &str) -> Result<(u32, Rates), Invalid> {
    let (time, rate) = entry.split_once(',').ok_or_else(|| refused(all))?;
    let (hour, minute) = time.split_once(':').ok_or_else(|| refused(all))?;
    let number = |digits: &str| -> Result<u32, Invalid> {
        let is_number = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.parse().ok().filter(|_| is_number);
        number.ok_or_else(|| refused(all))
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    let second = (hour * 60 + minute) * 60;
    if minute > 59 || second >= SECONDS_OF_DAY {
        return Err(refused(all));
    }
    Ok((second, rates(rate, all)?))
}

/// `RATE` or `UP:DOWN`
fn rates(text: &str, all: &str) -> Result<Rates, Invalid> {
    let (up, down) = text.split_once(':').unwrap_or((text, text));
    Ok(Rates {
        up: rate(up, all)?,
        down: rate(down, all)?,
    })
}

fn rate(text: &str, all: &str) -> Result<Option<Rate>, Invalid> {
    if text.eq_ignore_ascii_case("off") {
        return Ok(None);
    }
    let rate: Rate = text.parse().map_err(|_| refused(all))?;
    if rate.bytes_per_second() < LEAST_BYTES_PER_SECOND {
        return Err(Invalid::new("limit", all, "it is at least 10K"));
    }
    Ok(Some(rate))
}

fn refused(text: &str) -> Invalid {
    let how = "write 10M, 1M:10M for up and down, off, or by local time \"08:00,1M 20:00,off\"";
    Invalid::new("limit", text, how)
}

impl fmt::Display for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |rate: Option<Rate>| rate.map_or_else(|| "off".to_owned(), |r| r.to_string());
        write!(f, "{} up, {} down", shown(self.up), shown(self.down))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(limit: &str, hour: u32, minute: u32) -> (Option<u64>, Option<u64>) {
        let rates = limit
            .parse::<Limit>()
            .unwrap()
            .at((hour * 60 + minute) * 60);
        let bytes = |rate: Option<Rate>| rate.map(Rate::bytes_per_second);
        (bytes(rates.up), bytes(rates.down))
    }

    const M: u64 = 1 << 20;

    #[test]
    fn one_rate_is_for_both_ways_and_two_are_up_and_down() {
        assert_eq!(at("10M", 3, 0), (Some(10 * M), Some(10 * M)));
        assert_eq!(at("1M:10M", 3, 0), (Some(M), Some(10 * M)));
        assert_eq!(at("off:2M", 3, 0), (None, Some(2 * M)));
        assert_eq!(at("off", 3, 0), (None, None));
    }

    #[test]
    fn a_timetable_holds_until_its_next_entry_over_midnight_too() {
        let table = "20:00,off 08:00,1M:2M";
        assert_eq!(at(table, 7, 59), (None, None));
        assert_eq!(at(table, 8, 0), (Some(M), Some(2 * M)));
        assert_eq!(at(table, 19, 59), (Some(M), Some(2 * M)));
        assert_eq!(at(table, 23, 0), (None, None));
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in [
            "",
            "fast",
            "0",
            "9K",
            "1M:2M:3M",
            "8:00,1M",
            "24:00,1M",
            "08:60,1M",
            "08:00,1M,2M",
            "08:00,1M 08:00,2M",
            "08:00,1M 9M",
            ",",
            "+8:00,1M",
        ] {
            assert!(bad.parse::<Limit>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,24}", second in 0..SECONDS_OF_DAY) {
            if let Ok(limit) = text.parse::<Limit>() {
                limit.at(second);
            }
        }
    }
}
