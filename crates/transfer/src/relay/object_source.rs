use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use futures_util::stream;
use ossum_client::Client;
use ossum_client::op::{
    Conditions, GetObject, GetObjectTagging, HeadObject, ObjectInfo, ObjectReader,
};
use ossum_client::transport::HttpTransport;
use ossum_types::{ByteRange, ETag, ObjectUrl, VersionId};

use super::range_source::{
    KeptWith, RangeSource, SourceBytes, SourceError, SourceFuture, SourceTrouble,
};

/// An object of OSS as a source: of another account, another region, or any other bucket.
///
/// Every request is pinned to the ETag, and where one is given to the version.
#[derive(Debug, Clone)]
pub struct ObjectSource {
    client: Client,
    object: ObjectUrl,
    version_id: Option<VersionId>,
    etag: ETag,
    size: u64,
    /// What the first answer told; the same on every thread.
    found: Arc<OnceLock<KeptWith>>,
}

impl ObjectSource {
    /// The `object` of these bytes. `client` is the calling thread's.
    pub fn new(
        client: Client,
        object: ObjectUrl,
        version_id: Option<VersionId>,
        etag: ETag,
        size: u64,
    ) -> Self {
        Self {
            client,
            object,
            version_id,
            etag,
            size,
            found: Arc::default(),
        }
    }

    async fn read(self, range: ByteRange) -> Result<ObjectReader, SourceError> {
        let ObjectUrl { bucket, key } = self.object.clone();
        let get = GetObject {
            range: Some(range),
            version_id: self.version_id.clone(),
            conditions: Conditions::matching(self.etag.clone()),
            ..GetObject::new(bucket, key)
        };
        let reader = self.client.read_object(get).await?;
        self.is_the_same(reader.info())?;
        if reader.range() != Some(range) {
            return Err(changed());
        }
        self.learn(reader.info()).await?;
        Ok(reader)
    }

    /// Takes note of what an answer tells, and asks for what it leaves out.
    async fn learn(&self, info: &ObjectInfo) -> Result<KeptWith, SourceError> {
        if let Some(found) = self.found.get() {
            return Ok(found.clone());
        }
        let mut kept = KeptWith::of(info);
        if info.tag_count().unwrap_or(0) > 0 {
            let ObjectUrl { bucket, key } = self.object.clone();
            let get = GetObjectTagging {
                version_id: self.version_id.clone(),
                ..GetObjectTagging::new(bucket, key)
            };
            kept.headers.tags = self.client.get_object_tagging(&get).await?.tags;
        }
        Ok(self.found.get_or_init(|| kept).clone())
    }

    async fn look(&self) -> Result<KeptWith, SourceError> {
        if let Some(found) = self.found.get() {
            return Ok(found.clone());
        }
        let ObjectUrl { bucket, key } = self.object.clone();
        let head = HeadObject {
            version_id: self.version_id.clone(),
            ..HeadObject::new(bucket, key)
        };
        let info = self.client.head_object(&head).await?;
        self.is_the_same(&info)?;
        self.learn(&info).await
    }

    fn is_the_same(&self, info: &ObjectInfo) -> Result<(), SourceError> {
        if info.size == self.size && info.etag == self.etag {
            return Ok(());
        }
        Err(changed())
    }
}

impl RangeSource for ObjectSource {
    fn size(&self) -> u64 {
        self.size
    }

    fn open(&self, range: ByteRange) -> SourceBytes {
        let beginning = Reading::Begin(self.clone(), range);
        Box::pin(stream::try_unfold(beginning, |reading| async {
            Ok(reading.next().await?)
        }))
    }

    fn kept_with(&self) -> SourceFuture<'_, KeptWith> {
        Box::pin(self.look())
    }

    /// Every answer was held to the ETag; where there was none, as of an object without bytes, one is
    /// asked for.
    fn check_unchanged(&self) -> SourceFuture<'_, ()> {
        Box::pin(async { self.look().await.map(drop) })
    }

    fn for_worker(&self) -> Arc<dyn RangeSource> {
        Arc::new(Self {
            client: self.client.for_worker(HttpTransport::READ_BUFFER_BYTES),
            ..self.clone()
        })
    }
}

/// A range on its way.
enum Reading {
    Begin(ObjectSource, ByteRange),
    Body(Box<ObjectReader>),
}

impl Reading {
    async fn next(self) -> Result<Option<(Bytes, Self)>, SourceError> {
        let mut reader = match self {
            Self::Begin(source, range) => Box::new(source.read(range).await?),
            Self::Body(reader) => reader,
        };
        let chunk = reader.chunk().await?;
        Ok(chunk.map(|chunk| (chunk, Self::Body(reader))))
    }
}

fn changed() -> SourceError {
    SourceError::new(
        SourceTrouble::Changed,
        "the source is another object than was found",
    )
}
