// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MySqlTypesIT {

    private static final String ANY = "any";
    private static final String NULL = "null";
    private static final String MEMBERS =
            IntStream.range(0, 64).mapToObj(i -> "'m" + i + "'").collect(Collectors.joining(","));

    /** A value of a type, and how it is shown in a record: bytes in hexadecimal. */
    private record Case(String type, String literal, String expected) {}

    private static final List<Case> EVERYWHERE = List.of(
            new Case("tinyint", "-128", "-128"),
            new Case("tinyint(1)", "2", "2"),
            new Case("tinyint unsigned", "255", "255"),
            new Case("smallint", "-32768", "-32768"),
            new Case("smallint unsigned", "65535", "65535"),
            new Case("mediumint", "-8388608", "-8388608"),
            new Case("mediumint unsigned", "16777215", "16777215"),
            new Case("int", "-2147483648", "-2147483648"),
            new Case("int unsigned", "4294967295", "4294967295"),
            new Case("int unsigned zerofill", "7", "7"),
            new Case("bigint", "-9223372036854775808", "-9223372036854775808"),
            new Case("bigint unsigned", "18446744073709551615", "18446744073709551615"),
            new Case(
                    "decimal(65,30)",
                    "-12345678901234567890123456789012345.123456789012345678901234567890",
                    "-12345678901234567890123456789012345.123456789012345678901234567890"),
            new Case("decimal(5,2)", "-0.01", "-0.01"),
            new Case("decimal(5,2) unsigned", "999.99", "999.99"),
            new Case("decimal(10,0)", "0", "0"),
            new Case("decimal(30,30)", "0.000000000000000000000000000001", "1E-30"),
            new Case("float", "3.14", "3.14"),
            new Case("float", "16777217.5", "1.6777218E7"),
            new Case("float(7,3)", "1.25", "1.25"),
            new Case("double", "0.1", "0.1"),
            new Case("double", "-1.7976931348623157e308", "-1.7976931348623157E308"),
            new Case("double(10,2)", "-12345678.91", "-1.234567891E7"),
            new Case("bit(1)", "b'1'", "true"),
            new Case("bit(8)", "b'10000001'", "81"),
            new Case("bit(10)", "b'1000000001'", "0102"),
            new Case("bit(64)", "b'1" + "0".repeat(62) + "1'", "0100000000000080"),
            new Case("year", "2026", "2026"),
            new Case("year", "'0000'", "0"),
            new Case("date", "'2026-01-31'", day("2026-01-31")),
            new Case("date", "'0000-00-00'", NULL),
            new Case("date", "'2020-00-10'", NULL),
            new Case("date", "'1000-01-01'", day("1000-01-01")),
            new Case("time", "'-838:59:59'", "-3020399000000"),
            new Case("time(6)", "'25:00:00.000001'", "90000000001"),
            new Case("time(3)", "'-00:00:00.001'", "-1000"),
            new Case("time(2)", "'-01:00:00.05'", "-3600050000"),
            new Case("time(6)", "'-838:59:58.999999'", "-3020398999999"),
            new Case("datetime", "'2026-01-31 12:34:56'", millis("2026-01-31T12:34:56")),
            new Case("datetime(3)", "'2026-01-31 12:34:56.789'", millis("2026-01-31T12:34:56.789")),
            new Case("datetime(6)", "'1000-01-01 00:00:00.000001'", micros("1000-01-01T00:00:00.000001")),
            new Case("datetime", "'0000-00-00 00:00:00'", NULL),
            new Case("timestamp null", "'2026-07-01 12:00:00'", "2026-07-01T10:00:00Z"),
            new Case("timestamp(6) null", "'2026-07-01 12:00:00.123450'", "2026-07-01T10:00:00.123450Z"),
            new Case("timestamp null", "'0000-00-00 00:00:00'", NULL),
            new Case("char(5)", "'ab  '", "ab"),
            new Case("char(200)", "'é😀'", "é😀"),
            new Case("varchar(20)", "' 😀 x '", " 😀 x "),
            new Case("varchar(300)", "''", ""),
            new Case("varchar(10) character set latin1", "'é€'", "é€"),
            new Case("char(10) character set cp1251", "'Привет'", "Привет"),
            new Case("varchar(10) character set ucs2", "'é中'", "é中"),
            new Case("varchar(10) character set utf16", "'é😀'", "é😀"),
            new Case("varchar(10) character set utf16le", "'é😀'", "é😀"),
            new Case("varchar(10) character set utf32", "'é😀'", "é😀"),
            new Case("varchar(10) character set gbk", "'中文'", "中文"),
            new Case("varchar(10) character set big5", "'中文'", "中文"),
            new Case("varchar(10) character set sjis", "'日本'", "日本"),
            new Case("varchar(10) character set euckr", "'한국'", "한국"),
            new Case("varchar(10) character set dec8", "'é'", "é"),
            new Case("varchar(10) character set utf8mb3", "'é中'", "é中"),
            new Case("tinytext", "'NULL'", "NULL"),
            new Case("text", "'it''s \"q\" \\\\N, \\n'", "it's \"q\" \\N, \n"),
            new Case("mediumtext", "'x'", "x"),
            new Case("longtext character set latin1", "'é'", "é"),
            new Case("binary(4)", "X'0100'", "01000000"),
            new Case("binary(16)", "X'00112233445566778899AABBCCDDEE00'", "00112233445566778899aabbccddee00"),
            new Case("varbinary(300)", "X'00FF00'", "00ff00"),
            new Case("tinyblob", "X'00FF'", "00ff"),
            new Case("blob", "X''", ""),
            new Case("mediumblob", "X'FF'", "ff"),
            new Case("longblob", "REPEAT(X'00', 3)", "000000"),
            new Case("enum('', 'a,b', 'it''s', 'é')", "'it''s'", "it's"),
            new Case("enum('', 'a,b', 'it''s', 'é')", "''", ""),
            new Case("enum('é') character set latin1", "'é'", "é"),
            new Case("enum('x')", "'nothing'", ""),
            new Case("enum('é') character set binary", "'é'", "é"),
            new Case("set('a','é') character set binary", "'é,a'", "a,é"),
            new Case("set('a','b','c')", "'c,a'", "a,c"),
            new Case("set('a')", "''", ""),
            new Case("set(" + MEMBERS + ")", "'m63,m0'", "m0,m63"),
            new Case("point", "ST_GeomFromText('POINT(1 2.5)')", ANY),
            new Case("geometry", "ST_GeomFromText('LINESTRING(0 0,1 1)', 0)", ANY),
            new Case("linestring", "ST_GeomFromText('LINESTRING(0 0,1 1)')", ANY),
            new Case("polygon", "ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))')", ANY),
            new Case("multipoint", "ST_GeomFromText('MULTIPOINT((0 0),(1 1))')", ANY),
            new Case("multilinestring", "ST_GeomFromText('MULTILINESTRING((0 0,1 1),(2 2,3 3))')", ANY),
            new Case("multipolygon", "ST_GeomFromText('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))')", ANY),
            new Case("geometrycollection", "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1))')", ANY),
            new Case("geometry", "ST_GeomFromText('POINT(10 20)', 4326)", ANY));

    private static final List<Case> OF_MYSQL = List.of(
            new Case(
                    "json",
                    "'{\"b\": [1, 2.5, \"x y\", null, true], \"aa\": {\"k\": 1e20}}'",
                    "{\"b\":[1,2.5,\"x y\",null,true],\"aa\":{\"k\":1e20}}"),
            new Case("json", "'\"top \\\\\" level\"'", "\"top \\\" level\""),
            new Case("json", "'null'", "null"),
            new Case("json", "'[1.0, -0.5, 100000, 1e-7, 123456789012345680000, 0.1, 1e15, 1e16]'", ANY),
            new Case("json", "'[9223372036854775807, 18446744073709551615, -1]'", ANY),
            new Case("json", "'\"é😀\\\\u0001\\\\n\"'", ANY),
            new Case(
                    "json",
                    "JSON_OBJECT('d', CAST(1.10 AS DECIMAL(5,2)), 't', CAST('25:00:00.5' AS TIME(6)),"
                            + " 'dt', CAST('2026-01-31 12:00:00.5' AS DATETIME(6)), 'day', CAST('2026-01-31' AS DATE),"
                            + " 'b', CAST(X'00FF' AS BINARY))",
                    ANY));

    private static final List<Case> OF_NEWEST_MYSQL =
            List.of(new Case("vector(3)", "STRING_TO_VECTOR('[1,2,3.5]')", "[1.0, 2.0, 3.5]"));

    private static final List<Case> OF_MARIADB = List.of(
            new Case("uuid", "'123e4567-e89b-12d3-a456-426655440000'", "123e4567-e89b-12d3-a456-426655440000"),
            new Case("uuid", "'018f6c3e-7b2a-4c3d-9e8f-0123456789ab'", "018f6c3e-7b2a-4c3d-9e8f-0123456789ab"),
            new Case("inet6", "'2001:db8::ff00:42:8329'", "2001:db8::ff00:42:8329"),
            new Case("inet6", "'::'", "::"),
            new Case("inet4", "'192.0.2.1'", "192.0.2.1"),
            new Case("json", "'{\"b\": [1,  2.5]}'", "{\"b\": [1,  2.5]}"),
            new Case("varchar(9) character set latin1", "'é'", "é"));

    static List<MySqlRelease> available() {
        return MySqlRelease.available();
    }

    @ParameterizedTest
    @MethodSource("available")
    void copyAndStreamGiveTheSameExactValues(MySqlRelease release) {
        List<Case> cases = new ArrayList<>(EVERYWHERE);
        cases.addAll(release.isMariaDb() ? OF_MARIADB : OF_MYSQL);
        cases.addAll(release == MySqlRelease.MYSQL ? OF_NEWEST_MYSQL : List.of());
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute(table(cases, release), insert(cases, 1));
            Map<String, String> properties = TaskRun.properties(database, Map.of(), "every_type");
            List<SourceRecord> records;
            try (TaskRun run = TaskRun.start(properties, new StoredOffsets())) {
                run.pollSnapshots(1);
                database.execute(insert(cases, 2));
                records = run.pollUntil("the inserted row", polled -> ofOperation(polled, "c") != null);
            }

            Struct copied = TaskRun.after(ofOperation(records, "r"));
            Struct streamed = TaskRun.after(ofOperation(records, "c"));

            SoftAssertions all = new SoftAssertions();
            all.assertThat(described(streamed)).isEqualTo(described(copied));
            all.assertThat(streamed.schema()).isEqualTo(copied.schema());
            for (int i = 0; i < cases.size(); i++) {
                Case one = cases.get(i);
                String what = one.type() + " " + one.literal();
                String ofCopy = shown(copied.get("c" + i));
                all.assertThat(shown(streamed.get("c" + i)))
                        .as("in the stream and in the copy: " + what)
                        .isEqualTo(ofCopy);
                if (!one.expected().equals(ANY)) {
                    all.assertThat(ofCopy).as(what).isEqualTo(one.expected());
                }
            }
            all.assertThat(shown(streamed.get("virtual_one"))).isEqualTo("3");
            all.assertThat(shown(copied.get("virtual_one"))).isEqualTo("2");
            all.assertThat(shown(streamed.get("stored_one"))).isEqualTo("4");
            all.assertThat(shown(streamed.get("unseen"))).isEqualTo("5");
            all.assertThat(shown(copied.get("unseen"))).isEqualTo("5");
            all.assertAll();
        }
    }

    private static List<String> described(Struct row) {
        return row.schema().fields().stream()
                .map(field -> field.name() + " " + field.schema().name() + " "
                        + field.schema().type() + " " + field.schema().isOptional() + " "
                        + field.schema().parameters())
                .toList();
    }

    private static String table(List<Case> cases, MySqlRelease release) {
        String unseen = release == MySqlRelease.MYSQL_8_0 ? "" : " INVISIBLE";
        StringBuilder sql = new StringBuilder("CREATE TABLE every_type (id int PRIMARY KEY");
        for (int i = 0; i < cases.size(); i++) {
            sql.append(", c").append(i).append(' ').append(cases.get(i).type());
        }
        return sql.append(", virtual_one int GENERATED ALWAYS AS (id + 1) VIRTUAL")
                .append(", stored_one int GENERATED ALWAYS AS (id + 2) STORED")
                .append(", unseen int DEFAULT 5")
                .append(unseen)
                .append(") CHARACTER SET utf8mb4")
                .toString();
    }

    /** In a session of another time zone, which takes values that no calendar has. */
    private static String insert(List<Case> cases, int id) {
        String columns = IntStream.range(0, cases.size()).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
        String values = cases.stream().map(Case::literal).collect(Collectors.joining(", "));
        return "SET sql_mode = '', time_zone = '+02:00'; INSERT INTO every_type (id, " + columns + ") VALUES (" + id
                + ", " + values + ")";
    }

    private static SourceRecord ofOperation(List<SourceRecord> records, String operation) {
        return records.stream()
                .filter(record -> record.value() != null
                        && record.topic().endsWith("every_type")
                        && TaskRun.envelope(record).getString("op").equals(operation))
                .findFirst()
                .orElse(null);
    }

    private static String shown(Object value) {
        if (value instanceof ByteBuffer bytes) {
            return HexFormat.of().formatHex(Utils.toArray(bytes));
        }
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        if (value instanceof Struct struct) {
            return struct.schema().fields().stream()
                    .map(Field::name)
                    .map(name -> name + "=" + shown(struct.get(name)))
                    .collect(Collectors.joining(","));
        }
        return String.valueOf(value);
    }

    private static String day(String date) {
        return String.valueOf(LocalDate.parse(date).toEpochDay());
    }

    private static String millis(String time) {
        return String.valueOf(
                LocalDateTime.parse(time).toInstant(ZoneOffset.UTC).toEpochMilli());
    }

    private static String micros(String time) {
        return String.valueOf(ChronoUnit.MICROS.between(
                LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC), LocalDateTime.parse(time)));
    }
}
