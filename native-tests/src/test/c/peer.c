/*
 * The other side of the tests, in C. Arguments: segment file, command, tranche, lock's index, and what the command needs.
 *
 *   hold MODE         takes the lock, says "held", gives it back at the next line of input
 *   count TIMES       waits for a line, then increments under the lock, and looks at the pair with readers' eyes now and then
 *   churn             the same, for ever
 */
#define _POSIX_C_SOURCE 200809L
#include "wharf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The struct "test": two words that are equal whenever nobody holds the lock exclusively. */
struct test {
    uint64_t first;
    char far_away[504];
    uint64_t second;
    char rest[504];
};
_Static_assert(sizeof(struct test) == 1024, "as the JVMs have it");

/* One reader's look after so many increments. */
static const uint64_t READ_EVERY = 8;

static void say(const char *line) {
    puts(line);
    fflush(stdout);
}

static void await_line(void) {
    char line[16];
    if (fgets(line, sizeof line, stdin) == NULL) {
        exit(3);
    }
}

static void take(struct lwlock *lock, struct proc *proc, enum lwlock_mode mode) {
    if (!lwlock_acquire(lock, proc, mode)) {
        say("inconsistent");
        exit(4);
    }
}

static void step(struct lwlock *lock, struct proc *proc, volatile struct test *test, uint64_t i) {
    take(lock, proc, EXCLUSIVE);
    test->first = test->first + 1;
    test->second = test->second + 1;
    lwlock_release(lock, proc);
    if (i % READ_EVERY == 0) {
        take(lock, proc, SHARED);
        if (test->first != test->second) {
            say("broken");
            exit(5);
        }
        lwlock_release(lock, proc);
    }
}

int main(int argc, char **argv) {
    struct segment segment;
    struct proc proc;
    struct lwlock lock;
    if (argc < 5) {
        fprintf(stderr, "usage: peer SEGMENT COMMAND TRANCHE INDEX [ARGUMENT]\n");
        return 2;
    }
    if (!segment_attach(&segment, argv[1]) || !proc_attach(&proc, &segment, "C peer")
        || !find_lwlock(&lock, &segment, argv[3], (uint32_t) atoi(argv[4]))) {
        return 1;
    }
    struct test *test = find_struct(&segment, "test", sizeof(struct test));
    if (test == NULL) {
        fprintf(stderr, "no struct \"test\" of %zu bytes\n", sizeof(struct test));
        return 1;
    }
    const char *command = argv[2];
    if (strcmp(command, "hold") == 0 && argc == 6) {
        take(&lock, &proc, strcmp(argv[5], "EXCLUSIVE") == 0 ? EXCLUSIVE : SHARED);
        say("held");
        await_line();
        lwlock_release(&lock, &proc);
    } else if (strcmp(command, "count") == 0 && argc == 6) {
        say("ready");
        await_line();
        for (uint64_t i = strtoull(argv[5], NULL, 10); i > 0; i--) {
            step(&lock, &proc, test, i);
        }
    } else if (strcmp(command, "churn") == 0) {
        say("churning");
        for (uint64_t i = 0;; i++) {
            step(&lock, &proc, test, i);
        }
    } else {
        fprintf(stderr, "what is \"%s\"?\n", command);
        return 2;
    }
    proc_detach(&proc);
    return 0;
}
