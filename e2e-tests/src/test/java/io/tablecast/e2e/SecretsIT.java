// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.ConfigurationCheck;
import io.tablecast.testing.ConnectorStatus;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlServer;
import io.tablecast.testing.Role;
import io.tablecast.testing.TestCertificate;
import io.tablecast.testing.WorkerMetrics;
import io.tablecast.testing.WorkerOptions;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.management.ObjectName;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wherever the stack writes, it writes no password: logs at their most verbose, REST, topics, metrics, databases. */
final class SecretsIT {

    /** Looks like nothing else, whatever quoting stands around it. */
    private static final String MARK = "zq7Xmark";

    /** Holds what URLs, SQL, JSON and files of properties must quote. */
    private static final String PASSWORD = MARK + "'\"%&?=/@:;\\ #{}";

    private static final String OTHER_PASSWORD = "another one";

    @Test
    void passwordsStandNowhereWhateverGoesWrong(@TempDir Path folder) {
        String secret = "${file:" + file(folder) + ":password}";
        WorkerOptions options = Replication.options(ExactlyOnceSource.ENABLED)
                .withMonitoring(WorkerOptions.Monitoring.JMX)
                .withSetting("config.providers", "file")
                .withSetting(
                        "config.providers.file.class", "org.apache.kafka.common.config.provider.FileConfigProvider");
        try (Replication replication = Replication.start(options);
                MySqlDatabase shop = MySqlServer.shared().createDatabase()) {
            Role reader = role(replication.source(), "reader");
            Role writer = role(replication.destination(), "writer");
            Role follower = shop.createUser("follower");
            shop.execute("GRANT ALL ON *.* TO '" + follower.name() + "'@'%'", alterUser(follower, PASSWORD));
            createTables(replication, shop);
            replication.rest().logAt("TRACE", "io.tablecast");
            String store = store(folder).toString();
            Map<String, String> source = replication.sourceConfiguration(Map.of(
                    "mode", "queue", "connection.user", reader.name(), "connection.properties.sslpassword", secret));
            Map<String, String> binlog = follow(replication, shop, follower, store);
            Map<String, String> sink = replication.sinkConfiguration(sink(replication, writer, secret));
            for (Map<String, String> configuration : List.of(source, binlog, sink)) {
                secretKeys(replication, configuration).forEach(key -> configuration.put(key, secret));
                replication.rest().putConnector(configuration.get("name"), configuration);
            }
            replication.rest().awaitRunning(replication.sourceName(), Replication.PATIENCE);
            replication.rest().awaitRunning(replication.sinkName(), Replication.PATIENCE);
            replication.rest().awaitRunning("follower", Replication.PATIENCE);
            awaitRows(replication, shop, 2);

            loseSessions(replication, shop, reader, writer, follower);
            awaitRows(replication, shop, 3);
            refusePasswords(replication, shop, reader, writer, follower);
            awaitRows(replication, shop, 4);
            replication.destination().execute("ALTER TABLE shop.items ADD CHECK (id < 100)");
            replication.source().execute("INSERT INTO shop.items VALUES (100, 'rejected')");
            awaitLine(replication, "items_id_check");

            assertNoPassword("the refusals of validate", refusals(replication, shop, reader, follower, store));
            assertNoPassword("the answers of validate", answers(replication, List.of(source, binlog, sink)));
            assertNoPassword("what REST shows", rest(replication));
            assertNoPassword("the metrics", metrics(replication));
            assertNoPassword("the topics", topics());
            assertNoPassword("the source", contents(replication.source(), "tablecast"));
            assertNoPassword("the destination", contents(replication.destination(), "tablecast"));
            assertNoPassword("the log", log(replication).lines().toList());
        }
    }

    private static void createTables(Replication replication, MySqlDatabase shop) {
        replication
                .source()
                .execute(
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.items (id int PRIMARY KEY, name text)",
                        "INSERT INTO shop.items VALUES (1, 'a'), (2, 'b')");
        shop.execute("CREATE TABLE orders (id int PRIMARY KEY)", "INSERT INTO orders VALUES (1), (2)");
    }

    private static Role role(Database database, String suffix) {
        Role role = database.createRole(suffix);
        database.execute("ALTER ROLE " + Database.quote(role.name()) + " SUPERUSER", alterRole(role, PASSWORD));
        return role;
    }

    private static String alterRole(Role role, String password) {
        return "ALTER ROLE " + Database.quote(role.name()) + " PASSWORD '" + password.replace("'", "''") + "'";
    }

    private static String alterUser(Role user, String password) {
        return "ALTER USER '" + user.name() + "'@'%' IDENTIFIED BY '"
                + password.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    /** All of the connector, so that none that is added later is forgotten. */
    private static List<String> secretKeys(Replication replication, Map<String, String> configuration) {
        List<String> keys = replication.rest().secretKeys(configuration.get("connector.class"));
        assertThat(keys).contains("connection.password");
        return keys;
    }

    /** What validate says whichever secret is a wrong one, values included. */
    private static List<String> answers(Replication replication, List<Map<String, String>> configurations) {
        List<String> answers = new ArrayList<>();
        for (Map<String, String> configuration : configurations) {
            for (String key : secretKeys(replication, configuration)) {
                String answer = replication.rest().validateAsText(with(configuration, key, MARK + " which is wrong"));
                assertThat(answer).as(key).contains(key);
                answers.add(answer);
            }
        }
        return answers;
    }

    private static Map<String, String> follow(
            Replication replication, MySqlDatabase shop, Role follower, String store) {
        Map<String, String> configuration = new HashMap<>(Replication.CONVERTERS);
        configuration.put("name", "follower");
        configuration.put("connector.class", "io.tablecast.source.MySqlSourceConnector");
        configuration.put("mode", "binlog");
        configuration.put("connection.url", shop.server().jdbcUrl());
        configuration.put("connection.user", follower.name());
        configuration.put("ssl.truststore.location", store);
        configuration.put("ssl.keystore.location", store);
        configuration.put("topic.prefix", replication.topic("shop"));
        configuration.put("table.include.list", shop.name() + "\\..*");
        configuration.put("topic.creation.default.partitions", "1");
        configuration.put("topic.creation.default.replication.factor", "1");
        return configuration;
    }

    private static Map<String, String> sink(Replication replication, Role writer, String secret) {
        return Map.of(
                "connection.user", writer.name(),
                "connection.properties.sslpassword", secret,
                "errors.tolerance", "all",
                "errors.log.enable", "true",
                "errors.log.include.messages", "true",
                "errors.deadletterqueue.topic.name", replication.topic("rejected"),
                "errors.deadletterqueue.topic.replication.factor", "1",
                "errors.deadletterqueue.context.headers.enable", "true");
    }

    private static void loseSessions(
            Replication replication, MySqlDatabase shop, Role reader, Role writer, Role follower) {
        end(replication.source(), reader);
        end(replication.destination(), writer);
        end(shop, follower);
        add(replication, shop, 3);
    }

    /** The destination first: a sink connects again when rows arrive. */
    private static void refusePasswords(
            Replication replication, MySqlDatabase shop, Role reader, Role writer, Role follower) {
        Database source = replication.source();
        Database destination = replication.destination();
        destination.execute(alterRole(writer, OTHER_PASSWORD));
        end(destination, writer);
        add(replication, shop, 4);
        awaitLine(replication, "password authentication failed for user \"" + writer.name());
        destination.execute(alterRole(writer, PASSWORD));

        source.execute(alterRole(reader, OTHER_PASSWORD));
        shop.execute(alterUser(follower, OTHER_PASSWORD));
        end(source, reader);
        end(shop, follower);
        awaitLine(replication, "password authentication failed for user \"" + reader.name());
        awaitLine(replication, "Access denied for user '" + follower.name());
        source.execute(alterRole(reader, PASSWORD));
        shop.execute(alterUser(follower, PASSWORD));
        restartFailed(replication);
    }

    /** A password that is refused may stop a task: nobody but a person can give it another. */
    private static void restartFailed(Replication replication) {
        for (String connector : replication.rest().connectors()) {
            replication.rest().restart(connector);
            Conditions.await(
                    Replication.PATIENCE,
                    () -> connector + " does not run again",
                    () -> replication
                            .rest()
                            .status(connector)
                            .filter(ConnectorStatus::isRunning)
                            .isPresent());
        }
    }

    private static void add(Replication replication, MySqlDatabase shop, int id) {
        replication.source().execute("INSERT INTO shop.items VALUES (" + id + ", 'more') ON CONFLICT DO NOTHING");
        shop.execute("INSERT IGNORE INTO orders VALUES (" + id + ")");
    }

    private static void end(Database database, Role role) {
        database.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + role.name() + "'");
    }

    private static void end(MySqlDatabase database, Role user) {
        database.column("SELECT id FROM information_schema.processlist WHERE user = '" + user.name() + "'")
                .forEach(id -> end(database, id));
    }

    private static void end(MySqlDatabase database, String session) {
        try {
            database.execute("KILL " + session);
        } catch (IllegalStateException e) {
            assertThat(e).hasMessageContaining("Unknown thread id");
        }
    }

    private static void awaitRows(Replication replication, MySqlDatabase shop, int count) {
        replication.awaitEqual("shop.items");
        String orders = Database.quote(shop.name()) + ".orders";
        Conditions.await(
                Replication.PATIENCE,
                "the orders have not arrived",
                () -> replication.destination().value("SELECT to_regclass('" + orders + "')") != null
                        && replication.destination().number("SELECT count(*) FROM " + orders) == count);
    }

    private static void awaitLine(Replication replication, String part) {
        Conditions.await(
                Replication.PATIENCE,
                "the worker does not log " + part,
                () -> log(replication).contains(part));
    }

    /** What validate says to slips that people make with passwords. */
    private static List<String> refusals(
            Replication replication, MySqlDatabase shop, Role reader, Role follower, String store) {
        Map<String, String> source = replication.sourceConfiguration(Map.of());
        Map<String, String> sink = replication.sinkConfiguration(Map.of());
        Map<String, String> binlog = follow(replication, shop, follower, store);
        for (String key : secretKeys(replication, binlog)) {
            binlog.put(key, PASSWORD);
        }
        String parameter = (source.get("connection.url").contains("?") ? "&" : "?") + "password=" + MARK;
        List<Map<String, String>> slips = List.of(
                with(source, "connection.user", "nobody", "connection.password", PASSWORD),
                with(source, "connection.url", source.get("connection.url") + parameter),
                with(source, "connection.url", "jdbc:oracle:thin:scott/" + MARK + "@db.example:1521"),
                with(source, "connection.url", "jdbc:postgresql://scott:" + MARK + "@127.0.0.1:1/shop"),
                with(source, "connection.properties.password", MARK),
                with(source, "connection.user", reader.name(), "connection.password", PASSWORD, "mode", "unknown"),
                with(sink, "connection.user", "nobody", "connection.password", PASSWORD),
                with(sink, "connection.url", sink.get("connection.url") + parameter),
                with(sink, "connection.properties.password", MARK),
                with(binlog, "connection.user", "nobody"),
                with(binlog, "ssl.truststore.password", MARK),
                with(binlog, "ssl.keystore.password", MARK),
                with(binlog, "connection.url", "jdbc:mysql://scott:" + MARK + "@127.0.0.1:1/"),
                with(binlog, "connection.url", "jdbc:mysql://127.0.0.1:1/?password=" + MARK));
        List<String> messages = new ArrayList<>();
        for (Map<String, String> slip : slips) {
            ConfigurationCheck check = replication.rest().validate(slip);
            assertThat(check.isValid()).as("%s", slip).isFalse();
            check.errors().values().forEach(messages::addAll);
        }
        return messages;
    }

    private static Map<String, String> with(Map<String, String> configuration, String... changes) {
        Map<String, String> changed = new HashMap<>(configuration);
        for (int i = 0; i < changes.length; i += 2) {
            changed.put(changes[i], changes[i + 1]);
        }
        return changed;
    }

    private static List<String> rest(Replication replication) {
        List<String> answers = new ArrayList<>();
        answers.add(replication.rest().text("/connectors?expand=info&expand=status"));
        for (String connector : replication.rest().connectors()) {
            for (String of : List.of("/config", "/tasks", "/offsets", "/topics")) {
                answers.add(replication.rest().text("/connectors/" + connector + of));
            }
        }
        return answers;
    }

    private static List<String> metrics(Replication replication) {
        List<String> texts = new ArrayList<>();
        try (WorkerMetrics metrics = replication.worker().metrics()) {
            for (String domain : List.of("kafka.connect:*", "io.tablecast*:*")) {
                for (ObjectName name : metrics.names(domain)) {
                    texts.add(name.toString());
                    // Its class is Connect's own.
                    metrics.attributes(name).stream()
                            .filter(attribute -> !attribute.equals("connector-type"))
                            .forEach(attribute -> texts.add(attribute + "=" + metrics.value(name, attribute)));
                }
            }
        }
        assertThat(texts).isNotEmpty();
        return texts;
    }

    /** All topics but those of Kafka itself, the worker's own among them, byte for byte. */
    private static List<String> topics() {
        KafkaBroker broker = KafkaBroker.shared();
        List<String> texts = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "key.deserializer",
                StringDeserializer.class,
                "value.deserializer",
                StringDeserializer.class))) {
            List<TopicPartition> partitions = broker.topics().stream()
                    .filter(topic -> !topic.startsWith("__"))
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Conditions.await(Replication.PATIENCE, "the ends of all topics are not reached", () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(each -> texts.add(text(each)));
                return partitions.stream().allMatch(each -> consumer.position(each) >= ends.get(each));
            });
        }
        assertThat(texts).isNotEmpty();
        return texts;
    }

    private static String text(ConsumerRecord<String, String> read) {
        StringBuilder text = new StringBuilder().append(read);
        read.headers().forEach(header -> text.append(header.value() == null ? "" : new String(header.value(), UTF_8)));
        return text.toString();
    }

    /** Rows and comments of a schema's tables and views. */
    private static List<String> contents(Database database, String schema) {
        List<String> relations =
                database.column("SELECT format('%I.%I', relnamespace::regnamespace, relname) FROM pg_class"
                        + " WHERE relnamespace = to_regnamespace('" + schema + "') AND relkind IN ('r', 'p', 'v')");
        assertThat(relations).isNotEmpty();
        List<String> texts = new ArrayList<>(
                database.column("SELECT description FROM pg_description WHERE description IS NOT NULL"));
        texts.addAll(database.column("SELECT prosrc FROM pg_proc"));
        relations.forEach(each -> texts.addAll(database.column("SELECT t::text FROM " + each + " AS t")));
        return texts;
    }

    private static String log(Replication replication) {
        try {
            return Files.readString(replication.worker().log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertNoPassword(String where, List<String> texts) {
        assertThat(texts.stream().filter(text -> text.contains(MARK)).toList())
                .as("what %s show of a password", where)
                .isEmpty();
    }

    /** A store of certificates that the password opens. */
    private static Path store(Path folder) {
        Path file = folder.resolve("store.p12");
        try (InputStream in =
                        Files.newInputStream(TestCertificate.of("ip:127.0.0.1").trusting());
                OutputStream out = Files.newOutputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, TestCertificate.PASSWORD.toCharArray());
            store.store(out, PASSWORD.toCharArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Cannot make a store of certificates", e);
        }
        return file;
    }

    private static Path file(Path folder) {
        Path file = folder.resolve("secrets.properties");
        Properties secrets = new Properties();
        secrets.setProperty("password", PASSWORD);
        try (Writer writer = Files.newBufferedWriter(file)) {
            secrets.store(writer, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }
}
