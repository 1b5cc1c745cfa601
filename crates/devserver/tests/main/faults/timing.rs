use std::time::Duration;

use super::{Faulty, content, on_get, on_put};

#[test]
fn a_delay_comes_before_the_request_is_looked_at() {
    let seen = Faulty::new(&on_get("{ delay = '2s' }")).get();
    assert_eq!((seen.status, seen.body), (200, content()));
    assert!(seen.took >= Duration::from_secs(2) && seen.took < Duration::from_secs(3));
}

#[test]
fn delays_of_several_rules_add_up() {
    let rules = on_get("{ delay = '2s' }") + &on_get("{ delay = 3 }");
    assert_eq!(Faulty::new(&rules).get().took.as_secs(), 5);
}

#[test]
fn a_stall_for_ever_is_an_hour_and_the_request_was_carried_out() {
    let oss = Faulty::new(&on_put("{ stall = {} }"));
    let seen = oss.ask("PUT /bkt/k", &[], b"new").unwrap();
    assert_eq!((seen.status, seen.took.as_secs()), (200, 3600));
    assert_eq!(oss.stored().body, b"new");
}

#[test]
fn a_stall_in_the_body_lets_pass_what_is_before_it() {
    let oss = Faulty::new(&on_get("{ stall = { after_bytes = 10, lasting = '5s' } }"));
    let seen = oss.get();
    assert_eq!((seen.body, seen.took.as_secs()), (content(), 5));
}

#[test]
fn a_body_trickles_at_its_rate() {
    let seen = Faulty::new(&on_get("{ trickle = 10 }")).get();
    assert_eq!(seen.body, content());
    // The first byte waits for nothing.
    assert!((99..=100).contains(&seen.took.as_secs()), "{:?}", seen.took);
    let fast = Faulty::new(&on_get("{ trickle = 4000 }")).get();
    assert_eq!(fast.took.as_millis(), 200);
}
