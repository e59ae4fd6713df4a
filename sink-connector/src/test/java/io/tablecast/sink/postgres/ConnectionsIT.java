// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TimeZone;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionsIT {
    private final Database database = PostgresServer.shared().createDatabase();
    private final TimeZone zoneOfTheMachine = TimeZone.getDefault();

    @AfterEach
    void close() {
        TimeZone.setDefault(zoneOfTheMachine);
        database.close();
    }

    /** Text is read and written by these. */
    @Test
    void neitherTheWorkersZoneNorRolesNorUsersChangeHowValuesAreWritten() throws SQLException {
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
        database.execute(
                "ALTER DATABASE " + Database.quote(database.name()) + " SET DateStyle = 'SQL, DMY'",
                "ALTER DATABASE " + Database.quote(database.name()) + " SET statement_timeout = '1h'");

        try (Connection connection = open("-c TimeZone=America/Lima -c IntervalStyle=iso_8601 -c geqo=off")) {
            assertThat(shown(connection, "TimeZone")).isEqualTo("UTC");
            assertThat(shown(connection, "DateStyle")).startsWith("ISO");
            assertThat(shown(connection, "IntervalStyle")).isEqualTo("postgres");
            assertThat(shown(connection, "statement_timeout")).isEqualTo("0");
            assertThat(shown(connection, "geqo")).isEqualTo("off");
        }
        try (Connection connection = open("-c statement_timeout=1min")) {
            assertThat(shown(connection, "statement_timeout")).isEqualTo("1min");
        }
    }

    private Connection open(String options) throws SQLException {
        return new Connections(new ConnectionSettings(
                        database.jdbcUrl(),
                        database.user(),
                        new Password(database.password()),
                        Map.of("options", options),
                        "shop"))
                .open();
    }

    private static String shown(Connection connection, String setting) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW " + setting)) {
            result.next();
            return result.getString(1);
        }
    }
}
