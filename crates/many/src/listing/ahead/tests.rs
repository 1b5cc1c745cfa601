use std::collections::BTreeSet;

use http::StatusCode;
use ossum_devserver::Operation;
use ossum_devserver::faults::{Answer, Effect, Rule};
use ossum_testkit::{InProcessOss, Server};
use proptest::prelude::*;

use super::*;

/// Lists what is below `x/`, `page_size` at a time, and takes `most` of it.
fn list(
    oss: &InProcessOss,
    page_size: u32,
    spill: Option<&Path>,
    most: usize,
) -> Result<Vec<String>, Error> {
    let end = CancellationToken::new();
    let listers = Listers {
        spill,
        page_size,
        ..Listers::new(oss.client(), &end)
    };
    let mut names = Vec::new();
    listers.list(&"oss://bkt/x/".parse().unwrap(), |listed| {
        match listed {
            Listed::Item(item) => names.push(item.name),
            Listed::Failed(error) => panic!("{error}"),
        }
        if names.len() == most {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })?;
    Ok(names)
}

fn all(oss: &InProcessOss, page_size: u32) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let all = list(oss, page_size, Some(dir.path()), usize::MAX).unwrap();
    // Nothing is left, and nothing had a name.
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    all
}

fn filled(names: impl IntoIterator<Item = String>) -> InProcessOss {
    let oss = Server::new().in_process();
    for name in names {
        oss.put(&format!("x/{name}"), "1");
    }
    // What is beside it is none of it.
    oss.put("x", "1").put("x0/a", "1").put("w/z", "1");
    oss
}

/// `directories` with `each` objects.
fn tree(directories: usize, each: usize) -> Vec<String> {
    let names = (0..directories)
        .flat_map(|directory| (0..each).map(move |number| format!("{directory:02}/{number:03}")));
    names.collect()
}

/// How many pages tell of so many objects. A page that is full says whether it is the last.
fn pages(objects: usize, page_size: usize) -> u64 {
    objects.div_ceil(page_size) as u64
}

/// Few names at the first level, so that it is on one page, and many below.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        9 => "(a|b|a0|中|[+] )/[ab/.0+ 中&<]{0,3}",
        1 => "(a|a.|a0|b)",
    ]
}

proptest! {
    // Each has a server of its own.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn all_names_come_once_and_in_order_whatever_is_in_them_and_however_long_a_page_is(
        names in proptest::collection::btree_set(name(), 0..80),
        page_size in 1_u32..12,
    ) {
        let names: BTreeSet<String> = names;
        let oss = filled(names.iter().cloned());
        let found = all(&oss, page_size);
        prop_assert_eq!(found, names.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn large_directories_are_listed_by_themselves_for_a_page_more_each_at_most() {
    let names = tree(9, 35);
    let oss = filled(names.clone());
    assert_eq!(all(&oss, 10), names);
    // Four pages, one look, the rest of the second directory, and seven more.
    let requests = 4 + 1 + pages(70 - 40, 10) + 7 * pages(35, 10);
    assert_eq!(oss.requests(Operation::ListObjectsV2), requests);
}

#[test]
fn where_all_is_below_one_directory_the_level_below_it_is_looked_at() {
    let below = tree(6, 35).into_iter().map(|name| format!("all/{name}"));
    let names: Vec<String> = below.chain(["b/1".to_owned()]).collect();
    let oss = filled(names.clone());
    assert_eq!(all(&oss, 10), names);
    let requests = 4 + 2 + pages(70 - 40, 10) + 4 * pages(35, 10) + 1;
    assert_eq!(oss.requests(Operation::ListObjectsV2), requests);
}

#[test]
fn a_tree_that_does_not_allow_it_costs_one_look_at_most() {
    let flat = (0..95).map(|number| format!("{number:03}")).collect();
    let deep = tree(1, 95);
    let with_one = deep.iter().map(|name| format!("a/b/{name}")).collect();
    for (names, looks) in [
        (tree(1, 40), 0), // Four pages, and no more.
        (flat, 0),
        (tree(90, 2), 0),  // A listing of each costs more than it is worth.
        (tree(15, 10), 1), // There are more directories than one page tells of.
        (deep, 1),
        (with_one, 2),
    ] {
        let names: Vec<String> = names;
        let oss = filled(names.clone());
        assert_eq!(all(&oss, 10), names);
        let requests = pages(names.len(), 10) + looks;
        assert_eq!(
            oss.requests(Operation::ListObjectsV2),
            requests,
            "{}",
            names[0]
        );
    }
}

/// Cases: 53.
#[test]
fn a_page_that_fails_is_asked_for_again_wherever_it_is() {
    let names = tree(9, 35);
    for nth in [1, 5, 6, 9, 20] {
        let oss = filled(names.clone());
        let failing = Effect::Answer(Answer::new(StatusCode::SERVICE_UNAVAILABLE));
        oss.faults([Rule::on(Operation::ListObjectsV2).nth(nth).then(failing)]);
        assert_eq!(all(&oss, 10), names, "{nth}");
        assert_eq!(oss.requests(Operation::ListObjectsV2), 36 + 1, "{nth}");
    }
}

#[test]
fn a_listing_that_breaks_in_one_directory_is_an_error_and_ends() {
    let names = tree(9, 35);
    let dir = tempfile::tempdir().unwrap();
    // The look itself may fail: then the rest is listed in one piece.
    for (nth, is_all) in [(5, true), (6, false), (30, false)] {
        let oss = filled(names.clone());
        let denied = Effect::Answer(Answer::new(StatusCode::FORBIDDEN).code("AccessDenied"));
        oss.faults([Rule::on(Operation::ListObjectsV2).nth(nth).then(denied)]);
        let found = list(&oss, 10, Some(dir.path()), usize::MAX);
        assert_eq!(found.is_ok(), is_all, "{nth}");
        assert_eq!(found.unwrap_or(names.clone()), names);
    }
}

#[test]
fn where_nothing_can_be_kept_all_is_listed_all_the_same() {
    let names = tree(9, 35);
    let dir = tempfile::tempdir().unwrap();
    for spill in [None, Some(dir.path().join("absent"))] {
        let oss = filled(names.clone());
        let found = list(&oss, 10, spill.as_deref(), usize::MAX).unwrap();
        assert_eq!(found, names, "{spill:?}");
    }
}

#[test]
fn whoever_wants_no_more_gets_no_more() {
    let names = tree(9, 35);
    let dir = tempfile::tempdir().unwrap();
    for most in [1, 40, 41, 100, 315] {
        let oss = filled(names.clone());
        let found = list(&oss, 10, Some(dir.path()), most).unwrap();
        assert_eq!(found, names[..most]);
    }
}
