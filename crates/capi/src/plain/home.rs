//! What a thread keeps between two calls: its runtime, and clients with open connections.

use std::cell::RefCell;
use std::mem;

use ossum_client::Client;
use tokio::runtime::{self, Runtime};

use crate::boundary::Call;
use crate::config::{Recipe, client};
use crate::status::{AOSE_INTERNAL_ERROR, CLIENT_ERROR, Failed};

struct Home {
    /// A process that was forked must not use what its parent has.
    process: u32,
    runtime: Runtime,
    /// The most recently used last.
    clients: Vec<(Recipe, Client)>,
}

/// Programs have one config, or a few.
const MOST_CLIENTS: usize = 4;

thread_local! {
    static HOME: RefCell<Option<Home>> = const { RefCell::new(None) };
}

/// Works with the client that a call asks for, on the calling thread.
///
/// While it works, the thread's home is with it: a call from inside makes one of its own.
pub(crate) fn at_home<T>(
    call: Call<'_>,
    work: impl AsyncFnOnce(&Client) -> Result<T, Failed>,
) -> Result<T, Failed> {
    let mut home = take()?;
    let client = home.client(call)?;
    let outcome = home.runtime.block_on(work(&client));
    // At the end of a thread there is nothing to keep it for.
    let _ = HOME.try_with(|place| place.replace(Some(home)));
    outcome
}

fn take() -> Result<Home, Failed> {
    let kept = HOME.try_with(RefCell::take).ok().flatten();
    match kept {
        Some(home) if home.process == std::process::id() => Ok(home),
        kept => {
            // To drop it would close what the parent still uses.
            mem::forget(kept);
            Home::new()
        }
    }
}

impl Home {
    fn new() -> Result<Self, Failed> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        Ok(Self {
            process: std::process::id(),
            runtime: runtime
                .map_err(|error| Failed::local(&error, AOSE_INTERNAL_ERROR, CLIENT_ERROR))?,
            clients: Vec::new(),
        })
    }

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
