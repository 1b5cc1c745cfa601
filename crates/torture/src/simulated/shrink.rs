use super::play::play;
use super::scenario::Scenario;

/// How often a smaller scenario is played before it counts as one that finds nothing: threads may
/// come in another order each time.
const TRIES: usize = 10;

/// The numbers of the fewest steps that still find something, as far as dropping one after the
/// other leads.
pub(super) fn smallest(scenario: &Scenario) -> Vec<usize> {
    let finds = |steps: &[usize]| {
        let smaller = scenario.keeping(steps);
        (0..TRIES).any(|_| !play(&smaller).found.is_empty())
    };
    without_the_idle((0..scenario.steps.len()).collect(), finds)
}

/// Drops each step without which something is still found.
fn without_the_idle(steps: Vec<usize>, finds: impl Fn(&[usize]) -> bool) -> Vec<usize> {
    let mut kept = steps.clone();
    for step in steps.into_iter().rev() {
        let fewer: Vec<usize> = kept.iter().copied().filter(|it| *it != step).collect();
        if finds(&fewer) {
            kept = fewer;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_what_it_takes() {
        let takes_two_and_five = |steps: &[usize]| steps.contains(&2) && steps.contains(&5);
        assert_eq!(
            without_the_idle((0..8).collect(), takes_two_and_five),
            [2, 5]
        );
        assert!(without_the_idle(vec![0, 1], |_| true).is_empty());
    }
}
