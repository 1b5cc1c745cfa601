use rustix::io::Errno;

/// Something that is done to a simulated file system, and can be made to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// Making a file, with a name or without.
    Create,
    /// Making a directory.
    CreateDirectory,
    /// Writing bytes.
    Write,
    /// Cutting or growing a file.
    SetLen,
    /// Reserving space.
    Preallocate,
    /// Setting permissions.
    SetMode,
    /// Setting the time of modification.
    SetModified,
    /// Making a file's bytes durable.
    Sync,
    /// Giving a file another name, or its first, in any way.
    Rename,
    /// Making a directory's names durable.
    SyncDirectory,
    /// Removing a name.
    Remove,
    /// Opening a file that exists. Like all below it changes nothing on the disk: it is no step.
    Open,
    /// Reading bytes.
    Read,
    /// Looking at a file or a path, or where a link leads.
    Inspect,
    /// Listing a directory.
    List,
    /// Asking for the free space.
    AskSpace,
    /// Taking a lock.
    Lock,
    /// Having writing begun.
    StartWriteback,
    /// Dropping what memory holds of a file.
    DropCache,
}

impl Effect {
    fn is_step(self) -> bool {
        !matches!(
            self,
            Self::Open
                | Self::Read
                | Self::Inspect
                | Self::List
                | Self::AskSpace
                | Self::Lock
                | Self::StartWriteback
                | Self::DropCache
        )
    }
}

/// What is to go wrong, and what was done so far.
#[derive(Clone, Default)]
pub(super) struct Faults {
    done: Vec<Effect>,
    failed: Vec<(Effect, Errno)>,
    planned: Vec<Fault>,
    ignored: Vec<Effect>,
}

#[derive(Clone)]
struct Fault {
    effect: Effect,
    errno: Errno,
    when: When,
}

#[derive(Clone)]
enum When {
    /// The so-many-th from now; 1 is the next.
    Once(u64),
    Always,
}

impl Faults {
    pub(super) fn plan_once(&mut self, nth: u64, effect: Effect, errno: Errno) {
        let when = When::Once(nth);
        self.planned.push(Fault {
            effect,
            errno,
            when,
        });
    }

    pub(super) fn plan_always(&mut self, effect: Effect, errno: Errno) {
        let when = When::Always;
        self.planned.push(Fault {
            effect,
            errno,
            when,
        });
    }

    pub(super) fn ignore(&mut self, effect: Effect) {
        self.ignored.push(effect);
    }

    pub(super) fn ignores(&self, effect: Effect) -> bool {
        self.ignored.contains(&effect)
    }

    /// The steps done or tried, in order.
    pub(super) fn done(&self) -> &[Effect] {
        &self.done
    }

    /// What was planned and has failed, in order.
    pub(super) fn failed(&self) -> &[(Effect, Errno)] {
        &self.failed
    }

    /// Counts an effect, and fails if that is planned.
    pub(super) fn attempt(&mut self, effect: Effect) -> Result<(), Errno> {
        if effect.is_step() {
            self.done.push(effect);
        }
        let mut due = None;
        self.planned.retain_mut(|fault| {
            if fault.effect != effect {
                return true;
            }
            match &mut fault.when {
                When::Once(left) if *left > 1 => {
                    *left -= 1;
                    return true;
                }
                _ => due = due.or(Some(fault.errno)),
            }
            matches!(fault.when, When::Always)
        });
        if let Some(errno) = due {
            self.failed.push((effect, errno));
            return Err(errno);
        }
        Ok(())
    }
}

/// Whether a sync that failed so has lost what it was to make durable: all do, except those that
/// say that there is no such operation, or that it did not begin.
pub(super) fn loses_data(errno: Errno) -> bool {
    ![Errno::INVAL, Errno::NOTSUP, Errno::NOSYS, Errno::INTR].contains(&errno)
}
