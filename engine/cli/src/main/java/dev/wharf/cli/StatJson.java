package dev.wharf.cli;

import dev.wharf.core.copy.StatProgressCopy;
import dev.wharf.shmem.CounterStatus;
import dev.wharf.shmem.DsmAllocation;
import dev.wharf.shmem.HeldLock;
import dev.wharf.shmem.LWLockStats;
import dev.wharf.shmem.LWLockStatus;
import dev.wharf.shmem.ProcStatus;
import dev.wharf.shmem.ShmemAllocation;
import dev.wharf.shmem.ShmemException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code wharf stat} for programs: one JSON object a line. What is not there is null, never left out. */
final class StatJson implements StatView {
    @Override
    public String heading(Instant now) {
        return "";
    }

    @Override
    public String error(ShmemException e) {
        return Json.text(object("error", e.getMessage(), "sqlstate", e.sqlState())) + "\n";
    }

    @Override
    public String show(StatSnapshot snapshot) {
        var header = snapshot.header();
        Map<String, Object> root = object("file", header.file().toString(), "live", snapshot.live(),
                "attached_pids", snapshot.attachedPids());
        root.put("header", object("version", header.version(), "length", header.length(), "generation", header.generation(),
                "boot_id", header.bootId(), "this_boot", header.isOfThisBoot(), "supervisor_pid", header.supervisor().pid(),
                "supervisor_start_time", header.supervisor().startTime(), "supervisor_alive", snapshot.supervisorAlive(),
                "max_procs", header.maxProcs(), "locks", header.locks(), "tranches", header.tranches(),
                "max_counters", header.maxCounters()));
        root.put("processes", snapshot.procs().stream().map(StatJson::proc).toList());
        root.put("activity", snapshot.activity());
        root.put("progress_copy", snapshot.copies().stream().map(StatJson::copy).toList());
        root.put("locks", snapshot.locks().stream().map(StatJson::lock).toList());
        root.put("allocations", snapshot.allocations().stream().map(StatJson::allocation).toList());
        root.put("dsm_allocations", snapshot.dsmAllocations().stream().map(StatJson::dsmAllocation).toList());
        root.put("counters", snapshot.counters().stream().map(StatJson::counter).toList());
        return Json.text(root) + "\n";
    }

    private static Map<String, Object> proc(ProcStatus proc) {
        return object("proc", proc.procNumber(), "pid", proc.pid(), "tid", proc.tid(), "backend_type", proc.backendType(),
                "state", StatText.word(proc.state()), "wait_event_type", proc.waitEventType(), "wait_event", proc.waitEvent(),
                "locks", proc.locks().stream().map(StatJson::heldLock).toList());
    }

    /** The columns of {@code pg_stat_progress_copy}. */
    private static Map<String, Object> copy(StatProgressCopy row) {
        return object("pid", row.pid(), "relid", row.relid(), "relname", row.relname(), "command", row.command().words(),
                "type", row.type().name(), "bytes_processed", row.bytesProcessed(), "bytes_total", row.bytesTotal(),
                "tuples_processed", row.tuplesProcessed());
    }

    private static Map<String, Object> heldLock(HeldLock lock) {
        return object("tranche", lock.tranche(), "lock", lock.index(),
                "mode", wordOrNull(lock.mode()), "state", StatText.word(lock.state()));
    }

    private static Map<String, Object> lock(LWLockStatus lock) {
        return object("tranche", lock.tranche(), "lock", lock.index(), "algorithm", wordOrNull(lock.algorithm()),
                "shared", lock.sharedHolders(), "exclusive", lock.exclusive(),
                "recovering", lock.recovering(), "inconsistent", lock.inconsistent(),
                "dead_pid", lock.inconsistent() ? (Integer) lock.deadPid() : null,
                "holders", lock.holders().stream().map(StatJson::holder).toList(),
                "waiters", lock.waiters().stream().map(StatJson::waiter).toList(), "statistics", statistics(lock.stats()));
    }

    private static Map<String, Object> holder(LWLockStatus.Holder holder) {
        return object("pid", holder.pid(), "tid", holder.tid(), "proc", holder.procNumber(), "mode", wordOrNull(holder.mode()),
                "published", holder.published());
    }

    /** Who does not want the lock, and only to know when it is free, has no mode. */
    private static Map<String, Object> waiter(LWLockStatus.Waiter waiter) {
        return object("pid", waiter.pid(), "tid", waiter.tid(), "proc", waiter.procNumber(), "mode", wordOrNull(waiter.mode()),
                "ticket", waiter.ticket());
    }

    private static Map<String, Object> statistics(LWLockStats stats) {
        return object("shared_acquires", stats.sharedAcquires(), "exclusive_acquires", stats.exclusiveAcquires(),
                "shared_waits", stats.sharedWaits(), "exclusive_waits", stats.exclusiveWaits(),
                "until_free_waits", stats.untilFreeWaits(), "spin_delays", stats.spinDelays(),
                "self_dequeues", stats.selfDequeues(), "futex_sleeps", stats.futexSleeps(), "futex_wakes", stats.futexWakes(),
                "wait_nanos", stats.waitNanos());
    }

    private static String wordOrNull(Enum<?> value) {
        return value == null ? null : StatText.word(value);
    }

    private static Map<String, Object> allocation(ShmemAllocation row) {
        return object("name", row.name(), "off", row.offset(), "size", row.size(), "allocated_size", row.allocatedSize());
    }

    private static Map<String, Object> dsmAllocation(DsmAllocation row) {
        return object("name", row.name(), "type", row.type(), "size", row.size());
    }

    private static Map<String, Object> counter(CounterStatus row) {
        return object("id", row.id(), "type", row.typeId(), "label", row.label(), "pid", row.pid(), "value", row.value());
    }

    /** @param pairs names and values in turn */
    private static Map<String, Object> object(Object... pairs) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            object.put((String) pairs[i], pairs[i + 1]);
        }
        return object;
    }
}
