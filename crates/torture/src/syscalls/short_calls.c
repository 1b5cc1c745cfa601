/* Cuts one call short: preloaded into a program, it lets the SHORT_NTH call of SHORT_CALL, counted over all threads, move half
   of what it was asked to move, and says so in the file SHORT_TOLD. A call that moves one byte is not cut, and not counted. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long made;

static void tell(void)
{
    int file = open(getenv("SHORT_TOLD"), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (file >= 0)
        close(file);
}

/* How many of `asked` bytes the call may move. */
static size_t allowed(const char *call, size_t asked)
{
    const char *cut = getenv("SHORT_CALL");
    if (cut == NULL || strcmp(cut, call) != 0 || asked < 2)
        return asked;
    if (atomic_fetch_add(&made, 1) + 1 != atol(getenv("SHORT_NTH")))
        return asked;
    tell();
    return asked / 2;
}

#define REAL(name, type) \
    static type real; \
    if (real == NULL) \
        real = (type)dlsym(RTLD_NEXT, name)

typedef ssize_t (*writing)(int, const void *, size_t);
typedef ssize_t (*reading)(int, void *, size_t);
typedef ssize_t (*writing_at)(int, const void *, size_t, off64_t);
typedef ssize_t (*reading_at)(int, void *, size_t, off64_t);
typedef ssize_t (*gathering)(int, const struct iovec *, int);
typedef ssize_t (*sending)(int, const void *, size_t, int);
typedef ssize_t (*receiving)(int, void *, size_t, int);

ssize_t write(int file, const void *bytes, size_t len)
{
    REAL("write", writing);
    return real(file, bytes, allowed("write", len));
}

ssize_t read(int file, void *bytes, size_t len)
{
    REAL("read", reading);
    return real(file, bytes, allowed("read", len));
}

ssize_t pwrite64(int file, const void *bytes, size_t len, off64_t at)
{
    REAL("pwrite64", writing_at);
    return real(file, bytes, allowed("pwrite64", len), at);
}

ssize_t pread64(int file, void *bytes, size_t len, off64_t at)
{
    REAL("pread64", reading_at);
    return real(file, bytes, allowed("pread64", len), at);
}

ssize_t send(int file, const void *bytes, size_t len, int flags)
{
    REAL("send", sending);
    return real(file, bytes, allowed("sendto", len), flags);
}

ssize_t recv(int file, void *bytes, size_t len, int flags)
{
    REAL("recv", receiving);
    return real(file, bytes, allowed("recvfrom", len), flags);
}

/* Half of the first piece only. */
ssize_t writev(int file, const struct iovec *pieces, int count)
{
    REAL("writev", gathering);
    if (count < 1)
        return real(file, pieces, count);
    struct iovec first = pieces[0];
    first.iov_len = allowed("writev", first.iov_len);
    if (first.iov_len == pieces[0].iov_len)
        return real(file, pieces, count);
    return real(file, &first, 1);
}
