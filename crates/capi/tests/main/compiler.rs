//! The C compiler, and what it needs to find header and library.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use ossum_testkit::{Program, Workspace};

/// How a program is compiled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Compiler {
    command: &'static str,
    flags: &'static [&'static str],
}

/// As the official samples are: they have parameters that they do not use.
pub(crate) const AS_SAMPLES: Compiler = Compiler {
    command: "gcc",
    flags: &["-std=gnu99", "-Wall", "-Werror"],
};

/// As strictly as our own programs are.
pub(crate) const STRICT: Compiler = Compiler {
    command: "gcc",
    flags: &["-std=gnu99", "-Wall", "-Wextra", "-Werror"],
};

/// The same, as C++.
pub(crate) const STRICT_CPP: Compiler = Compiler {
    command: "g++",
    flags: &["-xc++", "-std=c++11", "-Wall", "-Wextra", "-Werror"],
};

/// Who watches a program while it runs: `OSSUM_C_WATCHED_BY=sanitizers` or `valgrind`, or nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Watcher {
    Nobody,
    Sanitizers,
    Valgrind,
}

impl Watcher {
    pub(crate) fn here() -> Self {
        match env::var("OSSUM_C_WATCHED_BY").as_deref() {
            Ok("sanitizers") => Self::Sanitizers,
            Ok("valgrind") => Self::Valgrind,
            Ok(other) => panic!("OSSUM_C_WATCHED_BY: sanitizers or valgrind, not {other}"),
            Err(_) => Self::Nobody,
        }
    }
}

const HERE: &str = env!("CARGO_MANIFEST_DIR");

impl Compiler {
    /// Compiles the C of `text` into a program called `name` in `place`.
    #[track_caller]
    pub(crate) fn compile(self, place: &Workspace, name: &str, text: &str) -> Program {
        let source = place.write(&format!("{name}.c"), text);
        let binary = place.path(name);
        let library = library_directory();
        let mut compiling = self.with_headers();
        if Watcher::here() == Watcher::Sanitizers {
            compiling.args([
                "-g",
                "-fsanitize=address,undefined",
                "-fno-sanitize-recover",
            ]);
        }
        compiling
            .arg(&source)
            .args(["-x", "none", "-o"])
            .arg(&binary);
        compiling
            .arg("-L")
            .arg(library)
            .arg("-lossum")
            .arg("-pthread");
        compiling.arg(format!("-Wl,-rpath,{}", library.display()));
        expect_success(&mut compiling);
        if Watcher::here() != Watcher::Valgrind {
            return Program::new(binary, place);
        }
        let watched = place.path(&format!("{name}.watched"));
        std::fs::rename(&binary, watched).expect("a name for the program itself");
        // A link: a script that this process wrote could not be run while another thread starts a
        // program, which has the open file for a moment too.
        let script = Path::new(HERE).join("tests/under_valgrind");
        std::os::unix::fs::symlink(script, &binary).expect("a link");
        Program::new(binary, place)
    }

    /// The compiler with its flags, about to be given what to compile.
    pub(crate) fn with_headers(self) -> Command {
        let mut compiling = Command::new(self.command);
        compiling.args(self.flags);
        for directory in ["include", "tests/programs"] {
            compiling.arg("-I").arg(Path::new(HERE).join(directory));
        }
        compiling
    }
}

/// Runs a tool to its end, and hands on what it says.
#[track_caller]
pub(crate) fn expect_success(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Where the library is, built in the way these tests are: cargo builds no library of C for tests.
///
/// Valgrind takes the optimised one, or its own work would take minutes.
pub(crate) fn library_directory() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let this = env::current_exe().expect("the path of this program");
        // target/debug/deps/main-...
        let target = this.ancestors().nth(3).expect("where cargo builds");
        let released = this.starts_with(target.join("release"));
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--locked", "--package", "ossum-capi"]);
        build.arg("--target-dir").arg(target);
        let profile = if released || Watcher::here() == Watcher::Valgrind {
            build.arg("--release");
            "release"
        } else {
            "debug"
        };
        expect_success(build.current_dir(HERE));
        target.join(profile)
    })
}
