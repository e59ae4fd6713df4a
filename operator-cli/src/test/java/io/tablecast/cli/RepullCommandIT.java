// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Conditions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tablecast repull} and {@code drain} with a real worker and real databases. */
class RepullCommandIT {

    @TempDir
    private static Path folder;

    private static DeployedShop shop;

    @BeforeAll
    static void deployShop() throws IOException {
        shop = new DeployedShop("repull", folder);
        for (String table :
                new String[] {"shop.orders", "shop.lines", "shop.events", "shop.readings", "shop.tail", "shop.late"}) {
            shop.source()
                    .execute(
                            "CREATE TABLE " + table + " (id int PRIMARY KEY, note text)",
                            "INSERT INTO " + table + " SELECT i, 'note' FROM generate_series(1, 100) AS i");
        }
        CommandRun run = DeployedShop.connect(
                "deploy",
                shop.sourceFile(Map.ofEntries(
                        Map.entry("table.shop.tail.snapshot.mode", "no_data"),
                        Map.entry("table.shop.events.mode", "incremental"),
                        Map.entry("table.shop.events.control.column", "id"),
                        Map.entry("table.shop.late.mode", "incremental"),
                        Map.entry("table.shop.late.control.column", "id"),
                        Map.entry("table.shop.late.start.value", "61"),
                        Map.entry("table.shop.readings.mode", "incremental"),
                        Map.entry("table.shop.readings.control.column", "id"),
                        Map.entry("table.shop.readings.boundary", "50"))),
                shop.sinkFile(Map.of()));
        assertThat(run.exitCode()).as(run.err()).isZero();
        shop.awaitRows("shop.orders", 100);
        shop.awaitRows("shop.lines", 100);
        shop.awaitRows("shop.events", 100);
        shop.awaitRows("shop.readings", 50);
        shop.awaitRows("shop.late", 40);
    }

    @AfterAll
    static void dropShop() {
        shop.close();
    }

    @Test
    void tablesOfAPatternAreCopiedAgainAndOthersStayAsTheyAre() {
        shop.destination().execute("DELETE FROM shop.orders", "DELETE FROM shop.lines WHERE id > 10");

        CommandRun run = shop.run("repull", "shop.ord*");

        assertThat(run).isEqualTo(new CommandRun(0, "shop.orders: is copied again\n", ""));
        shop.awaitRows("shop.orders", 100);
        assertThat(shop.destination().number("SELECT count(*) FROM shop.lines")).isEqualTo(10);
    }

    @Test
    void rangeIsReadAgainAndNothingElse() {
        shop.destination().execute("DELETE FROM shop.events WHERE id BETWEEN 20 AND 29 OR id = 70");

        CommandRun run = shop.run("repull", "shop.events", "--from", "20", "--to", "30");

        assertThat(run).isEqualTo(new CommandRun(0, "shop.events: the range is read again\n", ""));
        shop.awaitRows("shop.events", 99);
        assertThat(shop.destination().number("SELECT count(*) FROM shop.events WHERE id = 70"))
                .isZero();
    }

    @Test
    void tableThatIsReadFromAValueOnHasTheRangeFromThereReplaced() {
        shop.destination()
                .execute(
                        "INSERT INTO shop.late SELECT i, 'older' FROM generate_series(1, 60) AS i",
                        "UPDATE shop.late SET note = 'spoilt' WHERE id > 60",
                        "DELETE FROM shop.late WHERE id > 90");

        CommandRun whole = shop.run("repull", "shop.late");
        CommandRun range = shop.run("repull", "shop.late", "--from", "61");

        assertThat(whole.exitCode()).isEqualTo(1);
        assertThat(whole.err()).startsWith("shop.late has start.value=61: without its offset it would not be copied");
        assertThat(range).isEqualTo(new CommandRun(0, "shop.late: the range is read again\n", ""));
        shop.awaitRows("shop.late", 100);
        assertThat(shop.destination().number("SELECT count(*) FROM shop.late WHERE note = 'older'"))
                .isEqualTo(60);
    }

    /** What the sink writes down when it finds that it lacks rows. */
    @Test
    void failedTablesThatCannotBeCopiedDoNotKeepOthersFromIt() {
        shop.destination()
                .execute(
                        "UPDATE tablecast.table_state SET incomplete = 'for a test'"
                                + " WHERE table_name IN ('lines', 'late')",
                        "DELETE FROM shop.lines");

        CommandRun named = shop.run("repull", "shop.late", "shop.lines");
        CommandRun failed = shop.run("repull", "--failed");

        assertThat(named.exitCode()).isEqualTo(1);
        assertThat(named.out()).as("all or nothing where tables are named").isEmpty();
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.out()).isEqualTo("shop.lines: is copied again\n");
        assertThat(failed.err()).startsWith("shop.late has start.value=61: ").doesNotContain("shop.lines");
        shop.awaitRows("shop.lines", 100);
        shop.destination().execute("UPDATE tablecast.table_state SET incomplete = NULL WHERE table_name = 'late'");
    }

    @Test
    void drainReadsOnceWhatTheBoundaryHoldsBack() {
        CommandRun run = shop.run("drain", "shop.readings");

        assertThat(run).isEqualTo(new CommandRun(0, "shop.readings: everything that is there is read once\n", ""));
        shop.awaitRows("shop.readings", 100);
    }

    @Test
    void stoppedConnectorStaysStoppedAndDoesWhatWasAskedForWhenItIsResumed() {
        Cluster.rest().stop(shop.sourceName(), DeployedShop.PATIENCE);

        CommandRun drain = shop.run("drain", "shop.events");
        CommandRun range = shop.run("repull", "shop.late", "--from", "99");
        CommandRun whole = shop.run("repull", "shop.lines");

        assertThat(drain)
                .isEqualTo(new CommandRun(
                        0, "shop.events: everything that is there is read once when repull-source is resumed\n", ""));
        assertThat(range)
                .isEqualTo(new CommandRun(0, "shop.late: the range is read again when repull-source is resumed\n", ""));
        assertThat(whole)
                .isEqualTo(new CommandRun(0, "shop.lines: is copied again when repull-source is resumed\n", ""));
        assertThat(Cluster.rest().status(shop.sourceName()).orElseThrow().isStopped())
                .isTrue();
        assertThat(offset("shop.events")).containsEntry("drain", "once");

        shop.destination().execute("DELETE FROM shop.lines");
        Cluster.rest().resume(shop.sourceName());

        shop.awaitRows("shop.lines", 100);
        Conditions.await(
                DeployedShop.PATIENCE,
                () -> "The request should be met: " + offset("shop.events"),
                () -> !offset("shop.events").containsKey("drain"));
    }

    private static Map<String, Object> offset(String table) {
        return Cluster.rest().offsets(shop.sourceName()).stream()
                .filter(offset -> offset.partition().equals(shop.partition(table)))
                .findFirst()
                .orElseThrow()
                .offset();
    }

    @Test
    void whatCannotBeDoneIsRefusedBeforeAnythingStops() {
        CommandRun unknown = shop.run("repull", "shop.order");
        CommandRun none = shop.run("repull");
        CommandRun range = shop.run("repull", "shop.orders", "--from", "1");
        CommandRun value = shop.run("repull", "shop.events", "--from", "monday");
        CommandRun empty = shop.run("repull", "shop.events", "--from", "7", "--to", "7");
        CommandRun followed = shop.run("repull", "shop.tail");
        CommandRun drain = shop.run("drain", "shop.orders");

        assertThat(unknown)
                .isEqualTo(new CommandRun(
                        2, "", "There is no captured table \"shop.order\". Did you mean shop.orders?\n"));
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err()).startsWith("Which tables? Name them, or say --failed.");
        assertThat(range)
                .isEqualTo(
                        new CommandRun(
                                1,
                                "",
                                "shop.orders is read in mode queue, which has no control values. Leave out --from and --to.\n"));
        assertThat(value.err())
                .isEqualTo("shop.events has a control column of whole numbers, and --from is \"monday\".\n");
        assertThat(empty.err())
                .isEqualTo("--from is \"7\" and not less than --to, \"7\", so no row of shop.events is meant.\n");
        assertThat(followed.exitCode()).isEqualTo(1);
        assertThat(followed.err())
                .startsWith("shop.tail has snapshot.mode=no_data: without its offset it would not be");
        assertThat(drain)
                .isEqualTo(new CommandRun(1, "", "shop.orders is read in mode queue, which holds nothing back.\n"));
    }
}
