/*
 * Wharf's segment and its LWLocks from C: what a program that shares them with JVMs must do, and nothing else.
 *
 * A process that dies is found by its slot's owner word, and what it held is recovered: by the JVMs. A program without a JVM
 * beside it would need a reaper of its own.
 */
#ifndef WHARF_H
#define WHARF_H

#include <stdbool.h>
#include <stdint.h>

#include "wharf_shmem.h"

/* A mapped segment; lives as long as the process. */
struct segment {
    char *base;
    uint64_t length;
    int side_file;
};

/* A slot of the proc table: one thread that may wait. */
struct proc {
    struct segment *segment;
    char *slot;
    uint32_t number;
    /* From this one on no held entry was ever used. */
    int entries_used;
    /* Room for the proc numbers that a release wakes, and their semaphores as they were chosen. */
    uint32_t *wake_procs;
    uint32_t *wake_semaphores;
};

struct lwlock {
    char *base;
    uint32_t number;
    uint32_t tranche;
};

enum lwlock_mode { SHARED = WHARF_LWLOCK_MODE_SHARED, EXCLUSIVE = WHARF_LWLOCK_MODE_EXCLUSIVE };

/* Each says on standard error what is wrong, and returns false. */
bool segment_attach(struct segment *segment, const char *file);
bool proc_attach(struct proc *proc, struct segment *segment, const char *backend_type);
bool find_lwlock(struct lwlock *lock, struct segment *segment, const char *tranche, uint32_t index);
/* Null if there is no such struct, or of another size. */
void *find_struct(struct segment *segment, const char *name, uint64_t size);

/* Frees the slot. No lock may be held. */
void proc_detach(struct proc *proc);

/* False, and not taken, if the data are inconsistent because an exclusive holder died. */
bool lwlock_acquire(struct lwlock *lock, struct proc *proc, enum lwlock_mode mode);
/* The lock must be held by proc. */
void lwlock_release(struct lwlock *lock, struct proc *proc);

/* For all files of this program: words that other processes change at the same time. */
uint32_t load32(const char *at);
uint64_t load64(const char *at);
void store_release32(char *at, uint32_t value);
void store_release64(char *at, uint64_t value);
bool cas32(char *at, uint32_t expected, uint32_t value);
bool cas64(char *at, uint64_t expected, uint64_t value);
uint32_t sub32(char *at, uint32_t value);

#endif
