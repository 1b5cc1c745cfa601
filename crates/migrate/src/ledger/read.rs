use super::Line;
use crate::error::Error;
use crate::place::Place;

/// A line that cannot be read, so that it proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of {chunk} is damaged: {why}")]
pub struct BadLine {
    /// The file that it is in.
    pub chunk: String,
    /// Its number there, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub why: String,
}

/// Takes every line of the ledger whose chunks begin with `prefix`, those of earlier attempts first, until
/// `take` fails. One chunk is held at a time.
///
/// # Errors
/// As [`Place::list`] and [`Place::get`], and what `take` says.
pub fn read(
    place: &Place,
    prefix: &str,
    mut take: impl FnMut(Result<Line, BadLine>) -> Result<(), Error>,
) -> Result<(), Error> {
    for entry in place.list(prefix)? {
        let Some(chunk) = place.get(&entry.name)? else {
            continue;
        };
        for line in lines(&entry.name, &chunk) {
            take(line)?;
        }
    }
    Ok(())
}

/// The lines of a chunk.
pub(crate) fn lines(name: &str, chunk: &[u8]) -> impl Iterator<Item = Result<Line, BadLine>> {
    let numbered = (1..).zip(chunk.split(|byte| *byte == b'\n'));
    let lines = numbered.filter(|(_, line)| !line.is_empty());
    lines.map(|(number, line)| {
        serde_json::from_slice(line).map_err(|error| BadLine {
            chunk: name.to_owned(),
            line: number,
            why: error.to_string(),
        })
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant, UNIX_EPOCH};

    use super::*;
    use crate::ledger::{Attempt, Became, Cause, LedgerWriter};
    use crate::names;

    fn line(row: u64, attempt: &Attempt) -> Line {
        Line {
            row: Some(row),
            key: format!("k{row}\n"),
            size: None,
            source_etag: None,
            range: None,
            became: Became::Failed(Cause {
                kind: "network".to_owned(),
                message: "the network failed".to_owned(),
            }),
            attempt: attempt.clone(),
            worker: "w".to_owned(),
            time: UNIX_EPOCH,
            bytes_moved: 0,
            elapsed_ms: 0,
        }
    }

    fn rows(place: &Place) -> Vec<u64> {
        let mut rows = Vec::new();
        let take = |line: Result<Line, BadLine>| {
            rows.push(line.unwrap().row.unwrap());
            Ok(())
        };
        read(place, &names::ledger(1), take).unwrap();
        rows
    }

    fn attempt(seconds: u64) -> Attempt {
        Attempt::new(UNIX_EPOCH + Duration::from_secs(seconds))
    }

    #[test]
    fn the_first_chunks_are_due_sooner_and_none_later_than_after_five_seconds() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::directory(dir.path());
        let now = Instant::now();
        let mut writer = LedgerWriter::new(&place, names::ledger(1), attempt(1));
        let attempt = writer.attempt().clone();
        let waits = [100, 200, 400, 800, 1600, 3200, 5000, 5000];
        for (row, millis) in (0..).zip(waits) {
            writer.add(&line(row, &attempt), now).unwrap();
            assert_eq!(writer.due().unwrap() - now, Duration::from_millis(millis));
            writer.put().unwrap();
            assert_eq!(writer.due(), None);
        }
    }

    #[test]
    fn a_chunk_is_put_with_a_thousand_lines_when_it_is_due_and_at_the_end() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::directory(dir.path());
        let began = Instant::now();
        let mut writer = LedgerWriter::new(&place, names::ledger(1), attempt(1));
        let attempt = writer.attempt().clone();
        for row in 0..1001 {
            writer.add(&line(row, &attempt), began).unwrap();
        }
        assert_eq!(rows(&place).len(), 1000);
        writer
            .put_if_due(began + Duration::from_millis(199))
            .unwrap();
        assert_eq!(rows(&place).len(), 1000);
        writer
            .put_if_due(began + Duration::from_millis(200))
            .unwrap();
        assert_eq!(rows(&place).len(), 1001);
        writer
            .add(&line(1001, &attempt), began + Duration::from_secs(6))
            .unwrap();
        writer.put().unwrap();
        writer.put().unwrap();
        assert_eq!(rows(&place), (0..=1001).collect::<Vec<_>>());
        assert_eq!(place.list(&names::ledger(1)).unwrap().len(), 3);
    }

    #[test]
    fn two_attempts_at_once_lose_nothing_of_each_other() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::directory(dir.path());
        let now = Instant::now();
        let [mut one, mut two] =
            [2, 1].map(|at| LedgerWriter::new(&place, names::ledger(1), attempt(at)));
        one.add(&line(0, &attempt(2)), now).unwrap();
        two.add(&line(0, &attempt(1)), now).unwrap();
        two.add(&line(5, &attempt(1)), now).unwrap();
        one.put().unwrap();
        two.put().unwrap();
        // That which began first comes first.
        assert_eq!(rows(&place), [0, 5, 0]);
    }

    #[test]
    fn what_could_not_be_put_is_put_with_the_next_chunk() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::directory(dir.path());
        // A file where the directory of the ledger would be.
        std::fs::create_dir(dir.path().join("ledger")).unwrap();
        std::fs::write(dir.path().join("ledger/000001"), "").unwrap();
        let now = Instant::now();
        let mut writer = LedgerWriter::new(&place, names::ledger(1), attempt(1));
        writer.add(&line(0, &attempt(1)), now).unwrap();
        writer.put().unwrap_err();
        std::fs::remove_file(dir.path().join("ledger/000001")).unwrap();
        writer.add(&line(1, &attempt(1)), now).unwrap();
        writer.put().unwrap();
        assert_eq!(rows(&place), [0, 1]);
    }

    #[test]
    fn a_damaged_line_is_told_and_those_around_it_are_read() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::directory(dir.path());
        let mut text = serde_json::to_string(&line(0, &attempt(1))).unwrap();
        text = format!("{text}\n{{\"row\":1\n{text}\n");
        place.put("ledger/000001/a-000000.jsonl", text).unwrap();
        let mut seen = Vec::new();
        let take = |line: Result<Line, BadLine>| {
            seen.push(line.map_err(|bad| bad.line));
            Ok(())
        };
        read(&place, &names::ledger(1), take).unwrap();
        assert!(matches!(seen[..], [Ok(_), Err(2), Ok(_)]));
    }
}
