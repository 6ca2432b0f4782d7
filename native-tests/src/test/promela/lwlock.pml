/*
 * One LWLock, its wait list, and the reaper: every interleaving, and a death after every step.
 *
 * The steps are those of LWLock, LWLockQueue, WaitList and Reaper, under their names, for the algorithm POSTGRES and its two
 * modes; those that wait until free, handing over, published readers and versions are not in it. SPINNING differs in what is
 * not claimed here: how long who is queued stays awake, and where in the list it goes when it queues again. What is atomic is one
 * access to the segment that others can see, or several between which nobody can tell, and the branch that follows. A loop that
 * repeats a CAS until it succeeds is one step. Memory is sequentially consistent: the code's order between the entry and the
 * word comes from the word's CAS, which is a full barrier.
 *
 *   -DN=2..3        processes, each with one thread       -DROUNDS=n   times that each takes the lock
 *   -DEXTRA=n       times more for the first process      -DCRASHES=n  deaths, of lockers and of reapers
 *   -DMODES=0       either mode, each time; 1: exclusive; 2: exclusive by the first only
 *
 * What is claimed: nobody is inside beside a writer, or with half-changed data; the list is never used torn, or by two; whoever
 * is asleep is woken, and whoever died is recovered (no deadlock); recovery and acquisition end (no cycle at all: spin's search
 * for non-progress cycles); and at the end the word and the list are empty.
 *
 * A name that begins with BREAK_ takes away one thing that the protocol needs; the tests expect spin to find out.
 */
#ifndef N
#define N 2
#endif
#ifndef ROUNDS
#define ROUNDS 1
#endif
#ifndef EXTRA
#define EXTRA 0
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef MODES
#define MODES 0
#endif

/* The state word. */
#define SHARED 1
#define EXCLUSIVE 4
#define LOCK_MASK 7
#define LIST_LOCKED 8
#define RECOVERING 16
#define INCONSISTENT 32
#define BARRED (RECOVERING | INCONSISTENT)
#define WAKE_IN_PROGRESS 64
#define HAS_WAITERS 128

/* A held entry's state. */
#define FREE 0
#define INTENT 1
#define HELD 2
#define WAITING 3
#define RELEASING 4
#define TAKEN 6

/* A semaphore's state. */
#define NOT_WAITING 0
#define LISTED 1
#define CHOSEN 2

#define REAPER (N + 1)

/* The segment. */
byte word;
chan list = [N] of { byte };
bool owned[N];             /* the slot's owner word is not 0 */
byte entry[N];              /* one lock, so one entry a proc */
byte mode[N];               /* the entry's, as the weight in the word; and the waiting slot's */
byte ticket[N];             /* made small again when nobody can look at it any more */
byte semaphore[N];
byte episode[N];
byte role;                  /* the kernel lock on byte 2: 0, a proc plus one, or REAPER */

/* The kernel's. */
bool dead[N];
bool asleep[N];             /* in Futex.await on the semaphore */
bool reaperKilled;
byte crashes = CRASHES;
bool somebodyDied;

/* What is watched. */
byte inside[N];
bool dirty;                 /* a writer is, or was, half-way through changing the data */
byte listOwner;             /* who has the list bit, plus one */
bool torn;                  /* ... and may be half-way through relinking */
byte finished;

#ifdef BREAK_TRY_IGNORES_RECOVERING
#define BARS INCONSISTENT
#else
#define BARS BARRED
#endif
#define isFreeFor(m) ((word & (BARS | (m == EXCLUSIVE -> LOCK_MASK : EXCLUSIVE))) == 0)

#define died(p) (owned[p] && dead[p])
#if N == 2
#define somebodyIsDead (died(0) || died(1))
#else
#define somebodyIsDead (died(0) || died(1) || died(2))
#endif

#define tryAcquire(yes, no) \
    atomic { \
        if \
        :: isFreeFor(mode[me]) -> word = word + mode[me]; goto yes \
        :: else -> goto no \
        fi \
    }

/* From here to the operation on the list that follows, who has the bit may be half-way through that. */
#ifdef BREAK_LIST_IGNORES_RECOVERING
#define isRefused(bars) (word & (bars) & ~RECOVERING)
#else
#define isRefused(bars) (word & (bars))
#endif
#define lockWaitList(bars, refused) \
    atomic { \
        isRefused(bars) || !(word & LIST_LOCKED); \
        if \
        :: isRefused(bars) -> goto refused \
        :: else \
        fi; \
        word = word | LIST_LOCKED; \
        assert(listOwner == 0 && !torn); \
        listOwner = me + 1; \
        torn = true \
    }

inline unlockWaitList(set, clear) {
    atomic { word = (word | (set)) & ~(clear) & ~LIST_LOCKED; listOwner = 0 }
}

/* WaitList.choose and markChosen: whom to wake, and for which episode. */
inline choose() {
    count = len(list);
    do
    :: count > 0 ->
        count--;
        list?at;
        if
        :: stop || (wake != 0 && mode[at] == EXCLUSIVE) -> list!at
        :: else ->
            wake = wake | (1 << at);
            wakeEpisode[at] = episode[at];
            semaphore[at] = CHOSEN;
            stop = mode[at] == EXCLUSIVE
        fi
    :: else -> break
    od;
    stop = false;
    at = 0
}

/* WaitList.post for each that was chosen: a CAS on its semaphore, then, if that was still the episode, a system call. */
inline postAll() {
    do
    :: atomic { wake != 0 ->
            do
            :: (wake & (1 << at)) == 0 -> at++
            :: else -> break
            od;
            wake = wake & ~(1 << at);
#ifdef BREAK_POST_IGNORES_EPISODE
            posted = semaphore[at] != NOT_WAITING;
#else
            posted = semaphore[at] == CHOSEN && episode[at] == wakeEpisode[at];
#endif
            wakeEpisode[at] = 0;
            if
            :: posted -> semaphore[at] = NOT_WAITING
            :: else -> at = 0
            fi
        }
        /* Futex.wake */
        if
        :: atomic { posted -> posted = false; asleep[at] = false; at = 0 }
        :: atomic { !posted -> skip }
        fi
    :: atomic { wake == 0 -> break }
    od
}

/* An OwnerDeathCallback: nobody may be near the data. */
inline repair() {
    do
    :: at < N -> assert(!inside[at]); at++
    :: else -> break
    od;
    at = 0;
    dirty = false
}

inline enqueue() {
    atomic {
        do
        :: at < N -> ticket[me] = (ticket[at] >= ticket[me] -> ticket[at] + 1 : ticket[me]); at++
        :: else -> break
        od;
        at = 0;
        episode[me] = (episode[me] + 1) & 7;
        semaphore[me] = LISTED;
        assert(!list??[eval(me)]);
        list!me;
        torn = false
    }
#ifdef BREAK_QUEUE_WITHOUT_FLAG
    unlockWaitList(0, 0)
#else
    unlockWaitList(HAS_WAITERS, 0)
#endif
}

/* With the list bit. */
inline dequeueSelf() {
    atomic {
        if
        :: semaphore[me] == LISTED ->
            assert(list??[eval(me)]);
            list??eval(me);
            clear = (len(list) == 0 -> HAS_WAITERS : 0)
#ifdef BREAK_DEQUEUE_KEEPS_WAKE
        :: else
#else
        :: else -> clear = WAKE_IN_PROGRESS
#endif
        fi;
        endEpisode();
        torn = false
    }
    unlockWaitList(0, clear);
    clear = 0
}

inline endEpisode() {
    semaphore[me] = NOT_WAITING;
    ticket[me] = 0
}

/* Holding it is what the entry says: from HELD to RELEASING the data are this proc's. */
inline hold() {
    atomic {
        do
        :: at < N -> assert(at == me || !inside[at] || (inside[at] == SHARED && mode[me] == SHARED)); at++
        :: else -> break
        od;
        at = 0;
        assert(!dirty);
        entry[me] = HELD;
        inside[me] = mode[me];
        dirty = mode[me] == EXCLUSIVE
    }
}

inline wakeUp() {
    atomic { choose(); torn = false }
    unlockWaitList((wake != 0 -> WAKE_IN_PROGRESS : 0), (len(list) == 0 -> HAS_WAITERS : 0));
    postAll()
}

proctype Locker(byte me) {
    byte rounds = (me == 0 -> ROUNDS + EXTRA : ROUNDS);
    byte wake;
    byte wakeEpisode[N];
    byte at;
    byte count;
    byte clear;
    bool stop;
    bool posted;
life:
    {
        /* attachProc */
        atomic { !owned[me] -> owned[me] = true; dead[me] = false; semaphore[me] = NOT_WAITING }
acquire:
        atomic {
            rounds--;
            if
            :: MODES != 2 || me == 0 -> mode[me] = EXCLUSIVE
            :: MODES == 0 || (MODES == 2 && me != 0) -> mode[me] = SHARED
            fi;
#ifndef BREAK_LATE_INTENT
            entry[me] = INTENT
#endif
        }
firstTry:
        tryAcquire(acquired, failed);
failed:
#ifdef BREAK_LATE_INTENT
        entry[me] = INTENT;
#endif
        atomic {
            if
            :: word & BARRED -> goto standBack
            :: else
            fi
        }
        lockWaitList(BARRED, firstTry);
        enqueue();
#ifndef BREAK_NO_SECOND_TRY
        tryAcquire(acquiredQueued, failedQueued);
acquiredQueued:
        lockWaitList(RECOVERING, acquiredRecovering);
        dequeueSelf();
        goto acquired;
acquiredRecovering:
        /* The reaper drops from the list whoever is not WAITING */
        entry[me] = TAKEN;
        !(word & RECOVERING);
        atomic { endEpisode(); goto acquired }
#endif
failedQueued:
        entry[me] = WAITING;
sleep:
        atomic {
            if
            :: semaphore[me] == NOT_WAITING -> goto awake
            :: else -> asleep[me] = true
            fi
        }
        /* A time-out: what it is for is a waker that died between its CAS and its system call */
        atomic { !asleep[me] || (somebodyDied && semaphore[me] == NOT_WAITING) -> asleep[me] = false; goto sleep }
awake:
        atomic { entry[me] = INTENT; ticket[me] = 0 }
#ifndef BREAK_SLEEPER_KEEPS_WAKE
        word = word & ~WAKE_IN_PROGRESS;
#endif
        goto firstTry;

standBack:
        entry[me] = FREE;
        atomic {
            if
            :: word & RECOVERING -> goto awaitRecovery
            :: (word & BARRED) == INCONSISTENT ->
                if
                :: goto done                    /* throws */
                :: goto repairInRole
                fi
            :: else -> goto stoodBack
            fi
        }
repairInRole:
        atomic {
            role == 0;
            if
            :: word & INCONSISTENT -> role = me + 1
            :: else -> goto stoodBack
            fi
        }
        atomic { repair() }
        word = word & ~INCONSISTENT;
        role = 0;
        goto stoodBack;
awaitRecovery:
        !(word & RECOVERING);
stoodBack:
        entry[me] = INTENT;
        goto firstTry;

acquired:
        hold();
#ifdef BREAK_EARLY_FREE
        atomic { entry[me] = FREE; inside[me] = 0; dirty = false }
#else
        atomic { entry[me] = RELEASING; inside[me] = 0; dirty = false }
#endif
        atomic {
            assert((word & LOCK_MASK) == EXCLUSIVE || (mode[me] == SHARED && (word & LOCK_MASK) != 0));
            word = word - mode[me];
            if
            :: (word & (HAS_WAITERS | WAKE_IN_PROGRESS | RECOVERING | LOCK_MASK)) == HAS_WAITERS
            :: else -> goto released
            fi
        }
        lockWaitList(RECOVERING, released);
        wakeUp();
released:
        entry[me] = FREE;
done:
        atomic {
            if
            :: rounds > 0 -> goto acquire
            :: else
            fi
        }
        /* Proc.close */
        owned[me] = false
    } unless { dead[me] };
    atomic {
        if
        :: dead[me] ->
            /* Until reaped. Then another process takes the slot */
            !owned[me];
            wake = 0; at = 0; count = 0; clear = 0; stop = false; posted = false;
            do
            :: at < N -> wakeEpisode[at] = 0; at++
            :: else -> break
            od;
            at = 0;
            if
            :: rounds > 0 -> goto life
            :: else
            fi
        :: else
        fi;
        mode[me] = 0;
        finished++
    }
}

#define isDead(p) (deadOnes & (1 << (p)))
#define is(p, s) (owned[p] && entry[p] == s)
#define isIn(p) (is(p, HELD) || is(p, TAKEN))

/* Until each live proc was seen in neither, or one is found dead: then all starts again. */
inline awaitQuiescence() {
    do
    :: atomic { p < N && isDead(p) -> p++ }
    :: atomic { p < N && !isDead(p) && died(p) && (entry[p] == INTENT || entry[p] == RELEASING) -> goto findDead }
    :: atomic { p < N && !isDead(p) && !is(p, INTENT) && !is(p, RELEASING) -> p++ }
    :: atomic { p == N -> p = 0; break }
    od
}

inline settleDeadOwner() {
    do
    :: atomic { p < N && isDead(p) && entry[p] == HELD && mode[p] == EXCLUSIVE ->
            if
            :: repair()
            :: word = word | INCONSISTENT
            fi
        }
#ifdef BREAK_SETTLED_STAYS_HELD
        p++
#else
        atomic { entry[p] = INTENT; p++ }
#endif
    :: atomic { p < N && !(isDead(p) && entry[p] == HELD && mode[p] == EXCLUSIVE) -> p++ }
    :: atomic { p == N -> p = 0; break }
    od
}

/*
 * How each live one holds it, and whether it waits. One that is RELEASING is waited for: whether it has subtracted itself cannot
 * be known.
 */
inline inspect() {
    do
    :: atomic { p < N && isDead(p) -> p++ }
#ifdef BREAK_INSPECT_PASSES_RELEASING
    :: atomic { p < N && !isDead(p) && !isIn(p) && !is(p, WAITING) -> p++ }
#else
    :: atomic { p < N && !isDead(p) && !isIn(p) && !is(p, WAITING) && !is(p, RELEASING) -> p++ }
#endif
    :: atomic { p < N && !isDead(p) && died(p) && entry[p] == RELEASING -> goto findDead }
    :: atomic { p < N && !isDead(p) && isIn(p) -> holders = holders + mode[p]; p++ }
    :: p < N && !isDead(p) && is(p, WAITING) ->
        atomic { waiters = waiters | (semaphore[p] != NOT_WAITING -> 1 << p : 0); p++ }
    :: atomic { p == N -> p = 0; break }
    od
}

/* The list is the reaper's: it puts in whom it found, by ticket. */
inline relink() {
    assert(listOwner == 0 || dead[listOwner - 1]);
    listOwner = 0;
    do
    :: len(list) != 0 -> list?at
    :: else -> break
    od;
    do
    :: waiters != 0 ->
        at = 0;
        do
        :: at < N && !((waiters & (1 << at)) && ticket[at] == count) -> at++
        :: else -> break
        od;
        if
        :: at < N ->
            assert(semaphore[at] != NOT_WAITING);
            semaphore[at] = LISTED;
            list!at;
            waiters = waiters & ~(1 << at)
        :: else -> count++
        fi
    :: else -> break
    od;
    count = 0;
    at = 0;
    torn = false
}

inline chooseAll() {
    do
    :: len(list) != 0 -> list?at; wake = wake | (1 << at); wakeEpisode[at] = episode[at]; semaphore[at] = CHOSEN
    :: else -> break
    od;
    at = 0
}

inline forgetWaiters() {
    wake = 0;
    do
    :: at < N -> wakeEpisode[at] = 0; at++
    :: else -> break
    od;
    at = 0
}

inline freeSlots() {
    do
    :: atomic { p < N && isDead(p) -> entry[p] = FREE; ticket[p] = 0 }
        atomic { owned[p] = false; p++ }
    :: atomic { p < N && !isDead(p) -> p++ }
    :: atomic { p == N -> p = 0; break }
    od
}

proctype Reaper() {
    byte deadOnes;
    byte p;
    byte old;
    byte holders;
    byte waiters;
    byte wake;
    byte wakeEpisode[N];
    byte at;
    byte count;
    bool stop;
    bool posted;
    bool named;
life:
    {
        /* A label cannot be first here */
        skip;
end_poked:
        atomic { somebodyIsDead && role == 0 -> role = REAPER }
findDead:
        atomic { deadOnes = 0; named = false; p = 0 }
        do
        :: atomic { p < N && died(p) -> deadOnes = deadOnes | (1 << p); named = named || entry[p] != FREE; p++ }
        :: atomic { p < N && !died(p) -> p++ }
        :: atomic { p == N -> p = 0; break }
        od;
#ifdef BREAK_FREE_SLOTS_FIRST
        freeSlots();
#endif
        /* recoverLocks */
        atomic {
            if
            :: named -> word = word | RECOVERING
            :: else -> goto recovered
            fi
        }
#ifndef BREAK_NO_QUIESCENCE
        awaitQuiescence();
#endif
        settleDeadOwner();
recover:
        old = word;
        inspect();
        atomic {
            relink();
            if
            :: old & INCONSISTENT -> chooseAll()
            :: !(old & INCONSISTENT) && holders == 0 -> choose()
            :: else
            fi
        }
        atomic {
#ifdef BREAK_NO_RECOUNT
            if
            :: true ->
#else
            if
            :: word != old -> forgetWaiters(); holders = 0; goto recover
            :: else ->
#endif
                assert(holders <= EXCLUSIVE);
                word = (old & INCONSISTENT) | holders | (len(list) != 0 -> HAS_WAITERS : 0) | (wake != 0 -> WAKE_IN_PROGRESS : 0)
            fi;
            old = 0;
            holders = 0
        }
        postAll();
recovered:
        freeSlots();
        atomic { deadOnes = 0; named = false; role = 0; goto end_poked }
    } unless { reaperKilled };
    atomic {
        /* The next one knows nothing of it */
        reaperKilled = false;
        deadOnes = 0; p = 0; old = 0; holders = 0; waiters = 0; at = 0; count = 0;
        stop = false; posted = false; named = false;
        forgetWaiters();
        goto life
    }
}

/* SIGKILL, to a locker's process or to the one whose thread is the reaper; the kernel frees the role. */
inline kill(victim) {
    atomic {
        crashes > 0 && owned[victim] && !dead[victim] && (entry[victim] != FREE || role == victim + 1) ->
        crashes--;
        dead[victim] = true;
        somebodyDied = true;
        inside[victim] = 0;
        asleep[victim] = false;
        role = (role == victim + 1 -> 0 : role)
    }
}

proctype Killer() {
end_killer:
    do
    :: kill(0)
    :: kill(1)
#if N == 3
    :: kill(2)
#endif
    :: atomic { crashes > 0 && role == REAPER -> crashes--; reaperKilled = true; role = 0 }
    od
}

/* Whoever holds nothing leaves nothing. */
proctype Observer() {
    atomic {
        finished == N && !somebodyIsDead;
        assert((word & ~INCONSISTENT) == 0 && len(list) == 0 && listOwner == 0 && !torn);
        assert(!dirty || (word & INCONSISTENT))
    }
}

init {
    atomic {
        run Reaper();
        run Locker(0);
        run Locker(1);
#if N == 3
        run Locker(2);
#endif
#if CRASHES > 0
        run Killer();
#endif
        run Observer()
    }
}
