"""Moves objects with one of the peers, set up as its documentation says.

    peer.py PEER up|down          SERVER BUCKET KEY FILE PART_SIZE CONNECTIONS
    peer.py PEER up-many|down-many SERVER BUCKET PREFIX DIRECTORY CONNECTIONS
    peer.py PEER nothing          starts, imports what the peer needs, and ends

Checkpoints and CRC-64 are on wherever a peer has them.
"""

import os
import sys

REGION = "cn-hangzhou"
KEY_ID, SECRET = "LTAIbench", "nobody's"


def main():
    name, what, *words = sys.argv[1:]
    peer = PEERS[name]()
    if what != "nothing":
        getattr(peer, what.replace("-", "_"))(*words)


class Obstore:
    """The Rust crate object_store, from Python. Has neither checkpoints nor CRC-64."""

    def __init__(self):
        import asyncio
        from concurrent.futures import ThreadPoolExecutor

        import obstore
        from obstore.store import S3Store

        self.asyncio, self.obstore, self.store = asyncio, obstore, S3Store
        self.pool = ThreadPoolExecutor

    def open(self, server, bucket):
        return self.store(
            bucket,
            endpoint=server,
            region=REGION,
            access_key_id=KEY_ID,
            secret_access_key=SECRET,
            client_options={"allow_http": True},
        )

    def up(self, server, bucket, key, file, part_size, connections):
        self.obstore.put(
            self.open(server, bucket),
            key,
            open(file, "rb"),
            use_multipart=True,
            chunk_size=int(part_size),
            max_concurrency=int(connections),
        )

    def down(self, server, bucket, key, file, part_size, connections):
        store, step = self.open(server, bucket), int(part_size)
        size = self.obstore.head(store, key)["size"]
        target = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o644)
        os.posix_fallocate(target, 0, size)

        def fetch(start):
            length = min(step, size - start)
            part = self.obstore.get_range(store, key, start=start, length=length)
            os.pwrite(target, part, start)

        with self.pool(int(connections)) as pool:
            for _ in pool.map(fetch, range(0, size, step)):
                pass
        os.close(target)

    def up_many(self, server, bucket, prefix, directory, connections):
        store = self.open(server, bucket)

        async def put(path):
            with open(path, "rb") as source:
                await self.obstore.put_async(store, prefix + path.name, source.read())

        self.each(put, os.scandir(directory), connections)

    def down_many(self, server, bucket, prefix, directory, connections):
        store = self.open(server, bucket)
        keys = [
            found["path"]
            for page in self.obstore.list(store, prefix=prefix)
            for found in page
        ]

        async def get(key):
            answer = await self.obstore.get_async(store, key)
            with open(os.path.join(directory, key[len(prefix):]), "wb") as target:
                target.write(await answer.bytes_async())

        self.each(get, keys, connections)

    def each(self, move, things, connections):
        """Moves each of the things, so many at a time."""

        async def run():
            waiting = iter(things)

            async def worker():
                for thing in waiting:
                    await move(thing)

            await self.asyncio.gather(*(worker() for _ in range(int(connections))))

        self.asyncio.run(run())


class Awscrt:
    """The C runtime of the AWS SDKs, which boto3 uses where it is installed.

    Asked directly: boto3 gives it no endpoint that speaks plain HTTP. It chooses its connections.
    """

    def __init__(self):
        from awscrt import auth, http, io, s3

        self.auth, self.http, self.io, self.s3 = auth, http, io, s3

    def open(self, part_size):
        loops = self.io.EventLoopGroup()
        return self.s3.S3Client(
            bootstrap=self.io.ClientBootstrap(loops, self.io.DefaultHostResolver(loops)),
            region=REGION,
            tls_mode=self.s3.S3RequestTlsMode.DISABLED,
            credential_provider=self.auth.AwsCredentialsProvider.new_static(KEY_ID, SECRET),
            part_size=int(part_size),
            multipart_upload_threshold=int(part_size),
        )

    def headers(self, server, *more):
        return self.http.HttpHeaders([("Host", server.removeprefix("http://")), *more])

    def up(self, server, bucket, key, file, part_size, _connections):
        length = ("Content-Length", str(os.path.getsize(file)))
        request = self.http.HttpRequest("PUT", f"/{bucket}/{key}", self.headers(server, length))
        kind = self.s3.S3RequestType.PUT_OBJECT
        made = self.open(part_size).make_request(type=kind, request=request, send_filepath=file)
        made.finished_future.result()

    def down(self, server, bucket, key, file, part_size, _connections):
        request = self.http.HttpRequest("GET", f"/{bucket}/{key}", self.headers(server))
        kind = self.s3.S3RequestType.GET_OBJECT
        made = self.open(part_size).make_request(type=kind, request=request, recv_filepath=file)
        made.finished_future.result()


class Oss2:
    """The official SDK for Python, version 1, with its checkpoints."""

    def __init__(self):
        import oss2

        self.oss2 = oss2

    def open(self, server, bucket):
        auth = self.oss2.AuthV4(KEY_ID, SECRET)
        return self.oss2.Bucket(auth, server, bucket, region=REGION, is_path_style=True)

    def up(self, server, bucket, key, file, part_size, connections):
        self.oss2.resumable_upload(
            self.open(server, bucket),
            key,
            file,
            store=self.oss2.ResumableStore(root=os.getcwd()),
            multipart_threshold=int(part_size),
            part_size=int(part_size),
            num_threads=int(connections),
        )

    def down(self, server, bucket, key, file, part_size, connections):
        self.oss2.resumable_download(
            self.open(server, bucket),
            key,
            file,
            store=self.oss2.ResumableDownloadStore(root=os.getcwd()),
            multiget_threshold=int(part_size),
            part_size=int(part_size),
            num_threads=int(connections),
        )


class OssV2:
    """The official SDK for Python, version 2, with its checkpoints."""

    def __init__(self):
        import alibabacloud_oss_v2 as oss

        self.oss = oss

    def open(self, server):
        config = self.oss.config.load_default()
        config.credentials_provider = self.oss.credentials.StaticCredentialsProvider(KEY_ID, SECRET)
        config.region, config.endpoint, config.use_path_style = REGION, server, True
        return self.oss.Client(config)

    def up(self, server, bucket, key, file, part_size, connections):
        uploader = self.open(server).uploader(
            part_size=int(part_size),
            parallel_num=int(connections),
            enable_checkpoint=True,
            checkpoint_dir=os.getcwd(),
        )
        uploader.upload_file(self.oss.PutObjectRequest(bucket=bucket, key=key), filepath=file)

    def down(self, server, bucket, key, file, part_size, connections):
        downloader = self.open(server).downloader(
            part_size=int(part_size),
            parallel_num=int(connections),
            enable_checkpoint=True,
            checkpoint_dir=os.getcwd(),
        )
        request = self.oss.GetObjectRequest(bucket=bucket, key=key)
        downloader.download_file(request, filepath=file)


PEERS = {"obstore": Obstore, "awscrt": Awscrt, "oss2": Oss2, "oss-v2": OssV2}

if __name__ == "__main__":
    main()
