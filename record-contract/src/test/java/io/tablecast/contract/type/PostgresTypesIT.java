// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tablecast.contract.type.TypeModes.ArrayMode;
import io.tablecast.contract.type.TypeModes.BinaryMode;
import io.tablecast.contract.type.TypeModes.DecimalMode;
import io.tablecast.contract.type.TypeModes.IntervalMode;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresOptions;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.TypeSample;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Values of every type go out of a table and, through a converter, into one made for them, and are the same there. */
class PostgresTypesIT {

    private static PostgresServer server;
    private static Database database;

    @BeforeAll
    static void start() {
        server = PostgresServer.start(PostgresOptions.defaults());
        database = server.createDatabase();
        database.execute(TypeSample.neededStatements());
        database.execute(
                "CREATE SCHEMA source",
                "CREATE SCHEMA destination",
                "CREATE DOMAIN \"Shop\".amount AS numeric(10,2) CHECK (VALUE >= 0)",
                "CREATE DOMAIN \"Shop\".fee AS \"Shop\".amount NOT NULL",
                "CREATE DOMAIN \"Shop\".scores AS int[]");
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

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\0',
            value = {
                "\"Shop\".amount; numeric(10,2); 12.30",
                "\"Shop\".fee; numeric(10,2); 12.30",
                "\"Shop\".scores; integer[]; {1,NULL}",
                "\"Shop\".amount[]; numeric(10,2)[]; {12.30,NULL}"
            })
    void domainsBecomeWhatTheyAreMadeOf(String type, String destinationType, String literal) throws SQLException {
        RoundTrip trip = new RoundTrip(database, TypeModes.DEFAULT, RoundTrip.Through.JSON);

        trip.run(type, literal);

        assertThat(trip.differences()).isEmpty();
        assertThat(trip.destinationType()).isEqualTo(destinationType);
    }

    @ParameterizedTest
    @MethodSource("modes")
    void valuesSurviveInEveryMode(TypeModes modes, String type, String... literals) throws SQLException {
        RoundTrip trip = new RoundTrip(database, modes, RoundTrip.Through.JSON);

        trip.run(type, literals);

        assertThat(trip.differences()).isEmpty();
        assertThat(trip.destinationType()).isEqualTo(trip.sourceType());
    }

    private static Stream<Arguments> modes() {
        return Stream.of(
                arguments(decimal(DecimalMode.STRING), "numeric", new String[] {
                    "NaN", "Infinity", "-Infinity", "1.50", "1e-20"
                }),
                arguments(decimal(DecimalMode.STRING), "numeric(12,2)", new String[] {"NaN", "1.50"}),
                arguments(decimal(DecimalMode.STRING), "numeric[]", new String[] {"{NaN,1.50,NULL}"}),
                arguments(decimal(DecimalMode.STRING), "money", new String[] {"-12.34"}),
                arguments(decimal(DecimalMode.DOUBLE), "numeric(12,2)", new String[] {"12345678.25"}),
                arguments(decimal(DecimalMode.DOUBLE), "money", new String[] {"12.25"}),
                arguments(
                        array(ArrayMode.TEXT), "integer[]", new String[] {"{{1,2},{3,4}}", "[0:1]={5,NULL}", "{}", "{1}"
                        }),
                arguments(array(ArrayMode.TEXT), "text[]", new String[] {"{\"a,\\\"b\"}"}),
                arguments(binary(BinaryMode.BASE64), "bytea", new String[] {"\\x", "\\xfbff00"}),
                arguments(binary(BinaryMode.BASE64_URL_SAFE), "bytea", new String[] {"\\x", "\\xfbff00"}),
                arguments(binary(BinaryMode.HEX), "bytea", new String[] {"\\x", "\\xfbff00"}),
                arguments(binary(BinaryMode.HEX), "bytea[]", new String[] {"{\"\\\\x00ff\",NULL}"}),
                arguments(
                        new TypeModes(DecimalMode.PRECISE, IntervalMode.NUMERIC, BinaryMode.BYTES, ArrayMode.ARRAY),
                        "interval",
                        new String[] {"100:00:00.5", "-00:00:01", "infinity", "-infinity"}));
    }

    private static TypeModes decimal(DecimalMode mode) {
        return new TypeModes(mode, IntervalMode.STRING, BinaryMode.BYTES, ArrayMode.ARRAY);
    }

    private static TypeModes binary(BinaryMode mode) {
        return new TypeModes(DecimalMode.PRECISE, IntervalMode.STRING, mode, ArrayMode.ARRAY);
    }

    private static TypeModes array(ArrayMode mode) {
        return new TypeModes(DecimalMode.PRECISE, IntervalMode.STRING, BinaryMode.BYTES, mode);
    }

    @ParameterizedTest
    @MethodSource("io.tablecast.contract.type.ColumnWriterTest#foreign")
    void foreignValuesAreWhatTheirTextSays(Schema schema, Object value, String type, String text, String bytesIgnored)
            throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMP TABLE foreign_values (v %s)".formatted(type));
            ColumnWriter writer = ColumnWriter.create(
                    schema, RoundTrip.columns(connection, "foreign_values").get(0));
            CopyBuffer binary = new CopyBuffer();
            binary.header();
            binary.beginTuple(1);
            writer.write(value, binary);
            binary.trailer();
            CopyBuffer asText = new CopyBuffer();
            writer.writeText(value, asText);
            asText.textEndOfRow();

            RoundTrip.copyIn(connection, "COPY foreign_values FROM STDIN (FORMAT binary)", binary);
            RoundTrip.copyIn(connection, "COPY foreign_values FROM STDIN", asText);

            try (PreparedStatement equal = connection.prepareStatement(
                    "SELECT count(*) FROM foreign_values WHERE v::text = CAST(CAST(? AS text) AS %s)::text"
                            .formatted(type))) {
                equal.setString(1, text);
                try (ResultSet count = equal.executeQuery()) {
                    count.next();
                    assertThat(count.getInt(1)).isEqualTo(2);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource({"types", "floats"})
    void builtInTypesAreKnownWithoutTheCatalog(String type, String... literalsIgnored) throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMP TABLE typed (v %s)".formatted(type));
            PostgresType fromCatalog =
                    RoundTrip.columns(connection, "typed").get(0).type();
            Optional<PostgresType> named = BuiltInTypes.named(fromCatalog.name());

            assertThat(named.isPresent()).isEqualTo(fromCatalog.isBuiltIn());
            named.ifPresent(known -> assertThat(known).isEqualTo(fromCatalog));
        }
    }

    private static Stream<Arguments> types() {
        return TypeSample.all().stream()
                .map(sample -> values(sample.type(), sample.literals().toArray(String[]::new)));
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
