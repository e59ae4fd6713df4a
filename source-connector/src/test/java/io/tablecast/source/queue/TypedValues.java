// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.testing.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Columns of every type, with their most awkward values. */
record TypedValues(String type, List<String> literals) {

    static final String[] SETUP = {
        "CREATE SCHEMA \"Shop\"",
        "CREATE TYPE \"Shop\".\"Mood\" AS ENUM ('happy', 'it''s', 'so \"so\"', 'a b')",
        "CREATE TYPE \"Shop\".address AS (street text, number int)",
        "CREATE TYPE \"Shop\".span AS RANGE (subtype = int8)",
        "CREATE DOMAIN \"Shop\".amount AS numeric(10,2) CHECK (VALUE >= 0)",
        "CREATE DOMAIN \"Shop\".scores AS int[]",
        "CREATE EXTENSION hstore",
        "CREATE EXTENSION citext",
        "CREATE EXTENSION ltree"
    };

    /** What PostgreSQL 14 does not know. */
    private static final List<String> NEWER_TYPES = List.of("numeric(5,-2)", "numeric(3,5)");

    TypedValues {
        literals = List.copyOf(literals);
    }

    /** The definitions of columns c1, c2 and so on, as far as the server knows their types. */
    static String columns(Database database) {
        List<String> columns = new ArrayList<>();
        for (TypedValues column : known(database)) {
            columns.add("c" + (columns.size() + 1) + " " + column.type());
        }
        return String.join(", ", columns);
    }

    /** Fills a table of a key and these columns; the last row has only NULLs. */
    static int insertInto(Database database, String table) {
        List<TypedValues> known = known(database);
        int rows = 1
                + known.stream()
                        .mapToInt(column -> column.literals().size())
                        .max()
                        .orElseThrow();
        String marks = known.stream().map(column -> "?::" + column.type()).collect(Collectors.joining(", "));
        try (Connection connection = database.connection();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO " + table + " VALUES (?, " + marks + ")")) {
            for (int row = 0; row < rows; row++) {
                insert.setInt(1, row);
                for (int i = 0; i < known.size(); i++) {
                    List<String> literals = known.get(i).literals();
                    insert.setString(i + 2, row < literals.size() ? literals.get(row) : null);
                }
                insert.executeUpdate();
            }
        } catch (SQLException e) {
            throw new AssertionError("Cannot fill " + table, e);
        }
        return rows;
    }

    private static List<TypedValues> known(Database database) {
        long version = database.number("SELECT current_setting('server_version_num')");
        if (version >= 170_000) {
            return all();
        }
        return all().stream()
                .filter(column -> version >= 150_000 || !NEWER_TYPES.contains(column.type()))
                .map(TypedValues::withoutNewerIntervals)
                .toList();
    }

    private TypedValues withoutNewerIntervals() {
        return type.equals("interval")
                ? new TypedValues(
                        type,
                        literals.stream()
                                .filter(literal -> !literal.contains("infinity") && !literal.contains("2562047788"))
                                .toList())
                : this;
    }

    private static List<TypedValues> all() {
        return List.of(
                typed("boolean", "true", "false"),
                typed("smallint", "0", "-32768", "32767"),
                typed("integer", "0", "-2147483648", "2147483647"),
                typed("bigint", "0", "-9223372036854775808", "9223372036854775807"),
                typed("oid", "0", "4294967295"),
                typed(
                        "numeric",
                        "0",
                        "0.00",
                        "1.50",
                        "-1",
                        "10000",
                        "123456789012345678901234567890.000000001",
                        "1e-20"),
                typed("numeric(12,2)", "0", "0.01", "-9999999999.99", "10000.00", "12345678.90"),
                typed("numeric(5,-2)", "0", "123400", "-9999900"),
                typed("numeric(3,5)", "0.00123", "-0.00999"),
                typed("numeric(38,10)", "1234567890123456789012345678.0123456789"),
                typed("text", "", "a", "NULL", "\\N", "tab\tand\nnewline\r", "q'uo\"te", "\u00e9\u4e16\ud83d\ude00"),
                typed("character varying", "", "x"),
                typed(
                        "character varying(5)",
                        "",
                        "\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00",
                        "a  "),
                typed("character(5)", "", "ab", "abcde"),
                typed("bpchar", "ab  "),
                typed("name", "users"),
                typed("bytea", "\\x", "\\x00ff0a5c"),
                typed(
                        "date",
                        "1970-01-01",
                        "2000-02-29",
                        "0044-03-15 BC",
                        "4713-01-01 BC",
                        "5874897-12-31",
                        "infinity",
                        "-infinity"),
                typed(
                        "timestamp without time zone",
                        "2020-01-02 03:04:05",
                        "2020-01-02 03:04:05.123456",
                        "1936-10-25 22:10:12.608",
                        "0044-03-15 12:00:00 BC",
                        "4713-01-01 00:00:00 BC",
                        "294246-12-31 23:59:59.999999",
                        "infinity",
                        "-infinity"),
                typed(
                        "timestamp(3) without time zone",
                        "2020-01-02 03:04:05.120",
                        "1969-12-31 23:59:59.999",
                        "294276-12-31 23:59:59.999",
                        "infinity",
                        "-infinity"),
                typed("timestamp(0) without time zone", "2020-01-02 03:04:05"),
                typed(
                        "timestamp with time zone",
                        "2020-01-02 03:04:05+02",
                        "2020-07-02 03:04:05.120000-03:30",
                        "0044-03-15 12:00:00+00 BC",
                        "294276-12-31 23:59:59.999999+00",
                        "infinity",
                        "-infinity"),
                typed("timestamp(3) with time zone", "2020-01-02 03:04:05.1+02"),
                typed("timestamp(0) with time zone", "2020-01-02 03:04:05+02"),
                typed("uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
                typed("time without time zone", "00:00:00", "23:59:59.999999", "24:00:00", "12:30:00.1"),
                typed("time(3) without time zone", "23:59:59.999", "24:00:00"),
                typed("time with time zone", "12:30:00+02", "00:00:00+00", "24:00:00-03:30", "01:02:03.4-15:59:59"),
                typed(
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
                typed("interval(3)", "1.123 seconds"),
                typed(
                        "xml",
                        "<a>\u00e9</a>",
                        "<?xml version=\"1.0\" encoding=\"latin1\" standalone=\"yes\"?><a b='c'/>",
                        "<?xml version='1.1'?><a/>"),
                typed(
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
                typed("cidr", "10.0.0.0/8", "10.1.2.3/32", "2001:db8::/32", "::/0", "::1/128"),
                typed("macaddr", "08:00:2b:01:02:ff"),
                typed("macaddr8", "08:00:2b:01:02:03:04:ff"),
                typed("money", "12.34", "-92233720368547758.08", "0"),
                typed("bit(1)", "0", "1"),
                typed("bit(5)", "00000", "10011", "00001"),
                typed("bit(8)", "10000001"),
                typed("bit(19)", "1000000000000000001", "0000000000000000011"),
                typed("bit varying", "", "0", "0001", "10110111000"),
                typed("bit varying(12)", "", "000000000001"),
                typed("point", "(1.5,-2)", "(1e300,0.1)"),
                typed("box", "((1,2),(3,4))"),
                typed("circle", "<(1,2),3>"),
                typed("path", "[(1,2),(3,4)]"),
                typed("tsvector", "'fat':2 'cat':3A"),
                typed("tsquery", "'fat' & !'cat'"),
                typed("pg_lsn", "16/B374D848"),
                typed("jsonpath", "$.\"a\"[*]"),
                typed("\"char\"", "a", ""),
                typed("int4range", "[1,5)", "empty", "(,3]"),
                typed("tstzrange", "[2020-01-01 00:00:00+00,)", "(,)"),
                typed("nummultirange", "{[1.5,2.5),[7,8]}", "{}"),
                typed("\"Shop\".\"Mood\"", "happy", "it's", "so \"so\"", "a b"),
                typed("\"Shop\".address", "(\"Main \"\"St\"\", 1\",5)", "(,)"),
                typed("\"Shop\".span", "[1,10)"),
                typed(
                        "public.hstore",
                        "",
                        "a=>1, b=>NULL, \"q\"\"=>\"x\\\\y\"".replace("\"q\"\"", "\"q \""),
                        "\"\"=>\"\""),
                typed("public.citext", "MiXed"),
                typed("public.ltree", "Top.Science"),
                typed("integer[]", "{}", "{1,NULL,-3}", "{NULL}"),
                typed("boolean[]", "{t,f,NULL}"),
                typed("text[]", "{}", "{\"\",NULL,\"NULL\",\"a,b\",\"q\\\"\",\"b\\\\\",\u00e9}"),
                typed("character varying(3)[]", "{abc,d}"),
                typed("numeric[]", "{1.50,NULL}"),
                typed("numeric(12,2)[]", "{1.50,-2}"),
                typed("timestamp without time zone[]", "{2020-01-01 00:00:00.5,infinity}"),
                typed("timestamp with time zone[]", "{2020-01-01 00:00:00.5+00,infinity}"),
                typed("date[]", "{2020-01-01,-infinity}"),
                typed("interval[]", "{1 day,NULL}"),
                typed("uuid[]", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}"),
                typed("jsonb[]", "{\"{\\\"a\\\": 1}\",null}"),
                typed("bytea[]", "{\"\\\\x00ff\"}"),
                typed("bit(5)[]", "{10101,00001}"),
                typed("inet[]", "{1.2.3.4,::1}"),
                typed("money[]", "{12.34}"),
                typed("point[]", "{\"(1,2)\"}"),
                typed("int4range[]", "{\"[1,5)\",empty,NULL}"),
                typed("\"Shop\".\"Mood\"[]", "{happy,it's,NULL,\"so \\\"so\\\"\"}"),
                typed("\"Shop\".address[]", "{\"(x,1)\"}"),
                typed("public.hstore[]", "{\"a=>1\"}"),
                typed("public.citext[]", "{MiXed}"),
                typed("integer[][]", "{{1,2},{3,4}}", "{}", "{1}"),
                typed("json", "{\"a\" :  1, \"a\": 2}", "null", "\"text\"", "1.0", "[]"),
                typed("jsonb", "{\"a\": 1.000, \"b\": [null, \"\\u00e9\"]}", "null", "12345678901234567890.5"),
                typed("real", "-0", "NaN", "Infinity", "-Infinity", "0.1", "1.17549435e-38"),
                typed("double precision", "-0", "NaN", "Infinity", "-Infinity", "0.1", "4.9e-324"),
                typed("\"Shop\".amount", "12.30"),
                typed("\"Shop\".scores", "{1,NULL}"),
                typed("\"Shop\".amount[]", "{12.30,NULL}"),
                typed("regclass", "pg_class"));
    }

    private static TypedValues typed(String type, String... literals) {
        return new TypedValues(type, List.of(literals));
    }
}
