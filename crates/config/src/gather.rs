//! All layers in the order in which they count.

use ossum_types::BucketName;

use crate::credentials;
use crate::environment::Environment;
use crate::error::{Error, Warning};
use crate::file::{FileKind, Files, Wanted};
use crate::flags::{Access, Flags};
use crate::layer::{Layer, Layers, Origin};

const PROFILE: &str = "OSS_PROFILE";

/// What was found, and what is wrong with it.
#[derive(Debug)]
pub(crate) struct Gathered {
    pub(crate) layers: Layers,
    pub(crate) files: Files,
    /// Why this is not whole, the first thing to correct in front.
    pub(crate) problems: Vec<Error>,
}

impl Gathered {
    /// Flags, with the profile that they ask for; the environment; files; who else gives
    /// credentials.
    ///
    /// # Errors
    /// Only for a variable that is no text: a file that cannot be used is among the problems.
    pub(crate) fn from(
        flags: &Flags,
        environment: &Environment,
        bucket: Option<&BucketName>,
    ) -> Result<Self, Error> {
        let mut files = Files::look(flags.config.as_deref(), environment)?;
        let mut problems: Vec<Error> = files.error.take().into_iter().collect();
        let (wanted, origin) = wanted(flags, environment)?;
        if let (Wanted::Named(name), Some(origin)) = (wanted, origin) {
            problems.extend(files.expect(name, origin).err());
        }
        let (ours, others): (Vec<_>, Vec<_>) = files
            .layers(wanted, bucket)
            .into_iter()
            .partition(|(kind, _)| *kind == FileKind::Ours);
        let (ours, others) = (only_layers(ours), only_layers(others));
        let told = [environment.layer()?, environment.oidc_layer()?];
        let mut layers = vec![flags.layer()];
        let after = if flags.profile.is_some() {
            layers.extend(ours);
            let after = layers.len();
            layers.extend(others);
            layers.extend(told);
            after
        } else {
            layers.extend(told);
            layers.extend(ours);
            let after = layers.len();
            layers.extend(others);
            after
        };
        let has_no_need = flags.access == Access::Anonymous
            || layers[..after].iter().any(credentials::has_credentials);
        for error in std::mem::take(&mut files.errors_of_others) {
            if has_no_need {
                files.warnings.push(Warning::PassedOver(error.to_string()));
            } else {
                problems.push(error);
            }
        }
        layers.extend(environment.last_layers()?);
        Ok(Self {
            layers: Layers::new(layers),
            files,
            problems,
        })
    }

    /// The layers, if nothing is wrong with them.
    pub(crate) fn whole(self) -> Result<(Layers, Vec<Warning>), Error> {
        match self.problems.into_iter().next() {
            Some(problem) => Err(problem),
            None => Ok((self.layers, self.files.warnings)),
        }
    }
}

fn wanted<'a>(
    flags: &'a Flags,
    environment: &'a Environment,
) -> Result<(Wanted<'a>, Option<Origin>), Error> {
    if let Some(name) = &flags.profile {
        return Ok((Wanted::Named(name), Some(Origin::Flag("--profile"))));
    }
    Ok(match environment.get(PROFILE)? {
        Some(name) => (Wanted::Named(name), Some(Origin::Variable(PROFILE))),
        None => (Wanted::Default, None),
    })
}

fn only_layers(tagged: Vec<(FileKind, Layer)>) -> Vec<Layer> {
    tagged.into_iter().map(|(_, layer)| layer).collect()
}

#[cfg(test)]
mod tests;
