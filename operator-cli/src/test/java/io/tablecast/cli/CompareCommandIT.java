// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tablecast.testing.Conditions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tablecast compare} with real databases and a pipeline that goes on between them. */
class CompareCommandIT {
    private static final int ROWS = 20_000;

    @TempDir
    private static Path folder;

    private static DeployedShop shop;

    @BeforeAll
    static void deployShop() throws IOException {
        shop = new DeployedShop("compare", folder);
        shop.source()
                .execute(
                        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, amount numeric(12,2), note text)",
                        "INSERT INTO shop.orders SELECT i * 7 - 50000, i / 3.0, 'note ' || i FROM generate_series(1, "
                                + ROWS + ") AS i",
                        "CREATE TABLE shop.busy (id int PRIMARY KEY, amount int)",
                        "INSERT INTO shop.busy SELECT i, 0 FROM generate_series(1, 5000) AS i",
                        "CREATE TABLE shop.\"Odd, table\" (\"Key\" text, part date, value jsonb, list text[], at timestamptz,"
                                + " bytes bytea, PRIMARY KEY (\"Key\", part))",
                        "INSERT INTO shop.\"Odd, table\" VALUES ('ä, \"b\"', '2026-01-01', '{\"a\": 1}', '{x,NULL,\"y z\"}',"
                                + " '2026-01-01 00:00:00.123456+02', '\\x00ff'), ('B', '2026-01-02', NULL, NULL, NULL, NULL),"
                                + " ('a', 'infinity', 'null', '{}', '-infinity', '')",
                        "CREATE TABLE shop.log (line text)",
                        "INSERT INTO shop.log VALUES ('same'), ('same'), ('other'), (NULL)",
                        "CREATE TABLE shop.events (id int PRIMARY KEY, at timestamptz NOT NULL, note text)",
                        "INSERT INTO shop.events SELECT i, '2026-01-01'::timestamptz + i * interval '1 hour', 'x'"
                                + " FROM generate_series(1, 100) AS i",
                        "CREATE TABLE shop.kept (id int PRIMARY KEY, note text)",
                        "INSERT INTO shop.kept VALUES (1, 'one'), (2, 'two')",
                        "CREATE TABLE shop.alone (id int PRIMARY KEY)");
        CommandRun run = DeployedShop.connect(
                "deploy",
                shop.sourceFile(Map.of(
                        "table.shop.alone.topic", "compared.by.nobody",
                        "table.shop.log.mode", "snapshot",
                        "table.shop.events.mode", "incremental",
                        "table.shop.events.control.column", "at",
                        "table.shop.kept.condition", "id < 100",
                        "table.shop.kept.columns", "id,note")),
                shop.sinkFile(Map.of("table.shop.kept.delete.mode", "soft")));
        assertThat(run.exitCode()).as(run.err()).isZero();
        shop.awaitRows("shop.orders", ROWS);
        shop.awaitRows("shop.busy", 5000);
        shop.awaitRows("shop.\"Odd, table\"", 3);
        shop.awaitRows("shop.log", 4);
        shop.awaitRows("shop.events", 100);
        shop.awaitRows("shop.kept", 2);
    }

    @AfterAll
    static void dropShop() {
        shop.close();
    }

    @Test
    void equalTablesAreEqualWhateverTheirKeysTypesAndModes() {
        shop.source()
                .execute(
                        "INSERT INTO shop.kept VALUES (3, 'three'), (100, 'not wanted')",
                        "DELETE FROM shop.kept WHERE id = 2");

        CommandRun run = shop.run("compare", "shop.orders", "shop.Odd*", "shop.kept");

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.out())
                .contains("shop.orders: equal, 20,000 rows, keys -49993 to 90000 (")
                .contains("shop.Odd, table: equal, 3 rows, keys B to ä, \"b\" (")
                .contains("shop.kept: equal, 2 rows, keys 1 to 3 (");
    }

    @Test
    void rowsThatAreMissingChangedOrTooManyAreNamed() throws IOException {
        CommandRun equal = shop.run("compare", "shop.log");
        shop.destination()
                .execute(
                        "DELETE FROM shop.orders WHERE id = -49993",
                        "UPDATE shop.orders SET note = NULL WHERE id = 36");
        shop.destination()
                .execute(
                        "INSERT INTO shop.orders (id) VALUES (1000001)",
                        "UPDATE shop.\"Odd, table\" SET value = '{\"a\": 2}' WHERE \"Key\" = 'ä, \"b\"'",
                        "DELETE FROM " + storage("log") + " WHERE ctid IN (SELECT min(ctid) FROM " + storage("log")
                                + " WHERE line = 'same')");

        CommandRun run = shop.run("compare", "shop.orders", "shop.Odd*", "shop.log", "--wait", "1");
        CommandRun counts = shop.run("compare", "--counts", "shop.orders", "--wait", "0");
        CommandRun json = shop.run("compare", "--output", "json", "shop.orders", "--wait", "0", "--limit", "1");

        assertThat(equal.out()).startsWith("shop.log: equal, 4 rows (");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("shop.orders: 3 rows differ, 20,000 rows at the source, 20,000 at the destination, keys")
                .contains("  missing  id=-49993\n", "  different  id=36\n", "  extra  id=1000001\n")
                .contains("shop.Odd, table: 1 row differs, 3 rows at the source, 3 at the destination")
                .contains("  different  Key=ä, \"b\", part=2026-01-01\n")
                .contains("shop.log: 1 row differs, 4 rows at the source, 3 at the destination")
                .contains("  different  (same)\n");
        assertThat(counts.exitCode()).isEqualTo(1);
        assertThat(counts.out())
                .startsWith(
                        "shop.orders: not equal: 20,000 rows at the source, 20,000 at the destination, keys -49993");
        JsonNode table = new ObjectMapper().readTree(json.out()).path("tables").get(0);
        assertThat(table.path("equal").asBoolean()).isFalse();
        assertThat(table.path("table").asText() + " "
                        + table.path("destination").asText())
                .isEqualTo("shop.orders shop.orders");
        assertThat(table.path("source").asText() + " " + table.path("sink").asText())
                .isEqualTo("compare-source compare-sink");
        assertThat(table.path("differing").asInt()).isEqualTo(3);
        assertThat(table.path("differences")).hasSize(1);

        shop.run("repull", "shop.orders", "shop.Odd*");
        CommandRun repaired = shop.run("compare", "shop.orders", "shop.Odd*", "--wait", "120");
        assertThat(repaired.exitCode()).as(repaired.out() + repaired.err()).isZero();
    }

    @Test
    void writersDoNotMakeADifferenceAndDoNotHideOne() throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        CompletableFuture<Long> writer = CompletableFuture.supplyAsync(() -> {
            long writes = 0;
            while (!isOver.get()) {
                shop.source()
                        .execute("UPDATE shop.busy SET amount = amount + 1 WHERE id % 50 = " + writes % 50
                                + " AND id <> 77");
                writes++;
                if (writes % 10 == 0) {
                    // What waits longer than --wait would be a difference.
                    awaitWrite(writes - 10);
                }
            }
            return writes;
        });
        CommandRun equal;
        List<CommandRun> different = new ArrayList<>();
        try {
            equal = shop.run("compare", "shop.busy");
            shop.destination().execute("UPDATE shop.busy SET amount = -1 WHERE id = 77");
            // On a machine that is busy elsewhere, other rows may be later than that.
            Conditions.await(
                    DeployedShop.PATIENCE,
                    () -> "Only one row should differ: " + different,
                    () -> different.add(shop.run("compare", "shop.busy", "--wait", "5"))
                            && different.get(different.size() - 1).out().contains("shop.busy: 1 row differs"));
        } finally {
            isOver.set(true);
        }

        assertThat(writer.get()).isGreaterThan(10);
        assertThat(equal.exitCode()).as(equal.out() + equal.err()).isZero();
        assertThat(different).allSatisfy(run -> assertThat(run.exitCode()).isEqualTo(1));
        assertThat(different.get(different.size() - 1).out()).contains("  different  id=77\n");
    }

    /** The destination has what the writer has written then. */
    private static void awaitWrite(long write) {
        long id = write % 50 == 0 ? 50 : write % 50;
        Conditions.await(
                DeployedShop.PATIENCE,
                () -> "Write " + write + " should arrive",
                () -> shop.destination().number("SELECT amount FROM shop.busy WHERE id = " + id) > write / 50);
    }

    @Test
    void purgedSourcesAndRangesOfModeIncrementalAreComparedAsFarAsTheyGo() {
        shop.source().execute("DELETE FROM shop.events WHERE id <= 20 OR id = 50");

        CommandRun purged = shop.run("compare", "shop.events", "--wait", "0");
        shop.destination().execute("DELETE FROM shop.events WHERE id = 90");
        CommandRun missing = shop.run("compare", "shop.events", "--wait", "0");
        CommandRun before = shop.run("compare", "shop.events", "--to", "2026-01-04", "--wait", "0");
        CommandRun counts = shop.run(
                "compare", "--counts", "shop.events", "--from", "2026-01-02", "--to", "2026-01-03", "--wait", "0");
        CommandRun others = shop.run("compare", "shop.orders", "--from", "1");
        CommandRun noTime = shop.run("compare", "shop.events", "--to", "yesterday");
        CommandRun backwards = shop.run("compare", "shop.events", "--from", "2026-01-04", "--to", "2026-01-03 12:00");
        CommandRun negative = shop.run("compare", "shop.events", "--wait", "-1");

        assertThat(purged.exitCode()).as(purged.out()).isZero();
        assertThat(purged.out())
                .contains("shop.events: equal, 79 rows at the source, 80 at the destination, keys 21 to 100")
                .contains("  1 further rows at the destination, as its mode allows");
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.out()).contains("  missing  id=90\n");
        assertThat(before.exitCode()).as(before.out()).isZero();
        assertThat(counts.exitCode()).as(counts.out() + counts.err()).isZero();
        assertThat(counts.out()).startsWith("shop.events: equal in number, 24 rows, keys ");
        assertThat(others.exitCode()).isEqualTo(2);
        assertThat(others.err()).contains("shop.orders is read in mode queue, which has no control values");
        assertThat(noTime.exitCode()).isEqualTo(2);
        assertThat(noTime.err())
                .startsWith(
                        "shop.events has a control column of type timestamptz, and --to is \"yesterday\". Expected a time"
                                + " with its offset such as 2026-01-31 12:00:00+00, or a date.\n");
        assertThat(backwards.exitCode()).isEqualTo(2);
        assertThat(backwards.err())
                .startsWith(
                        "--from is \"2026-01-04\" and not less than --to, \"2026-01-03 12:00\", so no row of shop.events"
                                + " is meant.\n");
        assertThat(negative.err()).startsWith("--wait is -1. Expected a whole number of at least 0.\n");
    }

    @Test
    void rowsOfAHandMadeTableWhoseKeyIsNullAreDifferences() {
        shop.source()
                .execute(
                        "CREATE TABLE shop.loose (id int PRIMARY KEY, amount int)",
                        "INSERT INTO shop.loose SELECT i, i FROM generate_series(1, 300) AS i");
        shop.awaitRows("shop.loose", 300);
        shop.destination()
                .execute(
                        "ALTER TABLE shop.loose DROP CONSTRAINT loose_pkey, ALTER id DROP NOT NULL",
                        "INSERT INTO shop.loose VALUES (NULL, 1), (NULL, 2)");

        CommandRun run = shop.run("compare", "shop.loose", "--wait", "1");
        shop.source().execute("DROP TABLE shop.loose");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("shop.loose: 1 row differs, 300 rows at the source, 302 at the destination, keys 1 to 300")
                .contains("  extra  id=NULL\n");
    }

    @Test
    void tableThatIsNotThereCannotBeCompared() {
        shop.source().execute("CREATE TABLE shop.late (id int PRIMARY KEY)");
        shop.awaitRows("shop.late", 0);
        shop.destination().execute("DROP TABLE shop.late");

        CommandRun run = shop.run("compare", "shop.late");

        assertThat(run)
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "shop.late: cannot be compared: There is no table shop.late at the destination of compare-sink"
                                + " yet.\n"));
    }

    @Test
    void namedConnectorsAreComparedWithTheirOtherEnds() {
        CommandRun ofSource = DeployedShop.connect("compare", "--connector", shop.sourceName(), "shop.kept");
        CommandRun ofSink = DeployedShop.connect("compare", "--connector", shop.sinkName(), "shop.kept");
        CommandRun failed = DeployedShop.connect("repull", "--connector", shop.sinkName(), "--failed");

        assertThat(ofSource.exitCode()).as(ofSource.toString()).isZero();
        assertThat(ofSource.out()).startsWith("shop.kept: equal, ");
        assertThat(ofSink.exitCode()).as(ofSink.toString()).isZero();
        assertThat(ofSink.out()).startsWith("shop.kept: equal, ");
        assertThat(failed).isEqualTo(new CommandRun(0, "No table has failed.\n", ""));
    }

    @Test
    void tableThatNoSinkTakesIsNotEqual() throws IOException {
        CommandRun run = shop.run("compare", "shop.alone");
        CommandRun json = shop.run("compare", "--output", "json", "shop.alone");

        assertThat(new ObjectMapper()
                        .readTree(json.out())
                        .path("problems")
                        .get(0)
                        .asText())
                .startsWith("shop.alone: cannot be compared: ");
        assertThat(run)
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "shop.alone: cannot be compared: no sink that can be read here takes its topic"
                                + " compared.by.nobody.\n"));
    }

    /** What holds the rows of a table that is served by a view. */
    private static String storage(String table) {
        return shop.destination()
                .value("SELECT storage_table FROM tablecast.table_state WHERE table_name = '" + table + "'");
    }
}
