//! Files by which engines that start programs on machines carry out a plan.
//!
//! Pure: text from what was planned. Each engine has a template beside this file; what each of them starts is
//! `ossum migrate run-shard`, whose exit codes they are told the meaning of: 75 try again, 42 never.

use std::num::NonZeroU32;

/// What starts programs on machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// An array of jobs for `sbatch`.
    Slurm,
    /// An Indexed Job for `kubectl apply`.
    Kubernetes,
    /// A template of a unit, an instance of which is a worker.
    Systemd,
}

/// What is carried out, and by how many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// The work place, as every machine is to be told it: a directory's path is absolute.
    pub work: String,
    /// Whether that is a directory, which the machines have to share.
    pub is_directory: bool,
    /// How many shards were planned, numbered from 0.
    pub shards: u32,
    /// How many shards are carried out at a time.
    pub workers: NonZeroU32,
    /// Options of `run-shard`, a word each.
    pub options: Vec<String>,
    /// The container image, for Kubernetes.
    pub image: String,
}

/// So many tasks an array of Slurm has at most: `MaxArraySize` is 1001 where nobody has set it.
const MOST_TASKS: u32 = 1000;

impl Recipe {
    /// The file for an engine, ready for use.
    pub fn render(&self, engine: Engine) -> String {
        match engine {
            Engine::Slurm => self.slurm(),
            Engine::Kubernetes => self.kubernetes(),
            Engine::Systemd => self.systemd(),
        }
    }

    fn slurm(&self) -> String {
        let tasks = self.shards.clamp(1, MOST_TASKS);
        let options = self
            .options
            .iter()
            .map(|word| format!(" {}", shell_word(word)));
        fill(
            include_str!("recipe/slurm.sh"),
            &[
                ("shards", self.shards.to_string()),
                ("last_shard", self.last_shard().to_string()),
                ("last_task", (tasks - 1).to_string()),
                ("tasks", tasks.to_string()),
                ("workers", self.workers.to_string()),
                ("work", shell_word(&self.work)),
                ("options", options.collect()),
            ],
        )
    }

    fn kubernetes(&self) -> String {
        let shard = format!("{}#$(JOB_COMPLETION_INDEX)", self.work.replace('$', "$$"));
        let options = self.options.iter().map(|word| word.replace('$', "$$"));
        let words = ["migrate".to_owned(), "run-shard".to_owned(), shard];
        let words = words.into_iter().chain(options);
        let volume = if self.is_directory {
            fill(
                include_str!("recipe/kubernetes_volume.yaml"),
                &[("work", yaml_word(&self.work))],
            )
        } else {
            String::new()
        };
        fill(
            include_str!("recipe/kubernetes.yaml"),
            &[
                ("shards", self.shards.to_string()),
                ("workers", self.workers.to_string()),
                ("image", yaml_word(&self.image)),
                ("arguments", words.map(|word| argument(&word)).collect()),
                ("volume", volume),
            ],
        )
    }

    fn systemd(&self) -> String {
        let options = self
            .options
            .iter()
            .map(|word| format!(" {}", systemd_word(word)));
        fill(
            include_str!("recipe/systemd.service"),
            &[
                ("shards", self.shards.to_string()),
                ("workers", self.workers.to_string()),
                ("last_worker", (self.workers.get() - 1).to_string()),
                ("last_shard", self.last_shard().to_string()),
                ("work", systemd_word(&self.work)),
                ("options", options.collect()),
            ],
        )
    }

    /// -1, behind which no number comes, where there is no shard.
    fn last_shard(&self) -> i64 {
        i64::from(self.shards) - 1
    }
}

/// A template with `{{name}}` replaced by what that is; a value is not looked into.
fn fill(template: &str, values: &[(&str, String)]) -> String {
    let mut pieces = template.split("{{");
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").unwrap_or((piece, ""));
        let value = values.iter().find(|(of, _)| *of == name);
        filled.push_str(value.map_or("", |(_, value)| value));
        filled.push_str(rest);
    }
    filled
}

fn argument(word: &str) -> String {
    format!("\n            - {}", yaml_word(word))
}

/// A word as a shell takes it whole.
fn shell_word(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A word as YAML takes it: what JSON writes is YAML.
fn yaml_word(word: &str) -> String {
    serde_json::Value::from(word).to_string()
}

/// A word of a command line in a unit, where `%` and `$` mean something even in quotes.
fn systemd_word(word: &str) -> String {
    let mut quoted = String::from("\"");
    for char in word.chars() {
        match char {
            '%' => quoted.push_str("%%"),
            '$' => quoted.push_str("$$"),
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn recipe(work: &str) -> Recipe {
        Recipe {
            work: work.to_owned(),
            is_directory: work.starts_with('/'),
            shards: 12,
            workers: NonZeroU32::new(3).unwrap(),
            options: vec!["--workers".into(), "3".into()],
            image: "registry.example/ossum:1".into(),
        }
    }

    /// What a script does when its `ossum` is `function`.
    fn run(script: &str, function: &str, variables: &[(&str, &str)]) -> (i32, String) {
        let script = format!("{function}\n{script}");
        let mut bash = Command::new("bash");
        let ended = bash
            .args(["-c", &script, "script"])
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let said = String::from_utf8(ended.stdout).unwrap();
        (ended.status.code().unwrap(), said)
    }

    const TASK: [(&str, &str); 3] = [
        ("SLURM_ARRAY_TASK_ID", "7"),
        ("SLURM_RESTART_COUNT", "0"),
        ("SLURM_JOB_ID", "42007"),
    ];

    #[test]
    fn a_task_of_slurm_carries_out_its_shard_of_a_work_place_of_any_name() {
        let script = recipe("/it's $HOME/w").render(Engine::Slurm);
        assert!(script.contains("#SBATCH --array=0-11%3\n"), "{script}");
        let function = r#"ossum() { printf '[%s]' "$@"; }"#;
        let (code, said) = run(&script, function, &TASK);
        assert_eq!(
            (code, said.as_str()),
            (0, "[migrate][run-shard][/it's $HOME/w#7][--workers][3]")
        );
    }

    #[test]
    fn what_slurm_may_try_again_is_queued_again_and_what_never_passes_is_not() {
        let script = recipe("oss://b/w").render(Engine::Slurm);
        let ends_with = |code: i32, variables: &[_]| {
            let function = format!("scontrol() {{ echo \"$@\"; }}; ossum() {{ return {code}; }}");
            run(&script, &function, variables)
        };
        assert_eq!(ends_with(75, &TASK), (75, "requeue 42007\n".to_owned()));
        assert_eq!(ends_with(42, &TASK), (42, String::new()));
        let tired = [TASK[0], ("SLURM_RESTART_COUNT", "20"), TASK[2]];
        assert_eq!(ends_with(75, &tired), (75, String::new()));
    }

    #[test]
    fn more_shards_than_an_array_may_have_are_divided_among_its_tasks() {
        let many = Recipe {
            shards: 2008,
            ..recipe("oss://b/w")
        };
        let script = many.render(Engine::Slurm);
        assert!(script.contains("#SBATCH --array=0-999%3\n"), "{script}");
        let function = r#"ossum() { printf '%s ' "$3"; }"#;
        let (_, said) = run(&script, function, &TASK);
        assert_eq!(said, "oss://b/w#7 oss://b/w#1007 oss://b/w#2007 ");
    }

    #[test]
    fn kubernetes_is_told_the_shard_and_what_never_passes() {
        let job = recipe("oss://b/$(HOME)").render(Engine::Kubernetes);
        for line in [
            "  completions: 12\n",
            "  parallelism: 3\n",
            "            - \"oss://b/$$(HOME)#$(JOB_COMPLETION_INDEX)\"\n",
            "      - action: FailIndex\n",
            "          values: [2, 42]\n",
        ] {
            assert!(job.contains(line), "{line}: {job}");
        }
        assert!(
            !job.contains("{{") && !job.contains("volumeMounts"),
            "{job}"
        );
        let shared = recipe("/mnt/w").render(Engine::Kubernetes);
        assert!(shared.contains("mountPath: \"/mnt/w\""), "{shared}");
    }

    /// The command of the unit, as systemd would have it after its own quotes and escapes.
    fn command_of(unit: &str, instance: &str) -> String {
        let unit = unit.replace("\\\n", "");
        let line = unit
            .lines()
            .find_map(|line| line.strip_prefix("ExecStart="));
        let line = line.unwrap().replace("%i", instance);
        line.replace("%%", "%").replace("$$", "$")
    }

    #[test]
    fn a_worker_of_systemd_carries_out_its_share_and_says_how_it_ended() {
        let unit = recipe("oss://b/100%").render(Engine::Systemd);
        assert!(unit.contains("RestartPreventExitStatus=2 42\n"), "{unit}");
        let ossum = r#"ossum() { echo "$3"; case $3 in *#1) return 42;; *#4) return 75;; esac; }"#;
        let script = format!("{ossum}; export -f ossum");
        let command = command_of(&unit, "1").replace("/bin/sh", "bash");
        let (code, said) = run(&command, &script, &[]);
        let shards = "oss://b/100%#1\noss://b/100%#4\noss://b/100%#7\noss://b/100%#10\n";
        assert_eq!((code, said.as_str()), (75, shards));
        let command = command_of(&unit, "12").replace("/bin/sh", "bash");
        assert_eq!(run(&command, &script, &[]), (0, String::new()));
    }

    #[test]
    fn a_word_of_a_unit_stands_for_itself() {
        assert_eq!(systemd_word(r#"a"\%$"#), r#""a\"\\%%$$""#);
    }
}
