use std::fmt::Write as _;

use crate::progress::RowsSoFar;

/// What `so_far` is in the text format of Prometheus.
pub fn metrics(so_far: &RowsSoFar) -> String {
    let mut text = String::new();
    let mut family = |name: &str, kind: &str, help: &str, samples: &[(&str, u64)]| {
        let _ = writeln!(text, "# HELP ossum_migrate_{name} {help}");
        let _ = writeln!(text, "# TYPE ossum_migrate_{name} {kind}");
        for (labels, value) in samples {
            let _ = writeln!(text, "ossum_migrate_{name}{labels} {value}");
        }
    };
    family(
        "rows_total",
        "counter",
        "Rows of shards that this process was concerned with, by what became of them.",
        &[
            (r#"{outcome="done"}"#, so_far.rows_done),
            (r#"{outcome="done_before"}"#, so_far.rows_before),
            (r#"{outcome="failed"}"#, so_far.rows_failed),
        ],
    );
    family(
        "bytes_total",
        "counter",
        "Bytes of the rows that are done.",
        &[
            (r#"{outcome="done"}"#, so_far.bytes_done),
            (r#"{outcome="done_before"}"#, so_far.bytes_before),
        ],
    );
    family(
        "rows_under_way",
        "gauge",
        "Rows that are being moved.",
        &[("", so_far.rows_under_way)],
    );
    family(
        "bytes_under_way",
        "gauge",
        "Bytes that have moved for them so far, retries included.",
        &[("", so_far.bytes_under_way)],
    );
    family(
        "requests_total",
        "counter",
        "Requests to the destination, retries included.",
        &[("", so_far.requests)],
    );
    family(
        "retries_total",
        "counter",
        "Requests to the destination that repeated one which had failed.",
        &[("", so_far.retries)],
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_has_a_type_and_a_number() {
        let text = metrics(&RowsSoFar {
            rows_done: 7,
            ..RowsSoFar::default()
        });
        assert!(text.contains("\nossum_migrate_rows_total{outcome=\"done\"} 7\n"));
        let samples = text.lines().filter(|line| !line.starts_with('#'));
        for sample in samples {
            let (name, value) = sample.rsplit_once(' ').unwrap();
            assert!(value.parse::<u64>().is_ok(), "{sample}");
            let family = name.split('{').next().unwrap();
            assert!(text.contains(&format!("# TYPE {family} ")), "{sample}");
        }
    }
}
