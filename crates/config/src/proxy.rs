//! Which proxy is between here and the service.

use ossum_client::transport::Proxies;

use crate::environment::Environment;
use crate::error::Error;
use crate::key::Key;
use crate::layer::{Layers, Origin, Setting};

/// The proxy that was given, or those of the environment.
pub(crate) fn find(layers: &Layers, environment: &Environment) -> Result<Proxies, Error> {
    match layers.find(Key::Proxy) {
        Some(setting) => given(setting),
        None => from_environment(environment),
    }
}

fn given(setting: &Setting) -> Result<Proxies, Error> {
    // A command line is visible to everybody on the machine.
    if matches!(setting.origin, Origin::Flag(_)) && setting.text.contains('@') {
        return Err(Error::SecretInFlag(setting.origin.clone()));
    }
    Proxies::all(&setting.text).map_err(|invalid| setting.refuse(invalid))
}

/// Reads the variables that curl reads, the lower-case name before the other.
fn from_environment(environment: &Environment) -> Result<Proxies, Error> {
    // In a CGI script HTTP_PROXY is what the client of the web server sent as `Proxy:`.
    let http: &[_] = if environment.has("REQUEST_METHOD") {
        &["http_proxy", "all_proxy", "ALL_PROXY"]
    } else {
        &["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]
    };
    let https = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
    let http = checked(environment, http)?;
    let https = checked(environment, &https)?;
    let exempt = first(environment, &["no_proxy", "NO_PROXY"])?;
    let exempt = exempt.map_or("", |(_, hosts)| hosts);
    Proxies::by_scheme(http, https, exempt).map_err(|reason| Error::Invalid {
        origin: Origin::Variable("HTTPS_PROXY"),
        reason,
    })
}

/// The first proxy of `names`, or nothing; a value that names none is an error of its variable.
fn checked<'a>(environment: &'a Environment, names: &[&'static str]) -> Result<&'a str, Error> {
    let Some((name, url)) = first(environment, names)? else {
        return Ok("");
    };
    match Proxies::all(url) {
        Ok(_) => Ok(url),
        Err(reason) => Err(Error::Invalid {
            origin: Origin::Variable(name),
            reason,
        }),
    }
}

fn first<'a>(
    environment: &'a Environment,
    names: &[&'static str],
) -> Result<Option<(&'static str, &'a str)>, Error> {
    for name in names {
        if let Some(value) = environment.get(name)? {
            return Ok(Some((name, value)));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Flags;

    fn origin_of_refusal(variables: &[(&str, &str)]) -> Option<Origin> {
        let environment: Environment = variables.iter().copied().collect();
        match from_environment(&environment) {
            Ok(_) => None,
            Err(Error::Invalid { origin, .. }) => Some(origin),
            Err(other) => panic!("{other}"),
        }
    }

    const BAD: &str = "ftp://u:hunter2@proxy";
    const GOOD: &str = "http://u:hunter2@proxy:3128";

    #[test]
    fn a_variable_that_names_no_proxy_is_refused_by_name() {
        for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"] {
            assert_eq!(
                origin_of_refusal(&[(name, BAD)]),
                Some(Origin::Variable(name))
            );
        }
        for name in ["all_proxy", "ALL_PROXY"] {
            assert_eq!(
                origin_of_refusal(&[(name, BAD)]),
                Some(Origin::Variable(name))
            );
        }
    }

    #[test]
    fn lower_case_counts_first_and_all_proxy_last() {
        assert_eq!(
            origin_of_refusal(&[("https_proxy", GOOD), ("HTTPS_PROXY", BAD)]),
            None
        );
        let both = [
            ("https_proxy", GOOD),
            ("http_proxy", GOOD),
            ("ALL_PROXY", BAD),
        ];
        assert_eq!(origin_of_refusal(&both), None);
    }

    #[test]
    fn a_cgi_script_does_not_believe_http_proxy() {
        let request = ("REQUEST_METHOD", "GET");
        assert_eq!(origin_of_refusal(&[request, ("HTTP_PROXY", BAD)]), None);
        let lower = origin_of_refusal(&[request, ("http_proxy", BAD)]);
        assert_eq!(lower, Some(Origin::Variable("http_proxy")));
    }

    #[test]
    fn a_flag_with_a_password_is_refused_and_the_password_not_repeated() {
        let flags = Flags {
            proxy: Some(GOOD.to_owned()),
            ..Flags::default()
        };
        let layers = Layers::new(vec![flags.layer()]);
        let error = find(&layers, &Environment::default()).unwrap_err();
        assert!(matches!(error, Error::SecretInFlag(_)));
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }

    #[test]
    fn a_flag_counts_before_the_environment() {
        let flags = Flags {
            proxy: Some("http://proxy:3128".to_owned()),
            ..Flags::default()
        };
        let environment = Environment::from_iter([("HTTPS_PROXY", BAD)]);
        assert!(find(&Layers::new(vec![flags.layer()]), &environment).is_ok());
    }
}
