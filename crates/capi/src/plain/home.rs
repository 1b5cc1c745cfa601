//! What a thread keeps between two calls: its runtime, and clients with open connections.

use std::cell::RefCell;
use std::mem::ManuallyDrop;
use std::panic;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use ossum_client::Client;
use tokio::runtime::{self, Handle, Runtime};

use crate::boundary::Call;
use crate::config::{Recipe, client};
use crate::status::{AOSE_INTERNAL_ERROR, CLIENT_ERROR, Failed};

/// Of one process: to drop in a child what its parent had when it forked would end the parent's
/// connections, so there it is put away.
struct Home {
    process: u32,
    kept: ManuallyDrop<Kept>,
}

struct Kept {
    runtime: Runtime,
    /// The most recently used last.
    clients: Vec<(Recipe, Client)>,
}

/// Programs have one config, or a few.
const MOST_CLIENTS: usize = 4;

/// What parents of this process had.
static INHERITED: Mutex<Vec<Kept>> = Mutex::new(Vec::new());

thread_local! {
    static HOME: RefCell<Option<Home>> = const { RefCell::new(None) };
}

/// Works with the client that a call asks for, on the calling thread.
///
/// A call from inside, which a callback makes, works on a thread of its own meanwhile: a thread
/// drives one runtime at a time.
pub(crate) fn at_home<T>(
    call: Call<'_>,
    work: impl AsyncFnOnce(&Client) -> Result<T, Failed>,
) -> Result<T, Failed> {
    if Handle::try_current().is_ok() {
        elsewhere(|| at_home_of_this_thread(call, work))
    } else {
        at_home_of_this_thread(call, work)
    }
}

fn at_home_of_this_thread<T>(
    call: Call<'_>,
    work: impl AsyncFnOnce(&Client) -> Result<T, Failed>,
) -> Result<T, Failed> {
    let mut home = take()?;
    let client = home.kept.client(call)?;
    let outcome = home.kept.runtime.block_on(work(&client));
    // At the end of a thread there is nothing to keep it for.
    let _ = HOME.try_with(|place| place.replace(Some(home)));
    outcome
}

/// Handed to another thread, and back.
struct Handed<T>(T);

// SAFETY: as `elsewhere` uses it: who hands it over waits, so no two threads use it at once, and nothing
// in it belongs to one thread, since it is pointers from C and what is made of them.
unsafe impl<T> Send for Handed<T> {}

impl<T> Handed<T> {
    /// Takes all of it along, where a closure would take the field.
    fn taken(self) -> T {
        self.0
    }
}

/// Works on another thread, and waits for it.
fn elsewhere<T>(work: impl FnOnce() -> Result<T, Failed>) -> Result<T, Failed> {
    let work = Handed(work);
    thread::scope(|scope| {
        let spawned = thread::Builder::new()
            .spawn_scoped(scope, move || Handed(work.taken()()))
            .map_err(|error| Failed::local(&error, AOSE_INTERNAL_ERROR, CLIENT_ERROR))?;
        match spawned.join() {
            Ok(outcome) => outcome.taken(),
            Err(panicked) => panic::resume_unwind(panicked),
        }
    })
}

fn take() -> Result<Home, Failed> {
    let kept = HOME.try_with(RefCell::take).ok().flatten();
    match kept {
        Some(home) if home.process == std::process::id() => Ok(home),
        _ => Home::new(),
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // SAFETY: nobody uses it after this.
        let kept = unsafe { ManuallyDrop::take(&mut self.kept) };
        if self.process != std::process::id() {
            let mut inherited = INHERITED.lock().unwrap_or_else(PoisonError::into_inner);
            inherited.push(kept);
        }
    }
}

impl Home {
    fn new() -> Result<Self, Failed> {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            // A thread that looked a name up ends with that.
            .thread_keep_alive(Duration::ZERO)
            .build()
            .map_err(|error| Failed::local(&error, AOSE_INTERNAL_ERROR, CLIENT_ERROR))?;
        Ok(Self {
            process: std::process::id(),
            kept: ManuallyDrop::new(Kept {
                runtime,
                clients: Vec::new(),
            }),
        })
    }
}

impl Kept {
    fn client(&mut self, call: Call<'_>) -> Result<Client, Failed> {
        let recipe = Recipe::of(call);
        let known = self.clients.iter().position(|(known, _)| *known == recipe);
        let client = match known {
            Some(place) => self.clients.remove(place).1,
            None => client(call)?,
        };
        if self.clients.len() == MOST_CLIENTS {
            self.clients.remove(0);
        }
        self.clients.push((recipe, client.clone()));
        Ok(client)
    }
}
