//! Reads files, and asks OSS about objects, several at a time.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use ossum_client::op::ObjectInfo;
use ossum_types::Crc64;

use super::by_name;
use super::matched::Known;
use super::records::Records;
use super::same_size::Candidate;
use super::{NewFile, OldObject};
use crate::error::Error;
use crate::item::object_version;
use crate::queue::{Queue, Taker};
use crate::route::Route;
use crate::sync::checksums::Learnt;
use crate::sync::judge::Judge;
use crate::sync::make::spawn;
use crate::work::Context;

/// So many wait for who asks at most.
const WAITING: usize = 256;

/// What `HeadObject` calls an object that leads to another one, and has none of the bytes.
const LINK: &str = "Symlink";

/// What is known of all candidates.
pub(super) struct Asked {
    pub(super) known: Records<Known>,
    /// What is remembered of the files, by name.
    pub(super) learnt: Records<Learnt>,
}

/// What became of one.
enum Answer {
    Known(Known, Option<Learnt>),
    /// It is no candidate any more.
    Nothing,
    /// OSS did not tell.
    NotTold(Error),
}

/// Finds out the CRC-64 of all candidates.
///
/// # Errors
/// [`Error::Cancelled`], and what kept the answers from being sorted.
pub(super) fn ask(
    context: &Context<'_>,
    candidates: impl Iterator<Item = Result<Candidate, Error>>,
    spill: Option<&Path>,
) -> Result<Asked, Error> {
    let queue = Queue::new(WAITING);
    let (answer, answers) = channel();
    let takers: Vec<_> = (0..context.run.at_once.get())
        .map(|_| (queue.taker(), answer.clone()))
        .collect();
    // Only those who ask hold it: that all are gone is told by the channel.
    drop(answer);
    thread::scope(|scope| {
        let finder = queue.finder();
        let mut threads = Vec::new();
        for (taker, answer) in takers {
            threads.push(spawn(scope, "ossum-renames", move || {
                answer_all(context, &{ taker }, &{ answer });
            })?);
        }
        let mut taking = Taking::begin(answers, spill);
        let gone_through = candidates.into_iter().try_for_each(|candidate| {
            // Who asks no more has told why.
            finder.put(candidate?).map_err(|_| Error::Cancelled)?;
            taking.what_came()
        });
        drop(finder);
        let asked = gone_through.and_then(|()| taking.rest());
        for thread in threads {
            thread.join().map_err(|_| Error::Died)?;
        }
        if !context.halt.goes_on() {
            return Err(Error::Cancelled);
        }
        asked
    })
}

/// What came so far.
struct Taking {
    answers: Receiver<Answer>,
    asked: Asked,
    not_told: u64,
    /// Why OSS did not tell something.
    why: Option<Error>,
}

impl Taking {
    fn begin(answers: Receiver<Answer>, spill: Option<&Path>) -> Self {
        let asked = Asked {
            known: Records::new(spill),
            learnt: Records::new(spill),
        };
        Self {
            answers,
            asked,
            not_told: 0,
            why: None,
        }
    }

    /// Takes what is there, and waits for nothing.
    fn what_came(&mut self) -> Result<(), Error> {
        while let Ok(answer) = self.answers.try_recv() {
            self.take(answer)?;
        }
        Ok(())
    }

    /// Waits for all.
    fn rest(mut self) -> Result<Asked, Error> {
        while let Ok(answer) = self.answers.recv() {
            self.take(answer)?;
        }
        if let Some(why) = self.why {
            let count = self.not_told;
            tracing::warn!(
                "{count} at the destination could not be asked for their CRC-64 ({why}); what was renamed \
                 from them is uploaded"
            );
        }
        Ok(self.asked)
    }

    fn take(&mut self, answer: Answer) -> Result<(), Error> {
        match answer {
            Answer::Nothing => {}
            Answer::NotTold(error) => {
                self.not_told += 1;
                self.why.get_or_insert(error);
            }
            Answer::Known(known, learnt) => {
                known.put_in(&mut self.asked.known)?;
                if let Some(learnt) = learnt {
                    self.asked.learnt.put(&by_name(learnt.name()), &learnt)?;
                }
            }
        }
        Ok(())
    }
}

fn answer_all(context: &Context<'_>, candidates: &Taker<'_, Candidate>, answer: &Sender<Answer>) {
    let mut judge = match Judge::new(context) {
        Ok(judge) => judge,
        Err(error) => return context.halt.stop(error),
    };
    while let Some(candidate) = candidates.take()
        && context.halt.goes_on()
    {
        let found = match candidate {
            Candidate::File(file) => of_file(context, &mut judge, file),
            Candidate::Object(object) => of_object(&judge, object),
        };
        if answer.send(found).is_err() {
            return;
        }
    }
}

fn of_file(context: &Context<'_>, judge: &mut Judge<'_>, file: NewFile) -> Answer {
    let Route::Up { source, .. } = &context.run.route else {
        return Answer::Nothing;
    };
    let known = file.crc64.as_ref();
    let known: Option<Crc64> = known.and_then(|known| known.parse().ok());
    let path = source.join(&file.name);
    // One that cannot be read, or is another by now, is uploaded: that tells what there is to tell.
    let Ok((crc64, item)) = judge.crc64_of(&path, &file.name, known) else {
        return Answer::Nothing;
    };
    if item.identity() != file.identity {
        return Answer::Nothing;
    }
    let learnt = Learnt::of(&item, crc64);
    let known = Known::file(file.name, file.size, crc64, file.identity);
    Answer::Known(known, learnt)
}

fn of_object(judge: &Judge<'_>, object: OldObject) -> Answer {
    let info = match judge.object_there(&object.name) {
        Ok(Some(info)) => info,
        Ok(None) => return Answer::Nothing,
        Err(error) => return Answer::NotTold(error),
    };
    let is_it = object_version(info.size, &info.etag) == object.version;
    match info.crc64.filter(|_| is_it && !is_link(&info)) {
        Some(crc64) => {
            let known = Known::object(object.name, object.size, crc64, &info.etag);
            Answer::Known(known, None)
        }
        None => Answer::Nothing,
    }
}

fn is_link(info: &ObjectInfo) -> bool {
    info.object_type() == Some(LINK)
}
