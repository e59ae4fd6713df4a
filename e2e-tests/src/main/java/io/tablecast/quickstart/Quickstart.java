// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.quickstart;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.ConnectRest;
import io.tablecast.testing.ConnectorStatus;
import io.tablecast.testing.ContentComparison;
import io.tablecast.testing.Database;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.TableContents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The program behind {@code mvn -q -Pquickstart}: replicates a busy shop of a PostgreSQL, and a web shop of a MariaDB, into
 * one PostgreSQL through a real broker and worker, and ends by comparing both sides. System properties:
 * {@code quickstart.seconds}, how long the shops are open (default 30), {@code quickstart.mysql}, to have MySQL in the place of
 * MariaDB where it is to be had, and {@code quickstart.keep}, to leave everything running until Ctrl-C.
 */
public final class Quickstart {

    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration CATCH_UP = Duration.ofMinutes(2);
    /** The databases' programs, and what the servers write in half an hour. */
    private static final long NEEDED_MEGABYTES = 800;

    private static final Duration BETWEEN_DRAWINGS = Duration.ofMillis(500);

    private static final AtomicReference<End> END = new AtomicReference<>(End.OPEN);

    private final Terminal terminal = Terminal.standardOutput();
    private final Path root;
    private final Duration day;

    private Quickstart(Path root, Duration day) {
        this.root = root;
        this.day = day;
    }

    /** Runs the quickstart; ends the JVM with status 1, after a message, when anything fails. */
    public static void main(String[] arguments) {
        Runtime.getRuntime().addShutdownHook(new Thread(Quickstart::cutShort, "quickstart-exit"));
        try {
            Quickstart quickstart = new Quickstart(
                    Path.of(System.getProperty("tablecast.root", ".")).toAbsolutePath(),
                    Duration.ofSeconds(Long.getLong("quickstart.seconds", 30)));
            quickstart.run(isAsked("quickstart.keep"));
            END.compareAndSet(End.OPEN, End.REACHED);
        } catch (SQLException | RuntimeException | Error e) {
            if (!END.compareAndSet(End.OPEN, End.REACHED)) {
                // The servers are being stopped because of Ctrl-C, and that is all there is to tell.
                return;
            }
            System.out.flush();
            System.err.println(FailureText.of(e));
            System.exit(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            System.exit(1);
        }
    }

    private static void cutShort() {
        if (END.compareAndSet(End.OPEN, End.CUT_SHORT)) {
            System.out.println();
            System.out.println("Stopping and removing everything ...");
        }
    }

    private void run(boolean keep) throws SQLException, InterruptedException {
        requireSpace(Path.of(System.getProperty("java.io.tmpdir")));
        MySqlRelease release = isAsked("quickstart.mysql") ? MySqlRelease.preferred() : MySqlRelease.MARIADB_11_4;
        terminal.say(
                "Starting two PostgreSQL servers, " + release.title() + ", a Kafka broker and a Connect worker ...");
        try (Services services = Services.start(release)) {
            Webshop webshop = new Webshop(services.webshop(), day);
            Shop.open(services.source());
            webshop.open();
            terminal.say("Deploying the connectors of config/ to " + address(services) + " ...");
            deploy(services.worker().rest());
            work(services, webshop);
            prove(services);
            if (keep) {
                explain(services);
                // Until Ctrl-C: the JVM's exit closes the services.
                new CountDownLatch(1).await();
            }
            terminal.say("Stopping everything. What next:");
            terminal.say("  -Dquickstart.keep  leaves it running, to play with");
            terminal.say("  README.md          installs the plugins into your own workers");
            terminal.say("  docs/modes.md      says which mode fits which table");
        }
    }

    // A full disk shows up as the failure of whichever server writes next.
    private static void requireSpace(Path folder) {
        try {
            long megabytes = Files.getFileStore(folder).getUsableSpace() / (1 << 20);
            if (megabytes < NEEDED_MEGABYTES) {
                throw new IllegalStateException("Only " + megabytes + " MB are free in " + folder
                        + ", and the servers need about " + NEEDED_MEGABYTES
                        + " MB. Free some, or name another folder with -Djava.io.tmpdir=...");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot tell how much space is free in " + folder, e);
        }
    }

    private void deploy(ConnectRest rest) {
        List<ConnectorFile> files = ConnectorFile.all(root);
        files.forEach(file -> rest.putConnector(file.name(), file.configuration()));
        files.forEach(file -> rest.awaitRunning(file.name(), START));
    }

    private void work(Services services, Webshop webshop) throws SQLException, InterruptedException {
        ShopWorkload workload = new ShopWorkload(services.source(), day);
        Thread writer = start(workload, "shop");
        Thread webWriter = start(webshop, "webshop");
        Scoreboard scoreboard = new Scoreboard(services.source(), services.webshop(), services.destination(), terminal);
        while (writer.isAlive()) {
            scoreboard.show(workload);
            requireRunning(services.worker().rest());
            TimeUnit.MILLISECONDS.timedJoin(writer, BETWEEN_DRAWINGS.toMillis());
        }
        webWriter.join();
        scoreboard.show(workload);
        workload.requireHealthy();
        webshop.requireHealthy();
    }

    private static Thread start(Runnable writer, String name) {
        Thread thread = new Thread(writer, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void requireRunning(ConnectRest rest) {
        ConnectorFile.all(root)
                .forEach(file -> rest.status(file.name())
                        .flatMap(ConnectorStatus::failure)
                        .ifPresent(failure -> {
                            throw new IllegalStateException("Connector " + file.name() + " failed: " + failure);
                        }));
    }

    private void prove(Services services) {
        terminal.say("Comparing every value of every row ...");
        for (ShopTable table : ShopTable.values()) {
            ContentComparison comparison = ContentComparison.awaitEqual(
                    CATCH_UP,
                    TableContents.ofTable(services.source(), table.qualifiedName()),
                    TableContents.ofTable(services.destination(), table.qualifiedName()));
            terminal.say("  " + table.qualifiedName() + ": equal, " + comparison.sourceRows() + " rows");
        }
        for (WebshopTable table : WebshopTable.values()) {
            List<List<String>> expected = services.webshop().rows(table.rowsAtSource());
            Conditions.await(
                    CATCH_UP,
                    table.qualifiedName() + " is not the same on both sides",
                    () -> services.destination().rows(table.rowsAtDestination()).equals(expected));
            terminal.say("  " + table.qualifiedName() + ": equal, " + expected.size() + " rows");
        }
    }

    private void explain(Services services) {
        terminal.say("");
        terminal.say("Everything goes on running. Try:");
        terminal.say("  source:       psql " + address(services.source()));
        terminal.say("  web shop:     " + services.webshop().server().jdbcUrl("webshop") + ", user "
                + services.webshop().user() + ", password " + services.webshop().password());
        terminal.say("  destination:  psql " + address(services.destination()));
        terminal.say("  Connect:      curl '" + address(services) + "/connectors?expand=status'");
        terminal.say("  broker:       " + services.broker().bootstrapServers());
        terminal.say("Ctrl-C stops and removes it all.");
    }

    /** With the password: the databases end with this program. */
    private static String address(Database database) {
        return "postgresql://" + database.user() + ":" + database.password() + "@"
                + database.server().host() + ":" + database.server().port() + "/" + database.name();
    }

    private static String address(Services services) {
        return services.worker().rest().toString();
    }

    private static boolean isAsked(String property) {
        String value = System.getProperty(property);
        return value != null && !"false".equals(value);
    }

    private enum End {
        OPEN,
        /** The program came to its end, be it a failure. */
        REACHED,
        /** The JVM was told to end, by Ctrl-C or otherwise. */
        CUT_SHORT
    }
}
