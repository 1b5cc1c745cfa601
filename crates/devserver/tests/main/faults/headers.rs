use super::{Faulty, content, on_get};

#[test]
fn a_header_is_set() {
    let rule = on_get("{ set_header = { name = 'x-oss-hash-crc64ecma', value = '1' } }");
    let seen = Faulty::new(&rule).get();
    assert_eq!(seen.header("x-oss-hash-crc64ecma"), Some("1"));
    assert_eq!(seen.body, content());
}

#[test]
fn a_header_is_missing() {
    for name in [
        "ETag",
        "x-oss-hash-crc64ecma",
        "Content-Length",
        "Last-Modified",
    ] {
        let oss = Faulty::new(&on_get(&format!("{{ remove_header = '{name}' }}")));
        let seen = oss.get();
        assert_eq!((seen.header(name), &seen.body), (None, &content()));
        assert!(oss.stored().header(name).is_some() || name == "Content-Length");
    }
    let range = [("range", "bytes=0-9")];
    let oss = Faulty::new(&on_get("{ remove_header = 'Content-Range' }"));
    let seen = oss.ask("GET /bkt/k", &range, b"").unwrap();
    assert_eq!((seen.status, seen.header("content-range")), (206, None));
}

#[test]
fn an_etag_is_written_differently() {
    let sound = Faulty::new("").get().header("etag").unwrap().to_owned();
    let with = |change| {
        let seen = Faulty::new(&on_get(&format!("{{ etag = '{change}' }}"))).get();
        seen.header("etag").unwrap().to_owned()
    };
    assert_eq!(format!("\"{}\"", with("unquoted")), sound);
    assert_eq!(with("lower_case").to_uppercase(), sound);
    assert_ne!(with("lower_case"), sound);
    assert_eq!(with("weak"), format!("W/{sound}"));
}

#[test]
fn a_range_is_ignored_shortened_or_shifted_consistently() {
    let cases = [
        ("'ignored'", 200, None, 0..1000),
        ("{ shortened = 3 }", 206, Some("bytes 10-16/1000"), 10..17),
        ("{ shifted = 5 }", 206, Some("bytes 15-24/1000"), 15..25),
    ];
    for (lie, status, content_range, bytes) in cases {
        let oss = Faulty::new(&on_get(&format!("{{ range = {lie} }}")));
        let seen = oss.ask("GET /bkt/k", &[("range", "bytes=10-19")], b"");
        let seen = seen.unwrap();
        assert_eq!(
            (seen.status, seen.header("content-range")),
            (status, content_range)
        );
        assert_eq!(seen.body, content()[bytes]);
    }
}

#[test]
fn a_content_range_says_what_its_rule_says() {
    let wrong = "bytes 0-9/1001";
    let rule = format!("{{ set_header = {{ name = 'Content-Range', value = '{wrong}' }} }}");
    let oss = Faulty::new(&on_get(&rule));
    let seen = oss.ask("GET /bkt/k", &[("range", "bytes=0-9")], b"");
    assert_eq!(seen.unwrap().header("content-range"), Some(wrong));
}

#[test]
fn the_servers_clock_is_wrong_for_a_request() {
    let settings = || ossum_devserver::Settings {
        clock: crate::oss::clock_at(1_700_000_000),
        ..ossum_devserver::Settings::default()
    };
    let date = |rule: &str| {
        let seen = Faulty::with(settings(), rule).get();
        seen.header("date").unwrap().to_owned()
    };
    assert_eq!(date(""), "Tue, 14 Nov 2023 22:13:20 GMT");
    let ahead = on_get("{ skew_clock = { ahead = '20m' } }");
    assert_eq!(date(&ahead), "Tue, 14 Nov 2023 22:33:20 GMT");
    let behind = on_get("{ skew_clock = { behind = '1h' } }");
    assert_eq!(date(&behind), "Tue, 14 Nov 2023 21:13:20 GMT");
}
