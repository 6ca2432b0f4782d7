package dev.wharf.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sample extension auditor: it needs no supervisor. */
@Timeout(300)
class AuditorSampleTest {
    private static final String LIBRARY = "shared_preload_libraries = 'dev.wharf.extensions.auditor.Auditor'";

    @TempDir
    private Path directory;

    @Test
    void countsTimesAndRefusesInAllProcesses() throws Exception {
        try (Served served = new Served(directory, "auditor", LIBRARY, "auditor.refuse = ' drop table,TRUNCATE TABLE'")) {
            Served.Sql one = served.sql();
            Served.Sql other = served.sql();
            assertEquals(List.of("CREATE TABLE"), one.run("CREATE TABLE t (a int)"));
            assertEquals(List.of("ERROR:  relation \"t\" already exists"), other.run("CREATE TABLE t (a int)"));
            for (Served.Sql session : List.of(one, other)) {
                assertEquals(List.of("ERROR:  DROP TABLE is refused here", "HINT:  The parameter \"auditor.refuse\" names it."),
                        session.run("DROP TABLE t"));
            }
            assertEquals("ERROR:  TRUNCATE TABLE is refused here", one.run("TRUNCATE t").getFirst());
            assertEquals(List.of("ERROR:  parameter \"auditor.refuse\" cannot be changed now"),
                    one.run("SET auditor.refuse = ''"));
            // It is there still
            assertEquals(List.of("COPY 0"), one.run("COPY t TO '" + directory.resolve("out.csv").toAbsolutePath() + "'"));

            List<String> report = other.run("SHOW auditor.report");
            assertEquals(List.of("CREATE TABLE|2|1|0", "DROP TABLE|0|0|2", "TRUNCATE TABLE|0|0|1", "SET|1|1|0", "COPY|1|0|0"),
                    report.stream().map(row -> row.substring(0, row.lastIndexOf('|', row.lastIndexOf('|') - 1))).toList());
            for (String row : report) {
                String[] fields = row.split("\\|");
                double total = Double.parseDouble(fields[4]);
                double longest = Double.parseDouble(fields[5]);
                assertEquals(fields[1].equals("0"), total == 0, row);
                assertTrue(fields[1].equals("1") ? longest == total : longest <= total, row);
            }
            assertEquals("SHOW|1|0|0", one.run("SHOW auditor.report").getLast().substring(0, "SHOW|1|0|0".length()));
        }
    }

    @Test
    void logsAndIsTurnedOff() throws Exception {
        try (Served served = new Served(directory, "auditor", LIBRARY, "auditor.enabled = off")) {
            Served.Sql sql = served.sql();
            sql.run("CREATE TABLE quiet (a int); SET auditor.log_min_duration = 0; CREATE TABLE told (a int)");
            assertEquals(List.of(), sql.run("SHOW auditor.report"));
            String log = Files.readString(served.data.resolve("wharf.log"));
            assertTrue(log.contains(" ms  statement: CREATE TABLE told (a int)\n") && !log.contains("quiet"), log);
        }
    }
}
