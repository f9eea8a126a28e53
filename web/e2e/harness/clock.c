/*
 * Moves the clock of a program from outside, so that a test can let an hour pass for the real, unchanged binary.
 * Loaded with LD_PRELOAD. The environment variable E2E_CLOCK names a file of eight bytes: a signed number of
 * seconds, in the machine's byte order, added to every clock the program reads. The test writes it at any time.
 *
 * Waiting for events is cut into short turns, so that a timer that came due by the jump is noticed at once.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define LONGEST_TURN_MS 20

static const volatile int64_t *ahead_s;

__attribute__((constructor)) static void open_clock(void) {
    const char *path = getenv("E2E_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *page = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *ahead_s, PROT_READ, MAP_SHARED, file, 0);
    /* A test whose clock cannot be moved must fail loudly, not pass by luck. */
    if (page == MAP_FAILED) _exit(99);
    close(file);
    ahead_s = page;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int result = (int)syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && ahead_s && clock != CLOCK_PROCESS_CPUTIME_ID && clock != CLOCK_THREAD_CPUTIME_ID)
        now->tv_sec += *ahead_s;
    return result;
}

int epoll_wait(int epoll, struct epoll_event *events, int room, int timeout_ms) {
    if (timeout_ms < 0 || timeout_ms > LONGEST_TURN_MS) timeout_ms = LONGEST_TURN_MS;
    return (int)syscall(SYS_epoll_pwait, epoll, events, room, timeout_ms, NULL, 8);
}
