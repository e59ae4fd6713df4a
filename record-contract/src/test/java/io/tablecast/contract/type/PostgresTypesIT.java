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
        database.execute(
                "CREATE SCHEMA source",
                "CREATE SCHEMA destination",
                "CREATE SCHEMA \"Shop\"",
                "CREATE TYPE \"Shop\".\"Mood\" AS ENUM ('happy', 'it''s', 'so \"so\"', 'a b')",
                "CREATE TYPE \"Shop\".address AS (street text, number int)",
                "CREATE TYPE \"Shop\".span AS RANGE (subtype = int8)",
                "CREATE DOMAIN \"Shop\".amount AS numeric(10,2) CHECK (VALUE >= 0)",
                "CREATE DOMAIN \"Shop\".fee AS \"Shop\".amount NOT NULL",
                "CREATE DOMAIN \"Shop\".scores AS int[]",
                "CREATE EXTENSION hstore",
                "CREATE EXTENSION citext",
                "CREATE EXTENSION ltree");
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
                values("time without time zone", "00:00:00", "23:59:59.999999", "24:00:00", "12:30:00.1"),
                values("time(3) without time zone", "23:59:59.999", "24:00:00"),
                values("time with time zone", "12:30:00+02", "00:00:00+00", "24:00:00-03:30", "01:02:03.4-15:59:59"),
                values(
                        "interval",
                        "1 year 2 mons 3 days 04:05:06.78",
                        "-1 year -2 mons +3 days -04:05:06.78",
                        "0",
                        "100 hours",
                        "-00:00:00.5",
                        "-00:01:00.000001",
                        "178000000 years",
                        "2147483647 days -2562047788:00:54.775807",
                        "1 mon -1 day",
                        "infinity",
                        "-infinity"),
                values("interval(3)", "1.123 seconds"),
                values(
                        "xml",
                        "<a>\u00e9</a>",
                        "<?xml version=\"1.0\" encoding=\"latin1\" standalone=\"yes\"?><a b='c'/>",
                        "<?xml version='1.1'?><a/>"),
                values(
                        "inet",
                        "192.168.1.1",
                        "192.168.1.1/24",
                        "0.0.0.0/0",
                        "::",
                        "::1",
                        "1::",
                        "2001:db8::1/64",
                        "::ffff:1.2.3.4",
                        "::1.2.3.4",
                        "1:0:0:2:0:0:0:3",
                        "1:2:3:4:5:6:7:0/127",
                        "0:1:2:3:4:5:6:7",
                        "::2:0:0:0",
                        "fe80::1:0:0:1"),
                values("cidr", "10.0.0.0/8", "10.1.2.3/32", "2001:db8::/32", "::/0", "::1/128"),
                values("macaddr", "08:00:2b:01:02:ff"),
                values("macaddr8", "08:00:2b:01:02:03:04:ff"),
                values("money", "12.34", "-92233720368547758.08", "0"),
                values("bit(1)", "0", "1"),
                values("bit(5)", "00000", "10011", "00001"),
                values("bit(8)", "10000001"),
                values("bit(19)", "1000000000000000001", "0000000000000000011"),
                values("bit varying", "", "0", "0001", "10110111000"),
                values("bit varying(12)", "", "000000000001"),
                values("point", "(1.5,-2)", "(1e300,0.1)"),
                values("box", "((1,2),(3,4))"),
                values("circle", "<(1,2),3>"),
                values("path", "[(1,2),(3,4)]"),
                values("tsvector", "'fat':2 'cat':3A"),
                values("tsquery", "'fat' & !'cat'"),
                values("pg_lsn", "16/B374D848"),
                values("jsonpath", "$.\"a\"[*]"),
                values("\"char\"", "a", ""),
                values("int4range", "[1,5)", "empty", "(,3]"),
                values("tstzrange", "[2020-01-01 00:00:00+00,)", "(,)"),
                values("nummultirange", "{[1.5,2.5),[7,8]}", "{}"),
                values("\"Shop\".\"Mood\"", "happy", "it's", "so \"so\"", "a b"),
                values("\"Shop\".address", "(\"Main \"\"St\"\", 1\",5)", "(,)"),
                values("\"Shop\".span", "[1,10)"),
                values(
                        "public.hstore",
                        "",
                        "a=>1, b=>NULL, \"q\"\"=>\"x\\\\y\"".replace("\"q\"\"", "\"q \""),
                        "\"\"=>\"\""),
                values("public.citext", "MiXed"),
                values("public.ltree", "Top.Science"),
                values("integer[]", "{}", "{1,NULL,-3}", "{NULL}"),
                values("boolean[]", "{t,f,NULL}"),
                values("text[]", "{}", "{\"\",NULL,\"NULL\",\"a,b\",\"q\\\"\",\"b\\\\\",\u00e9}"),
                values("character varying(3)[]", "{abc,d}"),
                values("numeric[]", "{1.50,NULL}"),
                values("numeric(12,2)[]", "{1.50,-2}"),
                values("timestamp without time zone[]", "{2020-01-01 00:00:00.5,infinity}"),
                values("timestamp with time zone[]", "{2020-01-01 00:00:00.5+00,infinity}"),
                values("date[]", "{2020-01-01,-infinity}"),
                values("interval[]", "{1 day,NULL}"),
                values("uuid[]", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}"),
                values("jsonb[]", "{\"{\\\"a\\\": 1}\",null}"),
                values("bytea[]", "{\"\\\\x00ff\"}"),
                values("bit(5)[]", "{10101,00001}"),
                values("inet[]", "{1.2.3.4,::1}"),
                values("money[]", "{12.34}"),
                values("point[]", "{\"(1,2)\"}"),
                values("int4range[]", "{\"[1,5)\",empty,NULL}"),
                values("\"Shop\".\"Mood\"[]", "{happy,it's,NULL,\"so \\\"so\\\"\"}"),
                values("\"Shop\".address[]", "{\"(x,1)\"}"),
                values("public.hstore[]", "{\"a=>1\"}"),
                values("public.citext[]", "{MiXed}"),
                values("integer[][]", "{{1,2},{3,4}}", "{}", "{1}"),
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
