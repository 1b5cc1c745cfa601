const SECRETS: &str = "no secret is taken from the command line, where others can read it: set \
    OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET, or keep them with `ossum config set`";
const ASKS: &str =
    "leave it out: it asks nothing, and replaces what is there unless --if-exists says otherwise";
const FORCE: &str = "--force asks nothing";
const LIMIT: &str =
    "--limit 10M is so many bytes a second, --limit 1M:10M limits up and down apart";
const CONCURRENCY: &str =
    "--concurrency N is how many requests are under way at a time, of all files together";
const SHOWN: &str = "leave it out: sizes, times and the sum are always shown";
/// What does here what these options do elsewhere, whatever the command.
const OF_ALL: &[(&[&str], &str)] = &[
    (
        &[
            "-i",
            "-k",
            "-t",
            "--access-key-id",
            "--access-key-secret",
            "--sts-token",
            "--secret",
            "--token",
            "--password",
        ],
        SECRETS,
    ),
    (&["-e", "--endpoint-url", "--host"], "--endpoint URL"),
    (&["-c", "--config-file"], "--config FILE"),
    (
        &[
            "--no-verify-ssl",
            "--skip-verify-cert",
            "--no-check-certificate",
        ],
        "--ca FILE trusts a certificate of your own",
    ),
    (
        &["--loglevel", "--log-level", "--debug"],
        "-v tells more, -vv all of it, --log FILE keeps it",
    ),
    (&["--no-progress"], "--progress none"),
    (
        &["--only-show-errors", "--silent", "-s"],
        "-q prints errors only",
    ),
    (
        &["-o", "--output", "--output-format"],
        "--json prints one JSON object a line",
    ),
    (
        &["--retry-times", "--retry-count", "--max-retries"],
        "--retries N",
    ),
    (
        &["--connect-timeout", "--read-timeout", "--timeout-sec"],
        "--timeout DURATION",
    ),
    (&["-R"], "-r"),
];

/// The same of one command; these are looked up first.
const OF_ONE: &[(&str, &[&str], &str)] = &[
    ("cp", &["-f", "--force", "-y", "--yes"], ASKS),
    ("cp", &["-u", "--update"], "--if-exists newer"),
    (
        "cp",
        &[
            "--no-clobber",
            "--ignore-existing",
            "--skip-existing",
            "--no-overwrite",
        ],
        "--if-exists skip",
    ),
    (
        "cp",
        &[
            "-j",
            "--jobs",
            "--job",
            "--numworkers",
            "--workers",
            "--transfers",
            "--threads",
            "-p",
        ],
        CONCURRENCY,
    ),
    (
        "cp",
        &[
            "--maxspeed",
            "--max-speed",
            "--maxupspeed",
            "--maxdownspeed",
            "--bandwidth-limit",
            "--bandwidth",
            "--bwlimit",
            "--limit-rate",
            "--limit-upload",
            "--limit-download",
            "--rate",
        ],
        LIMIT,
    ),
    (
        "cp",
        &[
            "--bigfile-threshold",
            "--multipart-threshold",
            "--multipart-chunksize",
            "--chunk-size",
            "--partsize",
        ],
        "--part-size SIZE",
    ),
    (
        "cp",
        &["--delete"],
        "cp deletes nothing; ossum sync --delete does",
    ),
    ("sync", &["-f", "--force", "-y", "--yes"], ASKS),
    (
        "sync",
        &["-r", "--recursive", "-u", "--update"],
        "leave it out: sync takes all that is below, and copies what differs",
    ),
    (
        "sync",
        &["--delete-excluded"],
        "what is left out is protected; ossum rm -r deletes it",
    ),
    (
        "cp",
        &["--snapshot-path", "--resume", "--continue"],
        "leave it out: the same command, run again, continues",
    ),
    (
        "cp",
        &[
            "--disable-crc64",
            "--checksum",
            "--checksum-algorithm",
            "--verify",
        ],
        "leave it out: every transfer is verified",
    ),
    (
        "cp",
        &["-d", "--only-current-dir"],
        "--exclude '*/**' leaves out what is deeper",
    ),
    (
        "ls",
        &["-l", "--long", "--human-readable", "--summarize"],
        SHOWN,
    ),
    (
        "ls",
        &["-s", "--short-format"],
        "--json prints the key of each object, for jq and its like",
    ),
    (
        "ls",
        &["-d", "--directory"],
        "leave it out: without -r, what follows the next / is a directory",
    ),
    (
        "ls",
        &["-m", "--multipart", "-a", "--all-type"],
        "ossum parts ls lists unfinished uploads",
    ),
    (
        "du",
        &["-s", "-l", "--human-readable", "--summarize"],
        SHOWN,
    ),
    ("rm", &["-y", "--yes"], FORCE),
    (
        "rm",
        &["-b", "--bucket"],
        "buckets are removed in the console, or by `aliyun oss rm -b` and `ossutil rb`",
    ),
    (
        "rm",
        &["-m", "--multipart", "-a", "--all-type"],
        "ossum parts abort ends unfinished uploads",
    ),
    ("parts", &["-y", "--yes"], FORCE),
    (
        "parts",
        &["-r", "--recursive"],
        "leave it out: all below the prefix are meant",
    ),
    (
        "hash",
        &["--type", "-a", "--algorithm"],
        "--md5 and --sha256 show these as well",
    ),
    (
        "serve",
        &["-p", "--port", "--address", "--bind", "--host"],
        "--listen 127.0.0.1:PORT",
    ),
    (
        "sign",
        &["-d", "--duration", "--expiry", "--expire"],
        "--expires DURATION",
    ),
];

/// What to type in place of the option `word` where it follows `command`.
pub(super) fn instead_of(command: Option<&str>, word: &str) -> Option<&'static str> {
    let mut of_it = OF_ONE.iter().filter(|(name, ..)| command == Some(*name));
    if let Some((.., instead)) = of_it.find(|(_, words, _)| words.contains(&word)) {
        return Some(instead);
    }
    let found = OF_ALL.iter().find(|(words, _)| words.contains(&word));
    found.map(|(_, instead)| *instead)
}

/// The options of `command` that it does not have here.
#[cfg(test)]
pub(super) fn of_one(command: &str) -> impl Iterator<Item = &'static str> {
    let of_it = OF_ONE.iter().filter(move |(name, ..)| *name == command);
    of_it.flat_map(|(_, words, _)| words.iter().copied())
}

/// What is wrong where more words follow `command` than it takes, and what to do.
pub(super) fn one_too_many(command: &str) -> Option<(&'static str, &'static str)> {
    match command {
        "cp" => Some((
            "cp takes one source and one destination, and more were typed",
            "several files of a directory: ossum cp -r DIRECTORY oss://BUCKET/PREFIX --include '*.iso'",
        )),
        "man" => Some((
            "man takes no command",
            "`ossum COMMAND --help` says the same; ossum man --directory DIR writes a page for each",
        )),
        _ => None,
    }
}
