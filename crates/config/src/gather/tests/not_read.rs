//! What lies where configuration is looked for, and is not read.

use super::*;
use crate::{ErrorKind, PassedOver};

/// A home, and a region.
fn placed() -> Home {
    Home::new().env("OSS_REGION", "cn-hangzhou")
}

#[test]
fn what_is_there_and_cannot_be_looked_at_is_an_error_of_the_disk() {
    let home = Home::new();
    std::os::unix::fs::symlink(".config", home.path(".config")).unwrap();
    let error = home.resolve().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Disk, "{error:?}");
    let named = Home::new().flags(|flags| flags.config = Some("/absent".into()));
    assert_eq!(named.resolve().unwrap_err().kind(), ErrorKind::Settings);
}

#[test]
fn what_is_no_regular_file_is_not_opened() {
    let home = placed();
    let pipe = home.path(OSSUTIL);
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let error = home.resolve().unwrap_err();
    let Error::File { path, source } = &error else {
        panic!("{error:?}");
    };
    assert_eq!((path, error.kind()), (&pipe, ErrorKind::Settings));
    assert_eq!(source.to_string(), "it is no regular file");
    let endless = home.flags(|flags| flags.config = Some("/dev/zero".into()));
    assert!(matches!(endless.resolve(), Err(Error::File { .. })));
    let none = endless.flags(|flags| flags.config = Some("/dev/null".into()));
    assert!(matches!(none.resolve(), Err(Error::NoCredentials { .. })));
}

#[test]
fn credentials_for_other_tools_are_not_read_and_named_where_there_are_no_others() {
    const FILE: &str = ".alibabacloud/credentials.ini";
    const ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
    let passed_over = |home: &Home| match home.resolve() {
        Err(error @ Error::NoCredentials { .. }) => {
            let hint = error.hint().unwrap();
            let Error::NoCredentials { passed_over } = error else {
                unreachable!()
            };
            (passed_over, hint)
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(passed_over(&placed()).0, None);
    let home = placed().file(FILE, "[default]\n");
    let path = home.path(FILE);
    let (found, hint) = passed_over(&home);
    assert!(hint.contains(path.to_str().unwrap()), "{hint}");
    assert_eq!(found, Some(PassedOver::File(path)));
    let (found, hint) = passed_over(&home.env(ID, "i"));
    assert_eq!(found, Some(PassedOver::Variables));
    assert!(hint.contains(ID), "{hint}");
}
