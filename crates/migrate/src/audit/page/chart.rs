use std::fmt::Write as _;
use std::time::SystemTime;

use ossum_types::ByteSize;

use super::minute;
use crate::audit::series::Series;

const WIDTH: u64 = 960;
const HEIGHT: u64 = 240;
const LEFT: u64 = 90;
const RIGHT: u64 = 20;
const TOP: u64 = 15;
const BOTTOM: u64 = 30;

/// Draws bytes a second over time, a bar for each step.
pub(super) fn chart(series: &Series) -> String {
    let rates = series.rates();
    let (Some(begin), Some(most)) = (series.begin(), rates.iter().copied().max()) else {
        return "<p>Nothing was moved.</p>\n".to_owned();
    };
    let most = most.max(1);
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"Bytes moved a second over time\">\n"
    );
    lines(&mut svg, most);
    bars(&mut svg, &rates, most);
    let steps = u32::try_from(rates.len()).unwrap_or(u32::MAX);
    let end = begin + series.step() * steps;
    times(&mut svg, begin, end);
    svg.push_str("</svg>\n");
    let step = series.step().as_secs();
    let _ = writeln!(
        svg,
        "<p class=\"note\">Each bar is the mean of {step} s; times are UTC. At most {}/s.</p>",
        ByteSize::new(most)
    );
    svg
}

/// Where a rate is drawn, from above.
fn y(rate: u64, most: u64) -> u64 {
    let height = u128::from(HEIGHT - TOP - BOTTOM) * u128::from(rate) / u128::from(most);
    HEIGHT - BOTTOM - u64::try_from(height).unwrap_or(0)
}

/// Lines at none, a half and the most, each with its rate.
fn lines(svg: &mut String, most: u64) {
    for rate in [0, most / 2, most] {
        let (y, end, beside) = (y(rate, most), WIDTH - RIGHT, LEFT - 8);
        let label = match rate {
            0 => "0".to_owned(),
            rate => format!("{}/s", ByteSize::new(rate)),
        };
        let _ = writeln!(
            svg,
            "<line x1=\"{LEFT}\" y1=\"{y}\" x2=\"{end}\" y2=\"{y}\" stroke=\"var(--line)\"/>\
             <text x=\"{beside}\" y=\"{}\" text-anchor=\"end\">{label}</text>",
            y + 4
        );
    }
}

fn bars(svg: &mut String, rates: &[u64], most: u64) {
    let count = rates.len() as u64;
    let width = WIDTH - LEFT - RIGHT;
    for (at, rate) in (0..count).zip(rates) {
        let (from, to) = (LEFT + width * at / count, LEFT + width * (at + 1) / count);
        let top = y(*rate, most);
        let height = HEIGHT - BOTTOM - top;
        if height > 0 {
            let _ = writeln!(
                svg,
                "<rect x=\"{from}\" y=\"{top}\" width=\"{}\" height=\"{height}\" fill=\"var(--bar)\"/>",
                (to - from).max(1)
            );
        }
    }
}

fn times(svg: &mut String, begin: SystemTime, end: SystemTime) {
    let y = HEIGHT - 8;
    let _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"{y}\">{}</text><text x=\"{}\" y=\"{y}\" text-anchor=\"end\">{}</text>",
        minute(begin),
        WIDTH - RIGHT,
        minute(end)
    );
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn the_highest_bar_reaches_the_highest_line() {
        let mut series = Series::default();
        for (second, bytes) in [(100, 50), (101, 100), (103, 25)] {
            series.add(UNIX_EPOCH + Duration::from_secs(second), 0, bytes);
        }
        let svg = chart(&series);
        assert_eq!(svg.matches("<rect").count(), 3);
        let highest = HEIGHT - TOP - BOTTOM;
        assert!(
            svg.contains(&format!("y=\"{TOP}\" width=\"213\" height=\"{highest}\"")),
            "{svg}"
        );
        assert!(svg.contains("100 B/s"));
        assert_eq!(chart(&Series::default()), "<p>Nothing was moved.</p>\n");
    }
}
