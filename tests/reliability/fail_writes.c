/* The Nth write below a folder fails: loaded before libc, so that DuckDB's own writes are reached too. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static char folder[4096];
static long countdown, count;
static int error_number;

/* The `number`-th write, sync or truncation of a file below `below` fails with `error`; 0 disarms. Returns what was counted. */
long banmian_arm(const char *below, long number, int error) {
    long counted = count;
    strncpy(folder, below, sizeof folder - 1);
    countdown = number;
    error_number = error;
    count = 0;
    return counted;
}

static int strikes(int descriptor) {
    char link[64], path[4096];
    if (!folder[0]) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (strncmp(path, folder, strlen(folder))) return 0;
    long now = __sync_add_and_fetch(&count, 1);
    if (now != countdown) return 0;
    errno = error_number;
    return 1;
}

#define REAL(type, name, ...) static type (*real)(__VA_ARGS__); if (!real) real = dlsym(RTLD_NEXT, name)

ssize_t write(int d, const void *data, size_t size) { REAL(ssize_t, "write", int, const void *, size_t); return strikes(d) ? -1 : real(d, data, size); }
ssize_t pwrite(int d, const void *data, size_t size, off_t at) { REAL(ssize_t, "pwrite", int, const void *, size_t, off_t); return strikes(d) ? -1 : real(d, data, size, at); }
ssize_t pwrite64(int d, const void *data, size_t size, off64_t at) { REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t); return strikes(d) ? -1 : real(d, data, size, at); }
int fsync(int d) { REAL(int, "fsync", int); return strikes(d) ? -1 : real(d); }
int fdatasync(int d) { REAL(int, "fdatasync", int); return strikes(d) ? -1 : real(d); }
int ftruncate(int d, off_t size) { REAL(int, "ftruncate", int, off_t); return strikes(d) ? -1 : real(d, size); }
int ftruncate64(int d, off64_t size) { REAL(int, "ftruncate64", int, off64_t); return strikes(d) ? -1 : real(d, size); }
