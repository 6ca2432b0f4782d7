/*
 * A process of the lock harness, in C: does what LockPeer and LockWorker do, step by step, with glibc's process-shared
 * pthread_rwlock_t, or with a compare-and-set and an atomic subtraction on one word.
 *
 * Arguments: segment file, offset of the struct in it, offset of the lock in the struct, which lock (rwlock, rwlock-writer, bare,
 * none). Offsets within the struct come from LockLayout, as macros on the compiler's command line.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define EXCLUSIVE (1 << 18)
#define HOLDERS (EXCLUSIVE | (EXCLUSIVE - 1))
#define MODE_BITS 24
#define SPINS 100
#define CALIBRATION_ITERATIONS 2000
#define CALIBRATIONS 2000
#define FALL_ASLEEP_NANOS 300000

_Static_assert(sizeof(pthread_rwlock_t) <= LOCK_LENGTH, "a pthread_rwlock_t is longer than the place for a lock");
_Static_assert(sizeof(_Atomic int32_t) == 4 && sizeof(_Atomic int64_t) == 8, "atomics are not plain words");

enum kind { RWLOCK, BARE, NONE };

static char *memory;
static enum kind kind;
static pthread_rwlock_t *rwlock;
static _Atomic int32_t *word;
static uint64_t sink = 1;
static uint64_t seed;

static _Atomic int32_t *word32(int offset) { return (_Atomic int32_t *)(memory + offset); }

static _Atomic int64_t *word64(int offset) { return (_Atomic int64_t *)(memory + offset); }

static void fail(const char *what, int error) {
    printf("failed: %s: %s\n", what, strerror(error));
    fflush(stdout);
    _exit(1);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static inline void pause_or_yield(int spins) {
    if (spins % SPINS == 0) {
        sched_yield();
    } else {
#if defined(__x86_64__)
        __builtin_ia32_pause();
#elif defined(__aarch64__)
        __asm__ volatile("isb");
#endif
    }
}

static inline void acquire(int exclusive) {
    switch (kind) {
    case RWLOCK: {
        int error = exclusive ? pthread_rwlock_wrlock(rwlock) : pthread_rwlock_rdlock(rwlock);
        if (error != 0) {
            fail("pthread_rwlock", error);
        }
        break;
    }
    case BARE: {
        int32_t blockers = exclusive ? HOLDERS : EXCLUSIVE;
        int32_t weight = exclusive ? EXCLUSIVE : 1;
        for (int spins = 1;; spins++) {
            int32_t old = atomic_load(word);
            if ((old & blockers) == 0 && atomic_compare_exchange_strong(word, &old, old + weight)) {
                break;
            }
            pause_or_yield(spins);
        }
        break;
    }
    case NONE:
        break;
    }
}

static inline void release(int exclusive) {
    switch (kind) {
    case RWLOCK:
        pthread_rwlock_unlock(rwlock);
        break;
    case BARE:
        atomic_fetch_sub(word, exclusive ? EXCLUSIVE : 1);
        break;
    case NONE:
        break;
    }
}

/* Each step waits for the one before, and no compiler does several in one: as long in Java as here. */
static __attribute__((noinline)) void hold(int iterations) {
    uint64_t x = sink;
    for (int i = 0; i < iterations; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
    }
    sink = x;
}

static int bucket(int64_t nanos) {
    if (nanos < (INT64_C(1) << (BUCKET_BITS + 1))) {
        return nanos < 0 ? 0 : (int)nanos;
    }
    int shift = 63 - BUCKET_BITS - __builtin_clzll((unsigned long long)nanos);
    int64_t index = ((int64_t)shift << BUCKET_BITS) + (nanos >> shift);
    return index < BUCKETS ? (int)index : BUCKETS - 1;
}

static void count_wait(int worker, int exclusive, int64_t nanos) {
    int offset = WORKERS_OFFSET + worker * WORKER_LENGTH + WAITS_OFFSET + (exclusive ? WAITS_LENGTH : 0);
    ((int64_t *)(memory + offset))[bucket(nanos)]++;
}

static void await_word(int offset, int value) {
    for (int spins = 1; atomic_load(word32(offset)) != value; spins++) {
        pause_or_yield(spins);
    }
}

static void await_go(int cell) {
    atomic_fetch_add(word32(READY_OFFSET), 1);
    await_word(GO_OFFSET, cell);
}

static void begin(int worker, struct rusage *before) {
    memset(memory + WORKERS_OFFSET + worker * WORKER_LENGTH, 0, WORKER_LENGTH);
    getrusage(RUSAGE_THREAD, before);
}

static void finish(int worker, const struct rusage *before, int64_t shared, int64_t exclusive, int64_t torn) {
    struct rusage after;
    getrusage(RUSAGE_THREAD, &after);
    int at = WORKERS_OFFSET + worker * WORKER_LENGTH;
    atomic_store(word64(at + SHARED_OFFSET), shared);
    atomic_store(word64(at + EXCLUSIVE_OFFSET), exclusive);
    atomic_store(word64(at + TORN_OFFSET), torn);
    atomic_store(word64(at + VOLUNTARY_OFFSET), after.ru_nvcsw - before->ru_nvcsw);
    atomic_store(word64(at + FORCED_OFFSET), after.ru_nivcsw - before->ru_nivcsw);
}

static void run(int worker, int cell, int64_t writers, int iterations, int64_t sample_mask, int guarded) {
    _Atomic int64_t *first = word64(FIRST_OFFSET), *second = word64(SECOND_OFFSET);
    _Atomic int32_t *stop = word32(STOP_OFFSET);
    int64_t shared = 0, exclusive = 0, torn = 0;
    struct rusage before;
    uint64_t random = seed != 0 ? seed : UINT64_C(0x9E3779B97F4A7C15) * (uint64_t)(worker + 1);
    begin(worker, &before);
    await_go(cell);
    do {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        int write = (int64_t)(random >> (64 - MODE_BITS)) < writers;
        int timed = (random & (uint64_t)sample_mask) == 0;
        int64_t asked = timed ? now() : 0;
        acquire(write);
        if (timed) {
            count_wait(worker, write, now() - asked);
        }
        if (write) {
            if (guarded) {
                atomic_store_explicit(first, atomic_load_explicit(first, memory_order_relaxed) + 1, memory_order_release);
            }
            hold(iterations);
            if (guarded) {
                atomic_store_explicit(second, atomic_load_explicit(second, memory_order_relaxed) + 1, memory_order_release);
            }
            release(1);
            exclusive++;
        } else {
            int64_t seen_second = guarded ? atomic_load(second) : 0;
            hold(iterations);
            int64_t seen_first = guarded ? atomic_load(first) : 0;
            release(0);
            if (seen_first != seen_second) {
                torn++;
            }
            shared++;
        }
    } while (atomic_load(stop) != cell);
    seed = random;
    finish(worker, &before, shared, exclusive, torn);
}

static void wake(int worker, int cell, int rounds) {
    struct rusage before;
    begin(worker, &before);
    await_go(cell);
    for (int round = 1; round <= rounds; round++) {
        if (worker == 0) {
            acquire(1);
            atomic_store(word32(ROUND_OFFSET), round);
            await_word(ASKED_OFFSET, round);
            int64_t start = now();
            for (int spins = 1; now() - start < FALL_ASLEEP_NANOS;) {
                pause_or_yield(spins);
            }
            atomic_store_explicit(word64(RELEASED_OFFSET), now(), memory_order_release);
            release(1);
            await_word(DONE_OFFSET, round);
        } else {
            await_word(ROUND_OFFSET, round);
            atomic_store_explicit(word32(ASKED_OFFSET), round, memory_order_release);
            acquire(1);
            int64_t got = now();
            count_wait(worker, 1, got - atomic_load(word64(RELEASED_OFFSET)));
            release(1);
            atomic_store_explicit(word32(DONE_OFFSET), round, memory_order_release);
        }
    }
    finish(worker, &before, 0, rounds, 0);
}

static long calibrate(void) {
    int64_t least = INT64_MAX;
    for (int i = 0; i < CALIBRATIONS; i++) {
        int64_t start = now();
        hold(CALIBRATION_ITERATIONS);
        int64_t nanos = now() - start;
        if (nanos < least) {
            least = nanos;
        }
    }
    return least * 1000 / CALIBRATION_ITERATIONS;
}

static void initialize(int writers_first) {
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    if (writers_first) {
        pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    }
    int error = pthread_rwlock_init(rwlock, &attributes);
    if (error != 0) {
        fail("pthread_rwlock_init", error);
    }
}

/* Ends the process when the harness does, whatever the other thread is at. */
static void *watch(void *unused) {
    struct pollfd input = {.fd = STDIN_FILENO, .events = 0};
    (void)unused;
    while (poll(&input, 1, -1) < 0 || (input.revents & (POLLHUP | POLLERR | POLLNVAL)) == 0) {
    }
    _exit(0);
}

int main(int count, char **arguments) {
    pthread_t watcher;
    char line[256];
    if (count != 5) {
        fail("arguments", EINVAL);
    }
    int file = open(arguments[1], O_RDWR | O_CLOEXEC);
    if (file < 0) {
        fail(arguments[1], errno);
    }
    /* The struct is aligned to 128 bytes, not to a page. */
    int64_t offset = atoll(arguments[2]);
    int64_t page = sysconf(_SC_PAGESIZE);
    int64_t start = offset / page * page;
    char *mapping = mmap(NULL, (size_t)(offset - start + LENGTH), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file, start);
    if (mapping == MAP_FAILED) {
        fail("mmap", errno);
    }
    memory = mapping + (offset - start);
    rwlock = (pthread_rwlock_t *)(memory + atoi(arguments[3]));
    word = (_Atomic int32_t *)(memory + atoi(arguments[3]));
    int writers_first = strcmp(arguments[4], "rwlock-writer") == 0;
    kind = writers_first || strcmp(arguments[4], "rwlock") == 0 ? RWLOCK : strcmp(arguments[4], "bare") == 0 ? BARE : NONE;
    int error = pthread_create(&watcher, NULL, watch, NULL);
    if (error != 0) {
        fail("pthread_create", error);
    }
    puts("ready");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin) != NULL) {
        int first, workers, cell, rounds, iterations, guarded;
        long long writers, mask;
        if (sscanf(line, "cell %d %d %d %lld %d %lld %d", &first, &workers, &cell, &writers, &iterations, &mask, &guarded) == 7) {
            run(first, cell, writers, iterations, mask, guarded);
            puts("done");
        } else if (sscanf(line, "wake %d %d %d %d", &first, &workers, &cell, &rounds) == 4) {
            wake(first, cell, rounds);
            puts("done");
        } else if (strcmp(line, "calibrate\n") == 0) {
            printf("%ld\n", calibrate());
        } else if (strcmp(line, "init\n") == 0) {
            if (kind == RWLOCK) {
                initialize(writers_first);
            }
            puts("done");
        } else {
            fail(line, EINVAL);
        }
        fflush(stdout);
    }
    return 0;
}
