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

const HERE: &str = env!("CARGO_MANIFEST_DIR");

impl Compiler {
    /// Compiles the C of `text` into a program called `name` in `place`.
    #[track_caller]
    pub(crate) fn compile(self, place: &Workspace, name: &str, text: &str) -> Program {
        let source = place.write(&format!("{name}.c"), text);
        let binary = place.path(name);
        let library = library_directory();
        let output = Command::new(self.command)
            .args(self.flags)
            .arg("-I")
            .arg(Path::new(HERE).join("include"))
            .arg("-I")
            .arg(Path::new(HERE).join("tests/programs"))
            .arg(&source)
            .args(["-x", "none"])
            .arg("-o")
            .arg(&binary)
            .arg("-L")
            .arg(library)
            .arg(format!("-Wl,-rpath,{}", library.display()))
            .arg("-lossum")
            .output()
            .expect("a C compiler");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{} {name}: {said}", self.command);
        Program::new(binary, place)
    }
}

/// Where the library is, built in the way these tests are: cargo builds no library of C for tests.
fn library_directory() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let this = env::current_exe().expect("the path of this program");
        // target/debug/deps/main-...
        let directory = this.ancestors().nth(2).expect("where cargo builds");
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--locked", "--package", "ossum-capi"]);
        build.arg("--target-dir").args(directory.parent());
        if directory.ends_with("release") {
            build.arg("--release");
        }
        let output = build.current_dir(HERE).output().expect("cargo");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        directory.to_owned()
    })
}
