// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.ConnectRest;
import io.tablecast.testing.ContentComparison;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.Plugins;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.StandaloneWorker;
import io.tablecast.testing.TableContents;
import io.tablecast.testing.TopicReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A standalone worker with the file that ships: what the README's reader does, and passwords that stand in files. */
final class StandaloneWorkerIT {

    private static final String SOURCE = "alone-source";
    private static final String SINK = "alone-sink";

    @TempDir
    private static Path allowed;

    @TempDir
    private static Path elsewhere;

    private static Database source;
    private static Database destination;
    private static StandaloneWorker worker;
    private static ConnectRest rest;

    @BeforeAll
    static void start() throws IOException {
        source = PostgresServer.shared().createDatabase();
        destination = PostgresServer.shared().createDatabase();
        worker = StandaloneWorker.start(
                KafkaBroker.shared(),
                Plugins.built(),
                workerFile(),
                Map.of(
                        "TABLECAST_SOURCE_URL", source.jdbcUrl(),
                        "TABLECAST_SOURCE_USER", source.user(),
                        "TABLECAST_DESTINATION_URL", destination.jdbcUrl(),
                        "TABLECAST_DESTINATION_USER", destination.user()));
        rest = worker.rest();
    }

    @AfterAll
    static void stop() {
        worker.close();
        destination.close();
        source.close();
    }

    @Test
    void takesPasswordsFromFilesAndGoesOnWhereItWasAfterARestart() throws IOException {
        Files.writeString(allowed.resolve("source.properties"), "password=" + source.password() + "\n");
        Files.writeString(allowed.resolve("destination-password"), destination.password());
        Files.writeString(elsewhere.resolve("source.properties"), "password=" + source.password() + "\n");
        String fromFile = "${file:" + allowed.resolve("source.properties") + ":password}";
        String fromFolder = "${dir:" + allowed + ":destination-password}";
        source.execute("CREATE SCHEMA shop", "CREATE TABLE shop.orders (id int PRIMARY KEY, note text)", """
                INSERT INTO shop.orders SELECT i, 'order ' || i FROM generate_series(1, 100) AS i""");

        Map<String, String> notAllowed = sourceFile(fromFile.replace(allowed.toString(), elsewhere.toString()));
        notAllowed.put("name", SOURCE);
        assertThat(rest.validate(notAllowed).errors("connection.password"))
                .singleElement()
                .asString()
                .contains("password");
        deploy(fromFile, fromFolder);
        awaitEqual("shop.orders", source, destination);
        assertThat(rest.configuration(SOURCE)).containsEntry("connection.password", fromFile);
        assertThat(rest.configuration(SINK)).containsEntry("connection.password", fromFolder);

        worker.stop();
        source.execute(
                "UPDATE shop.orders SET note = 'changed' WHERE id % 3 = 0", "DELETE FROM shop.orders WHERE id % 5 = 0");
        worker.startAgain();
        assertThat(rest.connectors()).isEmpty();
        deploy(fromFile, fromFolder);
        awaitEqual("shop.orders", source, destination);
        assertThat(TopicReader.committed(KafkaBroker.shared()).read("alone.shop.orders"))
                .filteredOn(row ->
                        row.headers().stream().anyMatch(header -> header.key().equals("tablecast.snapshot.begin")))
                .as("copies of the table")
                .hasSize(1);
    }

    @Test
    void stepsOfTheReadmeMakeATableThatFollowsItsSource() throws IOException {
        String readme = Files.readString(Path.of(System.getProperty("tablecast.root"), "README.md"));
        String atTheSource = between(readme, "-- at the source, in database shop\n", "-- at the destination");
        String atTheDestination = between(readme, "-- at the destination, in database warehouse\n", "```");
        String sourceFile = between(readme, "cat > erp-source.json <<'JSON'\n", "\nJSON\n");
        String sinkFile = between(readme, "cat > erp-sink.json <<'JSON'\n", "\nJSON\n");
        try (Database shop = PostgresServer.shared().createDatabase();
                Database warehouse = PostgresServer.shared().createDatabase()) {
            shop.execute(
                    "CREATE TABLE public.orders (id bigint PRIMARY KEY, code varchar(20) NOT NULL, price numeric(10,2))",
                    "CREATE INDEX ON public.orders (code)",
                    "INSERT INTO public.orders SELECT i, 'code ' || i, i / 4.0 FROM generate_series(1, 100) AS i",
                    atTheSource.replace("DATABASE shop", "DATABASE " + Database.quote(shop.name())));
            // One server holds both databases here, and has the role already.
            warehouse.execute(atTheDestination
                    .replaceFirst("CREATE ROLE .*\n", "")
                    .replace("DATABASE warehouse", "DATABASE " + Database.quote(warehouse.name())));
            rest.putConnector(
                    "erp-source",
                    ShippedConfiguration.parse(
                            sourceFile.replace("jdbc:postgresql://source-host:5432/shop", shop.jdbcUrl())));
            rest.putConnector(
                    "erp-sink",
                    ShippedConfiguration.parse(
                            sinkFile.replace("jdbc:postgresql://warehouse-host:5432/warehouse", warehouse.jdbcUrl())));
            awaitEqual("public.orders", shop, warehouse);
            assertThat(structure(warehouse)).isEqualTo(structure(shop));

            shop.execute(
                    "UPDATE public.orders SET price = price + 1 WHERE id % 2 = 0",
                    "DELETE FROM public.orders WHERE id % 7 = 0",
                    "INSERT INTO public.orders VALUES (1000, 'new', NULL)");
            awaitEqual("public.orders", shop, warehouse);
            rest.delete("erp-sink");
            rest.delete("erp-source");
            warehouse.execute("DROP OWNED BY tablecast CASCADE");
            shop.execute("DROP OWNED BY tablecast CASCADE", "DROP ROLE tablecast");
        }
    }

    private static String between(String text, String before, String after) {
        int from = text.indexOf(before) + before.length();
        assertThat(from).as(before).isGreaterThan(before.length());
        return text.substring(from, text.indexOf(after, from));
    }

    private static List<String> structure(Database database) {
        return database.column("""
                SELECT attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull
                FROM pg_attribute WHERE attrelid = 'public.orders'::regclass AND attnum > 0
                UNION ALL
                SELECT split_part(pg_get_indexdef(indexrelid), ' USING ', 2) || ' ' || indisprimary
                FROM pg_index WHERE indrelid = 'public.orders'::regclass
                ORDER BY 1""");
    }

    /** As it ships, with the lines in use that allow files, and with this test's folder in the place of theirs. */
    private static Map<String, String> workerFile() throws IOException {
        String text = ShippedConfiguration.text("worker-standalone.properties")
                .replace("#config.providers", "config.providers")
                .replace("allowed.paths=/etc/tablecast", "allowed.paths=" + allowed)
                .replace("allowed.paths=/run/secrets", "allowed.paths=" + allowed);
        Properties properties = new Properties();
        properties.load(new StringReader(text));
        Map<String, String> settings = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        assertThat(settings)
                .containsEntry("config.providers", "env,file,dir")
                .containsEntry("config.providers.file.param.allowed.paths", allowed.toString())
                .containsEntry("config.providers.dir.param.allowed.paths", allowed.toString());
        return settings;
    }

    private static Map<String, String> sourceFile(String password) {
        Map<String, String> settings = ShippedConfiguration.readWhole("postgres-queue-source.json");
        settings.put("topic.prefix", "alone");
        settings.put("connection.password", password);
        return settings;
    }

    private static void deploy(String sourcePassword, String destinationPassword) {
        rest.putConnector(SOURCE, sourceFile(sourcePassword));
        Map<String, String> sink = ShippedConfiguration.readWhole("postgres-sink.json");
        sink.put("topics.regex", "alone\\.shop\\..*");
        sink.put("connection.password", destinationPassword);
        sink.put("consumer.override.metadata.max.age.ms", "500");
        rest.putConnector(SINK, sink);
        rest.awaitRunning(SOURCE, Replication.PATIENCE);
        rest.awaitRunning(SINK, Replication.PATIENCE);
    }

    private static void awaitEqual(String table, Database expected, Database actual) {
        ContentComparison.awaitEqual(
                Replication.PATIENCE, TableContents.ofTable(expected, table), TableContents.ofTable(actual, table));
    }
}
