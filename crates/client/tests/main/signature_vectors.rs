//! Our signatures against those of the official SDKs and of the official documentation.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use ossum_client::Addressing;
use ossum_client::auth::{Credentials, Product, Signer, SigningScope, ToSign};
use ossum_types::Endpoint;
use percent_encoding::percent_decode_str;
use serde::Deserialize;

/// More vectors in the same format, for whoever has some.
const MORE_VECTORS: &str = "OSSUM_SIGNATURE_VECTORS";

type Pairs = Vec<(String, String)>;

#[derive(Deserialize)]
struct VectorFile {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    version: Version,
    mode: Mode,
    method: String,
    access_key_id: String,
    access_key_secret: String,
    #[serde(default)]
    security_token: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    product: String,
    #[serde(default)]
    bucket: String,
    #[serde(default)]
    key: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    query: Pairs,
    #[serde(default)]
    additional_headers: Vec<String>,
    #[serde(default)]
    sub_resource: Vec<String>,
    time: Option<u64>,
    date: Option<String>,
    expiration: Option<u64>,
    expected: Expected,
    expected_raw_query: Option<String>,
    /// Notes. An input that we do not know would show in the signature.
    #[serde(flatten)]
    others: BTreeMap<String, serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Version {
    V4,
    V1,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Header,
    Presign,
}

/// A member that is not listed here would be a claim that goes unchecked, so it is an error.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    authorization: Option<String>,
    string_to_sign: Option<String>,
    query: Option<BTreeMap<String, String>>,
}

#[test]
fn signature_vectors_all_pass() {
    let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/signatures.json");
    check_file(Path::new(ours));
    if let Some(more) = std::env::var_os(MORE_VECTORS) {
        check_file(Path::new(&more));
    }
}

/// A thread remembers the last key that it derived.
#[test]
fn another_secret_day_region_or_product_has_a_signature_of_its_own() {
    let sign = |(secret, day, region, product): (&str, u64, &str, Product)| {
        let signer = Signer::V4(SigningScope {
            region: region.parse().unwrap(),
            product,
        });
        let request = ToSign {
            method: &Method::GET,
            bucket: Some("bucket"),
            key: Some("key"),
            query: &[],
            headers: &HeaderMap::new(),
            additional_headers: &[],
            sub_resources: &[],
        };
        let credentials = Credentials::new("id", secret).unwrap();
        let at = UNIX_EPOCH + Duration::from_hours(24 * day);
        let signed = signer.sign_headers(&request, &credentials, at);
        signed["authorization"].to_str().unwrap().to_owned()
    };
    let first = ("secret", 20_000, "cn-hangzhou", Product::Oss);
    let others = [
        ("other", 20_000, "cn-hangzhou", Product::Oss),
        ("secret", 20_001, "cn-hangzhou", Product::Oss),
        ("secret", 20_000, "cn-beijing", Product::Oss),
        ("secret", 20_000, "cn-hangzhou", Product::CloudBox),
    ];
    let fresh = |what| std::thread::spawn(move || sign(what)).join().unwrap();
    for other in others {
        for next in [first, other, other, first] {
            assert_eq!(sign(next), fresh(next));
        }
        assert_ne!(sign(first), sign(other));
    }
}

fn check_file(path: &Path) {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let file: VectorFile =
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    assert!(!file.vectors.is_empty(), "{}: no vectors", path.display());
    let failures: Vec<String> = file
        .vectors
        .iter()
        .filter_map(|v| v.check().err())
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {} vectors in {} fail:\n{}",
        failures.len(),
        file.vectors.len(),
        path.display(),
        failures.join("\n")
    );
}

impl Vector {
    fn check(&self) -> Result<(), String> {
        let unchecked = |name: &&String| name.starts_with("expected");
        if let Some(claim) = self.others.keys().find(unchecked) {
            return Err(format!("{}: unknown claim {claim}", self.name));
        }
        let outcome = match self.mode {
            Mode::Header => self.check_headers(),
            Mode::Presign => self.check_address(),
        };
        outcome.map_err(|why| format!("{}: {why}", self.name))
    }

    fn check_headers(&self) -> Result<(), String> {
        let headers = self.headers()?;
        let additional = self.additional_headers()?;
        let sub_resources = self.sub_resources();
        let (method, at) = (self.method()?, self.signing_time()?);
        let request = self.to_sign(&method, &headers, &additional, &sub_resources);
        let (signer, credentials) = (self.signer()?, self.credentials()?);

        let signed = signer.sign_headers(&request, &credentials, at);
        let authorization = signed
            .get("authorization")
            .and_then(|value| value.to_str().ok());
        let wanted = self.expected.authorization.as_deref();
        let wanted = wanted.ok_or("no expected.authorization")?;
        same("authorization", &authorization, &Some(wanted))?;
        if let Some(text) = &self.expected.string_to_sign {
            let ours = signer.string_to_sign(&request, &credentials, at);
            same(
                "string to sign",
                String::from_utf8_lossy(&ours).as_ref(),
                text,
            )?;
        }
        if let Some(date) = &self.date {
            same("date", &httpdate::fmt_http_date(at), date)?;
        }
        if self.expected.query.is_some() {
            return Err("expected.query has no meaning for signed headers".to_owned());
        }
        self.check_raw_query(&on_the_wire(&self.query)?)
    }

    fn check_address(&self) -> Result<(), String> {
        let headers = self.headers()?;
        let additional = self.additional_headers()?;
        let sub_resources = self.sub_resources();
        let (method, at) = (self.method()?, self.signing_time()?);
        let request = self.to_sign(&method, &headers, &additional, &sub_resources);
        let expiration = self.expiration.ok_or("no expiration")?;
        let valid_for = (UNIX_EPOCH + Duration::from_secs(expiration))
            .duration_since(at)
            .map_err(|_| "expiration before time")?;

        let appended = self
            .signer()?
            .presign(&request, &self.credentials()?, at, valid_for)
            .map_err(|e| e.to_string())?;
        let raw = on_the_wire(&[self.query.clone(), appended].concat())?;
        let ours = decoded(&raw);
        let wanted = self.expected.query.as_ref().ok_or("no expected.query")?;
        for (name, value) in wanted {
            // An empty value says that the parameter is absent.
            let value = Some(value).filter(|value| !value.is_empty());
            same(name, &ours.get(name), &value)?;
        }
        if self.expected.authorization.is_some() || self.expected.string_to_sign.is_some() {
            return Err("only expected.query has a meaning for a presigned address".to_owned());
        }
        self.check_raw_query(&raw)
    }

    fn check_raw_query(&self, ours: &str) -> Result<(), String> {
        match &self.expected_raw_query {
            None => Ok(()),
            Some(wanted) => same("raw query", ours, wanted),
        }
    }

    fn to_sign<'a>(
        &'a self,
        method: &'a Method,
        headers: &'a HeaderMap,
        additional_headers: &'a [HeaderName],
        sub_resources: &'a [&'a str],
    ) -> ToSign<'a> {
        ToSign {
            method,
            bucket: Some(self.bucket.as_str()).filter(|bucket| !bucket.is_empty()),
            key: Some(self.key.as_str()).filter(|key| !key.is_empty()),
            query: &self.query,
            headers,
            additional_headers,
            sub_resources,
        }
    }

    fn signer(&self) -> Result<Signer, String> {
        if matches!(self.version, Version::V1) {
            return Ok(Signer::V1);
        }
        let product = [Product::Oss, Product::CloudBox]
            .into_iter()
            .find(|product| product.as_str() == self.product)
            .ok_or_else(|| format!("unknown product {}", self.product))?;
        let region = self.region.parse().map_err(|e| format!("{e}"))?;
        Ok(Signer::V4(SigningScope { region, product }))
    }

    fn credentials(&self) -> Result<Credentials, String> {
        let credentials =
            Credentials::new(self.access_key_id.as_str(), self.access_key_secret.as_str())
                .map_err(|e| e.to_string())?;
        if self.security_token.is_empty() {
            return Ok(credentials);
        }
        credentials
            .with_security_token(self.security_token.as_str())
            .map_err(|e| e.to_string())
    }

    fn method(&self) -> Result<Method, String> {
        self.method.parse().map_err(|e| format!("{e}"))
    }

    fn headers(&self) -> Result<HeaderMap, String> {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let name: HeaderName = name.parse().map_err(|e| format!("{name}: {e}"))?;
            let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|e| format!("{e}"))?;
            headers.append(name, value);
        }
        Ok(headers)
    }

    fn additional_headers(&self) -> Result<Vec<HeaderName>, String> {
        let parse = |name: &String| name.parse().map_err(|e| format!("{name}: {e}"));
        self.additional_headers.iter().map(parse).collect()
    }

    fn sub_resources(&self) -> Vec<&str> {
        self.sub_resource.iter().map(String::as_str).collect()
    }

    /// V1 addresses carry only their end, so any earlier moment does for them.
    fn signing_time(&self) -> Result<SystemTime, String> {
        let seconds = match (self.time, &self.date, &self.version, self.expiration) {
            (Some(time), ..) => time,
            (None, Some(date), ..) => {
                return httpdate::parse_http_date(date).map_err(|e| e.to_string());
            }
            (None, None, Version::V1, Some(expiration)) => expiration.saturating_sub(60),
            _ => return Err("no time to sign at".to_owned()),
        };
        Ok(UNIX_EPOCH + Duration::from_secs(seconds))
    }
}

fn on_the_wire(query: &[(String, String)]) -> Result<String, String> {
    let endpoint: Endpoint = "oss-cn-hangzhou.aliyuncs.com".parse().unwrap();
    let uri = Addressing::Auto
        .uri(&endpoint, None, None, query)
        .map_err(|e| e.to_string())?;
    Ok(uri.query().unwrap_or_default().to_owned())
}

fn decoded(query: &str) -> BTreeMap<String, String> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

fn same<T: PartialEq + Debug + ?Sized>(what: &str, ours: &T, wanted: &T) -> Result<(), String> {
    if ours == wanted {
        return Ok(());
    }
    Err(format!("{what} is\n  {ours:?}\nand not\n  {wanted:?}"))
}
