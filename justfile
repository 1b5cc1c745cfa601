# Shortcuts for people; `.ci/run` is what they run, and works without just.

# Lists the recipes.
default:
    @just --list --unsorted

# Runs every check a change has to pass; or only some: `just check lint test`.
check *steps:
    .ci/run {{ steps }}

# Formats all code.
format:
    cargo fmt --all

# Checks formatting.
check-format: (check "format")

# Runs clippy; a warning is an error.
lint: (check "lint")

# Builds the documentation; a broken link is an error.
docs: (check "docs")

# Runs the tests, of all crates or as cargo is told: `just test -p ossum-plan`.
test *arguments="--workspace":
    cargo test {{ arguments }}

# Measures what much, and many, cost; `just scale listing rate` these alone, `just scale --long` all of it.
scale *options:
    tests/scale/run {{ options }}

# Breaks what is under it and writes the score; `just torture simulated` this part alone, `just torture --long` for a night.
torture *options:
    cargo xtask torture {{ options }}

# Changes the code to see whether a test notices; takes hours, `just mutants plan --file feed.rs` minutes.
mutants *options:
    tests/mutants/run {{ options }}

# Measures ossum against the floor and its peers; or only some cases: `just bench up down`.
bench *cases:
    cargo run --release -p ossum-bench -- run {{ cases }}

# Has the official SDKs judge `ossum serve`; or only some: `just interop test_ranges`.
interop *tests:
    tests/interop/run {{ tests }}

# Migrates on Ray clusters of this machine; or only some of that: `just ray -k node`.
ray *tests:
    tests/ray/run {{ tests }}

# Checks licences, sources and duplicates of what we build on.
deny: (check "deny")

# Looks for known vulnerabilities in what we build on; needs GitHub.
advisories: (check "advisories")

# Shows the whole way, up and down, on the embedded server.
demo:
    cargo run --release -- demo
