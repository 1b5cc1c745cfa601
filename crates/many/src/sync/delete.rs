//! Deletes what the source does not have.

use std::fs;
use std::path::Path;

use ossum_client::op::ObjectToDelete;
use ossum_transfer::Worker;
use ossum_types::PrefixUrl;

use super::drift::Sides;
use super::plan::{Action, Continue, Line, Plan};
use super::{Holds, check_name};
use crate::beneath;
use crate::deletion::delete_objects;
use crate::error::Error;
use crate::listing::Asking;
use crate::monitor::Became;
use crate::record::is_missing;
use crate::route::{Route, below};
use crate::told::{Told, What};
use crate::work::Context;

/// What one request deletes at most (official documentation of `DeleteMultipleObjects`).
const BATCH: usize = 1000;

/// Deletes all that the plan says. One that fails is told, and keeps the others from nothing.
///
/// # Errors
/// What will go on failing: the network, or OSS itself.
pub(super) fn delete(
    context: &Context<'_>,
    plan: &mut Plan,
    holds: Holds,
    aside: Option<&Route>,
) -> Result<(), Error> {
    let asking = Asking {
        worker: Worker::new(context.client)?,
        end: context.monitor.token(),
    };
    let mut deleting = Deleting {
        context,
        sides: Sides {
            route: &context.run.route,
            root: context.root.as_deref(),
            asking: &asking,
            source_client: None,
        },
        asking: &asking,
        holds,
        aside,
        batch: Vec::new(),
    };
    plan.for_each(|line| {
        if line.action == Action::Delete {
            check_name(context, &line)?;
            deleting.take(line)?;
        }
        Ok(if context.halt.goes_on() {
            Continue::Yes
        } else {
            Continue::No
        })
    })?;
    deleting.flush()
}

struct Deleting<'a> {
    context: &'a Context<'a>,
    sides: Sides<'a>,
    asking: &'a Asking<'a>,
    holds: Holds,
    /// The way that copies of all of it have gone.
    aside: Option<&'a Route>,
    /// Objects that one request is to delete.
    batch: Vec<Line>,
}

impl Deleting<'_> {
    fn take(&mut self, line: Line) -> Result<(), Error> {
        if let Err(error) = self.check(&line) {
            self.failed(&line, error);
            return Ok(());
        }
        if self.context.run.dry_run {
            self.gone(&line);
            return Ok(());
        }
        if let (Route::Down { .. }, Some(root)) = (&self.context.run.route, &self.context.root) {
            match remove(root, &line.key) {
                Ok(()) => self.gone(&line),
                Err(error) => self.failed(&line, error),
            }
            return Ok(());
        }
        self.batch.push(line);
        if self.batch.len() == BATCH {
            return self.flush();
        }
        Ok(())
    }

    /// Finds that what is deleted is what was to be. A file can be looked at without asking anybody.
    fn check(&self, line: &Line) -> Result<(), Error> {
        let is_file = matches!(self.context.run.route, Route::Down { .. });
        if self.holds != Holds::Still && !is_file {
            return Ok(());
        }
        let planned = line.destination_version.as_deref();
        self.sides.destination_holds_still(&line.key, planned)
    }

    /// Deletes the objects that wait for it.
    fn flush(&mut self) -> Result<(), Error> {
        let lines = std::mem::take(&mut self.batch);
        let (Route::Up { destination, .. } | Route::Across { destination, .. }) =
            &self.context.run.route
        else {
            return Ok(());
        };
        let mut named = Vec::with_capacity(lines.len());
        for line in lines {
            match object(destination, &line) {
                Ok(object) => named.push((line, object)),
                Err(error) => self.failed(&line, error),
            }
        }
        if named.is_empty() {
            return Ok(());
        }
        let objects = named.iter().map(|(_, object)| object.clone()).collect();
        let bucket = &destination.bucket;
        let outcomes = self
            .asking
            .ask(|client| async move { delete_objects(&client, bucket, objects).await })?;
        for ((line, _), outcome) in named.iter().zip(outcomes) {
            match outcome {
                Ok(()) => self.gone(line),
                Err(error) => self.failed(line, error.into()),
            }
        }
        Ok(())
    }

    fn gone(&self, line: &Line) {
        self.context.troubles.good();
        self.context.monitor.deleted();
        let moved_to = self.aside.map(|aside| aside.destination_of(&line.key));
        (self.context.tell)(Told::Deleted {
            what: self.context.run.route.destination_of(&line.key),
            moved_to,
        });
    }

    fn failed(&self, line: &Line, error: Error) {
        self.context.monitor.not_found(Became::Failed);
        self.context.failed(self.what(line), error);
    }

    fn what(&self, line: &Line) -> What {
        What {
            source: String::new(),
            destination: self.context.run.route.destination_of(&line.key),
        }
    }
}

fn object(destination: &PrefixUrl, line: &Line) -> Result<ObjectToDelete, Error> {
    Ok(below(destination, &line.key)?.key.into())
}

/// Removes the file `name` below `root`, never through a link to a directory; a link itself goes
/// without what it leads to. Directories stay.
fn remove(root: &Path, name: &str) -> Result<(), Error> {
    let path = root.join(name);
    if beneath::is_behind_a_link(root, name) {
        return Err(Error::LeadsOut(path));
    }
    match fs::remove_file(&path) {
        Err(error) if !is_missing(&error) => Err(Error::local("remove", &path)(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn nothing_is_removed_behind_a_link_and_a_link_goes_alone() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        fs::create_dir(root.join("real")).unwrap();
        fs::write(root.join("real/f"), "1").unwrap();
        symlink("real", root.join("linked")).unwrap();
        symlink("real/f", root.join("link")).unwrap();
        assert!(remove(root, "linked/f").is_err());
        remove(root, "link").unwrap();
        assert!(root.join("real/f").exists() && !root.join("link").exists());
        remove(root, "absent").unwrap();
        assert!(remove(root, "real").is_err(), "directories stay");
    }
}
