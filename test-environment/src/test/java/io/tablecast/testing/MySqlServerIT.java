// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MySqlServerIT {

    static List<MySqlRelease> available() {
        return MySqlRelease.available();
    }

    @ParameterizedTest
    @MethodSource("available")
    void killedServerComesBackOnItsPortWithItsDataAndSettings(MySqlRelease release) throws SQLException {
        MySqlOptions options = MySqlOptions.of(release).withoutGtids().withSetting("binlog-row-metadata", "MINIMAL");
        try (MySqlServer server = MySqlServer.start(options)) {
            MySqlDatabase database = server.createDatabase("shop");
            String identity = identity(server);
            try (Connection cut = database.connection()) {
                database.execute("CREATE TABLE kept (id int PRIMARY KEY)", "INSERT INTO kept VALUES (1), (2)");

                server.kill();

                assertThat(cut.isValid(5)).isFalse();
                assertThatThrownBy(database::connection)
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("Communications link failure");
            }

            server.startAgain();
            server.restart();

            assertThat(database.column("SELECT id FROM kept ORDER BY id")).containsExactly("1", "2");
            assertThat(identity(server)).isEqualTo(identity);
            assertThat(database.value("SELECT @@global.binlog_row_metadata")).isEqualTo("MINIMAL");
            if (!release.isMariaDb()) {
                assertThat(database.value("SELECT @@global.gtid_mode")).isEqualTo("OFF");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void sharedServerWritesFullRowsAndMetadata(MySqlRelease release) {
        MySqlDatabase none = MySqlServer.shared(release).database("");

        assertThat(none.value("SELECT @@version"))
                .contains(release == MySqlRelease.MYSQL ? "9." : release.title().replaceAll("[A-Za-z ]", "") + ".");
        assertThat(none.value("SELECT @@global.binlog_row_metadata")).isEqualTo("FULL");
        assertThat(none.value("SELECT @@global.binlog_row_image")).isEqualTo("FULL");
        assertThat(none.value("SELECT @@global.log_bin")).isEqualTo("1");
        if (!release.isMariaDb()) {
            assertThat(none.value("SELECT @@global.gtid_mode")).isEqualTo("ON");
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void userIsDroppedWithItsDatabase(MySqlRelease release) throws SQLException {
        MySqlServer server = MySqlServer.shared(release);
        Role reader;
        try (MySqlDatabase database = server.createDatabase()) {
            reader = database.createUser("reader");
            database.execute("CREATE TABLE hidden (id int)", "GRANT INSERT ON hidden TO '" + reader.name() + "'@'%'");

            try (Connection connection = database.connection(reader)) {
                assertThatThrownBy(() -> connection.createStatement().execute("SELECT * FROM hidden"))
                        .hasMessageContaining("SELECT command denied to user '" + reader.name());
            }
        }

        assertThat(server.database("").number("SELECT count(*) FROM mysql.user WHERE user = '" + reader.name() + "'"))
                .isZero();
    }

    @Test
    void everyMySqlHasAnIdentityOfItsOwn() {
        Assumptions.assumeTrue(MySqlRelease.MYSQL.isAvailable(), "no MySQL on this machine");
        try (MySqlServer one = MySqlServer.start(MySqlOptions.of(MySqlRelease.MYSQL))) {
            assertThat(identity(one)).isNotEqualTo(identity(MySqlServer.shared(MySqlRelease.MYSQL)));
        }
    }

    @Test
    void serverThatCannotStartShowsItsLog() {
        MySqlOptions options = MySqlOptions.of(MySqlRelease.MARIADB_11_4).withSetting("no-such-setting", "1");

        assertThatThrownBy(() -> MySqlServer.start(options))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("unknown variable 'no-such-setting=1'");
    }

    private static String identity(MySqlServer server) {
        return server.database("")
                .value(server.release().isMariaDb() ? "SELECT @@port" : "SELECT @@global.server_uuid");
    }
}
