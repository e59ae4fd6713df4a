// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static io.tablecast.contract.type.SemanticTypes.parameter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;

/** Chooses PostgreSQL column types for Connect fields. */
public final class DestinationTypes {

    private static final int NUMERIC_PRECISION_MAX = 1000;

    private DestinationTypes() {}

    /**
     * The column type for values of the schema: the source's exact type where its schema tells it, else by the semantic
     * type, else by Connect's primitive type.
     */
    public static DestinationType typeFor(Schema schema) {
        String exact = parameter(schema, SemanticTypes.COLUMN_TYPE);
        if (isGeometry(schema)) {
            return new DestinationType(List.of(geometry(exact, schema), "text"), List.of());
        }
        if (exact.isEmpty()) {
            return ofExtension(schema).orElseGet(() -> new DestinationType(List.of(bySchema(schema)), labels(schema)));
        }
        if (BuiltInTypes.named(exact).isPresent()) {
            return DestinationType.builtIn(exact);
        }
        Optional<String> mySql = MySqlTypes.postgresType(exact, schema);
        if (mySql.isPresent()) {
            return new DestinationType(List.of(mySql.get()), MySqlTypes.labels(exact));
        }
        return TypeNames.isTypeName(exact) ? userDefined(exact, schema) : DestinationType.builtIn(bySchema(schema));
    }

    /**
     * Names of the source's type, the most exact one first; empty if the schema does not tell. Debezium's upper-case names
     * come with length and scale where it knows them.
     */
    public static List<String> sourceTypes(Schema schema) {
        List<String> names = new ArrayList<>();
        names.add(parameter(schema, SemanticTypes.COLUMN_TYPE));
        String type = parameter(schema, SemanticTypes.SOURCE_TYPE);
        String length = parameter(schema, SemanticTypes.SOURCE_LENGTH);
        String scale = parameter(schema, SemanticTypes.SOURCE_SCALE);
        if (!length.isEmpty()) {
            names.add(type + "(" + length + (scale.isEmpty() ? "" : "," + scale) + ")");
            names.add(type + "(" + length + ")");
        }
        names.add(type);
        return names.stream()
                .filter(name -> !name.isEmpty() && !name.startsWith("("))
                .distinct()
                .toList();
    }

    /** Whether a text is the name of a type, built in or not, and nothing else. */
    public static boolean isTypeName(String text) {
        return BuiltInTypes.named(text).isPresent() || TypeNames.isTypeName(text);
    }

    /** Whether values of the schema are geometries of any kind, in well-known binary. */
    public static boolean isGeometry(Schema schema) {
        return switch (SemanticTypes.nameOf(schema)) {
            case SemanticTypes.GEOMETRY, SemanticTypes.GEOGRAPHY -> true;
            default -> false;
        };
    }

    // MySQL's point and polygon carry the names of PostgreSQL types that are something else.
    private static String geometry(String exact, Schema schema) {
        boolean postgis = exact.contains("geometry") || exact.contains("geography");
        if (postgis && TypeNames.isTypeName(exact)) {
            return exact;
        }
        return SemanticTypes.nameOf(schema).equals(SemanticTypes.GEOGRAPHY) ? "geography" : "geometry";
    }

    // Debezium names the source's type without its schema.
    private static Optional<DestinationType> ofExtension(Schema schema) {
        String type = parameter(schema, SemanticTypes.SOURCE_TYPE).toLowerCase(Locale.ROOT);
        return switch (type) {
            case "hstore", "citext", "ltree" ->
                Optional.of(new DestinationType(List.of(type, bySchema(schema)), List.of()));
            default -> Optional.empty();
        };
    }

    private static DestinationType userDefined(String exact, Schema schema) {
        List<String> candidates = new ArrayList<>();
        candidates.add(exact);
        String unqualified = unqualified(exact);
        if (!unqualified.equals(exact)) {
            candidates.add(unqualified);
        }
        candidates.add(bySchema(schema));
        return new DestinationType(candidates, labels(schema));
    }

    // A name in quotes may hold points of its own.
    private static String unqualified(String name) {
        boolean quoted = false;
        for (int i = 0; i < name.length(); i++) {
            char character = name.charAt(i);
            if (character == '"') {
                quoted = !quoted;
            }
            if (character == '.' && !quoted) {
                return name.substring(i + 1);
            }
        }
        return name;
    }

    private static List<String> labels(Schema schema) {
        Schema scalar = schema.type() == Schema.Type.ARRAY ? schema.valueSchema() : schema;
        String allowed = parameter(scalar, SemanticTypes.ALLOWED);
        if (!SemanticTypes.nameOf(scalar).equals(SemanticTypes.ENUM) || allowed.isEmpty()) {
            return List.of();
        }
        return List.of(allowed.split(",", -1));
    }

    private static String bySchema(Schema schema) {
        return bySemanticType(schema).or(() -> bySourceType(schema)).orElseGet(() -> byPrimitive(schema));
    }

    private static Optional<String> bySemanticType(Schema schema) {
        return switch (SemanticTypes.nameOf(schema)) {
            case SemanticTypes.DATE, SemanticTypes.ISO_DATE, org.apache.kafka.connect.data.Date.LOGICAL_NAME ->
                Optional.of("date");
            case SemanticTypes.TIME, org.apache.kafka.connect.data.Time.LOGICAL_NAME ->
                Optional.of("time(3) without time zone");
            case SemanticTypes.MICRO_TIME, SemanticTypes.NANO_TIME, SemanticTypes.ISO_TIME ->
                Optional.of("time without time zone");
            case SemanticTypes.ZONED_TIME -> Optional.of("time with time zone");
            case SemanticTypes.TIMESTAMP, org.apache.kafka.connect.data.Timestamp.LOGICAL_NAME ->
                Optional.of("timestamp(3) without time zone");
            case SemanticTypes.MICRO_TIMESTAMP, SemanticTypes.NANO_TIMESTAMP, SemanticTypes.ISO_TIMESTAMP ->
                Optional.of("timestamp without time zone");
            case SemanticTypes.ZONED_TIMESTAMP -> Optional.of("timestamp with time zone");
            case SemanticTypes.INTERVAL, SemanticTypes.MICRO_DURATION, SemanticTypes.NANO_DURATION ->
                Optional.of("interval");
            case SemanticTypes.YEAR -> Optional.of("integer");
            case Decimal.LOGICAL_NAME -> Optional.of(isSource(schema, "MONEY") ? "money" : decimal(schema));
            case SemanticTypes.VARIABLE_SCALE_DECIMAL -> Optional.of("numeric");
            case SemanticTypes.JSON -> Optional.of(isSource(schema, "JSON") ? "json" : "jsonb");
            case SemanticTypes.XML -> Optional.of("xml");
            case SemanticTypes.UUID -> Optional.of("uuid");
            case SemanticTypes.BITS -> Optional.of(bits(schema));
            case SemanticTypes.TSVECTOR -> Optional.of("tsvector");
            case SemanticTypes.POINT -> Optional.of("point");
            case SemanticTypes.ENUM, SemanticTypes.ENUM_SET, SemanticTypes.LTREE -> Optional.of("text");
            default -> Optional.empty();
        };
    }

    // What Debezium says of the source's column, where the schema alone would say only text or number.
    private static Optional<String> bySourceType(Schema schema) {
        String length = parameter(schema, SemanticTypes.SOURCE_LENGTH);
        boolean limited = !length.isEmpty() && !length.equals(String.valueOf(Integer.MAX_VALUE));
        return switch (schema.type()) {
            case STRING ->
                switch (parameter(schema, SemanticTypes.SOURCE_TYPE)) {
                    case "VARCHAR" -> Optional.of(limited ? "character varying(" + length + ")" : "character varying");
                    case "BPCHAR" -> Optional.of(limited ? "character(" + length + ")" : "bpchar");
                    case "INET" -> Optional.of("inet");
                    case "CIDR" -> Optional.of("cidr");
                    case "MACADDR" -> Optional.of("macaddr");
                    case "MACADDR8" -> Optional.of("macaddr8");
                    case "INT4RANGE", "INT8RANGE", "NUMRANGE", "TSRANGE", "TSTZRANGE", "DATERANGE" ->
                        Optional.of(parameter(schema, SemanticTypes.SOURCE_TYPE).toLowerCase(Locale.ROOT));
                    default -> Optional.empty();
                };
            case INT64 -> isSource(schema, "OID") ? Optional.of("oid") : Optional.empty();
            case BOOLEAN -> isSource(schema, "BIT") ? Optional.of("bit(1)") : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static String byPrimitive(Schema schema) {
        return switch (schema.type()) {
            case BOOLEAN -> "boolean";
            case INT8, INT16 -> "smallint";
            case INT32 -> "integer";
            case INT64 -> "bigint";
            case FLOAT32 -> "real";
            case FLOAT64 -> "double precision";
            case STRING -> "text";
            case BYTES -> "bytea";
            case ARRAY -> array(schema.valueSchema());
            case MAP, STRUCT -> "jsonb";
        };
    }

    private static String array(Schema element) {
        return switch (element.type()) {
            // PostgreSQL's arrays of arrays are rectangular, Connect's need not be.
            case ARRAY, MAP -> "jsonb";
            default -> bySchema(element) + "[]";
        };
    }

    private static String decimal(Schema schema) {
        String precision = parameter(schema, SemanticTypes.DECIMAL_PRECISION);
        int scale = Integer.parseInt(parameter(schema, Decimal.SCALE_FIELD));
        if (precision.isEmpty() || scale < 0) {
            return "numeric";
        }
        int digits = Integer.parseInt(precision);
        return digits == 0 || digits > NUMERIC_PRECISION_MAX || scale > digits
                ? "numeric"
                : "numeric(" + digits + "," + scale + ")";
    }

    private static String bits(Schema schema) {
        int length = BitText.declaredLength(schema);
        return length > 0 ? "bit(" + length + ")" : "bit varying";
    }

    private static boolean isSource(Schema schema, String type) {
        return parameter(schema, SemanticTypes.SOURCE_TYPE).equals(type);
    }
}
