{"ossum":"checkpoint","format":1,"transfer":{"direction":"upload","endpoint":"oss-cn-hangzhou.aliyuncs.com","object":{"bucket":"logs","key":"2026/备份.tar"},"file":"/data/100%25 backup.tar"},"source":{"file":{"size":20971521,"modified_ns":"1795651200123456789","changed_ns":"1795651201000000001","id":{"device":"000000000000fd01","inode":"0000000000120308"}}},"size":20971521,"part_size":8388608,"headers":"995dc9bbdf1939fa","began":1795651300,"session":"0123456789abcdef0123456789abcdef"}
{"holder":{"process":4242,"host":"build-7","since":1795651300}}
{"upload_id":"0004B9895DBBB6EC98E3B8A5C5B1D2F0"}
{"part":1,"crc64":"0000000000000001","etag":"5D41402ABC4B2A76B9719D911017C592"}
{"part":3,"crc64":"0000000000000003","etag":"5D41402ABC4B2A76B9719D911017C592"}
{"completing":1795651500}
{"holder":{"process":4300,"host":"build-7","since":1795651700}}
{"source":{"size":41943041,"modified_ns":"1795651600000000007","changed_ns":"1795651600000000008","id":{"device":"000000000000fd01","inode":"0000000000120547"}}}
{"part":6,"crc64":"0000000000000006","etag":"5D41402ABC4B2A76B9719D911017C592"}