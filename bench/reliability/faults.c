/* Makes one call that changes files fail, or ends the process there: loaded with LD_PRELOAD, armed by fault_arm.

   Counted are the calls below one folder, by path or by the path of the descriptor: write, pwrite, pwritev, fsync,
   fdatasync, ftruncate, rename, unlink, mkdir. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { COUNT, IO_ERROR, FULL_FROM_HERE, KILL, KILL_HALF_WAY };

static char folder[4096];
static size_t folder_length;
static long at, seen;
static int action = -1;

void fault_arm(const char *below, long number, int what) {
    strncpy(folder, below, sizeof folder - 1);
    folder_length = strlen(folder);
    at = number, seen = 0, action = what;
}

long fault_seen(void) { return seen; }
void fault_disarm(void) { action = -1; }

static int die(void) { kill(getpid(), SIGKILL); for (;;) pause(); }

/* 0: go on; 1: fail, errno is set; 2: do half of it and die. */
static int decide(const char *path) {
    if (action < 0 || strncmp(path, folder, folder_length)) return 0;
    seen++;
    if (action == COUNT || seen < at || (seen > at && action != FULL_FROM_HERE)) return 0;
    if (action == KILL) return die();
    if (action == KILL_HALF_WAY) return 2;
    errno = action == IO_ERROR ? EIO : ENOSPC;
    return 1;
}

static int decide_fd(int fd) {
    char name[64], path[4096];
    if (action < 0) return 0;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(name, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return decide(path);
}

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define PWRITE(name, offset_type)                                                    \
    ssize_t name(int fd, const void *data, size_t size, offset_type offset) {        \
        REAL(name);                                                                  \
        int what = decide_fd(fd);                                                    \
        if (what == 1) return -1;                                                    \
        if (what == 2) { real(fd, data, size / 2, offset); die(); }                  \
        return real(fd, data, size, offset);                                         \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t write(int fd, const void *data, size_t size) {
    REAL(write);
    int what = decide_fd(fd);
    if (what == 1) return -1;
    if (what == 2) { real(fd, data, size / 2); die(); }
    return real(fd, data, size);
}

#define ON_FD(name, arguments, call)                                                 \
    int name arguments {                                                             \
        REAL(name);                                                                  \
        int what = decide_fd(fd);                                                    \
        if (what == 1) return -1;                                                    \
        if (what == 2) die();                                                        \
        return real call;                                                            \
    }
ON_FD(fsync, (int fd), (fd))
ON_FD(fdatasync, (int fd), (fd))
ON_FD(ftruncate, (int fd, off_t size), (fd, size))
ON_FD(ftruncate64, (int fd, off64_t size), (fd, size))

#define ON_PATH(name, arguments, path, call)                                         \
    int name arguments {                                                             \
        REAL(name);                                                                  \
        int what = decide(path);                                                     \
        if (what == 1) return -1;                                                    \
        if (what == 2) { real call; die(); }                                         \
        return real call;                                                            \
    }
ON_PATH(rename, (const char *old, const char *new), new, (old, new))
ON_PATH(renameat, (int a, const char *old, int b, const char *new), new, (a, old, b, new))
ON_PATH(unlink, (const char *path), path, (path))
ON_PATH(unlinkat, (int fd, const char *path, int flags), path, (fd, path, flags))
ON_PATH(mkdir, (const char *path, mode_t mode), path, (path, mode))
