// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** PostgreSQL's built-in types by their names, without a database. */
public final class BuiltInTypes {

    private static final int MODIFIER_HEADER = 4;
    private static final int INTERVAL_ALL_FIELDS = 0x7fff;
    private static final Set<String> INTERVAL_FIELDS = Set.of(
            "year",
            "month",
            "day",
            "hour",
            "minute",
            "second",
            "year to month",
            "day to hour",
            "day to minute",
            "day to second",
            "hour to minute",
            "hour to second",
            "minute to second");

    private record Entry(int oid, int arrayOid, String baseName) {}

    private static final Map<String, Entry> BY_NAME = Map.ofEntries(
            type("boolean", Oids.BOOL, 1000, "bool"),
            type("bytea", Oids.BYTEA, 1001, "bytea"),
            type("\"char\"", Oids.CHAR, 1002, "char"),
            type("name", Oids.NAME, 1003, "name"),
            type("bigint", Oids.INT8, 1016, "int8"),
            type("smallint", Oids.INT2, 1005, "int2"),
            type("integer", Oids.INT4, 1007, "int4"),
            type("text", Oids.TEXT, 1009, "text"),
            type("oid", Oids.OID, 1028, "oid"),
            type("json", Oids.JSON, 199, "json"),
            type("xml", Oids.XML, 143, "xml"),
            type("point", Oids.POINT, 1017, "point"),
            type("lseg", Oids.LSEG, 1018, "lseg"),
            type("path", Oids.PATH, 1019, "path"),
            type("box", Oids.BOX, 1020, "box"),
            type("polygon", Oids.POLYGON, 1027, "polygon"),
            type("line", Oids.LINE, 629, "line"),
            type("cidr", Oids.CIDR, 651, "cidr"),
            type("real", Oids.FLOAT4, 1021, "float4"),
            type("double precision", Oids.FLOAT8, 1022, "float8"),
            type("circle", Oids.CIRCLE, 719, "circle"),
            type("macaddr8", Oids.MACADDR8, 775, "macaddr8"),
            type("money", Oids.MONEY, 791, "money"),
            type("macaddr", Oids.MACADDR, 1040, "macaddr"),
            type("inet", Oids.INET, 1041, "inet"),
            type("character", Oids.BPCHAR, 1014, "bpchar"),
            type("bpchar", Oids.BPCHAR, 1014, "bpchar"),
            type("character varying", Oids.VARCHAR, 1015, "varchar"),
            type("date", Oids.DATE, 1182, "date"),
            type("time without time zone", Oids.TIME, 1183, "time"),
            type("timestamp without time zone", Oids.TIMESTAMP, 1115, "timestamp"),
            type("timestamp with time zone", Oids.TIMESTAMPTZ, 1185, "timestamptz"),
            type("interval", Oids.INTERVAL, 1187, "interval"),
            type("time with time zone", Oids.TIMETZ, 1270, "timetz"),
            type("bit", Oids.BIT, 1561, "bit"),
            type("bit varying", Oids.VARBIT, 1563, "varbit"),
            type("numeric", Oids.NUMERIC, 1231, "numeric"),
            type("uuid", Oids.UUID, 2951, "uuid"),
            type("pg_lsn", Oids.PG_LSN, 3221, "pg_lsn"),
            type("tsvector", Oids.TSVECTOR, 3643, "tsvector"),
            type("tsquery", Oids.TSQUERY, 3645, "tsquery"),
            type("jsonb", Oids.JSONB, 3807, "jsonb"),
            type("jsonpath", Oids.JSONPATH, 4073, "jsonpath"),
            type("int4range", 3904, 3905, "int4range"),
            type("numrange", 3906, 3907, "numrange"),
            type("tsrange", 3908, 3909, "tsrange"),
            type("tstzrange", 3910, 3911, "tstzrange"),
            type("daterange", 3912, 3913, "daterange"),
            type("int8range", 3926, 3927, "int8range"),
            type("int4multirange", 4451, 6150, "int4multirange"),
            type("nummultirange", 4532, 6151, "nummultirange"),
            type("tsmultirange", 4533, 6152, "tsmultirange"),
            type("tstzmultirange", 4534, 6153, "tstzmultirange"),
            type("datemultirange", 4535, 6155, "datemultirange"),
            type("int8multirange", 4536, 6157, "int8multirange"));

    private BuiltInTypes() {}

    /**
     * The built-in type of that name.
     *
     * @param name as {@code format_type} writes it, for example {@code numeric(12,2)} or
     *     {@code timestamp(3) without time zone[]}
     * @return empty if PostgreSQL has no such type built in
     */
    public static Optional<PostgresType> named(String name) {
        String scalar = name;
        int dimensions = 0;
        while (scalar.endsWith("[]")) {
            scalar = scalar.substring(0, scalar.length() - 2);
            dimensions++;
        }
        return dimensions == 0 ? scalar(scalar) : array(name, scalar, dimensions);
    }

    private static Optional<PostgresType> array(String name, String scalar, int dimensions) {
        return scalar(scalar).map(element -> {
            Entry entry = BY_NAME.get(withoutModifier(scalar));
            return new PostgresType.Array(
                    entry.arrayOid(), name, "_" + entry.baseName(), entry.oid(), element, dimensions);
        });
    }

    private static Optional<PostgresType> scalar(String name) {
        String plain = withoutModifier(name);
        Entry entry = BY_NAME.get(plain);
        if (entry == null) {
            return Optional.empty();
        }
        if (plain.endsWith("range")) {
            return Optional.of(new PostgresType.Structured(entry.oid(), name, entry.baseName()));
        }
        OptionalInt modifier = modifier(entry.oid(), name);
        return modifier.isEmpty()
                ? Optional.empty()
                : Optional.of(new PostgresType.Base(entry.oid(), name, entry.baseName(), modifier.getAsInt()));
    }

    private static String withoutModifier(String name) {
        int open = name.indexOf('(');
        String plain = open < 0 ? name : name.substring(0, open) + name.substring(name.indexOf(')') + 1);
        return plain.startsWith("interval ") && INTERVAL_FIELDS.contains(plain.substring(9)) ? "interval" : plain;
    }

    // Empty if what stands in the parentheses are no numbers.
    private static OptionalInt modifier(int oid, String name) {
        int open = name.indexOf('(');
        if (open < 0) {
            return OptionalInt.of(implied(oid, name));
        }
        String[] numbers = name.substring(open + 1, name.indexOf(')', open)).split(",", -1);
        try {
            int first = Integer.parseInt(numbers[0]);
            int second = numbers.length == 1 ? 0 : Integer.parseInt(numbers[1]);
            return numbers.length > (oid == Oids.NUMERIC ? 2 : 1) ? OptionalInt.empty() : modifier(oid, first, second);
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    private static OptionalInt modifier(int oid, int first, int second) {
        return switch (oid) {
            case Oids.NUMERIC -> OptionalInt.of(((first << 16) | (second & 0x7ff)) + MODIFIER_HEADER);
            case Oids.VARCHAR, Oids.BPCHAR -> OptionalInt.of(first + MODIFIER_HEADER);
            case Oids.INTERVAL -> OptionalInt.of((INTERVAL_ALL_FIELDS << 16) | first);
            case Oids.BIT, Oids.VARBIT, Oids.TIME, Oids.TIMETZ, Oids.TIMESTAMP, Oids.TIMESTAMPTZ ->
                OptionalInt.of(first);
            default -> OptionalInt.empty();
        };
    }

    private static int implied(int oid, String name) {
        return switch (oid) {
            // character alone means character(1); one without limit is spelled bpchar.
            case Oids.BPCHAR -> name.equals("bpchar") ? PostgresType.NO_MODIFIER : 1 + MODIFIER_HEADER;
            case Oids.BIT -> 1;
            case Oids.INTERVAL ->
                name.equals("interval") ? PostgresType.NO_MODIFIER : (INTERVAL_ALL_FIELDS << 16) | 0xffff;
            default -> PostgresType.NO_MODIFIER;
        };
    }

    private static Map.Entry<String, Entry> type(String name, int oid, int arrayOid, String baseName) {
        return entry(name, new Entry(oid, arrayOid, baseName));
    }
}
