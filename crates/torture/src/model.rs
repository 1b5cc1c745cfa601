//! A model of how a download makes its bytes last, and every state that it can come to.
//!
//! What must hold is looked at in every one of them; and each thing that the protocol may not leave
//! out is left out once, to see that the model would tell.

mod protocol;

use stateright::{Checker, Model as _};

use crate::score::say;
use crate::{Bound, Figure, Figures};
use protocol::{Mutation, Protocol};

/// What came of looking at all states of a protocol.
struct Explored {
    states: u64,
    /// What does not hold, and by which way that shows.
    broken: Vec<String>,
}

fn explore(protocol: Protocol) -> Explored {
    let checker = protocol.checker().spawn_bfs().join();
    let discoveries = checker.discoveries();
    let mut broken = Vec::new();
    for property in checker.model().properties() {
        let is_found = discoveries.contains_key(property.name);
        // Of what must always hold, a counterexample; of what must be possible, no example.
        let must_be_found = property.expectation == stateright::Expectation::Sometimes;
        if is_found != must_be_found {
            let way = discoveries.get(property.name);
            let way = way.map(|path| path.clone().into_actions());
            broken.push(format!("{}: {way:?}", property.name));
        }
    }
    Explored {
        states: checker.unique_state_count() as u64,
        broken,
    }
}

/// Explores the protocol, and each mutation of it.
pub fn run(long: bool) -> Figures {
    let explored = explore(Protocol { mutation: None });
    for broken in &explored.broken {
        say(&format!("BROKEN {broken}"));
    }
    let mut caught = 0;
    for mutation in Mutation::ALL {
        let Explored { states, broken } = explore(Protocol {
            mutation: Some(mutation),
        });
        caught += u64::from(!broken.is_empty());
        say(&format!("{mutation:?}: {states} states"));
        for broken in broken {
            say(&format!("  caught: {broken}"));
        }
    }
    let states = explored.states;
    say(&format!("{states} states of the protocol as it is"));
    let figure = |what: &str, counted, of, bound| Figure {
        row: 13,
        what: what.to_owned(),
        counted,
        of,
        bound,
    };
    let mutations = Mutation::ALL.len() as u64;
    let broken = explored.broken.len() as u64;
    Figures {
        part: "model".to_owned(),
        long,
        counts: vec![
            figure("states explored", states, None, Bound::AtLeast(1000)),
            figure("properties broken", broken, Some(3), Bound::AtMost(0)),
            figure(
                "mutations caught",
                caught,
                Some(mutations),
                Bound::AtLeast(mutations),
            ),
        ],
        skipped: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_no_state_is_a_half_file_published_or_a_promise_broken() {
        let explored = explore(Protocol { mutation: None });
        assert_eq!(explored.broken, [] as [&str; 0]);
        assert!(explored.states > 1000, "{}", explored.states);
    }

    #[test]
    fn whatever_the_protocol_leaves_out_is_told() {
        for mutation in Mutation::ALL {
            let explored = explore(Protocol {
                mutation: Some(mutation),
            });
            assert!(!explored.broken.is_empty(), "{mutation:?}");
        }
    }
}
