// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.metadata;

import io.tablecast.sink.postgres.Sql;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the metadata schema and brings it to the version of this plugin. Several tasks may do so at once: an advisory
 * lock lets one work and the others find it done.
 */
public final class Migrations {

    /** The version that this plugin reads and writes. */
    public static final int VERSION = 6;

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    private Migrations() {}

    /**
     * Creates or upgrades the schema, in a transaction of its own. The connection has autocommit off.
     *
     * @throws ConnectException if a newer plugin has upgraded it beyond what this one knows, or a stranger owns something of
     *     it
     */
    public static void run(Connection connection, MetadataSchema schema) throws SQLException {
        MetadataOwners.require(connection, schema);
        if (version(connection, schema).orElse(0) == VERSION) {
            connection.rollback();
            return;
        }
        lock(connection, schema);
        int found = version(connection, schema).orElse(0);
        refuseNewer(schema, found);
        for (int next = found + 1; next <= VERSION; next++) {
            Sql.execute(connection, script(next).replace("{schema}", schema.quoted()));
            record(connection, schema, next);
            LOG.info("Metadata schema {} is at version {}", schema.name(), next);
        }
        // Somebody may have made the schema meanwhile.
        MetadataOwners.require(connection, schema);
        connection.commit();
    }

    /** The schema's version, empty where there is none yet. */
    public static Optional<Integer> version(Connection connection, MetadataSchema schema) throws SQLException {
        if (!isThere(connection, schema)) {
            return Optional.empty();
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT max(version) FROM " + schema.sinkVersion())) {
            rows.next();
            int version = rows.getInt(1);
            return rows.wasNull() ? Optional.empty() : Optional.of(version);
        }
    }

    /** Says what to do about a schema that a newer plugin has made. */
    public static String newerThanKnown(MetadataSchema schema, int found) {
        return "The metadata schema \"" + schema.name() + "\" has version " + found + ", and this plugin knows up to "
                + VERSION + ". Install the plugin version that upgraded it, or set metadata.schema to another schema.";
    }

    private static void refuseNewer(MetadataSchema schema, int found) {
        if (found > VERSION) {
            throw new ConnectException(newerThanKnown(schema, found));
        }
    }

    private static boolean isThere(Connection connection, MetadataSchema schema) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT EXISTS (
                    SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = ? AND c.relname = 'sink_version')
                """)) {
            statement.setString(1, schema.name());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getBoolean(1);
            }
        }
    }

    private static void lock(Connection connection, MetadataSchema schema) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(?, 0))")) {
            statement.setString(1, "tablecast metadata:" + schema.name());
            statement.execute();
        }
    }

    private static void record(Connection connection, MetadataSchema schema, int version) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO " + schema.sinkVersion() + " (version) VALUES (?)")) {
            statement.setInt(1, version);
            statement.executeUpdate();
        }
    }

    private static String script(int version) {
        String name = "metadata-" + version + ".sql";
        try (InputStream resource = Migrations.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalStateException(name + " is missing from the plugin; build it with Maven");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + name + " from the plugin", e);
        }
    }
}
