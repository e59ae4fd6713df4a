// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Schema;

/** PostgreSQL types for the types of MySQL and MariaDB, where the names of the two differ. */
final class MySqlTypes {

    private static final Pattern LABEL = Pattern.compile("'((?:[^']|'')*)'");

    private MySqlTypes() {}

    /**
     * The PostgreSQL type.
     *
     * @param type as MySQL's {@code COLUMN_TYPE} writes it, for example {@code bigint(20) unsigned}
     * @param schema the schema of the values, which setting may have changed from the usual
     * @return empty if MySQL has no such type
     */
    static Optional<String> postgresType(String type, Schema schema) {
        String lowerCase = type.toLowerCase(Locale.ROOT);
        int open = lowerCase.indexOf('(');
        int close = lowerCase.lastIndexOf(')');
        String arguments = open < 0 || close < open ? "" : lowerCase.substring(open, close + 1);
        String name = arguments.isEmpty() ? lowerCase : lowerCase.substring(0, open) + lowerCase.substring(close + 1);
        boolean unsigned = name.contains(" unsigned");
        String base = name.replace(" unsigned", "").replace(" zerofill", "").strip();
        if (base.equals("enum") || base.equals("set")) {
            return Optional.of("text");
        }
        if (!TypeNames.isModifier(arguments)) {
            return Optional.empty();
        }
        return switch (base) {
            case "tinyint" -> Optional.of(schema.type() == Schema.Type.BOOLEAN ? "boolean" : "smallint");
            case "smallint" -> Optional.of(unsigned ? "integer" : "smallint");
            case "mediumint" -> Optional.of("integer");
            case "int", "integer" -> Optional.of(unsigned ? "bigint" : "integer");
            case "bigint" -> Optional.of(unsigned ? "numeric(20,0)" : "bigint");
            case "decimal", "numeric" -> Optional.of("numeric" + arguments);
            case "float" -> Optional.of(schema.type() == Schema.Type.FLOAT64 ? "double precision" : "real");
            case "double" -> Optional.of("double precision");
            case "year" -> Optional.of("smallint");
            case "datetime" -> Optional.of("timestamp" + digits(arguments) + " without time zone");
            case "timestamp" -> Optional.of("timestamp" + digits(arguments) + " with time zone");
            case "time" -> Optional.of("time" + digits(arguments) + " without time zone");
            case "char", "varchar" -> Optional.of("character varying" + arguments);
            case "tinytext", "mediumtext", "longtext" -> Optional.of("text");
            case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob" -> Optional.of("bytea");
            case "inet4", "inet6" -> Optional.of("inet");
            default -> Optional.empty();
        };
    }

    /** The labels of an enum, in their order; none of another type. */
    static List<String> labels(String type) {
        List<String> labels = new ArrayList<>();
        if (!type.toLowerCase(Locale.ROOT).startsWith("enum(")) {
            return labels;
        }
        Matcher quoted = LABEL.matcher(type);
        while (quoted.find()) {
            labels.add(quoted.group(1).replace("''", "'"));
        }
        return labels;
    }

    // Without a number MySQL keeps whole seconds.
    private static String digits(String arguments) {
        return arguments.isEmpty() ? "(0)" : arguments;
    }
}
