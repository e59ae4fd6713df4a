// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.JmxExporter;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import io.tablecast.testing.Prometheus;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The shipped rules and the dashboard show something, from a real worker by the JMX exporter to a real Prometheus. */
final class MonitoringIT {
    private static final Path FOLDER = Path.of(System.getProperty("tablecast.root"), "docker", "monitoring");
    private static final Pattern METRIC = Pattern.compile("tablecast_\\w+");

    @Test
    void everyQueryOfDashboardAndAlertsFindsWhatItAsksFor() throws IOException {
        assumeTrue(
                Prometheus.isInstalled(),
                "SKIPPED: there is no program prometheus (Debian package prometheus), so the queries of dashboard and"
                        + " alerts are not tried.");
        JmxExporter exporter = JmxExporter.of(FOLDER.resolve("jmx-exporter.yaml"));
        try (Replication replication = Replication.start(
                        Replication.options(ExactlyOnceSource.DISABLED).withJvmArgument(exporter.jvmArgument()));
                MySqlDatabase binlog =
                        MySqlServer.shared(MySqlRelease.MARIADB_11_4).createDatabase();
                Prometheus prometheus = Prometheus.start(
                        configuration(exporter),
                        Map.of("alerts.yml", Files.readString(FOLDER.resolve("alerts.yml"))))) {
            followBinlog(replication, binlog);
            replicateWithTroubles(replication);

            List<String> queries = dashboardQueries();
            assertThat(queries).hasSizeGreaterThan(20);
            for (String query : queries) {
                Conditions.await(
                        Replication.PATIENCE,
                        "nothing is found by " + query,
                        () -> !prometheus.query(query).isEmpty());
            }
            assertThat(prometheus.metrics()).containsAll(metricsOfAlerts());
            awaitAlert(prometheus, "TablecastRecordsPutAside");
            awaitAlert(prometheus, "TablecastQueueGrows");
            assertThat(prometheus.rules())
                    .hasSizeGreaterThan(10)
                    .allSatisfy(rule -> assertThat(rule.path("health").asText())
                            .as(rule.path("name").asText() + " " + rule.path("lastError"))
                            .isNotEqualTo("err"));
            assertThat(prometheus.query("tablecast_table_lag_seconds{table=\"shop.odd, name\"}"))
                    .hasSize(2);
            assertThat(prometheus.query("tablecast_task_status == 1"))
                    .extracting(series -> series.path("metric").path("status").asText())
                    .containsOnly("running");
        }
    }

    private static void followBinlog(Replication replication, MySqlDatabase database) {
        database.execute("CREATE TABLE parts (id int PRIMARY KEY)", "INSERT INTO parts VALUES (1)");
        String name = replication.sourceName() + "-of-binlog";
        replication
                .rest()
                .putConnector(
                        name,
                        replication.sourceConfiguration(Map.of(
                                "name",
                                name,
                                "connector.class",
                                "io.tablecast.source.MySqlSourceConnector",
                                "connection.url",
                                database.server().jdbcUrl(),
                                "connection.user",
                                database.user(),
                                "connection.password",
                                database.password(),
                                "mode",
                                "binlog",
                                "table.include.list",
                                database.name() + "\\..*")));
        replication.rest().awaitRunning(name, Replication.PATIENCE);
    }

    /** Tables in every mode, a record that is put aside, and a queue that somebody has left. */
    private static void replicateWithTroubles(Replication replication) {
        replication
                .source()
                .execute(
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.items (id int PRIMARY KEY, amount int)",
                        "CREATE TABLE shop.\"odd, name\" (id int PRIMARY KEY, amount int)",
                        "CREATE TABLE shop.events (id int PRIMARY KEY, amount int)",
                        "CREATE TABLE shop.prices (id int PRIMARY KEY, amount int)",
                        "INSERT INTO shop.items SELECT i, i FROM generate_series(1, 100) AS i",
                        "INSERT INTO shop.events SELECT i, i FROM generate_series(1, 100) AS i",
                        "INSERT INTO shop.prices SELECT i, i FROM generate_series(1, 100) AS i",
                        "INSERT INTO shop.\"odd, name\" VALUES (1, 1)",
                        "ANALYZE");
        replication.deploySource(Map.of(
                "mode", "queue",
                "table.shop.events.mode", "incremental",
                "table.shop.events.control.column", "id",
                "table.shop.prices.mode", "snapshot",
                "table.shop.prices.poll.interval.ms", "500"));
        replication.deploySink(Map.of("errors.tolerance", "all"));
        replication.awaitEqual("shop.items", "shop.events", "shop.prices");
        replication.destination().execute("ALTER TABLE shop.items ADD CONSTRAINT cheap CHECK (amount < 1000)");
        replication
                .source()
                .execute(
                        "UPDATE shop.items SET amount = 1000 WHERE id = 1",
                        "INSERT INTO tablecast.queue_consumer (consumer, table_schema, table_name, confirmed)"
                                + " VALUES ('deleted/shop', 'shop', 'items', pg_current_snapshot())",
                        "UPDATE shop.items SET amount = 3 WHERE id = 2",
                        "UPDATE tablecast.queue_shop_items SET changed_at = changed_at - interval '2 h'",
                        "UPDATE shop.prices SET amount = 0 WHERE id = 1");
    }

    private static String configuration(JmxExporter exporter) throws IOException {
        String shipped = Files.readString(FOLDER.resolve("prometheus.yml"));
        assertThat(shipped).contains("connect:9404", "15s");
        return shipped.replace("connect:9404", exporter.target()).replace("15s", "1s");
    }

    private static List<String> dashboardQueries() throws IOException {
        JsonNode dashboard = new ObjectMapper()
                .readTree(FOLDER.resolve("grafana/dashboards/tablecast.json").toFile());
        List<String> queries = new ArrayList<>();
        for (JsonNode panel : dashboard.path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                queries.add(
                        target.path("expr").asText().replace("$connector", ".*").replace("$table", ".*"));
            }
        }
        return queries;
    }

    private static Set<String> metricsOfAlerts() throws IOException {
        String expressions = Files.readString(FOLDER.resolve("alerts.yml"))
                .lines()
                .filter(line -> !line.contains("action:") && !line.contains("summary:"))
                .collect(Collectors.joining("\n"));
        return METRIC.matcher(expressions)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void awaitAlert(Prometheus prometheus, String name) {
        Conditions.await(
                Replication.PATIENCE,
                name + " does not fire",
                () -> prometheus.rules().stream()
                        .anyMatch(rule -> rule.path("name").asText().equals(name)
                                && rule.path("state").asText().equals("firing")));
    }
}
