// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.PostgresKind;
import io.tablecast.testing.PostgresOptions;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.TestCertificate;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** PostgreSQL servers with certificates: verified ones carry a pipeline, others are refused with what to do. */
final class EncryptedConnectionsIT {

    private static final TestCertificate CERTIFICATE = TestCertificate.of("ip:127.0.0.1");

    @Test
    void verifiedConnectionsCarryRowsAndOthersAreRefused() {
        try (PostgresServer server =
                        PostgresServer.start(PostgresOptions.defaults().withKind(PostgresKind.EMBEDDED));
                Replication replication = Replication.start(
                        KafkaBroker.shared(), server, server, Replication.options(ExactlyOnceSource.DISABLED))) {
            replication
                    .source()
                    .execute("CREATE SCHEMA shop", "CREATE TABLE shop.items (id int PRIMARY KEY, name text)");
            assertRefused(replication, "Turn on ssl at the server", CERTIFICATE);

            present(server, CERTIFICATE);
            assertRefused(replication, "authority that is not trusted", TestCertificate.of("ip:127.0.0.1"));
            assertReplicates(replication);

            TestCertificate ofAnotherHost = TestCertificate.of("dns:elsewhere.example");
            present(server, ofAnotherHost);
            assertRefused(replication, "certificate is for another host", ofAnotherHost);

            TestCertificate expired = TestCertificate.expired("ip:127.0.0.1");
            present(server, expired);
            assertRefused(replication, "certificate has expired: renew it", expired);
        }
    }

    private static void assertReplicates(Replication replication) {
        replication.deploySource(encrypted(replication.source(), "mode", "queue"));
        replication.deploySink(encrypted(replication.destination(), "apply.mode", "upsert"));
        replication.source().execute("INSERT INTO shop.items VALUES (1, 'a'), (2, 'b')");

        replication.awaitEqual("shop.items");
        assertThat(replication
                        .source()
                        .column("SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
                                + " WHERE application_name LIKE 'tablecast/%'"))
                .containsExactly("t");
        replication.rest().delete(replication.sourceName());
        replication.rest().delete(replication.sinkName());
    }

    private static void assertRefused(Replication replication, String remedy, TestCertificate trusted) {
        Map<String, String> source = replication.sourceConfiguration(settings(replication.source(), trusted));
        Map<String, String> sink = replication.sinkConfiguration(settings(replication.destination(), trusted));
        for (Map<String, String> configuration : List.of(source, sink)) {
            // The server takes up its new certificate a moment later.
            Conditions.await(
                    Replication.PATIENCE,
                    () -> "nobody says \"" + remedy + "\" but " + errors(replication, configuration),
                    () -> errors(replication, configuration).contains(remedy));
        }
    }

    private static String errors(Replication replication, Map<String, String> configuration) {
        return String.join(
                "\n", replication.rest().validate(configuration).errors().getOrDefault("connection.url", List.of()));
    }

    private static Map<String, String> encrypted(Database database, String key, String value) {
        return Map.of("connection.url", url(database, CERTIFICATE), key, value);
    }

    private static Map<String, String> settings(Database database, TestCertificate trusted) {
        return Map.of("connection.url", url(database, trusted));
    }

    private static String url(Database database, TestCertificate trusted) {
        return database.jdbcUrl() + (database.jdbcUrl().contains("?") ? "&" : "?") + "sslmode=verify-full&sslrootcert="
                + trusted.authority();
    }

    /** The server writes the files itself: it may run as another user, and keys must be its own. */
    private static void present(PostgresServer server, TestCertificate certificate) {
        Database maintenance = server.database("postgres");
        write(maintenance, "server.crt", certificate.certificate());
        write(maintenance, "server.key", certificate.key());
        maintenance.execute("ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()");
    }

    private static void write(Database maintenance, String file, Path content) {
        try {
            String folder = maintenance.value("SHOW data_directory");
            String lines = Files.readString(content).replace("\r", "").strip();
            maintenance.execute(
                    "COPY (SELECT string_to_table('" + lines + "', E'\\n')) TO '" + folder + "/" + file + "'");
            Files.setPosixFilePermissions(Path.of(folder, file), PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
