/* Attaching to a segment, and finding things in it. */
#define _GNU_SOURCE
#include "wharf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

uint32_t load32(const char *at) {
    return atomic_load((const _Atomic uint32_t *) (const void *) at);
}

uint64_t load64(const char *at) {
    return atomic_load((const _Atomic uint64_t *) (const void *) at);
}

void store_release32(char *at, uint32_t value) {
    atomic_store_explicit((_Atomic uint32_t *) (void *) at, value, memory_order_release);
}

void store_release64(char *at, uint64_t value) {
    atomic_store_explicit((_Atomic uint64_t *) (void *) at, value, memory_order_release);
}

bool cas32(char *at, uint32_t expected, uint32_t value) {
    return atomic_compare_exchange_strong((_Atomic uint32_t *) (void *) at, &expected, value);
}

bool cas64(char *at, uint64_t expected, uint64_t value) {
    return atomic_compare_exchange_strong((_Atomic uint64_t *) (void *) at, &expected, value);
}

uint32_t sub32(char *at, uint32_t value) {
    return atomic_fetch_sub((_Atomic uint32_t *) (void *) at, value) - value;
}

static bool fail(const char *file, const char *what) {
    fprintf(stderr, "segment \"%s\": %s\n", file, what);
    return false;
}

static bool fail_errno(const char *file, const char *what) {
    fprintf(stderr, "segment \"%s\": %s: %s\n", file, what, strerror(errno));
    return false;
}

/* A kernel lock on one byte of the side file; waits for it. */
static bool lock_byte(int fd, off_t byte, short type) {
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    int result;
    do {
        result = fcntl(fd, F_SETLKW, &lock);
    } while (result != 0 && errno == EINTR);
    return result == 0;
}

/* Whether another process holds the byte in any way. */
static bool is_locked(int fd, off_t byte) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    return fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

static bool is_this_boot(const char *boot_id) {
    unsigned char now[WHARF_SEGMENT_BOOT_ID_LENGTH];
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "r");
    if (file == NULL) {
        return false;
    }
    int count = 0;
    for (int c = fgetc(file); c != EOF && count < WHARF_SEGMENT_BOOT_ID_LENGTH; c = fgetc(file)) {
        unsigned int byte;
        if (c != '-' && c != '\n') {
            ungetc(c, file);
            if (fscanf(file, "%2x", &byte) != 1) {
                break;
            }
            now[count++] = (unsigned char) byte;
        }
    }
    fclose(file);
    return count == WHARF_SEGMENT_BOOT_ID_LENGTH && memcmp(now, boot_id, sizeof now) == 0;
}

/* Of this process, as a JVM sees it: field 22 of /proc/self/stat, counted from behind the command's name. */
static uint64_t start_time(void) {
    char line[1024];
    FILE *file = fopen("/proc/self/stat", "r");
    if (file == NULL || fgets(line, sizeof line, file) == NULL) {
        perror("/proc/self/stat");
        exit(1);
    }
    fclose(file);
    char *at = strrchr(line, ')');
    for (int field = 2; field < 22; field++) {
        at = strchr(at + 1, ' ');
    }
    return strtoull(at + 1, NULL, 10);
}

static bool check_header(const char *base, uint64_t file_length, const char *file) {
    if (file_length < WHARF_SEGMENT_HEADER_LENGTH
        || memcmp(base + WHARF_SEGMENT_MAGIC_OFFSET, WHARF_SEGMENT_MAGIC, WHARF_SEGMENT_MAGIC_LENGTH) != 0) {
        return fail(file, "not a segment");
    }
    if (load32(base + WHARF_SEGMENT_BYTE_ORDER_OFFSET) != WHARF_SEGMENT_BYTE_ORDER_MARK) {
        return fail(file, "of another byte order");
    }
    if (load32(base + WHARF_SEGMENT_VERSION_OFFSET) != WHARF_SEGMENT_VERSION) {
        return fail(file, "of another layout version");
    }
    if (load32(base + WHARF_SEGMENT_STATE_OFFSET) != WHARF_SEGMENT_READY) {
        return fail(file, "still being created");
    }
    if (load64(base + WHARF_SEGMENT_LENGTH_OFFSET) > file_length) {
        return fail(file, "truncated");
    }
    if (!is_this_boot(base + WHARF_SEGMENT_BOOT_ID_OFFSET)) {
        return fail(file, "left by another boot of this machine");
    }
    return true;
}

static bool map(struct segment *segment, const char *file) {
    int fd = open(file, O_RDWR | O_CLOEXEC);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0) {
        return fail_errno(file, "cannot be opened");
    }
    segment->length = (uint64_t) status.st_size;
    segment->base = status.st_size == 0 ? MAP_FAILED
        : mmap(NULL, segment->length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (segment->base == MAP_FAILED) {
        return fail(file, "cannot be mapped");
    }
    if (!check_header(segment->base, segment->length, file)) {
        munmap(segment->base, segment->length);
        return false;
    }
    return true;
}

bool segment_attach(struct segment *segment, const char *file) {
    char side_file[4096];
    snprintf(side_file, sizeof side_file, "%s%s", file, WHARF_SIDE_FILE_SUFFIX);
    /* Open until the process ends: closing any descriptor of this file would drop all its locks */
    int fd = open(side_file, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        return fail_errno(file, "its lock file cannot be opened");
    }
    bool ok = lock_byte(fd, WHARF_SIDE_FILE_START_UP_MUTEX, F_WRLCK);
    if (!ok) {
        return fail_errno(file, "its start-up mutex cannot be locked");
    }
    ok = is_locked(fd, WHARF_SIDE_FILE_ATTACHED) ? map(segment, file)
        : fail(file, "left by processes that have all ended");
    ok = ok && lock_byte(fd, WHARF_SIDE_FILE_ATTACHED, F_RDLCK);
    lock_byte(fd, WHARF_SIDE_FILE_START_UP_MUTEX, F_UNLCK);
    segment->side_file = fd;
    if (!ok) {
        close(fd);
    }
    return ok;
}

static char *section(struct segment *segment, int offset_offset) {
    return segment->base + load64(segment->base + offset_offset);
}

void *find_struct(struct segment *segment, const char *name, uint64_t size) {
    char *index = section(segment, WHARF_SECTION_INDEX_OFFSET_OFFSET);
    uint32_t count = load32(index + WHARF_INDEX_COUNT_OFFSET);
    for (uint32_t i = 0; i < count; i++) {
        char *entry = index + WHARF_INDEX_ENTRIES_OFFSET + (size_t) i * WHARF_INDEX_ENTRY_LENGTH;
        if (strncmp(entry + WHARF_INDEX_NAME_OFFSET, name, WHARF_INDEX_NAME_LENGTH) == 0) {
            return load64(entry + WHARF_INDEX_SIZE_OFFSET) == size
                ? segment->base + load64(entry + WHARF_INDEX_OFFSET_OFFSET) : NULL;
        }
    }
    return NULL;
}

bool find_lwlock(struct lwlock *lock, struct segment *segment, const char *tranche, uint32_t index) {
    char *tranches = section(segment, WHARF_SECTION_TRANCHES_OFFSET_OFFSET);
    uint32_t count = load32(segment->base + WHARF_SEGMENT_TRANCHE_COUNT_OFFSET);
    for (uint32_t i = 0; i < count; i++) {
        char *entry = tranches + (size_t) i * WHARF_TRANCHE_LENGTH;
        if (strncmp(entry + WHARF_TRANCHE_NAME_OFFSET, tranche, WHARF_TRANCHE_NAME_LENGTH) == 0
            && index < load32(entry + WHARF_TRANCHE_LOCK_COUNT_OFFSET)) {
            /* The two differ in how long who is queued stays awake, and in where it queues again: not in word, list or entries */
            uint32_t algorithm = load32(entry + WHARF_TRANCHE_ALGORITHM_OFFSET);
            if (algorithm != WHARF_ALGORITHM_POSTGRES && algorithm != WHARF_ALGORITHM_SPINNING) {
                fprintf(stderr, "lock %s %u: its algorithm is neither POSTGRES nor SPINNING\n", tranche, index);
                return false;
            }
            lock->tranche = i;
            lock->base = section(segment, WHARF_SECTION_LOCKS_OFFSET_OFFSET)
                + (size_t) (load32(entry + WHARF_TRANCHE_FIRST_LOCK_OFFSET) + index) * WHARF_LWLOCK_LENGTH;
            lock->number = (uint32_t) ((size_t) (lock->base - segment->base) / WHARF_LWLOCK_LENGTH);
            return true;
        }
    }
    fprintf(stderr, "lock %s %u: requested tranche is not registered\n", tranche, index);
    return false;
}

static uint64_t owner(uint64_t state) {
    return ((uint64_t) getpid() << WHARF_PROC_OWNER_START_TIME_BITS | start_time()) << WHARF_PROC_OWNER_STATE_BITS | state;
}

bool proc_attach(struct proc *proc, struct segment *segment, const char *backend_type) {
    uint32_t count = load32(segment->base + WHARF_SEGMENT_PROC_COUNT_OFFSET);
    proc->segment = segment;
    proc->entries_used = 0;
    proc->wake_procs = calloc(count, sizeof *proc->wake_procs);
    proc->wake_semaphores = calloc(count, sizeof *proc->wake_semaphores);
    if (proc->wake_procs == NULL || proc->wake_semaphores == NULL) {
        return false;
    }
    for (proc->number = 0; proc->number < count; proc->number++) {
        char *slot = section(segment, WHARF_SECTION_PROCS_OFFSET_OFFSET) + (size_t) proc->number * WHARF_PROC_LENGTH;
        /* Pid and start time in the same store: who dies here leaves a slot that says so */
        if (load64(slot + WHARF_PROC_OWNER_OFFSET) == 0
            && cas64(slot + WHARF_PROC_OWNER_OFFSET, 0, owner(WHARF_PROC_OWNER_CLAIMED))) {
            proc->slot = slot;
            memset(slot + WHARF_PROC_BACKEND_TYPE_OFFSET, 0, WHARF_PROC_BACKEND_TYPE_LENGTH);
            memcpy(slot + WHARF_PROC_BACKEND_TYPE_OFFSET, backend_type,
                strnlen(backend_type, WHARF_PROC_BACKEND_TYPE_LENGTH - 1));
            store_release32(slot + WHARF_PROC_TID_OFFSET, (uint32_t) syscall(SYS_gettid));
            store_release32(slot + WHARF_PROC_WAIT_EVENT_OFFSET, 0);
            store_release32(slot + WHARF_PROC_LATCH_OFFSET, WHARF_PROC_LATCH_CLEAR);
            /* The episode goes on counting: a wake-up for an earlier owner must find no match */
            store_release32(slot + WHARF_PROC_SEMAPHORE_OFFSET,
                load32(slot + WHARF_PROC_SEMAPHORE_OFFSET) & ~WHARF_PROC_SEMAPHORE_STATE_MASK);
            store_release64(slot + WHARF_PROC_OWNER_OFFSET, owner(WHARF_PROC_OWNER_ACTIVE));
            return true;
        }
    }
    fprintf(stderr, "sorry, too many clients already\n");
    return false;
}

void proc_detach(struct proc *proc) {
    store_release64(proc->slot + WHARF_PROC_OWNER_OFFSET, 0);
    free(proc->wake_procs);
    free(proc->wake_semaphores);
}
