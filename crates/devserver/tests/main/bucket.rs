use crate::oss::Oss;

#[test]
fn a_bucket_is_made_listed_described_and_removed_when_empty() {
    let oss = Oss::open();
    let document = "<CreateBucketConfiguration><StorageClass>IA</StorageClass>\
                    </CreateBucketConfiguration>";
    oss.put("/second", document.as_bytes()).ok();
    oss.put("/second", b"").ok();
    let list = oss.get("/").ok();
    assert_eq!(list.elements("Name"), ["bkt", "second"]);
    let info = oss.get("/second?bucketInfo").ok();
    assert_eq!(info.element("StorageClass").as_deref(), Some("IA"));
    assert_eq!(info.element("Location").as_deref(), Some("oss-cn-hangzhou"));
    assert_eq!(info.element("Grant").as_deref(), Some("private"));
    let location = oss.get("/second?location").ok();
    let location = location.element("LocationConstraint");
    assert_eq!(location.as_deref(), Some("oss-cn-hangzhou"));
    oss.put("/second/k", b"x").ok();
    oss.ask("DELETE /second", &[], b"")
        .refused(409, "BucketNotEmpty");
    oss.ask("DELETE /second/k", &[], b"").ok();
    assert_eq!(oss.ask("DELETE /second", &[], b"").status, 204);
    oss.ask("DELETE /second", &[], b"")
        .refused(404, "NoSuchBucket");
}

#[test]
fn the_acl_tells_whether_a_bucket_exists() {
    let oss = Oss::open();
    let acl = oss.get("/bkt?acl").ok();
    assert_eq!(acl.element("Grant").as_deref(), Some("private"));
    oss.get("/none?acl").refused(404, "NoSuchBucket");
}

#[test]
fn the_acl_of_a_bucket_can_be_changed() {
    let oss = Oss::open();
    let change = |acl: &str| oss.ask("PUT /bkt?acl", &[("x-oss-acl", acl)], b"");
    change("public-read").ok();
    let acl = oss.get("/bkt?acl").ok();
    assert_eq!(acl.element("Grant").as_deref(), Some("public-read"));
    change("default").refused(400, "InvalidArgument");
    oss.ask("PUT /bkt?acl", &[], b"")
        .refused(400, "MissingArgument");
    oss.ask("PUT /none?acl", &[("x-oss-acl", "private")], b"")
        .refused(404, "NoSuchBucket");
}

#[test]
fn a_head_tells_whether_there_is_a_bucket() {
    let oss = Oss::open();
    assert_eq!(oss.ask("HEAD /bkt", &[], b"").status, 200);
    assert_eq!(oss.ask("HEAD /none", &[], b"").status, 404);
}

#[test]
fn objects_and_parts_are_counted() {
    let oss = Oss::open();
    oss.put("/bkt/a", b"123").ok();
    oss.put("/bkt/b", b"4567").ok();
    oss.initiate();
    let stat = oss.get("/bkt?stat").ok();
    let told = ["Storage", "ObjectCount", "MultipartUploadCount"].map(|name| stat.element(name));
    let told = told.each_ref().map(|number| number.as_deref());
    assert_eq!(told, [Some("7"), Some("2"), Some("1")]);
    oss.get("/bkt/a?stat").refused(501, "NotImplemented");
}

#[test]
fn an_open_upload_keeps_its_bucket() {
    let oss = Oss::open();
    oss.initiate();
    oss.ask("DELETE /bkt", &[], b"")
        .refused(409, "BucketNotEmpty");
}

#[test]
fn a_bad_configuration_makes_no_bucket() {
    let oss = Oss::open();
    oss.put("/second", b"<oops").refused(400, "MalformedXML");
    let class = b"<CreateBucketConfiguration><StorageClass>Cold</StorageClass>\
                  </CreateBucketConfiguration>";
    oss.put("/second", class).refused(400, "InvalidArgument");
    oss.get("/second").refused(404, "NoSuchBucket");
}

#[test]
fn buckets_are_listed_in_pages() {
    let oss = Oss::open();
    for name in ["b-one", "b-two", "other"] {
        oss.put(&format!("/{name}"), b"").ok();
    }
    let page = oss.get("/?prefix=b-&max-keys=1").ok();
    assert_eq!(page.elements("Name"), ["b-one"]);
    assert_eq!(page.element("NextMarker").as_deref(), Some("b-one"));
    let rest = oss.get("/?prefix=b-&marker=b-one").ok();
    assert_eq!(rest.elements("Name"), ["b-two"]);
    assert_eq!(rest.element("IsTruncated").as_deref(), Some("false"));
}

/// Objects `a`, `d/1`, `d/2`, `d/e/3`, `z z`.
fn with_objects() -> Oss {
    let oss = Oss::open();
    for key in ["a", "d/1", "d/2", "d/e/3", "z%20z"] {
        oss.put(&format!("/bkt/{key}"), b"x").ok();
    }
    oss
}

#[test]
fn the_second_listing_pages_by_token() {
    let oss = with_objects();
    let (mut token, mut keys) = (String::new(), Vec::new());
    loop {
        let target = format!("/bkt?list-type=2&max-keys=2&encoding-type=url{token}");
        let page = oss.get(&target).ok();
        let key_count = page.element("KeyCount").unwrap();
        assert_eq!(key_count, page.elements("Key").len().to_string());
        keys.extend(page.elements("Key"));
        let Some(next) = page.element("NextContinuationToken") else {
            break;
        };
        token = format!("&continuation-token={next}");
    }
    assert_eq!(keys, ["a", "d%2F1", "d%2F2", "d%2Fe%2F3", "z%20z"]);
    oss.get("/bkt?list-type=2&continuation-token=!")
        .refused(400, "InvalidArgument");
}

#[test]
fn a_delimiter_rolls_up_what_follows_it() {
    let oss = with_objects();
    let top = oss.get("/bkt?list-type=2&delimiter=/").ok();
    assert_eq!(top.elements("Key"), ["a", "z z"]);
    assert_eq!(top.elements("CommonPrefixes"), ["<Prefix>d/</Prefix>"]);
    let inner = oss.get("/bkt?list-type=2&delimiter=/&prefix=d/").ok();
    assert_eq!(inner.elements("Key"), ["d/1", "d/2"]);
    assert_eq!(inner.elements("CommonPrefixes"), ["<Prefix>d/e/</Prefix>"]);
}

#[test]
fn start_after_and_marker_leave_out_what_is_not_after_them() {
    let oss = with_objects();
    for parameter in ["list-type=2&start-after", "marker"] {
        let page = oss.get(&format!("/bkt?{parameter}=d/2")).ok();
        assert_eq!(page.elements("Key"), ["d/e/3", "z z"], "{parameter}");
    }
}

#[test]
fn the_first_listing_pages_by_marker() {
    let oss = with_objects();
    let (mut marker, mut seen) = (String::new(), Vec::new());
    loop {
        let page = oss
            .get(&format!("/bkt?delimiter=/&max-keys=1&marker={marker}"))
            .ok();
        seen.extend(page.elements("Key"));
        seen.extend(page.elements("CommonPrefixes"));
        let Some(next) = page.element("NextMarker") else {
            break;
        };
        marker = next.replace(' ', "%20");
    }
    assert_eq!(seen, ["a", "<Prefix>d/</Prefix>", "z z"]);
}

#[test]
fn an_entry_says_what_the_object_is() {
    let oss = with_objects();
    let page = oss.get("/bkt?list-type=2&max-keys=1&fetch-owner=true").ok();
    assert_eq!(page.element("Size").as_deref(), Some("1"));
    assert_eq!(page.element("Type").as_deref(), Some("Normal"));
    let etag = "&quot;9DD4E461268C8034F5C8564E155C67A6&quot;";
    assert_eq!(page.element("ETag").as_deref(), Some(etag));
    assert!(page.element("LastModified").unwrap().contains(".000Z"));
    assert_eq!(page.elements("Owner").len(), 1);
}

#[test]
fn sizes_of_pages_and_encodings_are_checked() {
    let oss = Oss::open();
    for query in [
        "max-keys=0",
        "max-keys=1001",
        "max-keys=x",
        "encoding-type=base64",
    ] {
        oss.get(&format!("/bkt?{query}"))
            .refused(400, "InvalidArgument");
        oss.get(&format!("/bkt?list-type=2&{query}"))
            .refused(400, "InvalidArgument");
    }
    oss.get("/bkt?uploads&max-uploads=1001")
        .refused(400, "InvalidArgument");
    oss.get("/?max-keys=1001").refused(400, "InvalidArgument");
}
