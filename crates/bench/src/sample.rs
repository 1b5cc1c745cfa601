use std::time::Duration;

use serde::Serialize;

/// What one run of one tool cost.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Sample {
    /// CPU of the process and of those it waited for.
    #[serde(serialize_with = "seconds")]
    pub(crate) user: Duration,
    #[serde(serialize_with = "seconds")]
    pub(crate) system: Duration,
    /// The most memory that was resident.
    pub(crate) rss_bytes: u64,
    #[serde(serialize_with = "seconds")]
    pub(crate) elapsed: Duration,
    /// As the server counted them.
    pub(crate) requests: u64,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
}

impl Sample {
    /// CPU seconds, user and system.
    pub(crate) fn cpu(&self) -> f64 {
        (self.user + self.system).as_secs_f64()
    }
}

/// A count as a figure: exact up to 8 PiB.
#[allow(clippy::cast_precision_loss)]
pub(crate) const fn figure(count: u64) -> f64 {
    count as f64
}

fn seconds<S: serde::Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64(duration.as_secs_f64())
}

/// Which of several samples counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Counts {
    /// Noise goes both ways.
    Median,
    /// Noise only adds: the first touch of a page of memory may cost more than the copy.
    Minimum,
}

impl Counts {
    /// The figure of `samples`, which are some.
    pub(crate) fn of(self, samples: &[Sample], figure: impl Fn(&Sample) -> f64) -> f64 {
        let mut figures: Vec<f64> = samples.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        match self {
            Self::Minimum => figures[0],
            Self::Median => {
                let (low, high) = ((figures.len() - 1) / 2, figures.len() / 2);
                f64::midpoint(figures[low], figures[high])
            }
        }
    }
}

/// The largest figure of `samples`.
pub(crate) fn largest(samples: &[Sample], figure: impl Fn(&Sample) -> f64) -> f64 {
    samples.iter().map(figure).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(seconds: &[u64]) -> Vec<Sample> {
        let sample = |seconds: &u64| Sample {
            user: Duration::from_secs(*seconds),
            system: Duration::ZERO,
            rss_bytes: 0,
            elapsed: Duration::ZERO,
            requests: 0,
            bytes_in: 0,
            bytes_out: 0,
        };
        seconds.iter().map(sample).collect()
    }

    #[test]
    #[allow(clippy::float_cmp)] // whole numbers
    fn the_median_is_in_the_middle_whatever_the_order() {
        assert_eq!(Counts::Median.of(&samples(&[9, 1, 2]), Sample::cpu), 2.0);
        assert_eq!(Counts::Median.of(&samples(&[9, 1, 2, 4]), Sample::cpu), 3.0);
        assert_eq!(Counts::Minimum.of(&samples(&[9, 1, 2]), Sample::cpu), 1.0);
    }
}
