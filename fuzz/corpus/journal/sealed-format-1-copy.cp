{"ossum":"checkpoint","format":1,"transfer":{"direction":"copy","endpoint":"oss-cn-hangzhou-internal.aliyuncs.com","object":{"bucket":"logs","key":"a.tar"},"destination":{"bucket":"archive","key":"a.tar"}},"source":{"object":{"size":10}},"size":10,"part_size":5368709120,"headers":"0000000000000000","began":1795651300,"session":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"}
{"holder":{"process":4242,"host":"build-7","since":1795651300}}
{"upload_id":"0004B9895DBBB6EC"}
{"part":1,"etag":"5D41402ABC4B2A76B9719D911017C592"}