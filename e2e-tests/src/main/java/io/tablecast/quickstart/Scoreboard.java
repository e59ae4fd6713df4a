// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.quickstart;

import io.tablecast.testing.Database;
import io.tablecast.testing.MySqlDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Shows, table by table, how many rows each side holds while the day goes on. */
final class Scoreboard {

    private static final String UNDEFINED_TABLE = "42P01";
    private static final String INVALID_SCHEMA = "3F000";
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

    private final Database source;
    private final MySqlDatabase webshop;
    private final Database destination;
    private final Terminal terminal;
    private final long start = System.nanoTime();
    private long lastLine = Long.MIN_VALUE;

    Scoreboard(Database source, MySqlDatabase webshop, Database destination, Terminal terminal) {
        this.source = source;
        this.webshop = webshop;
        this.destination = destination;
        this.terminal = terminal;
    }

    /** Counts both sides and shows the result; elsewhere than on a terminal only every few seconds. */
    void show(ShopWorkload workload) throws SQLException {
        if (terminal.isInteractive()) {
            terminal.draw(table(counts(), workload));
            return;
        }
        long now = System.nanoTime();
        if (lastLine == Long.MIN_VALUE || now - lastLine >= BETWEEN_LINES.toNanos()) {
            lastLine = now;
            terminal.say(line(counts(), workload));
        }
    }

    private List<Counts> counts() throws SQLException {
        List<Counts> counts = new ArrayList<>();
        try (Connection left = source.connection();
                Connection web = webshop.connection();
                Connection right = destination.connection()) {
            for (ShopTable table : ShopTable.values()) {
                String name = table.qualifiedName();
                counts.add(new Counts(name, table.mode(), count(left, name), count(right, name)));
            }
            for (WebshopTable table : WebshopTable.values()) {
                String name = table.qualifiedName();
                counts.add(new Counts(name, "binlog", count(web, name), count(right, name)));
            }
        }
        return counts;
    }

    private List<String> table(List<Counts> counts, ShopWorkload workload) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "  %-20s %-9s %12s %12s", "table", "mode", "source rows", "destination"));
        for (Counts row : counts) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  %-20s %-9s %12s %12s",
                    row.table,
                    row.mode,
                    text(row.atSource),
                    text(row.atDestination)));
        }
        lines.add(String.format(
                Locale.ROOT,
                "  %3d s, %d transactions at the source; last: %s",
                seconds(),
                workload.transactions(),
                workload.lastEvent()));
        return lines;
    }

    private String line(List<Counts> counts, ShopWorkload workload) {
        StringBuilder line = new StringBuilder(
                String.format(Locale.ROOT, "%3d s, %d transactions;", seconds(), workload.transactions()));
        for (Counts row : counts) {
            line.append(' ')
                    .append(row.table)
                    .append(' ')
                    .append(text(row.atSource))
                    .append('/')
                    .append(text(row.atDestination));
        }
        return line.append("; last: ").append(workload.lastEvent()).toString();
    }

    private long seconds() {
        return Duration.ofNanos(System.nanoTime() - start).toSeconds();
    }

    private static String text(OptionalLong count) {
        return count.isPresent() ? Long.toString(count.getAsLong()) : "-";
    }

    /** Empty while the table is not there. */
    private static OptionalLong count(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT count(*) FROM " + table)) {
            result.next();
            return OptionalLong.of(result.getLong(1));
        } catch (SQLException e) {
            if (UNDEFINED_TABLE.equals(e.getSQLState()) || INVALID_SCHEMA.equals(e.getSQLState())) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    private record Counts(String table, String mode, OptionalLong atSource, OptionalLong atDestination) {}
}
