//! Holds the structures against the headers, as the C compiler of this machine lays them out.

use std::fmt::Write as _;
use std::mem::offset_of;
use std::process::Command;

use super::*;
use crate::memory::{ArrayHeader, Buffer, Entry, List, Text};
use crate::status::Status;

/// A structure: its name in C, its size, and where its fields are.
type Layout = (&'static str, usize, Vec<(&'static str, usize)>);

macro_rules! layouts {
    ($($here:ident is $there:literal: $($field:ident)*;)*) => {
        vec![$((
            $there,
            size_of::<$here>(),
            vec![$((in_c(stringify!($field)), offset_of!($here, $field)),)*],
        ),)*]
    };
}

/// The name of a field in C, where it is no word of Rust's.
fn in_c(field: &'static str) -> &'static str {
    match field {
        "kind" => "type",
        field => field,
    }
}

fn layouts() -> Vec<Layout> {
    layouts! {
        Text is "aos_string_t": len data;
        List is "aos_list_t": next prev;
        Buffer is "aos_buf_t": node pos last start end;
        ArrayHeader is "aos_array_header_t": pool elt_size nelts nalloc elts;
        Entry is "aos_table_entry_t": key val key_checksum;
        Status is "aos_status_t": code error_code error_msg req_id;
        Config is "oss_config_t": endpoint access_key_id access_key_secret sts_token is_cname proxy_host
            proxy_port proxy_user proxy_passwd signature_version region cloudbox_id;
        HttpOptions is "aos_http_request_options_t": speed_limit speed_time dns_cache_timeout
            connect_timeout max_memory_size enable_crc proxy_host proxy_auth verify_ssl ca_path ca_file
            verify_object_strict;
        // `owner` is a bit field, which has no offset in C.
        Controller is "aos_http_controller_t": options pool start_time first_byte_time finish_time
            user_data;
        Options is "oss_request_options_t": config ctl pool;
        HttpRequest is "aos_http_request_t": host proto signed_url method uri resource headers
            query_params body body_len file_path file_buf pool user_data read_body kind
            progress_callback crc64 consumed_bytes normalize_url;
        ResumableParams is "oss_resumable_clt_params_t": part_size thread_num enable_checkpoint
            checkpoint_path;
        ObjectKeyNode is "oss_object_key_t": node key;
        TagContent is "oss_tag_content_t": node key value;
        UploadFile is "oss_upload_file_t": filename file_pos file_last;
        CompletePart is "oss_complete_part_content_t": node part_number etag;
        ListedPart is "oss_list_part_content_t": node part_number size etag last_modified;
        ListPartsParams is "oss_list_upload_part_params_t": part_number_marker max_ret truncated
            next_part_number_marker part_list;
        ListedUpload is "oss_list_multipart_upload_content_t": node key upload_id initiated;
        ListUploadsParams is "oss_list_multipart_upload_params_t": prefix key_marker upload_id_marker
            delimiter max_ret truncated next_key_marker next_upload_id_marker upload_list;
        PartCopyParams is "oss_upload_part_copy_params_t": source_bucket source_object dest_bucket
            dest_object upload_id part_num range_start range_end;
        ListedObject is "oss_list_object_content_t": node key last_modified etag size owner_id
            owner_display_name storage_class kind;
        CommonPrefix is "oss_list_object_common_prefix_t": node prefix;
        ListObjectsParams is "oss_list_object_params_t": prefix marker delimiter max_ret truncated
            next_marker object_list common_prefix_list;
        ListedBucket is "oss_list_bucket_content_t": node create_date extranet_endpoint
            intranet_endpoint location name storage_class;
        ListBucketsParams is "oss_list_buckets_params_t": prefix marker max_keys truncated next_marker
            owner_id owner_name bucket_list;
        BucketInfo is "oss_bucket_info_t": created_date extranet_endpoint intranet_endpoint location
            owner_id owner_name acl storage_class;
        BucketStat is "oss_bucket_stat_t": storage_in_bytes object_count multipart_upload_count;
    }
}

/// Each structure on a line, as the C program below prints it.
fn told(layouts: &[Layout]) -> String {
    let mut told = String::new();
    for (name, size, fields) in layouts {
        write!(told, "{name} {size}").unwrap();
        for (field, offset) in fields {
            write!(told, " {field}={offset}").unwrap();
        }
        told.push('\n');
    }
    told
}

fn program(layouts: &[Layout]) -> String {
    let mut text = "#include \"oss_api.h\"\nint main(void)\n{\n".to_owned();
    for (name, _, fields) in layouts {
        writeln!(text, "printf(\"{name} %zu\", sizeof({name}));").unwrap();
        for (field, _) in fields {
            writeln!(text, "printf(\" {field}=%zu\", offsetof({name}, {field}));").unwrap();
        }
        writeln!(text, "printf(\"\\n\");").unwrap();
    }
    text + "return 0;\n}\n"
}

#[test]
fn every_structure_is_as_the_headers_have_it() {
    let place = tempfile::tempdir().unwrap();
    let (source, binary) = (place.path().join("layouts.c"), place.path().join("layouts"));
    let ours = layouts();
    std::fs::write(&source, program(&ours)).unwrap();
    let include = concat!(env!("CARGO_MANIFEST_DIR"), "/include");
    let mut compiler = Command::new("gcc");
    compiler.args(["-std=gnu99", "-Wall", "-Werror", "-I", include, "-o"]);
    let compiled = compiler.arg(&binary).arg(&source).status().unwrap();
    assert!(compiled.success());
    let theirs = Command::new(&binary).output().unwrap().stdout;
    assert_eq!(String::from_utf8(theirs).unwrap(), told(&ours));
}
