use ossum_devserver::Operation;
use ossum_devserver::faults::{Answer, Effect, Rule, Rules};

use super::{Faulty, request};

/// Which of ten requests for the object fail by a rule with `conditions`.
fn failing(conditions: &str) -> Vec<usize> {
    let rule = format!("[[rule]]\n{conditions}\nthen = {{ answer = {{ status = 500 }} }}\n");
    let oss = Faulty::new(&rule);
    (1..=10).filter(|_| oss.get().status == 500).collect()
}

#[test]
fn a_rule_without_conditions_is_about_every_request() {
    assert_eq!(failing("").len(), 10);
}

#[test]
fn the_nth_match_or_all_from_one_on_or_so_many() {
    assert_eq!(failing("nth = 3"), [3]);
    assert_eq!(failing("from = 8"), [8, 9, 10]);
    assert_eq!(failing("count = 2"), [1, 2]);
    assert_eq!(failing("from = 4\ncount = 2"), [4, 5]);
}

#[test]
fn operations_by_name() {
    assert_eq!(failing("operation = 'GetObject'").len(), 10);
    assert_eq!(failing("operation = ['HeadObject', 'GetObject']").len(), 10);
    assert_eq!(failing("operation = 'HeadObject'").len(), 0);
}

#[test]
fn buckets_and_keys() {
    assert_eq!(failing("bucket = 'bkt'\nkey = 'k'").len(), 10);
    assert_eq!(failing("key = '*'").len(), 10);
    assert_eq!(failing("key = 'logs/*'").len(), 0);
    assert_eq!(failing("bucket = 'other'").len(), 0);
}

#[test]
fn a_part_number() {
    let rule = "[[rule]]\npart = 2\nthen = { answer = { status = 500 } }\n";
    let oss = Faulty::new("");
    let id = oss.upload();
    oss.service.set_faults(rule.parse().unwrap());
    let status = |number| {
        let target = format!("PUT /bkt/big?uploadId={id}&partNumber={number}");
        oss.ask(&target, &[], b"x").unwrap().status
    };
    assert_eq!([1, 2, 3].map(status), [200, 500, 200]);
}

#[test]
fn a_probability_is_decided_by_its_seed() {
    let half = |seed| failing(&format!("probability = 0.5\nseed = {seed}"));
    assert_eq!(half(1), half(1));
    assert!((2..100).any(|seed| half(seed) != half(1)));
    assert_eq!(failing("probability = 0.0").len(), 0);
    assert_eq!(failing("probability = 1.0").len(), 10);
    let fired: usize = (0..100).map(|seed| half(seed).len()).sum();
    assert!((420..580).contains(&fired), "{fired} of 1000");
}

#[test]
fn a_probability_can_be_limited() {
    assert_eq!(failing("probability = 0.5\nseed = 1\ncount = 2").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn so_many_requests_in_flight() {
    let rules = "[[rule]]\nthen = { delay = '1s' }\n\
                 [[rule]]\nin_flight = 3\nthen = { answer = { status = 503 } }\n";
    let settings = ossum_devserver::Settings {
        faults: rules.parse().unwrap(),
        ..ossum_devserver::Settings::default()
    };
    let service = ossum_devserver::Service::new(settings).unwrap();
    let ask = || async { service.handle(request("GET /", &[], b"")).await.status() };
    let (a, b, c, d) = tokio::join!(ask(), ask(), ask(), ask());
    assert_eq!(
        [a, b, c, d].map(|status| status.as_u16()),
        [200, 200, 503, 503]
    );
    assert_eq!(ask().await, 200);
}

#[test]
fn conditions_about_connections_never_hold_without_any() {
    assert_eq!(failing("connection = 1").len(), 0);
    assert_eq!(failing("request_of_connection = 1").len(), 0);
}

#[test]
fn rules_made_in_code_are_those_of_toml() {
    let slow_down = Answer::new(http::StatusCode::SERVICE_UNAVAILABLE).code("SlowDown");
    let rule = Rule::on(Operation::GetObject)
        .or_on(Operation::HeadObject)
        .bucket("bkt")
        .key("*")
        .from(2)
        .count(1)
        .probability(1.0, 9)
        .named("second")
        .then(Effect::Answer(slow_down));
    let in_code = Rules::new().rule(rule);
    let in_toml = "[[rule]]\nname = 'second'\noperation = ['GetObject', 'HeadObject']\n\
                   bucket = 'bkt'\nkey = '*'\nfrom = 2\ncount = 1\nprobability = 1.0\nseed = 9\n\
                   then = { answer = { status = 503, code = 'SlowDown' } }\n";
    assert_eq!(in_toml.parse(), Ok(in_code.clone()));
    let oss = Faulty::new("");
    oss.service.set_faults(in_code);
    assert_eq!([(); 3].map(|()| oss.get().status), [200, 503, 200]);
    assert_eq!(oss.service.fired(), [1]);
}

#[test]
fn new_rules_count_from_the_beginning() {
    let oss = Faulty::new("[[rule]]\nnth = 1\nthen = 'expire_token'\n");
    assert_eq!([oss.get().status, oss.get().status], [403, 200]);
    oss.service.set_faults(
        "[[rule]]\nnth = 1\nthen = 'expire_token'\n"
            .parse()
            .unwrap(),
    );
    assert_eq!([oss.get().status, oss.get().status], [403, 200]);
}
