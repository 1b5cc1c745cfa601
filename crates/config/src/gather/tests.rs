use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

use super::*;
use crate::FileState::{Missing, Read, Unusable};
use crate::{CredentialsKind, Key, Resolved, Survey, resolve_for, survey};

mod not_read;

const OURS: &str = ".config/ossum/config.toml";
const OSSUTIL: &str = ".ossutilconfig";
const ALIYUN: &str = ".aliyun/config.json";
const KEYS: &str = "access_key_id = \"ours\"\naccess_key_secret = \"hunter2\"\n";

/// A home with files, and an environment that leads there.
struct Home {
    directory: TempDir,
    variables: Vec<(&'static str, String)>,
    flags: Flags,
}

impl Home {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let home = directory.path().to_str().unwrap().to_owned();
        Self {
            directory,
            variables: vec![("HOME", home)],
            flags: Flags::default(),
        }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.directory.path().join(name)
    }

    fn file(self, name: &str, text: &str) -> Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        self
    }

    fn env(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.to_owned()));
        self
    }

    fn flags(mut self, change: impl FnOnce(&mut Flags)) -> Self {
        change(&mut self.flags);
        self
    }

    fn environment(&self) -> Environment {
        self.variables
            .iter()
            .map(|(n, v)| (*n, v.as_str()))
            .collect()
    }

    fn resolve(&self) -> Result<Resolved, Error> {
        self.resolve_for("")
    }

    fn resolve_for(&self, bucket: &str) -> Result<Resolved, Error> {
        resolve_for(
            &self.flags,
            &self.environment(),
            bucket.parse().ok().as_ref(),
        )
    }

    fn survey(&self) -> Survey {
        survey(&self.flags, &self.environment(), None)
    }

    /// Where a setting was found, relative to the home.
    fn origin(&self, key: Key) -> String {
        let origin = self.resolve().unwrap().origins[&key].to_string();
        let home = format!("{}/", self.directory.path().display());
        origin.replace(&home, "")
    }
}

fn ossutil(id: &str) -> String {
    format!(
        "[Credentials]\naccessKeyID={id}\naccessKeySecret=s\nendpoint=oss-cn-beijing.aliyuncs.com\n"
    )
}

fn aliyun(id: &str) -> String {
    format!(
        r#"{{"current":"d","profiles":[{{"name":"d","mode":"AK","access_key_id":"{id}","access_key_secret":"s","region_id":"cn-shanghai"}}]}}"#
    )
}

#[test]
fn places_count_in_their_order() {
    let home = Home::new().file(ALIYUN, &aliyun("a"));
    assert_eq!(
        home.origin(Key::AccessKeyId),
        ".aliyun/config.json [profile d]"
    );
    let home = home.file(OSSUTIL, &ossutil("o"));
    assert_eq!(
        home.origin(Key::AccessKeyId),
        ".ossutilconfig [Credentials]"
    );
    let home = home.file(OURS, KEYS);
    assert_eq!(home.origin(Key::AccessKeyId), OURS);
    let home = home
        .env("OSS_ACCESS_KEY_ID", "e")
        .env("OSS_ACCESS_KEY_SECRET", "s");
    assert_eq!(home.origin(Key::AccessKeyId), "OSS_ACCESS_KEY_ID");
    // The place is the first that was told, and what contradicts it is passed over.
    let resolved = home.resolve().unwrap();
    let endpoint = resolved.settings.endpoint.to_string();
    assert_eq!(endpoint, "https://oss-cn-beijing.aliyuncs.com");
}

#[test]
fn a_profile_that_is_asked_for_counts_before_the_environment() {
    let work = format!("[profile.work]\nregion = \"cn-beijing\"\n{KEYS}");
    let home = Home::new()
        .file(OURS, &work)
        .env("OSS_ACCESS_KEY_ID", "e")
        .env("OSS_ACCESS_KEY_SECRET", "s")
        .env("OSS_REGION", "cn-hangzhou");
    assert_eq!(home.origin(Key::AccessKeyId), "OSS_ACCESS_KEY_ID");
    let home = home.env("OSS_PROFILE", "work");
    assert_eq!(home.origin(Key::Region), "OSS_REGION");
    let home = home.flags(|flags| flags.profile = Some("work".to_owned()));
    for key in [Key::AccessKeyId, Key::Region] {
        assert_eq!(home.origin(key), ".config/ossum/config.toml [profile.work]");
    }
}

#[test]
fn a_profile_that_nobody_has_is_an_error_with_those_there_are() {
    let home = Home::new()
        .file(OURS, "[profile.work]\n")
        .file(OSSUTIL, "[profile home]\nregion=cn-hangzhou\n");
    let home = home.flags(|flags| flags.profile = Some("wrok".to_owned()));
    let error = home.resolve().unwrap_err();
    assert_eq!(error.to_string(), "--profile: there is no profile \"wrok\"");
    assert_eq!(error.hint().unwrap(), "there are: default, home, work");
    let home = Home::new().env("OSS_PROFILE", "x");
    let error = home.resolve().unwrap_err();
    assert!(error.to_string().starts_with("OSS_PROFILE"), "{error}");
}

#[test]
fn xdg_config_home_counts_before_home() {
    let home = Home::new()
        .file(OURS, KEYS)
        .file("x/ossum/config.toml", "region = \"cn-beijing\"\n");
    let elsewhere = home.path("x").to_str().unwrap().to_owned();
    let home = home.env("XDG_CONFIG_HOME", &elsewhere);
    let seen = home.survey().files;
    assert_eq!(seen[0].path, home.path("x/ossum/config.toml"));
    assert!(matches!(home.resolve(), Err(Error::NoCredentials { .. })));
}

#[test]
fn a_bucket_has_its_own_endpoint_and_region() {
    let home = Home::new().file(
        OSSUTIL,
        "[Credentials]\naccessKeyID=i\naccessKeySecret=s\nregion=cn-hangzhou\n\
         [Bucket-Endpoint]\nlogs=oss-cn-beijing.aliyuncs.com\n[Bucket-Cname]\npics=img.example.com\n",
    );
    let endpoint = |bucket| home.resolve_for(bucket).unwrap().settings;
    let usual = endpoint("other");
    assert_eq!(
        usual.endpoint.to_string(),
        "https://oss-cn-hangzhou.aliyuncs.com"
    );
    let logs = endpoint("logs");
    assert_eq!(
        logs.endpoint.to_string(),
        "https://oss-cn-beijing.aliyuncs.com"
    );
    assert_eq!(logs.region, None, "it follows from the endpoint");
    let pictures = endpoint("pics");
    assert_eq!(pictures.endpoint.to_string(), "https://img.example.com");
    assert_eq!(pictures.addressing, ossum_client::Addressing::Cname);
    assert_eq!(pictures.region, "cn-hangzhou".parse().ok());
    assert!(home.resolve_for("pics").unwrap().client().is_ok());
}

#[test]
fn the_one_file_that_is_named_is_read_whoevers_it_is() {
    for (text, id) in [
        (format!("region = \"cn-hangzhou\"\n{KEYS}"), "ours"),
        (ossutil("ossutil"), "ossutil"),
        (aliyun("aliyun"), "aliyun"),
    ] {
        let home = Home::new().file(OURS, KEYS).file("named", &text);
        let named = home.path("named");
        let home = home.flags(|flags| flags.config = Some(named.clone()));
        let resolved = home.resolve().unwrap();
        let found = format!("{}", resolved.origins[&Key::AccessKeyId]);
        assert!(found.starts_with(named.to_str().unwrap()), "{id}: {found}");
        assert_eq!(home.survey().files.len(), 1);
    }
    let home = Home::new().flags(|flags| flags.config = Some(Path::new("/nowhere/c").to_owned()));
    let error = home.resolve().unwrap_err();
    assert!(matches!(error, Error::File { .. }));
    let hint = error.hint().unwrap();
    assert!(hint.starts_with("check the path;"), "{hint}");
}

#[test]
fn a_broken_file_of_ours_is_an_error_and_one_of_others_where_it_matters() {
    let home = Home::new()
        .env("OSS_ACCESS_KEY_ID", "e")
        .env("OSS_ACCESS_KEY_SECRET", "s")
        .env("OSS_REGION", "cn-hangzhou")
        .file(OSSUTIL, "hunter2\n");
    let warnings = home.resolve().unwrap().warnings;
    assert!(
        matches!(warnings[..], [Warning::PassedOver(_)]),
        "{warnings:?}"
    );
    assert!(!format!("{warnings:?}").contains("hunter2"));
    let ours = home.file(OURS, "regoin = \"x\"\n");
    assert!(matches!(ours.resolve(), Err(Error::UnknownKey { .. })));
    let matters = Home::new()
        .file(OSSUTIL, "hunter2\n")
        .file(ALIYUN, &aliyun("a"));
    assert!(matches!(matters.resolve(), Err(Error::Syntax { .. })));
}

/// Cases: 112.
#[test]
fn a_secret_that_others_can_read_is_told() {
    let home = Home::new().file(OURS, &format!("region = \"cn-hangzhou\"\n{KEYS}"));
    assert_eq!(home.resolve().unwrap().warnings, []);
    let path = home.path(OURS);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let warnings = home.resolve().unwrap().warnings;
    assert_eq!(warnings, [Warning::ReadableByOthers(path.clone())]);
    fs::write(&path, "region = \"cn-hangzhou\"\n").unwrap();
    let anonymous = home.flags(|flags| flags.access = Access::Anonymous);
    assert_eq!(anonymous.resolve().unwrap().warnings, []);
}

#[test]
fn credentials_come_from_one_place_as_a_whole() {
    let home = Home::new()
        .file(
            OURS,
            "region = \"cn-hangzhou\"\naccess_key_id = \"lonely\"\n",
        )
        .file(OSSUTIL, &ossutil("o"));
    assert!(matches!(home.resolve(), Err(Error::HalfCredentials { .. })));
}

#[test]
fn a_survey_shows_what_is_there_where_something_is_missing_or_broken() {
    let home = Home::new()
        .file(OURS, "regoin = \"x\"\n")
        .file(OSSUTIL, &ossutil("o"));
    let survey = home.survey();
    assert!(
        matches!(survey.problems[..], [Error::UnknownKey { .. }]),
        "{survey:?}"
    );
    assert_eq!(survey.credentials, Some(CredentialsKind::AccessKey));
    let states: Vec<_> = survey.files.iter().map(|file| file.state).collect();
    assert_eq!(states, [Unusable, Read, Missing]);
}

/// Cases: 97.
#[test]
fn debug_of_everything_shows_no_secret() {
    let home = Home::new()
        .file(OURS, &format!("region = \"cn-hangzhou\"\n{KEYS}"))
        .file(OSSUTIL, "[Credentials]\nstsToken=hunter2\naccessKeySecret=hunter2\n[Default]\nproxyHost=p\nproxyUser=u\nproxyPwd=hunter2\n");
    let gathered = Gathered::from(&home.flags, &home.environment(), None).unwrap();
    let shown = format!("{gathered:?} {:?} {:?}", home.resolve(), home.survey());
    assert!(!shown.contains("hunter2"), "{shown}");
}
