// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresOptions;
import io.tablecast.testing.PostgresServer;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Values of every type go out of a table and, through a converter, into one made for them, and are the same there. */
class PostgresTypesIT {

    private static PostgresServer server;
    private static Database database;

    @BeforeAll
    static void start() {
        server = PostgresServer.start(PostgresOptions.defaults());
        database = server.createDatabase();
        database.execute("CREATE SCHEMA source", "CREATE SCHEMA destination");
    }

    @AfterAll
    static void stop() {
        database.close();
        server.close();
    }

    @ParameterizedTest
    @MethodSource({"types", "floats"})
    void valuesAreTheSameInTheDestination(String type, String... literals) throws SQLException {
        RoundTrip trip = new RoundTrip(database, TypeModes.DEFAULT, RoundTrip.Through.MEMORY);

        trip.run(type, literals);

        assertThat(trip.differences()).isEmpty();
        assertThat(trip.destinationType()).isEqualTo(trip.sourceType());
    }

    @ParameterizedTest
    @MethodSource("types")
    void valuesSurviveTheJsonConverter(String type, String... literals) throws SQLException {
        RoundTrip trip = new RoundTrip(database, TypeModes.DEFAULT, RoundTrip.Through.JSON);

        trip.run(type, literals);

        assertThat(trip.differences()).isEmpty();
        assertThat(trip.destinationType()).isEqualTo(trip.sourceType());
    }

    private static Stream<Arguments> types() {
        return Stream.of(
                values("boolean", "true", "false"),
                values("smallint", "0", "-32768", "32767"),
                values("integer", "0", "-2147483648", "2147483647"),
                values("bigint", "0", "-9223372036854775808", "9223372036854775807"),
                values("oid", "0", "4294967295"),
                values(
                        "numeric",
                        "0",
                        "0.00",
                        "1.50",
                        "-1",
                        "10000",
                        "123456789012345678901234567890.000000001",
                        "1e-20"),
                values("numeric(12,2)", "0", "0.01", "-9999999999.99", "10000.00", "12345678.90"),
                values("numeric(5,-2)", "0", "123400", "-9999900"),
                values("numeric(3,5)", "0.00123", "-0.00999"),
                values("numeric(38,10)", "1234567890123456789012345678.0123456789"),
                values("text", "", "a", "NULL", "\\N", "tab\tand\nnewline\r", "q'uo\"te", "\u00e9\u4e16\ud83d\ude00"),
                values("character varying", "", "x"),
                values(
                        "character varying(5)",
                        "",
                        "\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00",
                        "a  "),
                values("character(5)", "", "ab", "abcde"),
                values("bpchar", "ab  "),
                values("name", "users"),
                values("bytea", "\\x", "\\x00ff0a5c"),
                values(
                        "date",
                        "1970-01-01",
                        "2000-02-29",
                        "0044-03-15 BC",
                        "4713-01-01 BC",
                        "5874897-12-31",
                        "infinity",
                        "-infinity"),
                values(
                        "timestamp without time zone",
                        "2020-01-02 03:04:05",
                        "2020-01-02 03:04:05.123456",
                        "1936-10-25 22:10:12.608",
                        "0044-03-15 12:00:00 BC",
                        "4713-01-01 00:00:00 BC",
                        "294246-12-31 23:59:59.999999",
                        "infinity",
                        "-infinity"),
                values(
                        "timestamp(3) without time zone",
                        "2020-01-02 03:04:05.120",
                        "1969-12-31 23:59:59.999",
                        "294276-12-31 23:59:59.999",
                        "infinity",
                        "-infinity"),
                values("timestamp(0) without time zone", "2020-01-02 03:04:05"),
                values(
                        "timestamp with time zone",
                        "2020-01-02 03:04:05+02",
                        "2020-07-02 03:04:05.120000-03:30",
                        "0044-03-15 12:00:00+00 BC",
                        "294276-12-31 23:59:59.999999+00",
                        "infinity",
                        "-infinity"),
                values("timestamp(3) with time zone", "2020-01-02 03:04:05.1+02"),
                values("timestamp(0) with time zone", "2020-01-02 03:04:05+02"),
                values("uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
                values("json", "{\"a\" :  1, \"a\": 2}", "null", "\"text\"", "1.0", "[]"),
                values("jsonb", "{\"a\": 1.000, \"b\": [null, \"\\u00e9\"]}", "null", "12345678901234567890.5"));
    }

    // Kafka's JsonConverter makes 0 of these.
    private static Stream<Arguments> floats() {
        return Stream.of(
                values("real", "-0", "NaN", "Infinity", "-Infinity"),
                values("double precision", "-0", "NaN", "Infinity", "-Infinity"));
    }

    private static Arguments values(String type, String... literals) {
        return arguments(type, literals);
    }
}
