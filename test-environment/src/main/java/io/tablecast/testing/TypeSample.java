// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.util.List;

/**
 * A type of PostgreSQL with its most awkward values.
 *
 * @param type as a column definition names it
 * @param literals texts of values
 */
public record TypeSample(String type, List<String> literals) {

    private static final List<String> NEEDED = List.of(
            "CREATE SCHEMA \"Shop\"",
            "CREATE TYPE \"Shop\".\"Mood\" AS ENUM ('happy', 'it''s', 'so \"so\"', 'a b')",
            "CREATE TYPE \"Shop\".address AS (street text, number int)",
            "CREATE TYPE \"Shop\".span AS RANGE (subtype = int8)",
            "CREATE EXTENSION hstore",
            "CREATE EXTENSION citext",
            "CREATE EXTENSION ltree");

    private static final List<TypeSample> ALL = List.of(
            of("boolean", "true", "false"),
            of("smallint", "0", "-32768", "32767"),
            of("integer", "0", "-2147483648", "2147483647"),
            of("bigint", "0", "-9223372036854775808", "9223372036854775807"),
            of("oid", "0", "4294967295"),
            of("numeric", "0", "0.00", "1.50", "-1", "10000", "123456789012345678901234567890.000000001", "1e-20"),
            of("numeric(12,2)", "0", "0.01", "-9999999999.99", "10000.00", "12345678.90"),
            of("numeric(5,-2)", "0", "123400", "-9999900"),
            of("numeric(3,5)", "0.00123", "-0.00999"),
            of("numeric(38,10)", "1234567890123456789012345678.0123456789"),
            of("text", "", "a", "NULL", "\\N", "tab\tand\nnewline\r", "q'uo\"te", "\u00e9\u4e16\ud83d\ude00"),
            of("character varying", "", "x"),
            of("character varying(5)", "", "\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00", "a  "),
            of("character(5)", "", "ab", "abcde"),
            of("bpchar", "ab  "),
            of("name", "users"),
            of("bytea", "\\x", "\\x00ff0a5c"),
            of(
                    "date",
                    "1970-01-01",
                    "2000-02-29",
                    "0044-03-15 BC",
                    "4713-01-01 BC",
                    "5874897-12-31",
                    "infinity",
                    "-infinity"),
            of(
                    "timestamp without time zone",
                    "2020-01-02 03:04:05",
                    "2020-01-02 03:04:05.123456",
                    "1936-10-25 22:10:12.608",
                    "0044-03-15 12:00:00 BC",
                    "4713-01-01 00:00:00 BC",
                    "294246-12-31 23:59:59.999999",
                    "infinity",
                    "-infinity"),
            of(
                    "timestamp(3) without time zone",
                    "2020-01-02 03:04:05.120",
                    "1969-12-31 23:59:59.999",
                    "294276-12-31 23:59:59.999",
                    "infinity",
                    "-infinity"),
            of("timestamp(0) without time zone", "2020-01-02 03:04:05"),
            of(
                    "timestamp with time zone",
                    "2020-01-02 03:04:05+02",
                    "2020-07-02 03:04:05.120000-03:30",
                    "0044-03-15 12:00:00+00 BC",
                    "294276-12-31 23:59:59.999999+00",
                    "infinity",
                    "-infinity"),
            of("timestamp(3) with time zone", "2020-01-02 03:04:05.1+02"),
            of("timestamp(0) with time zone", "2020-01-02 03:04:05+02"),
            of("uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
            of("time without time zone", "00:00:00", "23:59:59.999999", "24:00:00", "12:30:00.1"),
            of("time(3) without time zone", "23:59:59.999", "24:00:00"),
            of("time with time zone", "12:30:00+02", "00:00:00+00", "24:00:00-03:30", "01:02:03.4-15:59:59"),
            of(
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
            of("interval(3)", "1.123 seconds"),
            of(
                    "xml",
                    "<a>\u00e9</a>",
                    "<?xml version=\"1.0\" encoding=\"latin1\" standalone=\"yes\"?><a b='c'/>",
                    "<?xml version='1.1'?><a/>"),
            of(
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
            of("cidr", "10.0.0.0/8", "10.1.2.3/32", "2001:db8::/32", "::/0", "::1/128"),
            of("macaddr", "08:00:2b:01:02:ff"),
            of("macaddr8", "08:00:2b:01:02:03:04:ff"),
            of("money", "12.34", "-92233720368547758.08", "0"),
            of("bit(1)", "0", "1"),
            of("bit(5)", "00000", "10011", "00001"),
            of("bit(8)", "10000001"),
            of("bit(19)", "1000000000000000001", "0000000000000000011"),
            of("bit varying", "", "0", "0001", "10110111000"),
            of("bit varying(12)", "", "000000000001"),
            of("point", "(1.5,-2)", "(1e300,0.1)"),
            of("box", "((1,2),(3,4))"),
            of("circle", "<(1,2),3>"),
            of("path", "[(1,2),(3,4)]"),
            of("tsvector", "'fat':2 'cat':3A"),
            of("tsquery", "'fat' & !'cat'"),
            of("pg_lsn", "16/B374D848"),
            of("jsonpath", "$.\"a\"[*]"),
            of("\"char\"", "a", ""),
            of("int4range", "[1,5)", "empty", "(,3]"),
            of("tstzrange", "[2020-01-01 00:00:00+00,)", "(,)"),
            of("nummultirange", "{[1.5,2.5),[7,8]}", "{}"),
            of("\"Shop\".\"Mood\"", "happy", "it's", "so \"so\"", "a b"),
            of("\"Shop\".address", "(\"Main \"\"St\"\", 1\",5)", "(,)"),
            of("\"Shop\".span", "[1,10)"),
            of("public.hstore", "", "a=>1, b=>NULL, \"q\"\"=>\"x\\\\y\"".replace("\"q\"\"", "\"q \""), "\"\"=>\"\""),
            of("public.citext", "MiXed"),
            of("public.ltree", "Top.Science"),
            of("integer[]", "{}", "{1,NULL,-3}", "{NULL}"),
            of("boolean[]", "{t,f,NULL}"),
            of("text[]", "{}", "{\"\",NULL,\"NULL\",\"a,b\",\"q\\\"\",\"b\\\\\",\u00e9}"),
            of("character varying(3)[]", "{abc,d}"),
            of("numeric[]", "{1.50,NULL}"),
            of("numeric(12,2)[]", "{1.50,-2}"),
            of("timestamp without time zone[]", "{2020-01-01 00:00:00.5,infinity}"),
            of("timestamp with time zone[]", "{2020-01-01 00:00:00.5+00,infinity}"),
            of("date[]", "{2020-01-01,-infinity}"),
            of("interval[]", "{1 day,NULL}"),
            of("uuid[]", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}"),
            of("jsonb[]", "{\"{\\\"a\\\": 1}\",null}"),
            of("bytea[]", "{\"\\\\x00ff\"}"),
            of("bit(5)[]", "{10101,00001}"),
            of("inet[]", "{1.2.3.4,::1}"),
            of("money[]", "{12.34}"),
            of("point[]", "{\"(1,2)\"}"),
            of("int4range[]", "{\"[1,5)\",empty,NULL}"),
            of("\"Shop\".\"Mood\"[]", "{happy,it's,NULL,\"so \\\"so\\\"\"}"),
            of("\"Shop\".address[]", "{\"(x,1)\"}"),
            of("public.hstore[]", "{\"a=>1\"}"),
            of("public.citext[]", "{MiXed}"),
            of("integer[][]", "{{1,2},{3,4}}", "{}", "{1}"),
            of("json", "{\"a\" :  1, \"a\": 2}", "null", "\"text\"", "1.0", "[]"),
            of("jsonb", "{\"a\": 1.000, \"b\": [null, \"\\u00e9\"]}", "null", "12345678901234567890.5"));

    public TypeSample {
        literals = List.copyOf(literals);
    }

    public static TypeSample of(String type, String... literals) {
        return new TypeSample(type, List.of(literals));
    }

    /** Every kind of type that the newest server has, but for floating-point numbers and domains. */
    public static List<TypeSample> all() {
        return ALL;
    }

    /** The schema {@code "Shop"} with the types of its own that are among them, and extensions. */
    public static String[] neededStatements() {
        return NEEDED.toArray(String[]::new);
    }
}
