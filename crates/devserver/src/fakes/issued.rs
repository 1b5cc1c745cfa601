use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::clock::iso_date;
use crate::id;
use crate::settings::{AccessKey, SecurityToken};

/// So many keys are remembered, the oldest are forgotten first: whoever asks in a loop takes no
/// more memory than this.
const MAX_KEYS: usize = 10_000;

/// The temporary access keys that were handed out, expired ones included.
#[derive(Debug, Default)]
pub(crate) struct Issued(Mutex<Book>);

#[derive(Debug, Default)]
struct Book {
    by_id: HashMap<String, AccessKey>,
    oldest_first: VecDeque<String>,
}

/// A temporary access key on its way to whoever asked.
#[derive(Debug, Clone)]
pub(super) struct Temporary {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) token: String,
    pub(super) issued: Timestamp,
    pub(super) expires: Timestamp,
}

impl Issued {
    /// The key with `id`, if it was handed out here.
    pub(crate) fn find(&self, id: &str) -> Option<AccessKey> {
        self.book().by_id.get(id).cloned()
    }

    /// Makes a key that ends `lifetime` after `now`, to the second.
    pub(super) fn issue(&self, now: Timestamp, lifetime: Duration) -> Temporary {
        // What is told has no finer unit, and the key must not outlive it.
        let end = now.as_second().saturating_add_unsigned(lifetime.as_secs());
        let temporary = Temporary {
            id: format!("STS.N{}", id::unique(now)),
            secret: random_digits(2),
            token: format!("CAIS{}", random_digits(8)),
            issued: now,
            expires: Timestamp::from_second(end).unwrap_or(Timestamp::MAX),
        };
        self.book().add(temporary.access_key());
        temporary
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        // A key that is in one collection only is found or forgotten, and nothing worse.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    fn add(&mut self, key: AccessKey) {
        if self.oldest_first.len() == MAX_KEYS
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.by_id.remove(&oldest);
        }
        self.oldest_first.push_back(key.id.clone());
        self.by_id.insert(key.id.clone(), key);
    }
}

impl Temporary {
    fn access_key(&self) -> AccessKey {
        let expires = SystemTime::from(self.expires);
        AccessKey {
            id: self.id.clone(),
            secret: self.secret.clone(),
            token: Some(SecurityToken {
                text: self.token.clone(),
                expires: Some(expires),
            }),
        }
    }

    /// The document by which everyone but STS hands it out.
    pub(super) fn document(&self) -> Value {
        json!({
            "Code": "Success",
            "AccessKeyId": self.id,
            "AccessKeySecret": self.secret,
            "SecurityToken": self.token,
            "LastUpdated": iso_date(self.issued),
            "Expiration": iso_date(self.expires),
        })
    }
}

/// 16 hexadecimal digits `times` times, which nobody guesses.
fn random_digits(times: u32) -> String {
    let digits = |part| format!("{:016x}", RandomState::new().hash_one(part));
    (0..times).map(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn a_key_ends_when_its_document_says() {
        let temporary = Issued::default().issue(NOW, Duration::from_hours(1));
        assert_eq!(temporary.document()["Expiration"], "1970-01-01T01:00:00Z");
        let token = temporary.access_key().token.unwrap();
        let hour = SystemTime::UNIX_EPOCH + Duration::from_hours(1);
        assert_eq!(token.expires, Some(hour));
    }

    #[test]
    fn the_oldest_keys_are_forgotten() {
        let issued = Issued::default();
        let first = issued.issue(NOW, Duration::ZERO);
        assert!(issued.find(&first.id).is_some());
        for _ in 0..MAX_KEYS {
            issued.issue(NOW, Duration::ZERO);
        }
        assert!(issued.find(&first.id).is_none());
        assert_eq!(issued.book().by_id.len(), MAX_KEYS);
    }
}
