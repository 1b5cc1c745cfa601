use crate::oss::Oss;

const PART: usize = 100 * 1024;

#[test]
fn an_object_is_its_parts_in_order_whatever_order_they_came_in() {
    let oss = Oss::open();
    let headers = [("content-type", "a/b"), ("x-oss-meta-m", "1")];
    let initiated = oss.ask("POST /bkt/k?uploads", &headers, b"").ok();
    let upload = initiated.element("UploadId").unwrap();
    let last = oss.part(&upload, 9, b"end");
    let first = oss.part(&upload, 2, &vec![b'a'; PART]);
    oss.get("/bkt/k").refused(404, "NoSuchKey");
    let done = oss.complete(&upload, &[(2, &first), (9, &last)]).ok();
    let mut whole = vec![b'a'; PART];
    whole.extend_from_slice(b"end");
    let object = oss.get("/bkt/k").ok();
    assert!(object.body == whole);
    let crc64 = ossum_types::Crc64::of(&whole).to_string();
    assert_eq!(done.header("x-oss-hash-crc64ecma"), Some(crc64.clone()));
    assert_eq!(object.header("x-oss-hash-crc64ecma"), Some(crc64));
    assert_eq!(
        object.header("x-oss-object-type").as_deref(),
        Some("Multipart")
    );
    assert_eq!(object.header("content-type").as_deref(), Some("a/b"));
    assert_eq!(object.header("x-oss-meta-m").as_deref(), Some("1"));
    let etag = object.header("etag").unwrap();
    assert!(etag.ends_with("-2\"") && etag.len() == 36, "{etag}");
    assert_eq!(done.element("ETag"), Some(etag.replace('"', "&quot;")));
}

#[test]
fn a_range_may_cross_parts() {
    let oss = Oss::open();
    let upload = oss.initiate();
    let etags = [b'a', b'b', b'c'].map(|b| oss.part(&upload, u32::from(b), &vec![b; PART]));
    let parts: Vec<_> = (97..).zip(etags.iter().map(String::as_str)).collect();
    oss.complete(&upload, &parts).ok();
    let range = format!("bytes={}-{}", PART - 1, 2 * PART);
    let reply = oss.ask("GET /bkt/k", &[("range", &range)], b"").ok();
    assert_eq!(reply.body.len(), PART + 2);
    assert_eq!(
        (reply.body[0], reply.body[1], reply.body[PART + 1]),
        (b'a', b'b', b'c')
    );
}

#[test]
fn the_same_number_again_replaces_a_part() {
    let oss = Oss::open();
    let upload = oss.initiate();
    let old = oss.part(&upload, 1, b"old");
    let new = oss.part(&upload, 1, b"new");
    oss.complete(&upload, &[(1, &old)])
        .refused(400, "InvalidPart");
    oss.complete(&upload, &[(1, &new)]).ok();
    assert_eq!(oss.get("/bkt/k").text(), "new");
}

#[test]
fn lists_of_parts_that_cannot_be_are_refused_and_keep_the_upload() {
    let oss = Oss::open();
    let upload = oss.initiate();
    let small = oss.part(&upload, 1, b"small");
    let end = oss.part(&upload, 2, b"end");
    let reply = oss.complete(&upload, &[(1, &small), (2, &end)]);
    let reply = reply.refused(400, "EntityTooSmall");
    assert_eq!(reply.element("MinSizeAllowed").as_deref(), Some("102400"));
    assert_eq!(reply.element("PartNumber").as_deref(), Some("1"));
    oss.complete(&upload, &[(2, &end), (1, &small)])
        .refused(400, "InvalidPartOrder");
    oss.complete(&upload, &[(1, &small), (1, &small)])
        .refused(400, "InvalidPartOrder");
    oss.complete(&upload, &[(1, &end)])
        .refused(400, "InvalidPart");
    oss.complete(&upload, &[(3, &end)])
        .refused(400, "InvalidPart");
    oss.complete(&upload, &[(0, &end)])
        .refused(400, "InvalidPart");
    oss.complete(&upload, &[]).refused(400, "MalformedXML");
    let what = format!("POST /bkt/k?uploadId={upload}");
    let other_root = format!("<Part><PartNumber>2</PartNumber><ETag>{end}</ETag></Part>");
    let other_root = format!("<Other>{other_root}</Other>");
    let whole = other_root.replace("Other", "CompleteMultipartUpload");
    for bad in [
        &*other_root,
        &format!("{whole}<a>"),
        &format!("{whole}{whole}"),
        &format!("&a;{whole}"),
        "",
        "<a>",
        "\u{0}",
        "<CompleteMultipartUpload><Part><PartNumber>x",
    ] {
        oss.ask(&what, &[], bad.as_bytes())
            .refused(400, "MalformedXML");
    }
    let long = vec![b' '; 5 * 1024 * 1024];
    oss.ask(&what, &[], &long).refused(400, "MalformedXML");
    oss.complete(&upload, &[(2, &end)]).ok();
}

#[test]
fn an_upload_without_parts_cannot_be_completed() {
    let oss = Oss::open();
    let upload = oss.initiate();
    let all = [("x-oss-complete-all", "yes")];
    oss.ask(&format!("POST /bkt/k?uploadId={upload}"), &all, b"")
        .refused(400, "InvalidPart");
}

#[test]
fn part_numbers_go_from_1_to_10000() {
    let oss = Oss::open();
    let upload = oss.initiate();
    for bad in ["0", "10001", "-1", "x", ""] {
        let target = format!("/bkt/k?partNumber={bad}&uploadId={upload}");
        oss.put(&target, b"x").refused(400, "InvalidArgument");
    }
    oss.part(&upload, 10_000, b"x");
}

#[test]
fn an_upload_that_ended_is_not_there_and_neither_is_it_under_another_key() {
    let oss = Oss::open();
    let upload = oss.initiate();
    let other = format!("/bkt/other?uploadId={upload}");
    oss.get(&other).refused(404, "NoSuchUpload");
    assert_eq!(
        oss.ask(&format!("DELETE /bkt/k?uploadId={upload}"), &[], b"")
            .status,
        204
    );
    for upload in [&*upload, "", "no%20such", "%00"] {
        let target = format!("/bkt/k?uploadId={upload}");
        oss.get(&target).refused(404, "NoSuchUpload");
        oss.put(&format!("{target}&partNumber=1"), b"x")
            .refused(404, "NoSuchUpload");
        oss.ask(&format!("DELETE {target}"), &[], b"")
            .refused(404, "NoSuchUpload");
        oss.complete(upload, &[(1, "x")])
            .refused(404, "NoSuchUpload");
    }
}

#[test]
fn parts_are_listed_in_pages_with_their_crc64() {
    let oss = Oss::open();
    let upload = oss.initiate();
    for number in [1, 5, 7, 10_000] {
        oss.part(&upload, number, number.to_string().as_bytes());
    }
    let (mut marker, mut seen) = ("0".to_owned(), Vec::new());
    loop {
        let target = format!(
            "/bkt/k?uploadId={upload}&max-parts=3&part-number-marker={marker}&encoding-type=url"
        );
        let page = oss.get(&target).ok();
        let numbers = page.elements("PartNumber");
        for (number, crc64) in numbers.iter().zip(page.elements("HashCrc64ecma")) {
            assert_eq!(crc64, ossum_types::Crc64::of(number.as_bytes()).to_string());
        }
        seen.extend(numbers);
        if page.element("IsTruncated").as_deref() == Some("false") {
            break;
        }
        marker = page.element("NextPartNumberMarker").unwrap();
    }
    assert_eq!(seen, ["1", "5", "7", "10000"]);
    for bad in ["max-parts=0", "max-parts=1001", "part-number-marker=x"] {
        oss.get(&format!("/bkt/k?uploadId={upload}&{bad}"))
            .refused(400, "InvalidArgument");
    }
}

#[test]
fn uploads_are_listed_in_pages_by_key_and_id() {
    let oss = Oss::open();
    let mut made = Vec::new();
    for key in ["a", "a", "b/c", "b/d", "e"] {
        let reply = oss.ask(&format!("POST /bkt/{key}?uploads"), &[], b"").ok();
        made.push((key.to_owned(), reply.element("UploadId").unwrap()));
    }
    made.sort();
    let (mut key, mut id, mut seen) = (String::new(), String::new(), Vec::new());
    loop {
        let target = format!("/bkt?uploads&max-uploads=1&key-marker={key}&upload-id-marker={id}");
        let page = oss.get(&target).ok();
        seen.extend(
            page.elements("Key")
                .into_iter()
                .zip(page.elements("UploadId")),
        );
        key = page.element("NextKeyMarker").unwrap();
        id = page.element("NextUploadIdMarker").unwrap();
        if page.element("IsTruncated").as_deref() == Some("false") {
            break;
        }
    }
    assert_eq!(seen, made);
    let grouped = oss.get("/bkt?uploads&delimiter=/").ok();
    assert_eq!(grouped.elements("Key").len(), 3);
    assert_eq!(grouped.elements("Prefix"), ["", "b/"]);
}
