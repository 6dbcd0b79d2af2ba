// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

// Preloaded into a program, it gives that program a wall clock of its own, which may be set while the program runs. All
// others keep theirs, and monotonic clocks stay as they are: no clock that is set moves those.
//
// The file that ZONEWRIGHT_FALSE_CLOCK names tells how wrong the clock is. Nothing here locks, allocates or looks up
// symbols, since a program may ask for the time within any of these, and before its own constructors have run.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

// The file. Whoever sets the clock writes an offset that nobody reads yet, then its number, an octet: no reader sees half of
// it.
struct page {
    uint8_t current;
    uint8_t unused[7];
    // In nanoseconds.
    int64_t offsets[256];
    // How many programs have the clock.
    uint64_t programs;
    // How often somebody has begun to wait for a moment of the wall clock, by kind: such waits a clock that is set upsets.
    uint64_t waits[4];
};

enum kind { conditions, semaphores, locks, timers };

// A slice: after how long one who waits looks at the clock again, in nanoseconds.
enum { second = 1000000000, slice = 50000000, descriptors = 65536 };

static struct page right;
static struct page *page = &right;
// The timers that follow the wall clock, by descriptor.
static uint8_t wall_timers[descriptors];

__attribute__((constructor(101))) static void attach(void) {
    const char *path = getenv("ZONEWRIGHT_FALSE_CLOCK");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *memory = mmap(NULL, sizeof(struct page), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (memory == MAP_FAILED) return;
    page = memory;
    __atomic_fetch_add(&page->programs, 1, __ATOMIC_RELAXED);
}

static int64_t offset(void) {
    return page->offsets[__atomic_load_n(&page->current, __ATOMIC_ACQUIRE)];
}

static struct timespec shifted(struct timespec time, int64_t by) {
    int64_t nanoseconds = time.tv_nsec + by % second;
    time.tv_sec += by / second;
    if (nanoseconds < 0) {
        nanoseconds += second;
        time.tv_sec -= 1;
    } else if (nanoseconds >= second) {
        nanoseconds -= second;
        time.tv_sec += 1;
    }
    time.tv_nsec = nanoseconds;
    return time;
}

static int is_wall(clockid_t clock) {
    return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
}

// Reading.

int clock_gettime(clockid_t clock, struct timespec *time) {
    long result = syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && is_wall(clock)) *time = shifted(*time, offset());
    return (int)result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    (void)zone;
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *result) {
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}

int timespec_get(struct timespec *time, int base) {
    return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, time) == 0 ? base : 0;
}

// Waiting. The functions called here take the clock as an argument and are the C library's own.
//
// A wall clock that is set moves the end of waits that have begun, as the kernel does it with the real one. So that they
// are waited for in slices, by the monotonic clock. What waits in the kernel only, timers and sleeps, is brought back to the
// right clock once, and does not notice that the clock is set.

static void count(enum kind kind) {
    __atomic_fetch_add(&page->waits[kind], 1, __ATOMIC_RELAXED);
}

static struct timespec right_moment(const struct timespec *moment) {
    return shifted(*moment, -offset());
}

// The moment of the monotonic clock at which the next slice of a wait ends; 0 when there is none, since the end has come.
static int next_slice(const struct timespec *moment, struct timespec *end) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (now.tv_sec > moment->tv_sec || (now.tv_sec == moment->tv_sec && now.tv_nsec >= moment->tv_nsec)) return 0;
    struct timespec later = shifted(now, slice);
    int64_t length = slice;
    if (later.tv_sec > moment->tv_sec || (later.tv_sec == moment->tv_sec && later.tv_nsec > moment->tv_nsec)) {
        length = (moment->tv_sec - now.tv_sec) * second + moment->tv_nsec - now.tv_nsec;
    }
    clock_gettime(CLOCK_MONOTONIC, end);
    *end = shifted(*end, length);
    return 1;
}

int pthread_cond_timedwait(
    pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict moment
) {
    // The second bit says which clock the condition was made with.
    if (__atomic_load_n(&condition->__data.__wrefs, __ATOMIC_RELAXED) & 2) {
        return pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, moment);
    }
    count(conditions);
    struct timespec end;
    if (!next_slice(moment, &end)) return pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, &(struct timespec){0, 0});
    int result = pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, &end);
    // The caller has to look whether what it waits for has come, as after any wake-up without a reason: whoever brought it
    // may have found nobody waiting at the end of the slice.
    return result == ETIMEDOUT && next_slice(moment, &end) ? 0 : result;
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict moment) {
    count(semaphores);
    struct timespec end;
    while (next_slice(moment, &end)) {
        if (sem_clockwait(semaphore, CLOCK_MONOTONIC, &end) == 0) return 0;
        if (errno != ETIMEDOUT) return -1;
    }
    return sem_clockwait(semaphore, CLOCK_MONOTONIC, &(struct timespec){0, 0});
}

#define IN_SLICES(wait) \
    count(locks); \
    struct timespec end; \
    while (next_slice(moment, &end)) { \
        int result = wait; \
        if (result != ETIMEDOUT) return result; \
    } \
    end = (struct timespec){0, 0}; \
    return wait

int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict moment) {
    IN_SLICES(pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &end));
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t *restrict lock, const struct timespec *restrict moment) {
    IN_SLICES(pthread_rwlock_clockrdlock(lock, CLOCK_MONOTONIC, &end));
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t *restrict lock, const struct timespec *restrict moment) {
    IN_SLICES(pthread_rwlock_clockwrlock(lock, CLOCK_MONOTONIC, &end));
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *moment, struct timespec *left) {
    struct timespec right;
    if (is_wall(clock) && (flags & TIMER_ABSTIME)) {
        count(timers);
        right = right_moment(moment);
        moment = &right;
    }
    int before = errno;
    int result = syscall(SYS_clock_nanosleep, clock, flags, moment, left) == 0 ? 0 : errno;
    errno = before;
    return result;
}

int timerfd_create(clockid_t clock, int flags) {
    int timer = (int)syscall(SYS_timerfd_create, clock, flags);
    if (timer >= 0 && timer < descriptors) __atomic_store_n(&wall_timers[timer], is_wall(clock), __ATOMIC_RELAXED);
    return timer;
}

int timerfd_settime(int timer, int flags, const struct itimerspec *value, struct itimerspec *old) {
    struct itimerspec right = *value;
    int is_armed = value->it_value.tv_sec != 0 || value->it_value.tv_nsec != 0;
    if (is_armed && (flags & TFD_TIMER_ABSTIME) && timer >= 0 && timer < descriptors
        && __atomic_load_n(&wall_timers[timer], __ATOMIC_RELAXED)) {
        count(timers);
        right.it_value = right_moment(&value->it_value);
    }
    return (int)syscall(SYS_timerfd_settime, timer, flags, &right, old);
}
