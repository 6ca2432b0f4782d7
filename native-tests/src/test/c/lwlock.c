/*
 * The lock, of the algorithm POSTGRES, with the names and in the order of the Java classes LWLock and LWLockQueue, which tell
 * why. It does not count what it does.
 *
 * INTENT is stored before the state word or the list is touched, RELEASING before the subtraction, and while the word says
 * RECOVERING the list belongs to the reaper. Those three are what makes this process's death at any instant recoverable.
 */
#define _GNU_SOURCE
#include "wharf.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const int LIST_SPINS = 1000;
/* A wake-up lost to its sender's death is found by then. */
static const long LIVENESS_NANOS = 50000000;
static const long RECOVERY_NANOS = 10000000;

/* Never the private form: the waker is another process. */
static void futex_await(const char *at, uint32_t expected, long nanos) {
    struct timespec timeout = {.tv_sec = 0, .tv_nsec = nanos};
    if (syscall(SYS_futex, at, FUTEX_WAIT, expected, &timeout, NULL, 0) != 0
        && errno != EAGAIN && errno != EINTR && errno != ETIMEDOUT) {
        perror("futex");
        abort();
    }
}

static void futex_wake(const char *at, int count) {
    syscall(SYS_futex, at, FUTEX_WAKE, count, NULL, NULL, 0);
}

static char *held(struct proc *proc, int entry) {
    return proc->slot + WHARF_PROC_HELD_OFFSET + (ptrdiff_t) entry * WHARF_PROC_HELD_LENGTH;
}

static uint64_t held_word(struct lwlock *lock, uint32_t mode, uint32_t state) {
    return (uint64_t) lock->number << WHARF_PROC_HELD_LOCK_SHIFT | mode << WHARF_PROC_HELD_MODE_SHIFT | state;
}

static void store_entry(struct proc *proc, int entry, uint64_t word) {
    store_release64(held(proc, entry) + WHARF_PROC_HELD_WORD_OFFSET, word);
}

/* An entry with this word, or the first never used if it is FREE, which is a whole word of 0; -1 if there is none. */
static int find_entry(struct proc *proc, uint64_t word) {
    for (int entry = 0; entry < proc->entries_used; entry++) {
        if (load64(held(proc, entry) + WHARF_PROC_HELD_WORD_OFFSET) == word) {
            return entry;
        }
    }
    return word == WHARF_PROC_HELD_FREE && proc->entries_used < WHARF_PROC_HELD_CAPACITY ? proc->entries_used++ : -1;
}

static uint32_t state(struct lwlock *lock) {
    return load32(lock->base + WHARF_LWLOCK_STATE_OFFSET);
}

static bool cas_state(struct lwlock *lock, uint32_t old, uint32_t new) {
    return cas32(lock->base + WHARF_LWLOCK_STATE_OFFSET, old, new);
}

static char *slot_of(struct proc *proc, uint32_t number) {
    return proc->slot + ((ptrdiff_t) number - (ptrdiff_t) proc->number) * WHARF_PROC_LENGTH;
}

/* A field that only changes under the list bit. */
static uint32_t get(const char *base, int offset) {
    return *(const uint32_t *) (const void *) (base + offset);
}

static void put(char *base, int offset, uint32_t value) {
    *(uint32_t *) (void *) (base + offset) = value;
}

static void list_append(struct lwlock *lock, struct proc *proc) {
    uint32_t link = proc->number + 1;
    uint32_t tail = get(lock->base, WHARF_LWLOCK_TAIL_OFFSET);
    put(proc->slot, WHARF_PROC_PREVIOUS_OFFSET, tail);
    put(proc->slot, WHARF_PROC_NEXT_OFFSET, 0);
    if (tail == 0) {
        put(lock->base, WHARF_LWLOCK_HEAD_OFFSET, link);
    } else {
        put(slot_of(proc, tail - 1), WHARF_PROC_NEXT_OFFSET, link);
    }
    put(lock->base, WHARF_LWLOCK_TAIL_OFFSET, link);
}

static void list_remove(struct lwlock *lock, struct proc *proc, uint32_t number) {
    char *slot = slot_of(proc, number);
    uint32_t next = get(slot, WHARF_PROC_NEXT_OFFSET);
    uint32_t previous = get(slot, WHARF_PROC_PREVIOUS_OFFSET);
    if (previous == 0) {
        put(lock->base, WHARF_LWLOCK_HEAD_OFFSET, next);
    } else {
        put(slot_of(proc, previous - 1), WHARF_PROC_NEXT_OFFSET, next);
    }
    if (next == 0) {
        put(lock->base, WHARF_LWLOCK_TAIL_OFFSET, previous);
    } else {
        put(slot_of(proc, next - 1), WHARF_PROC_PREVIOUS_OFFSET, previous);
    }
}

/* Those that wait until free, and then from the head one exclusive waiter, or all shared ones past the exclusive ones between. */
static uint32_t list_choose(struct lwlock *lock, struct proc *proc) {
    uint32_t count = 0;
    bool shared = false;
    uint32_t link = get(lock->base, WHARF_LWLOCK_HEAD_OFFSET);
    while (link != 0) {
        char *slot = slot_of(proc, link - 1);
        uint32_t next = get(slot, WHARF_PROC_NEXT_OFFSET);
        uint32_t mode = get(slot, WHARF_PROC_WAIT_MODE_OFFSET);
        if (mode != WHARF_LWLOCK_MODE_EXCLUSIVE || !shared) {
            list_remove(lock, proc, link - 1);
            proc->wake_procs[count++] = link - 1;
            shared |= mode == WHARF_LWLOCK_MODE_SHARED;
            if (mode == WHARF_LWLOCK_MODE_EXCLUSIVE) {
                break;
            }
        }
        link = next;
    }
    return count;
}

/* True if one of those chosen will try for the lock: those that will not come first. */
static bool any_will_retry(struct proc *proc, uint32_t chosen) {
    return chosen > 0
        && get(slot_of(proc, proc->wake_procs[chosen - 1]), WHARF_PROC_WAIT_MODE_OFFSET) != WHARF_LWLOCK_MODE_UNTIL_FREE;
}

/* Spins for the list bit; false if one of bars is set. */
static bool lock_wait_list(struct lwlock *lock, uint32_t bars) {
    for (int spins = 0;; spins++) {
        uint32_t old = state(lock);
        if ((old & bars) != 0) {
            return false;
        }
        if ((old & WHARF_LWLOCK_LIST_LOCKED) == 0) {
            if (cas_state(lock, old, old | WHARF_LWLOCK_LIST_LOCKED)) {
                return true;
            }
        } else if (spins > LIST_SPINS) {
            sched_yield();
        }
    }
}

static void change(struct lwlock *lock, uint32_t set, uint32_t clear) {
    uint32_t old;
    do {
        old = state(lock);
    } while (!cas_state(lock, old, (old | set) & ~clear));
}

static uint32_t has_waiters_if_empty(struct lwlock *lock) {
    return get(lock->base, WHARF_LWLOCK_HEAD_OFFSET) == 0 ? WHARF_LWLOCK_HAS_WAITERS : 0;
}

static uint32_t weight(enum lwlock_mode mode) {
    return mode == EXCLUSIVE ? WHARF_LWLOCK_EXCLUSIVE : WHARF_LWLOCK_SHARED;
}

static bool try_acquire(struct lwlock *lock, enum lwlock_mode mode) {
    uint32_t blockers = WHARF_LWLOCK_BARRED
        | (mode == EXCLUSIVE ? WHARF_LWLOCK_LOCK_MASK : WHARF_LWLOCK_EXCLUSIVE | WHARF_LWLOCK_SHARED_FULL);
    for (uint32_t old = state(lock); (old & blockers) == 0; old = state(lock)) {
        if (cas_state(lock, old, old + weight(mode))) {
            return true;
        }
    }
    return false;
}

static void end_episode(struct proc *proc) {
    char *semaphore = proc->slot + WHARF_PROC_SEMAPHORE_OFFSET;
    store_release32(semaphore, load32(semaphore) & ~WHARF_PROC_SEMAPHORE_STATE_MASK);
}

static bool enqueue(struct lwlock *lock, struct proc *proc, enum lwlock_mode mode, int entry) {
    if (!lock_wait_list(lock, WHARF_LWLOCK_BARRED)) {
        return false;
    }
    uint64_t ticket = load64(lock->base + WHARF_LWLOCK_TICKET_OFFSET) + 1;
    store_release64(lock->base + WHARF_LWLOCK_TICKET_OFFSET, ticket);
    store_release64(held(proc, entry) + WHARF_PROC_HELD_TICKET_OFFSET, ticket);
    put(proc->slot, WHARF_PROC_WAIT_MODE_OFFSET, mode);
    uint32_t semaphore = load32(proc->slot + WHARF_PROC_SEMAPHORE_OFFSET) & ~WHARF_PROC_SEMAPHORE_STATE_MASK;
    store_release32(proc->slot + WHARF_PROC_SEMAPHORE_OFFSET,
        (semaphore + WHARF_PROC_SEMAPHORE_EPISODE) | WHARF_PROC_SEMAPHORE_LISTED);
    list_append(lock, proc);
    change(lock, WHARF_LWLOCK_HAS_WAITERS, WHARF_LWLOCK_LIST_LOCKED);
    return true;
}

static bool dequeue_self(struct lwlock *lock, struct proc *proc) {
    if (!lock_wait_list(lock, WHARF_LWLOCK_RECOVERING)) {
        return false;
    }
    uint32_t semaphore = load32(proc->slot + WHARF_PROC_SEMAPHORE_OFFSET);
    if ((semaphore & WHARF_PROC_SEMAPHORE_STATE_MASK) == WHARF_PROC_SEMAPHORE_LISTED) {
        list_remove(lock, proc, proc->number);
        end_episode(proc);
        change(lock, 0, has_waiters_if_empty(lock) | WHARF_LWLOCK_LIST_LOCKED);
    } else {
        /* A waker chose us, and keeps wake-ups back until we try: we have */
        end_episode(proc);
        change(lock, 0, WHARF_LWLOCK_WAKE_IN_PROGRESS | WHARF_LWLOCK_LIST_LOCKED);
    }
    return true;
}

static void await_recovery(struct lwlock *lock) {
    uint32_t old = state(lock);
    if ((old & WHARF_LWLOCK_RECOVERING) != 0) {
        futex_await(lock->base + WHARF_LWLOCK_STATE_OFFSET, old, RECOVERY_NANOS);
    }
}

static void sleep_on_semaphore(struct lwlock *lock, struct proc *proc) {
    char *at = proc->slot + WHARF_PROC_SEMAPHORE_OFFSET;
    store_release32(proc->slot + WHARF_PROC_WAIT_EVENT_OFFSET, WHARF_WAIT_EVENT_LWLOCK + lock->tranche);
    for (;;) {
        uint32_t semaphore = load32(at);
        if ((semaphore & WHARF_PROC_SEMAPHORE_STATE_MASK) == WHARF_PROC_SEMAPHORE_NOT_WAITING) {
            break;
        }
        futex_await(at, semaphore, LIVENESS_NANOS);
    }
    store_release32(proc->slot + WHARF_PROC_WAIT_EVENT_OFFSET, 0);
}

/* With the entry INTENT; false if the lock is inconsistent. */
static bool acquire_slow(struct lwlock *lock, struct proc *proc, enum lwlock_mode mode, int entry) {
    uint64_t intent = held_word(lock, mode, WHARF_PROC_HELD_INTENT);
    while (!try_acquire(lock, mode)) {
        if ((state(lock) & WHARF_LWLOCK_BARRED) != 0) {
            /* Out of the reaper's way */
            store_entry(proc, entry, WHARF_PROC_HELD_FREE);
            if ((state(lock) & WHARF_LWLOCK_RECOVERING) != 0) {
                await_recovery(lock);
            } else if ((state(lock) & WHARF_LWLOCK_INCONSISTENT) != 0) {
                return false;
            }
            store_entry(proc, entry, intent);
            continue;
        }
        if (!enqueue(lock, proc, mode, entry)) {
            continue;
        }
        if (try_acquire(lock, mode)) {
            if (!dequeue_self(lock, proc)) {
                /* The reaper drops whoever is not WAITING; until it has, others may follow our links */
                store_entry(proc, entry, held_word(lock, mode, WHARF_PROC_HELD_TAKEN));
                while ((state(lock) & WHARF_LWLOCK_RECOVERING) != 0) {
                    await_recovery(lock);
                }
                end_episode(proc);
            }
            break;
        }
        store_entry(proc, entry, held_word(lock, mode, WHARF_PROC_HELD_WAITING));
        sleep_on_semaphore(lock, proc);
        store_entry(proc, entry, intent);
        change(lock, 0, WHARF_LWLOCK_WAKE_IN_PROGRESS);
    }
    return true;
}

bool lwlock_acquire(struct lwlock *lock, struct proc *proc, enum lwlock_mode mode) {
    int entry = find_entry(proc, WHARF_PROC_HELD_FREE);
    if (entry < 0) {
        fprintf(stderr, "too many LWLocks taken\n");
        return false;
    }
    store_entry(proc, entry, held_word(lock, mode, WHARF_PROC_HELD_INTENT));
    if (!try_acquire(lock, mode) && !acquire_slow(lock, proc, mode, entry)) {
        return false;
    }
    store_entry(proc, entry, held_word(lock, mode, WHARF_PROC_HELD_HELD));
    return true;
}

static void wake_up(struct lwlock *lock, struct proc *proc) {
    if (!lock_wait_list(lock, WHARF_LWLOCK_RECOVERING)) {
        return;
    }
    uint32_t chosen = list_choose(lock, proc);
    for (uint32_t i = 0; i < chosen; i++) {
        char *at = slot_of(proc, proc->wake_procs[i]) + WHARF_PROC_SEMAPHORE_OFFSET;
        proc->wake_semaphores[i] = (load32(at) & ~WHARF_PROC_SEMAPHORE_STATE_MASK) | WHARF_PROC_SEMAPHORE_CHOSEN;
        store_release32(at, proc->wake_semaphores[i]);
    }
    change(lock, any_will_retry(proc, chosen) ? WHARF_LWLOCK_WAKE_IN_PROGRESS : 0,
        has_waiters_if_empty(lock) | WHARF_LWLOCK_LIST_LOCKED);
    for (uint32_t i = 0; i < chosen; i++) {
        char *at = slot_of(proc, proc->wake_procs[i]) + WHARF_PROC_SEMAPHORE_OFFSET;
        /* Unless it has taken that back itself: the episode is over then */
        if (cas32(at, proc->wake_semaphores[i], proc->wake_semaphores[i] & ~WHARF_PROC_SEMAPHORE_STATE_MASK)) {
            futex_wake(at, 1);
        }
    }
}

void lwlock_release(struct lwlock *lock, struct proc *proc) {
    enum lwlock_mode mode = EXCLUSIVE;
    int entry = find_entry(proc, held_word(lock, mode, WHARF_PROC_HELD_HELD));
    if (entry < 0) {
        mode = SHARED;
        entry = find_entry(proc, held_word(lock, mode, WHARF_PROC_HELD_HELD));
    }
    if (entry < 0) {
        fprintf(stderr, "lock %u is not held\n", lock->number);
        abort();
    }
    store_entry(proc, entry, held_word(lock, mode, WHARF_PROC_HELD_RELEASING));
    uint32_t now = sub32(lock->base + WHARF_LWLOCK_STATE_OFFSET, weight(mode));
    if ((now & (WHARF_LWLOCK_HAS_WAITERS | WHARF_LWLOCK_WAKE_IN_PROGRESS | WHARF_LWLOCK_RECOVERING | WHARF_LWLOCK_LOCK_MASK))
        == WHARF_LWLOCK_HAS_WAITERS) {
        wake_up(lock, proc);
    }
    store_entry(proc, entry, WHARF_PROC_HELD_FREE);
}
