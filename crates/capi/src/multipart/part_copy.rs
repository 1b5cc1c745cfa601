use std::ops::RangeInclusive;

use ossum_client::op::{CopySource, PlainRequest, UploadPartCopy};
use ossum_types::{ByteRange, Invalid, ObjectUrl};

use super::{part_number, upload_id};
use crate::abi::{Options, PartCopyParams};
use crate::boundary::{Call, given, guarded};
use crate::config::object;
use crate::memory::Table;
use crate::plain::{finished, with_tables};
use crate::status::{Failed, Status};

/// Makes a part of an upload of what another object has from `range_start` up to and with `range_end`.
///
/// The range must lie within the object: OSS copies all of one that ends before it does. `headers` may
/// say what must hold of the source, such as `x-oss-copy-source-if-match`. Nothing tells the CRC-64 of
/// what was copied: `oss_list_upload_part` has the part's size and `ETag`, with which the upload is
/// completed.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_upload_part_copy(
    options: *const Options,
    params: *mut PartCopyParams,
    headers: *mut Table,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let (params, headers) = unsafe { (given("params", params)?, headers.as_ref()) };
        let request = with_tables(worded(params)?, headers, None)?;
        finished(call, &request)
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

fn worded(params: &PartCopyParams) -> Result<PlainRequest, Failed> {
    let source = object(Some(&params.source_bucket), Some(&params.source_object))?;
    let ObjectUrl { bucket, key } = object(Some(&params.dest_bucket), Some(&params.dest_object))?;
    let copy = UploadPartCopy {
        source: CopySource::new(source.bucket, source.key),
        range: Some(range(params.range_start..=params.range_end)?),
        bucket,
        key,
        upload_id: upload_id(Some(&params.upload_id))?,
        part_number: part_number(params.part_num)?,
    };
    let worded: Result<PlainRequest, Invalid> = (&copy).try_into();
    worded.map_err(|reason| Failed::invalid(reason.to_string()))
}

fn range(bytes: RangeInclusive<i64>) -> Result<ByteRange, Failed> {
    let (first, last) = bytes.into_inner();
    format!("{first}-{last}")
        .parse()
        .map_err(|_| Failed::invalid(format!("a range from byte {first} to {last} is none")))
}
