//! Installs the C library.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Builds the library as it is released, and puts it where C programs look for it.
///
/// Each file appears as a whole or not at all: a program that uses the old library goes on with it.
pub(crate) fn install(root: &Path, prefix: &Path) -> Result<()> {
    let prefix = std::path::absolute(prefix).context("the prefix")?;
    let built = build(root)?;
    let libraries = prefix.join("lib");
    for name in ["libossum.so", "libossum.a"] {
        place(&built.join(name), &libraries.join(name))?;
    }
    let include = root.join("crates/capi/include");
    for entry in fs::read_dir(&include).context("the headers")? {
        let header = entry?;
        let target = prefix.join("include/ossum").join(header.file_name());
        place(&header.path(), &target)?;
    }
    let described = libraries.join("pkgconfig/ossum.pc");
    write(&described, pkg_config(&prefix).as_bytes())
}

/// Where the library is then.
fn build(root: &Path) -> Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.current_dir(root);
    build.args(["build", "--release", "--locked", "--package", "ossum-capi"]);
    let status = build.status().context("cargo")?;
    ensure!(status.success(), "cargo build ended with {status}");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("release"))
}

fn pkg_config(prefix: &Path) -> String {
    format!(
        "prefix={}\n\
         libdir=${{prefix}}/lib\n\
         includedir=${{prefix}}/include/ossum\n\
         \n\
         Name: ossum\n\
         Description: Moves objects to and from Alibaba Cloud OSS, and never loses its place\n\
         Version: {}\n\
         Cflags: -I${{includedir}}\n\
         Libs: -L${{libdir}} -lossum\n\
         Libs.private: -lpthread -ldl -lm\n",
        prefix.display(),
        env!("CARGO_PKG_VERSION"),
    )
}

fn place(from: &Path, to: &Path) -> Result<()> {
    let bytes = fs::read(from).with_context(|| from.display().to_string())?;
    write(to, &bytes)
}

fn write(to: &Path, bytes: &[u8]) -> Result<()> {
    let shown = || to.display().to_string();
    let directory = to.parent().with_context(shown)?;
    fs::create_dir_all(directory).with_context(|| directory.display().to_string())?;
    let mut new = to.as_os_str().to_owned();
    new.push(".new");
    fs::write(&new, bytes).with_context(shown)?;
    fs::rename(&new, to).with_context(shown)
}
