// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PostgresServerIT {
    private static final PostgresOptions EMBEDDED = PostgresOptions.defaults().withKind(PostgresKind.EMBEDDED);

    @ParameterizedTest
    @EnumSource(names = {"EMBEDDED", "DOCKER"})
    void killedServerComesBackOnItsPortWithItsData(PostgresKind kind) throws SQLException {
        assumeRunnable(kind);
        try (PostgresServer server =
                        PostgresServer.start(PostgresOptions.defaults().withKind(kind));
                Database database = server.createDatabase();
                Connection cut = database.connection()) {
            int port = server.port();
            database.execute("CREATE TABLE kept (id int PRIMARY KEY)", "INSERT INTO kept VALUES (1), (2)");

            server.kill();

            assertThat(cut.isValid(5)).isFalse();
            assertThatThrownBy(database::connection)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("refused");

            server.startAgain();

            assertThat(server.port()).isEqualTo(port);
            assertThat(database.column("SELECT id FROM kept ORDER BY id")).containsExactly("1", "2");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EMBEDDED", "DOCKER"})
    void restartedServerHasItsDataAndSettings(PostgresKind kind) {
        assumeRunnable(kind);
        PostgresOptions options = PostgresOptions.defaults()
                .withKind(kind)
                .withSetting("wal_level", "logical")
                .withSetting("work_mem", "7MB");
        try (PostgresServer server = PostgresServer.start(options);
                Database database = server.createDatabase("shop")) {
            database.execute("CREATE TABLE kept AS SELECT 1 AS id");

            server.restart();

            assertThat(database.number("SELECT id FROM kept")).isEqualTo(1);
            assertThat(database.value("SHOW wal_level")).isEqualTo("logical");
            assertThat(database.value("SHOW work_mem")).isEqualTo("7MB");
            assertThat(database.value("SHOW fsync")).isEqualTo("off");
        }
    }

    @Test
    void durableServerSyncsItsFiles() {
        PostgresOptions options = EMBEDDED.withDurability(PostgresOptions.Durability.MACHINE_CRASH);
        try (PostgresServer server = PostgresServer.start(options)) {
            assertThat(server.database("postgres").value("SHOW fsync")).isEqualTo("on");
        }
    }

    @Test
    void clockOfAServerJumpsAheadAndBack() {
        Optional<ServerClock> clock = ServerClock.create();
        assumeTrue(clock.isPresent(), "libfaketime is not installed");
        try (PostgresServer server = PostgresServer.start(EMBEDDED.withClock(clock.get()))) {
            Database database = server.database("postgres");
            String ahead =
                    "SELECT round(extract(epoch FROM clock_timestamp()) / 3600 - " + epochHours() + ")::int::text";

            clock.get().set(Duration.ofDays(2));
            assertThat(database.value(ahead)).isEqualTo("48");

            clock.get().set(Duration.ofHours(-5));
            assertThat(database.value(ahead)).isEqualTo("-5");

            clock.get().set(Duration.ZERO);
            assertThat(database.value(ahead)).isEqualTo("0");
        }
    }

    @ParameterizedTest
    @EnumSource(PostgresVersion.class)
    void everyVersionStarts(PostgresVersion version) {
        try (PostgresServer server = PostgresServer.start(EMBEDDED.withVersion(version))) {
            assertThat(server.database("postgres").value("SHOW server_version")).isEqualTo(version.number());
        }
    }

    @Test
    void wrongPasswordIsRefused() {
        try (PostgresServer server = PostgresServer.start(EMBEDDED)) {
            Role impostor = new Role(server.user(), "wrong");

            assertThatThrownBy(() -> server.database("postgres").connection(impostor))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed for user \"postgres\"");
        }
    }

    @Test
    void roleIsDroppedWithItsDatabase() throws SQLException {
        PostgresServer server = PostgresServer.shared();
        Role reader;
        try (Database database = server.createDatabase()) {
            reader = database.createRole("reader");
            database.execute("CREATE TABLE hidden (id int)");

            try (Connection connection = database.connection(reader)) {
                assertThatThrownBy(() -> connection.createStatement().execute("SELECT * FROM hidden"))
                        .hasMessageContaining("permission denied for table hidden");
            }
        }

        assertThat(server.database("postgres")
                        .number("SELECT count(*) FROM pg_roles WHERE rolname = '" + reader.name() + "'"))
                .isZero();
    }

    @Test
    void failingStatementIsNamed() {
        Database database = PostgresServer.shared().database("postgres");

        assertThatThrownBy(() -> database.execute("SELECT nonsense"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("column \"nonsense\" does not exist")
                .hasMessageEndingWith("SELECT nonsense");
    }

    @Test
    void serverThatCannotStartShowsItsLog() {
        assertThatThrownBy(() -> PostgresServer.start(EMBEDDED.withSetting("no_such_setting", "1")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("unrecognized configuration parameter \"no_such_setting\"");
    }

    private static void assumeRunnable(PostgresKind kind) {
        assumeTrue(
                kind == PostgresKind.EMBEDDED || DockerPostgres.isUsable(PostgresOptions.defaults()),
                "no Docker engine with the image of PostgreSQL");
    }

    private static double epochHours() {
        return System.currentTimeMillis() / 3_600_000.0;
    }
}
