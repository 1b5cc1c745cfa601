/// The commands there are.
pub(super) const OURS: [&str; 19] = [
    "cp",
    "sync",
    "ls",
    "stat",
    "cat",
    "rm",
    "du",
    "hash",
    "sign",
    "jobs",
    "restore",
    "parts",
    "migrate",
    "config",
    "doctor",
    "serve",
    "demo",
    "completions",
    "man",
];

const CHECKSUMS: &str = "ossum hash FILE, or to compare: ossum hash FILE oss://BUCKET/KEY";
const UNFINISHED: &str =
    "ossum parts ls oss://BUCKET lists unfinished uploads, and ossum parts abort ends them";
const SETTINGS_OF_BUCKETS: &str = "in the console, or by `aliyun oss` and `ossutil`";

/// What does here what each of these names does elsewhere.
const COMMANDS: &[(&[&str], &str)] = &[
    (
        &["mv", "move", "rename"],
        "OSS cannot rename an object, and a copy is checked before the source goes: \
         ossum cp SOURCE DESTINATION && ossum rm SOURCE",
    ),
    (
        &["mb"],
        "buckets are made in the console, or by `aliyun oss mb` and `ossutil mb`; \
         on a local server: ossum serve --bucket NAME",
    ),
    (
        &["rb"],
        "buckets are removed in the console, or by `aliyun oss rm -b` and `ossutil rb`; \
         to empty one: ossum rm -r oss://BUCKET",
    ),
    (
        &["mkdir"],
        "OSS has no directories, only keys with / in them: ossum cp FILE oss://BUCKET/DIRECTORY/",
    ),
    (
        &["rsync", "mirror"],
        "ossum sync SOURCE DESTINATION; --delete deletes what the source does not have",
    ),
    (
        &["ossimport", "distcp"],
        "ossum migrate plan SOURCE oss://BUCKET/PREFIX --work WORK",
    ),
    (&["copy", "copyto"], "ossum cp SOURCE DESTINATION"),
    (
        &["get", "download", "pull", "fetch"],
        "ossum cp oss://BUCKET/KEY . (a prefix with -r)",
    ),
    (
        &["put", "upload", "push", "append", "appendfromfile"],
        "ossum cp FILE oss://BUCKET/ (a directory with -r)",
    ),
    (&["pipe", "rcat"], "COMMAND | ossum cp - oss://BUCKET/KEY"),
    (
        &["list", "dir", "lsd", "lsf", "lsl", "lsjson", "tree", "find"],
        "ossum ls oss://BUCKET/ (every object below with -r)",
    ),
    (
        &[
            "delete",
            "del",
            "remove",
            "unlink",
            "purge",
            "deletefile",
            "rmdir",
        ],
        "ossum rm oss://BUCKET/KEY (all below a prefix with -r)",
    ),
    (
        &["head", "info", "show", "head-object"],
        "ossum stat oss://BUCKET/KEY",
    ),
    (&["size", "usage"], "ossum du oss://BUCKET"),
    (
        &["configure", "login", "init", "setup"],
        "ossum config set region cn-hangzhou, then the same for access_key_id and access_key_secret",
    ),
    (&["profile", "settings"], "ossum config show"),
    (
        &["probe", "ping", "check", "diagnose", "test"],
        "ossum doctor oss://BUCKET",
    ),
    (
        &[
            "abort",
            "listpart",
            "listparts",
            "lsparts",
            "multipart",
            "mpu",
            "uploads",
            "cleanup",
        ],
        UNFINISHED,
    ),
    (
        &["signurl", "url", "share", "link"],
        "ossum sign oss://BUCKET/KEY",
    ),
    (
        &[
            "md5", "md5sum", "sha256", "crc64", "checksum", "hashsum", "verify", "compare", "diff",
        ],
        CHECKSUMS,
    ),
    (
        &["resume", "continue", "retry"],
        "run the same command again, or ossum jobs resume --all",
    ),
    (&["job", "tasks", "transfers", "status"], "ossum jobs ls"),
    (&["thaw", "unarchive"], "ossum restore oss://BUCKET/KEY"),
    (
        &["set-meta", "set-props", "setmeta", "touch"],
        "what is kept with an object is said when it is stored: ossum cp FILE oss://BUCKET/KEY --meta NAME=VALUE",
    ),
    (
        &[
            "set-acl",
            "object-tagging",
            "create-symlink",
            "read-symlink",
            "lifecycle",
            "cors",
            "logging",
            "website",
            "bucket-versioning",
            "bucket-encryption",
            "bucket-policy",
            "bucket-tagging",
            "inventory",
            "worm",
        ],
        SETTINGS_OF_BUCKETS,
    ),
    (
        &["s3", "s3api", "oss", "ossutil", "api"],
        "the command comes first: ossum cp, ossum ls, ossum rm",
    ),
    (&["server", "start", "minio"], "ossum serve"),
    (&["completion"], "ossum completions SHELL"),
];

/// The same for what stands below a command.
const BELOW: &[(&str, &[&str], &str)] = &[
    (
        "config",
        &["get", "list", "ls", "view", "dump"],
        "ossum config show",
    ),
    (
        "config",
        &["unset", "rm", "delete", "edit"],
        "`ossum config path` names the file; take the line out of it",
    ),
    ("jobs", &["list"], "ossum jobs ls"),
    (
        "jobs",
        &["delete", "remove", "abort", "cancel"],
        "ossum jobs rm ID",
    ),
    (
        "jobs",
        &["continue", "retry", "restart"],
        "ossum jobs resume ID",
    ),
    ("jobs", &["stat", "info", "status"], "ossum jobs show ID"),
    ("parts", &["list"], "ossum parts ls oss://BUCKET"),
    (
        "parts",
        &["rm", "delete", "remove", "clean", "cleanup"],
        "ossum parts abort oss://BUCKET --older-than 7d",
    ),
];

/// What to type in place of `name`, below the command `below` where it stands there.
pub(super) fn instead_of(below: Option<&str>, name: &str) -> Option<&'static str> {
    match below {
        None => {
            let found = COMMANDS.iter().find(|(names, _)| names.contains(&name));
            found.map(|(_, instead)| *instead)
        }
        Some(below) => {
            let mut of_it = BELOW.iter().filter(|(command, ..)| *command == below);
            let found = of_it.find(|(_, names, _)| names.contains(&name));
            found.map(|(_, _, instead)| *instead)
        }
    }
}
