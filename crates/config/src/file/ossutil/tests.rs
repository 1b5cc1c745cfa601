use super::*;

const VERSION_1: &str = "\
[Credentials]
language=EN
endpoint=oss-cn-hangzhou.aliyuncs.com
accessKeyID=LTAI-one
accessKeySecret=secret=one
stsToken=token
outputDir=ossutil_output
[Bucket-Endpoint]
logs=oss-cn-beijing.aliyuncs.com
both=oss-cn-beijing.aliyuncs.com
[Bucket-Cname]
pictures=img.example.com
both=img.example.com
[Default]
loglevel=info
proxyHost=http://proxy:3128
proxyUser=us er
proxyPwd=p@ss
retryTimes=7
readTimeOut=1200
connectTimeOut=120
";

const VERSION_2: &str = "\
# ossutil 2
[default]
access-key-id = LTAI-two
access_key_secret = secret-two
region = cn-shanghai
[profile Work]
mode = RamRoleArn
role-arn = acs:ram::1:role/r
source-profile = default
sts-region = cn-beijing
Sign-Version = V1
addressing-style = Path
[buckets logs]
region = cn-beijing
endpoint = oss-cn-beijing.aliyuncs.com
";

fn file(text: &str) -> ConfigFile {
    parse("/h/.ossutilconfig".as_ref(), text).unwrap()
}

fn value(layer: &Layer, key: Key) -> &str {
    layer.get(key).map_or("", |setting| &setting.text)
}

#[test]
fn version_1_is_read_with_its_token_and_proxy() {
    let profile = file(VERSION_1).profile(None).unwrap();
    for (key, expected) in [
        (Key::Endpoint, "oss-cn-hangzhou.aliyuncs.com"),
        (Key::AccessKeyId, "LTAI-one"),
        (Key::AccessKeySecret, "secret=one"),
        (Key::SecurityToken, "token"),
        (Key::Proxy, "http://us%20er:p%40ss@proxy:3128"),
        (Key::Retries, "7"),
        (Key::Timeout, "1200"),
    ] {
        assert_eq!(value(&profile, key), expected, "{key:?}");
    }
    let origin = profile.get(Key::Retries).unwrap().origin.to_string();
    assert_eq!(origin, "/h/.ossutilconfig [Default]");
}

#[test]
fn buckets_have_endpoints_and_names_of_their_own() {
    let file = file(VERSION_1);
    let bucket = |name: &str| file.bucket(&name.parse().unwrap());
    let logs = bucket("logs").unwrap();
    assert_eq!(value(logs, Key::Endpoint), "oss-cn-beijing.aliyuncs.com");
    assert_eq!(value(logs, Key::Addressing), "");
    for name in ["pictures", "both"] {
        let cname = bucket(name).unwrap();
        assert_eq!(value(cname, Key::Endpoint), "img.example.com");
        assert_eq!(value(cname, Key::Addressing), "cname");
    }
    assert!(bucket("other").is_none());
}

#[test]
fn version_2_has_profiles_whose_names_have_no_case() {
    let file = file(VERSION_2);
    let default = file.profile(None).unwrap();
    assert_eq!(value(&default, Key::AccessKeyId), "LTAI-two");
    assert_eq!(value(&default, Key::Region), "cn-shanghai");
    let work = file.profile(Some("WORK")).unwrap();
    for (key, expected) in [
        (Key::Mode, "RamRoleArn"),
        (Key::RoleArn, "acs:ram::1:role/r"),
        (Key::SourceProfile, "default"),
        (Key::StsEndpoint, "sts.cn-beijing.aliyuncs.com"),
        (Key::SignVersion, "v1"),
        (Key::Addressing, "path"),
    ] {
        assert_eq!(value(&work, key), expected, "{key:?}");
    }
    let logs = file.bucket(&"logs".parse().unwrap()).unwrap();
    assert_eq!(value(logs, Key::Region), "cn-beijing");
}

#[test]
fn all_spellings_of_version_1_are_the_same() {
    for (id, secret, endpoint) in [
        ("accessKeyId", "accessKeySecret", "endpoint"),
        ("access_key_id", "access_key_secret", "host"),
        ("access_id", "access_key", "Host"),
        ("accessid", "accesskey", "EndPoint"),
        ("access-key-id", "access-key", "end_point"),
    ] {
        let text = format!("[credentials]\n{id}=i\n{secret}=s\n{endpoint}=e\n");
        let profile = file(&text).profile(None).unwrap();
        assert_eq!(value(&profile, Key::AccessKeyId), "i", "{id}");
        assert_eq!(value(&profile, Key::AccessKeySecret), "s", "{secret}");
        assert_eq!(value(&profile, Key::Endpoint), "e", "{endpoint}");
    }
}

#[test]
fn the_key_service_of_version_1_is_a_credentials_uri() {
    let profile = file("[AkService]\necsAk=http://100.100.100.200/x\n").profile(None);
    let profile = profile.unwrap();
    assert_eq!(
        value(&profile, Key::CredentialsUri),
        "http://100.100.100.200/x"
    );
}

#[test]
fn a_line_that_is_none_is_told_by_its_number_only() {
    let error = parse("/c".as_ref(), "[Credentials]\nhunter2\n").unwrap_err();
    assert!(matches!(error, Error::Syntax { line: Some(2), .. }));
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

#[test]
fn a_hash_sign_within_a_value_is_part_of_it() {
    let profile = file("[default]\naccess-key-secret = a #b;c\n").profile(None);
    assert_eq!(value(&profile.unwrap(), Key::AccessKeySecret), "a #b;c");
}
