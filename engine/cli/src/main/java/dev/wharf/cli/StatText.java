package dev.wharf.cli;

import dev.wharf.core.copy.StatProgressCopy;
import dev.wharf.shmem.CounterStatus;
import dev.wharf.shmem.DsmAllocation;
import dev.wharf.shmem.HeldLock;
import dev.wharf.shmem.LWLockMode;
import dev.wharf.shmem.LWLockStats;
import dev.wharf.shmem.LWLockStatus;
import dev.wharf.shmem.ProcStatus;
import dev.wharf.shmem.ShmemAllocation;
import dev.wharf.shmem.ShmemException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code wharf stat} for people: tables as psql prints them. */
final class StatText implements StatView {
    @Override
    public String heading(Instant now) {
        return now + "\n";
    }

    @Override
    public String error(ShmemException e) {
        return "ERROR:  " + e.getMessage() + "\n\n";
    }

    @Override
    public String show(StatSnapshot snapshot) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
        head(snapshot, out);
        TablePrinter printer = new TablePrinter(out, true, false);
        printer.print(table("Processes", "#proc|#pid|#tid|backend type|state|wait event|locks",
                snapshot.procs().stream().map(StatText::proc).toList()));
        List<Map<String, Object>> told = snapshot.activity().stream().filter(row -> row.get("backend_start") != null).toList();
        if (!told.isEmpty()) {
            printer.print(table("Activity", "#pid|#leader|application|state|query start|query",
                    told.stream().map(StatText::activity).toList()));
        }
        if (!snapshot.copies().isEmpty()) {
            printer.print(table("COPY progress",
                    "#pid|#relid|table|command|type|#bytes processed|#bytes total|#%|#tuples processed",
                    snapshot.copies().stream().map(StatText::copy).toList()));
        }
        printer.print(table("Locks", "tranche|#lock|algorithm|#shared|exclusive|#acquires|#waits|#wait ms|holders|waiters|state",
                snapshot.locks().stream().map(StatText::lock).toList()));
        printer.print(table("Allocations", "name|#offset|#size|#allocated",
                snapshot.allocations().stream().map(StatText::allocation).toList()));
        if (!snapshot.dsmAllocations().isEmpty()) {
            printer.print(table("DSM segments", "name|type|#size",
                    snapshot.dsmAllocations().stream().map(StatText::dsmAllocation).toList()));
        }
        if (!snapshot.counters().isEmpty()) {
            printer.print(table("Counters", "#id|#type|label|#pid|#value",
                    snapshot.counters().stream().map(StatText::counter).toList()));
        }
        out.flush();
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static List<String> activity(Map<String, Object> row) {
        return Stream.of("pid", "leader_pid", "application_name", "state", "query_start", "query")
                .map(column -> printable(StatTable.text(row.get(column), ""))).toList();
    }

    private static void head(StatSnapshot snapshot, PrintStream out) {
        var header = snapshot.header();
        List<Long> pids = snapshot.attachedPids();
        String state = snapshot.live() ? pids.isEmpty() ? "in use"
                : "in use by " + (pids.size() == 1 ? "process " : pids.size() + " processes: ") + join(pids)
                : header.isOfThisBoot() ? "not in use: its processes have all ended" : "left by another boot of this machine";
        out.append("Segment \"").append(String.valueOf(header.file())).append("\", ").append(state).append('\n');
        out.append(header.length() + " bytes, layout version " + header.version() + ", generation " + header.generation()
                + ", made by process " + header.supervisor().pid() + (snapshot.supervisorAlive() ? "" : ", which has ended")
                + "\n" + snapshot.procs().size() + " of " + header.maxProcs() + " procs, " + header.locks() + " locks in "
                + header.tranches() + " tranches, " + snapshot.counters().size() + " of " + header.maxCounters()
                + " counters\n\n");
    }

    private static String join(List<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    /** @param columns names; one that begins with # is of numbers */
    private static TablePrinter.Table table(String title, String columns, List<List<String>> rows) {
        List<String> headers = new ArrayList<>();
        List<Boolean> right = new ArrayList<>();
        for (String column : columns.split("\\|")) {
            right.add(column.startsWith("#"));
            headers.add(column.startsWith("#") ? column.substring(1) : column);
        }
        return new TablePrinter.Table(title, headers, right, rows, true, List.of());
    }

    private static List<String> proc(ProcStatus proc) {
        return List.of(Integer.toString(proc.procNumber()), Long.toString(proc.pid()), Integer.toString(proc.tid()),
                printable(proc.backendType()), word(proc.state()),
                proc.waitEvent() == null ? "" : proc.waitEventType() + ": " + printable(proc.waitEvent()),
                proc.locks().stream().map(StatText::heldLock).collect(Collectors.joining(", ")));
    }

    private static List<String> copy(StatProgressCopy row) {
        return List.of(Long.toString(row.pid()), Integer.toString(row.relid()), printable(row.relname()), row.command().words(),
                row.type().name(), Long.toString(row.bytesProcessed()), Long.toString(row.bytesTotal()),
                row.bytesTotal() == 0 ? "" : Long.toString(100 * row.bytesProcessed() / row.bytesTotal()),
                Long.toString(row.tuplesProcessed()));
    }

    private static String heldLock(HeldLock lock) {
        String name = printable(lock.tranche()) + " " + lock.index() + " "
                + (lock.mode() == null && lock.state() == HeldLock.State.WAITING ? "until free" : mode(lock.mode()));
        return lock.state() == HeldLock.State.HELD ? name : word(lock.state()) + " " + name;
    }

    private static List<String> lock(LWLockStatus lock) {
        List<String> state = new ArrayList<>();
        if (lock.recovering()) {
            state.add("recovering");
        }
        if (lock.inconsistent()) {
            state.add("inconsistent: process " + lock.deadPid() + " died holding it");
        }
        LWLockStats stats = lock.stats();
        return List.of(printable(lock.tranche()), Integer.toString(lock.index()),
                lock.algorithm() == null ? "?" : word(lock.algorithm()), Integer.toString(lock.sharedHolders()),
                lock.exclusive() ? "yes" : "no", Long.toString(stats.sharedAcquires() + stats.exclusiveAcquires()),
                Long.toString(stats.waits()), Long.toString(TimeUnit.NANOSECONDS.toMillis(stats.waitNanos())),
                lock.holders().stream().map(holder -> holder.pid() + " " + mode(holder.mode()))
                        .collect(Collectors.joining(", ")),
                lock.waiters().stream().map(waiter -> waiter.pid() + " "
                        + (waiter.mode() == null ? "until free" : word(waiter.mode()))).collect(Collectors.joining(", ")),
                String.join(", ", state));
    }

    private static List<String> allocation(ShmemAllocation row) {
        return List.of(row.name() == null ? "" : printable(row.name()), Objects.toString(row.offset(), ""),
                Long.toString(row.size()), Long.toString(row.allocatedSize()));
    }

    private static List<String> dsmAllocation(DsmAllocation row) {
        return List.of(printable(row.name()), row.type(), Objects.toString(row.size(), ""));
    }

    private static List<String> counter(CounterStatus row) {
        return List.of(Integer.toString(row.id()), Integer.toString(row.typeId()), printable(row.label()),
                Long.toString(row.pid()), Long.toString(row.value()));
    }

    private static String mode(LWLockMode mode) {
        return mode == null ? "?" : word(mode);
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** A name is anybody's bytes: none of them is to move the cursor. */
    static String printable(String text) {
        return text.codePoints().map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }
}
