/* ossum: moves objects to and from Alibaba Cloud OSS, and never loses its place.
 *
 * Source-compatible with the resumable calls of the official OSS C SDK. docs/c-api.md has the table
 * of functions, what differs, and who owns what. */
#ifndef OSSUM_OSS_API_H
#define OSSUM_OSS_API_H

#include "aos_buf.h"
#include "aos_crc64.h"
#include "aos_define.h"
#include "aos_http_io.h"
#include "aos_list.h"
#include "aos_log.h"
#include "aos_status.h"
#include "aos_string.h"
#include "aos_transport.h"
#include "aos_util.h"
#include "oss_define.h"

OSS_CPP_START

/* Options without config and controller; in a pool of their own if pool is NULL. */
oss_request_options_t *oss_request_options_create(aos_pool_t *pool);

/* A config with nothing set. */
oss_config_t *oss_config_create(aos_pool_t *pool);

/* How a resumable transfer is done; the path is copied. */
oss_resumable_clt_params_t *oss_create_resumable_clt_params_content(aos_pool_t *pool,
                                                                    int64_t part_size,
                                                                    int32_t thread_num,
                                                                    int enable_checkpoint,
                                                                    const char *checkpoint_path);

/* Uploads a file; with a checkpoint, the same call made again continues. On success the object holds
 * exactly the file's bytes. params must be NULL or empty. */
aos_status_t *oss_resumable_upload_file(oss_request_options_t *options, aos_string_t *bucket,
                                        aos_string_t *object, aos_string_t *filepath,
                                        aos_table_t *headers, aos_table_t *params,
                                        oss_resumable_clt_params_t *clt_params,
                                        oss_progress_callback progress_callback,
                                        aos_table_t **resp_headers, aos_list_t *resp_body);

/* Downloads an object; with a checkpoint, the same call made again continues. On success the file
 * holds exactly the object's bytes, durably. params may have versionId. */
aos_status_t *oss_resumable_download_file(oss_request_options_t *options, aos_string_t *bucket,
                                          aos_string_t *object, aos_string_t *filepath,
                                          aos_table_t *headers, aos_table_t *params,
                                          oss_resumable_clt_params_t *clt_params,
                                          oss_progress_callback progress_callback,
                                          aos_table_t **resp_headers);

/* Lists that a call fills with a body (buffer, resp_body) need not be initialised: they have what came,
 * or nothing. To other lists is added what came.
 *
 * Calls of one request are tried once; aos_should_retry tells whether to try again. Without a
 * Content-Type among the headers, an object gets the one that its name stands for. */

/* Makes an object of a list of aos_buf_t, in one request. */
aos_status_t *oss_put_object_from_buffer(const oss_request_options_t *options,
                                         const aos_string_t *bucket, const aos_string_t *object,
                                         aos_list_t *buffer, aos_table_t *headers,
                                         aos_table_t **resp_headers);
aos_status_t *oss_do_put_object_from_buffer(const oss_request_options_t *options,
                                            const aos_string_t *bucket, const aos_string_t *object,
                                            aos_list_t *buffer, aos_table_t *headers,
                                            aos_table_t *params,
                                            oss_progress_callback progress_callback,
                                            aos_table_t **resp_headers, aos_list_t *resp_body);

/* Makes an object of a file, in one request; its name tells the Content-Type. */
aos_status_t *oss_put_object_from_file(const oss_request_options_t *options,
                                       const aos_string_t *bucket, const aos_string_t *object,
                                       const aos_string_t *filename, aos_table_t *headers,
                                       aos_table_t **resp_headers);
aos_status_t *oss_do_put_object_from_file(const oss_request_options_t *options,
                                          const aos_string_t *bucket, const aos_string_t *object,
                                          const aos_string_t *filename, aos_table_t *headers,
                                          aos_table_t *params,
                                          oss_progress_callback progress_callback,
                                          aos_table_t **resp_headers, aos_list_t *resp_body);

/* Adds to the end of an object, which is at position, in one request; at 0 it makes the object.
 * init_crc is the x-oss-hash-crc64ecma of the answer before. */
aos_status_t *oss_append_object_from_buffer(const oss_request_options_t *options,
                                            const aos_string_t *bucket, const aos_string_t *object,
                                            int64_t position, aos_list_t *buffer,
                                            aos_table_t *headers, aos_table_t **resp_headers);
aos_status_t *oss_do_append_object_from_buffer(
    const oss_request_options_t *options, const aos_string_t *bucket, const aos_string_t *object,
    int64_t position, uint64_t init_crc, aos_list_t *buffer, aos_table_t *headers,
    aos_table_t *params, oss_progress_callback progress_callback, aos_table_t **resp_headers,
    aos_list_t *resp_body);
aos_status_t *oss_append_object_from_file(const oss_request_options_t *options,
                                          const aos_string_t *bucket, const aos_string_t *object,
                                          int64_t position, const aos_string_t *append_file,
                                          aos_table_t *headers, aos_table_t **resp_headers);
aos_status_t *oss_do_append_object_from_file(
    const oss_request_options_t *options, const aos_string_t *bucket, const aos_string_t *object,
    int64_t position, uint64_t init_crc, const aos_string_t *append_file, aos_table_t *headers,
    aos_table_t *params, oss_progress_callback progress_callback, aos_table_t **resp_headers,
    aos_list_t *resp_body);

/* Fetches an object as a list of aos_buf_t, in one request. */
aos_status_t *oss_get_object_to_buffer(const oss_request_options_t *options,
                                       const aos_string_t *bucket, const aos_string_t *object,
                                       aos_table_t *headers, aos_table_t *params,
                                       aos_list_t *buffer, aos_table_t **resp_headers);
aos_status_t *oss_do_get_object_to_buffer(const oss_request_options_t *options,
                                          const aos_string_t *bucket, const aos_string_t *object,
                                          aos_table_t *headers, aos_table_t *params,
                                          aos_list_t *buffer,
                                          oss_progress_callback progress_callback,
                                          aos_table_t **resp_headers);

/* Fetches an object into a file, in one request. The file is there with all of its bytes, durably, or
 * as it was before. */
aos_status_t *oss_get_object_to_file(const oss_request_options_t *options,
                                     const aos_string_t *bucket, const aos_string_t *object,
                                     aos_table_t *headers, aos_table_t *params,
                                     aos_string_t *filename, aos_table_t **resp_headers);
aos_status_t *oss_do_get_object_to_file(const oss_request_options_t *options,
                                        const aos_string_t *bucket, const aos_string_t *object,
                                        aos_table_t *headers, aos_table_t *params,
                                        aos_string_t *filename,
                                        oss_progress_callback progress_callback,
                                        aos_table_t **resp_headers);

/* Asks what is known of an object; everything is in resp_headers. */
aos_status_t *oss_head_object(const oss_request_options_t *options, const aos_string_t *bucket,
                              const aos_string_t *object, aos_table_t *headers,
                              aos_table_t **resp_headers);

/* Asks for size, ETag and time of an object. */
aos_status_t *oss_get_object_meta(const oss_request_options_t *options, const aos_string_t *bucket,
                                  const aos_string_t *object, aos_table_t **resp_headers);

/* Makes an object of another one's bytes, at most 5 GiB, without moving them through this machine. */
aos_status_t *oss_copy_object(const oss_request_options_t *options,
                              const aos_string_t *source_bucket, const aos_string_t *source_object,
                              const aos_string_t *dest_bucket, const aos_string_t *dest_object,
                              aos_table_t *headers, aos_table_t **resp_headers);

/* Makes an object that leads to another one. The target goes out as it is, and OSS reads it
 * percent-decoded. */
aos_status_t *oss_put_symlink(const oss_request_options_t *options, const aos_string_t *bucket,
                              const aos_string_t *sym_object, const aos_string_t *target_object,
                              aos_table_t **resp_headers);
aos_status_t *oss_do_put_symlink(const oss_request_options_t *options, const aos_string_t *bucket,
                                 const aos_string_t *sym_object, const aos_string_t *target_object,
                                 aos_table_t *headers, aos_table_t **resp_headers);

/* Tells where a link leads, in x-oss-symlink-target of resp_headers. */
aos_status_t *oss_get_symlink(const oss_request_options_t *options, const aos_string_t *bucket,
                              const aos_string_t *sym_object, aos_table_t **resp_headers);

/* Begins to make an archived object readable: 202, or 200 where it is by now. */
aos_status_t *oss_restore_object(const oss_request_options_t *options, const aos_string_t *bucket,
                                 const aos_string_t *object, aos_table_t *headers,
                                 aos_table_t **resp_headers);
aos_status_t *oss_restore_object_with_tier(const oss_request_options_t *options,
                                           const aos_string_t *bucket, const aos_string_t *object,
                                           oss_tier_type_e tier, int day, aos_table_t *headers,
                                           aos_table_t **resp_headers);

/* Whoever has a signed URL can use it: neither endpoint nor keys of the config play a part, only its
 * proxy. headers must be those that were signed; params are part of the URL and not looked at. */
aos_status_t *oss_put_object_from_buffer_by_url(const oss_request_options_t *options,
                                                const aos_string_t *signed_url, aos_list_t *buffer,
                                                aos_table_t *headers, aos_table_t **resp_headers);
aos_status_t *oss_put_object_from_file_by_url(const oss_request_options_t *options,
                                              const aos_string_t *signed_url,
                                              aos_string_t *filename, aos_table_t *headers,
                                              aos_table_t **resp_headers);
aos_status_t *oss_get_object_to_buffer_by_url(const oss_request_options_t *options,
                                              const aos_string_t *signed_url, aos_table_t *headers,
                                              aos_table_t *params, aos_list_t *buffer,
                                              aos_table_t **resp_headers);
aos_status_t *oss_get_object_to_file_by_url(const oss_request_options_t *options,
                                            const aos_string_t *signed_url, aos_table_t *headers,
                                            aos_table_t *params, aos_string_t *filename,
                                            aos_table_t **resp_headers);
aos_status_t *oss_head_object_by_url(const oss_request_options_t *options,
                                     const aos_string_t *signed_url, aos_table_t *headers,
                                     aos_table_t **resp_headers);

/* Deletes an object; one that is not there is deleted too. */
aos_status_t *oss_delete_object(const oss_request_options_t *options, const aos_string_t *bucket,
                                const aos_string_t *object, aos_table_t **resp_headers);

/* Deletes the objects of a list of oss_object_key_t, 1 to 1,000, in one request. Unless quiet,
 * deleted_object_list has those that OSS says are deleted. */
aos_status_t *oss_delete_objects(const oss_request_options_t *options, const aos_string_t *bucket,
                                 aos_list_t *object_list, int is_quiet, aos_table_t **resp_headers,
                                 aos_list_t *deleted_object_list);
oss_object_key_t *oss_create_oss_object_key(aos_pool_t *pool);

/* Deletes every object whose name begins with prefix, and fails unless OSS confirms each. An empty
 * prefix empties the bucket; NULL does nothing. */
aos_status_t *oss_delete_objects_by_prefix(oss_request_options_t *options,
                                           const aos_string_t *bucket, const aos_string_t *prefix);

/* Who else may use an object: private, public-read, public-read-write, or default, as the bucket
 * says. */
aos_status_t *oss_put_object_acl(const oss_request_options_t *options, const aos_string_t *bucket,
                                 const aos_string_t *object, oss_acl_e oss_acl,
                                 aos_table_t **resp_headers);
aos_status_t *oss_get_object_acl(const oss_request_options_t *options, const aos_string_t *bucket,
                                 const aos_string_t *object, aos_string_t *oss_acl,
                                 aos_table_t **resp_headers);

/* The tags of an object, as a list of oss_tag_content_t: put replaces all, get adds to the list. */
aos_status_t *oss_put_object_tagging(const oss_request_options_t *options,
                                     const aos_string_t *bucket, const aos_string_t *object,
                                     aos_list_t *tag_list, aos_table_t **resp_headers);
aos_status_t *oss_get_object_tagging(const oss_request_options_t *options,
                                     const aos_string_t *bucket, const aos_string_t *object,
                                     aos_list_t *tag_list, aos_table_t **resp_headers);
aos_status_t *oss_delete_object_tagging(const oss_request_options_t *options,
                                        const aos_string_t *bucket, const aos_string_t *object,
                                        aos_table_t **resp_headers);
oss_tag_content_t *oss_create_tag_content(aos_pool_t *pool);

/* Uploads in parts, by hand: begun, parts sent in any order and from any thread, completed or
 * aborted. Until then OSS keeps the parts. */

/* Begins an upload and tells its ID, in the pool. What is kept with the object is said here. */
aos_status_t *oss_init_multipart_upload(const oss_request_options_t *options,
                                        const aos_string_t *bucket, const aos_string_t *object,
                                        aos_string_t *upload_id, aos_table_t *headers,
                                        aos_table_t **resp_headers);

/* Sends a list of aos_buf_t as a part, 1 to 10,000; the ETag in resp_headers is to be named at the
 * end. The CRC-64 must be what OSS received. The list stays as it is. */
aos_status_t *oss_upload_part_from_buffer(const oss_request_options_t *options,
                                          const aos_string_t *bucket, const aos_string_t *object,
                                          const aos_string_t *upload_id, int part_num,
                                          aos_list_t *buffer, aos_table_t **resp_headers);
aos_status_t *oss_do_upload_part_from_buffer(const oss_request_options_t *options,
                                             const aos_string_t *bucket, const aos_string_t *object,
                                             const aos_string_t *upload_id, int part_num,
                                             aos_list_t *buffer,
                                             oss_progress_callback progress_callback,
                                             aos_table_t *headers, aos_table_t *params,
                                             aos_table_t **resp_headers, aos_list_t *resp_body);

/* Sends what is in a file, or in a range of it, as a part. */
aos_status_t *oss_upload_part_from_file(const oss_request_options_t *options,
                                        const aos_string_t *bucket, const aos_string_t *object,
                                        const aos_string_t *upload_id, int part_num,
                                        oss_upload_file_t *upload_file,
                                        aos_table_t **resp_headers);
aos_status_t *oss_do_upload_part_from_file(const oss_request_options_t *options,
                                           const aos_string_t *bucket, const aos_string_t *object,
                                           const aos_string_t *upload_id, int part_num,
                                           oss_upload_file_t *upload_file,
                                           oss_progress_callback progress_callback,
                                           aos_table_t *headers, aos_table_t *params,
                                           aos_table_t **resp_headers, aos_list_t *resp_body);

/* Makes a part of another object's bytes, which must have the whole range. */
aos_status_t *oss_upload_part_copy(const oss_request_options_t *options,
                                   oss_upload_part_copy_params_t *params, aos_table_t *headers,
                                   aos_table_t **resp_headers);

/* Makes the object of the parts that a list of oss_complete_part_content_t names, in any order. */
aos_status_t *oss_complete_multipart_upload(const oss_request_options_t *options,
                                            const aos_string_t *bucket, const aos_string_t *object,
                                            const aos_string_t *upload_id, aos_list_t *part_list,
                                            aos_table_t *headers, aos_table_t **resp_headers);
aos_status_t *oss_do_complete_multipart_upload(const oss_request_options_t *options,
                                               const aos_string_t *bucket,
                                               const aos_string_t *object,
                                               const aos_string_t *upload_id,
                                               aos_list_t *part_list, aos_table_t *headers,
                                               aos_table_t *params, aos_table_t **resp_headers,
                                               aos_list_t *resp_body);

/* Ends an upload and throws its parts away. */
aos_status_t *oss_abort_multipart_upload(const oss_request_options_t *options,
                                         const aos_string_t *bucket, const aos_string_t *object,
                                         aos_string_t *upload_id, aos_table_t **resp_headers);

/* Lists the parts of an upload, and the uploads of a bucket, one page a call. */
aos_status_t *oss_list_upload_part(const oss_request_options_t *options,
                                   const aos_string_t *bucket, const aos_string_t *object,
                                   const aos_string_t *upload_id,
                                   oss_list_upload_part_params_t *params,
                                   aos_table_t **resp_headers);
aos_status_t *oss_list_multipart_upload(const oss_request_options_t *options,
                                        const aos_string_t *bucket,
                                        oss_list_multipart_upload_params_t *params,
                                        aos_table_t **resp_headers);

/* Uploads a file in parts, one after the other, remembered by an upload ID: where that is empty an
 * upload is begun and its ID put there, in the pool, and the same call with the same ID continues
 * after a failure. Parts count as there if their CRC-64 is that of the file's bytes. Requests that may
 * pass are tried again. An empty file goes in one request, and begins no upload. */
aos_status_t *oss_upload_file(oss_request_options_t *options, const aos_string_t *bucket,
                              const aos_string_t *object, aos_string_t *upload_id,
                              aos_string_t *filename, int64_t part_size, aos_table_t *headers);

/* What these calls are given: all fields zero or empty, lists empty, pages of 1,000. NULL without a
 * pool. */
oss_upload_file_t *oss_create_upload_file(aos_pool_t *pool);
oss_complete_part_content_t *oss_create_complete_part_content(aos_pool_t *pool);
oss_list_part_content_t *oss_create_list_part_content(aos_pool_t *pool);
oss_list_upload_part_params_t *oss_create_list_upload_part_params(aos_pool_t *pool);
oss_list_multipart_upload_content_t *oss_create_list_multipart_upload_content(aos_pool_t *pool);
oss_list_multipart_upload_params_t *oss_create_list_multipart_upload_params(aos_pool_t *pool);
oss_upload_part_copy_params_t *oss_create_upload_part_copy_params(aos_pool_t *pool);

/* Lists objects by key, and the buckets of the account by name, one page a call. */
aos_status_t *oss_list_object(const oss_request_options_t *options, const aos_string_t *bucket,
                              oss_list_object_params_t *params, aos_table_t **resp_headers);
aos_status_t *oss_list_bucket(const oss_request_options_t *options,
                              oss_list_buckets_params_t *params, aos_table_t **resp_headers);

/* What they are given: texts and lists empty; pages of 1,000 objects, and of as many buckets as OSS
 * gives. NULL without a pool. */
oss_list_object_params_t *oss_create_list_object_params(aos_pool_t *pool);
oss_list_object_content_t *oss_create_list_object_content(aos_pool_t *pool);
oss_list_object_common_prefix_t *oss_create_list_object_common_prefix(aos_pool_t *pool);
oss_list_buckets_params_t *oss_create_list_buckets_params(aos_pool_t *pool);
oss_list_bucket_content_t *oss_create_list_bucket_content(aos_pool_t *pool);

/* Makes a bucket in the region of the endpoint. */
aos_status_t *oss_create_bucket(const oss_request_options_t *options, const aos_string_t *bucket,
                                oss_acl_e oss_acl, aos_table_t **resp_headers);
aos_status_t *oss_create_bucket_with_storage_class(const oss_request_options_t *options,
                                                   const aos_string_t *bucket, oss_acl_e oss_acl,
                                                   oss_storage_class_type_e storage_class,
                                                   aos_table_t **resp_headers);

/* Whether there is a bucket. */
aos_status_t *oss_head_bucket(const oss_request_options_t *options, const aos_string_t *bucket,
                              aos_table_t **resp_headers);

/* Removes a bucket with nothing in it, neither objects nor uploads. */
aos_status_t *oss_delete_bucket(const oss_request_options_t *options, const aos_string_t *bucket,
                                aos_table_t **resp_headers);

/* Who else may use a bucket: oss_acl tells "private", "public-read" or "public-read-write". */
aos_status_t *oss_put_bucket_acl(const oss_request_options_t *options, const aos_string_t *bucket,
                                 oss_acl_e oss_acl, aos_table_t **resp_headers);
aos_status_t *oss_get_bucket_acl(const oss_request_options_t *options, const aos_string_t *bucket,
                                 aos_string_t *oss_acl, aos_table_t **resp_headers);

/* Where a bucket is, what is known of it, and how much it holds. */
aos_status_t *oss_get_bucket_location(const oss_request_options_t *options,
                                      const aos_string_t *bucket, aos_string_t *oss_location,
                                      aos_table_t **resp_headers);
aos_status_t *oss_get_bucket_info(const oss_request_options_t *options, const aos_string_t *bucket,
                                  oss_bucket_info_t *bucket_info, aos_table_t **resp_headers);
aos_status_t *oss_get_bucket_stat(const oss_request_options_t *options, const aos_string_t *bucket,
                                  oss_bucket_stat_t *bucket_stat, aos_table_t **resp_headers);
oss_bucket_info_t *oss_create_bucket_info(aos_pool_t *pool);

/* The address of a request about an object, which whoever has it can make until expires, in seconds
 * since 1970. Of req the method, the headers and the parameters count; signed headers, which are
 * Content-Type, Content-MD5 and x-oss-*, have to be sent with the same values. Nothing is sent. NULL if
 * it cannot be had: expires is past, or with V4 signatures more than 7 days off. */
char *oss_gen_signed_url(const oss_request_options_t *options, const aos_string_t *bucket,
                         const aos_string_t *object, int64_t expires, aos_http_request_t *req);

OSS_CPP_END

#endif
