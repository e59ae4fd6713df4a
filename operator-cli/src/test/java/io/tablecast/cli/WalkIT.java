// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.ContentComparison;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.TableContents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The walk of somebody who has the README and docs/operations.md: from nothing to a pipeline that is watched; then it is
 * broken in every way that a night brings, understood from what the command says, mended by the command, and proven equal.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WalkIT {
    private static final Pattern SQL =
            Pattern.compile("```sql\n(.*?)\n(-- at the destination.*?)\n```", Pattern.DOTALL);
    private static final Pattern JSON = Pattern.compile("<<'JSON'\n(.*?)\nJSON\n", Pattern.DOTALL);

    @TempDir
    private static Path folder;

    private static PostgresServer sourceServer;
    private static PostgresServer destinationServer;
    private static Database source;
    private static Database destination;

    @BeforeAll
    static void startServers() {
        sourceServer = PostgresServer.start();
        destinationServer = PostgresServer.start();
        source = sourceServer.createDatabase("shop");
        destination = destinationServer.createDatabase("warehouse");
        source.execute(
                "CREATE TABLE public.orders (id bigint PRIMARY KEY, amount numeric(10,2), note text)",
                "INSERT INTO public.orders SELECT i, i, 'note ' || i FROM generate_series(1, 500) AS i");
    }

    @AfterAll
    static void stopServers() {
        for (String connector : List.of("erp-source", "erp-sink")) {
            if (Cluster.rest().connectors().contains(connector)) {
                Cluster.rest().delete(connector);
            }
        }
        sourceServer.close();
        destinationServer.close();
    }

    @Test
    @Order(1)
    void whatTheReadmeSaysMakesAPipelineThatIsWatched() throws IOException {
        String readme = Files.readString(Path.of(System.getProperty("tablecast.root"), "README.md"));
        Matcher sql = SQL.matcher(readme);
        assertThat(sql.find()).isTrue();
        source.execute(sql.group(1));
        destination.execute(sql.group(2));
        List<String> files =
                JSON.matcher(readme).results().map(file -> file.group(1)).toList();
        assertThat(files).hasSize(2);
        Path sourceFile = file("erp-source.json", files.get(0), "jdbc:postgresql://source-host:5432/", source);
        Path sinkFile = file("erp-sink.json", files.get(1), "jdbc:postgresql://warehouse-host:5432/", destination);

        CommandRun check = CommandRun.of(KnownConnectors.onClassPath(), "check", sourceFile, sinkFile);
        CommandRun deploy = DeployedShop.connect("deploy", sourceFile, sinkFile);

        assertThat(check.exitCode()).as(check.out() + check.err()).isZero();
        assertThat(deploy.exitCode()).as(deploy.out() + deploy.err()).isZero();
        assertThat(deploy.out()).contains("erp-source: running (1 task)", "erp-sink: running (1 task)");
        awaitOutput(run -> run.exitCode() == 0, "missing");
        assertEqual(500);
        awaitOutput(run -> run.out().equals("OK: 1 table\n"), "status", "--check");
        assertThat(run("status").out()).containsPattern("public\\.orders +queue +following +\\S+ s +\\S+ +erp-sink");
        assertThat(run("missing")).isEqualTo(new CommandRun(0, "", ""));
        assertThat(run("errors")).isEqualTo(new CommandRun(0, "", ""));
    }

    @Test
    @Order(2)
    void rowThatTheDestinationRefusesIsNamedAndComesAfterTheRepair() {
        destination.execute("ALTER TABLE public.orders ADD CONSTRAINT cheap CHECK (amount < 1000)");
        source.execute("UPDATE public.orders SET amount = 5000 WHERE id = 7");

        CommandRun check = awaitOutput(run -> run.exitCode() == 2, "status", "--check");
        CommandRun status = run("status");

        assertThat(check.out()).startsWith("CRITICAL: ").contains("erp-sink");
        assertThat(status.out() + status.err())
                .contains("erp-sink has failed", "public.orders", "erp.public.orders[0]@", "key (id=7)")
                .contains("violates check constraint \"cheap\"");
        CommandRun behind = run("compare", "--wait", "1");
        assertThat(behind.exitCode()).isEqualTo(1);
        assertThat(behind.out()).contains("public.orders: 1 row differs", "  different  id=7\n");

        destination.execute("ALTER TABLE public.orders DROP CONSTRAINT cheap");
        Cluster.rest().restart("erp-sink");

        assertEqual(500);
        awaitOutput(run -> run.exitCode() == 0, "status", "--check");
    }

    @Test
    @Order(3)
    void columnThatSomebodyDropsIsToldAndFilledAgain() {
        destination.execute("ALTER TABLE public.orders DROP COLUMN note");

        CommandRun missing = run("missing");
        CommandRun compare = run("compare", "--wait", "1");

        assertThat(missing)
                .isEqualTo(new CommandRun(
                        1, "erp-source  public.orders  column note is not there at the destination of erp-sink\n", ""));
        assertThat(compare.out()).contains("  the destination has no column note\n");

        CommandRun repull = run("repull", "public.orders");

        assertThat(repull).isEqualTo(new CommandRun(0, "public.orders: is copied again\n", ""));
        awaitOutput(run -> run.exitCode() == 0, "missing");
        assertEqual(500);
    }

    @Test
    @Order(4)
    void databaseThatIsAwayIsNamedAndCaughtUpWithWhenItIsBack() {
        destinationServer.stop();
        source.execute("INSERT INTO public.orders SELECT i, i, 'night' FROM generate_series(501, 600) AS i");

        CommandRun check = run("status", "--check");
        CommandRun status = run("status");
        CommandRun compare = run("compare");

        assertThat(check.exitCode()).isEqualTo(2);
        assertThat(check.out()).startsWith("CRITICAL: The destination of erp-sink cannot be asked: at ");
        assertThat(status.out() + status.err())
                .contains("The destination of erp-sink cannot be asked: at jdbc:postgresql://"
                        + destinationServer.host() + ":" + destinationServer.port() + "/warehouse: ");
        assertThat(compare.exitCode()).isEqualTo(1);
        assertThat(compare.err()).contains("public.orders: cannot be compared: ");

        destinationServer.startAgain();
        assertEqual(600);
        sourceServer.stop();
        CommandRun withoutSource = run("status", "--check");
        sourceServer.startAgain();

        assertThat(withoutSource.exitCode()).isEqualTo(2);
        assertThat(withoutSource.out()).startsWith("CRITICAL: The source of erp-source cannot be asked: ");
        source.execute("DELETE FROM public.orders WHERE id > 550");
        assertEqual(550);
        awaitOutput(run -> run.out().equals("OK: 1 table\n"), "status", "--check");
    }

    /** By the command, and by what the test environment thinks of it. */
    private static void assertEqual(int rows) {
        CommandRun compare = run("compare", "--wait", "120");

        assertThat(compare.exitCode()).as(compare.out() + compare.err()).isZero();
        assertThat(compare.out()).startsWith("public.orders: equal, " + rows + " rows, keys 1 to " + rows + " (");
        ContentComparison.of(
                        TableContents.ofTable(source, "public.orders"),
                        TableContents.ofTable(destination, "public.orders"))
                .requireEqual();
    }

    private static CommandRun awaitOutput(Predicate<CommandRun> wanted, String command, String... arguments) {
        CommandRun[] last = new CommandRun[1];
        Conditions.await(DeployedShop.PATIENCE, () -> command + " says " + last[0], () -> {
            last[0] = run(command, arguments);
            return wanted.test(last[0]);
        });
        return last[0];
    }

    private static CommandRun run(String command, String... arguments) {
        List<Object> all = new ArrayList<>(List.of("--connector", "erp-source", "--connector", "erp-sink"));
        all.addAll(Arrays.asList(arguments));
        return DeployedShop.connect(command, all.toArray());
    }

    private static Path file(String name, String text, String url, Database database) throws IOException {
        assertThat(text).contains(url + database.name());
        return Files.writeString(folder.resolve(name), text.replace(url + database.name(), database.jdbcUrl()));
    }
}
