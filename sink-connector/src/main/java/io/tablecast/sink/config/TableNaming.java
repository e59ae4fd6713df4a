// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.metadata.TopicName;
import io.tablecast.sink.structure.IdentifierCase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which destination table takes the records of a source table. Immutable and thread-safe.
 *
 * @param format {@code schema.table} with placeholders
 * @param schemas source schema to destination schema
 * @param tables source table to destination table
 * @param identifierCase how the source's names are written; names that are mapped to stay as they are
 */
public record TableNaming(
        String format, Map<String, String> schemas, Map<TableId, TableId> tables, IdentifierCase identifierCase) {

    public static final String DEFAULT_FORMAT = "${schema}.${table}";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}");

    public TableNaming {
        checkFormat(format);
        schemas = Map.copyOf(schemas);
        tables = Map.copyOf(tables);
    }

    /**
     * The destination of a record whose source is known.
     *
     * @param source the table that the record's source block names
     */
    public TableId destination(String topic, TableId source) {
        TableId mapped = tables.get(source);
        if (mapped != null) {
            return mapped;
        }
        String schema = schemas.getOrDefault(source.schema(), identifierCase.of(source.schema()));
        String table = identifierCase.of(source.name());
        String inCase = identifierCase.of(topic);
        int dot = separator(format);
        return new TableId(
                fill(format.substring(0, dot), inCase, schema, table),
                fill(format.substring(dot + 1), inCase, schema, table));
    }

    /**
     * The destination of a record that does not name its source table.
     *
     * @return empty when the topic's name has one part and the format needs two
     */
    public Optional<TableId> destination(String topic) {
        TopicName name = TopicName.of(topic);
        boolean needsSchema = format.contains("${schema}");
        if (name.table().isEmpty() || (name.schema().isEmpty() && needsSchema)) {
            return Optional.empty();
        }
        return Optional.of(destination(topic, new TableId(name.schema(), name.table())));
    }

    /** Refuses a format that is not two parts with known placeholders. */
    static void checkFormat(String format) {
        Matcher matcher = PLACEHOLDER.matcher(format);
        while (matcher.find()) {
            String name = matcher.group(1);
            if (!name.equals("schema") && !name.equals("table") && !name.equals("topic")) {
                throw new IllegalArgumentException(
                        "unknown placeholder ${" + name + "}; known are ${schema}, ${table} and ${topic}");
            }
        }
        String literal = matcher.replaceAll("x");
        int dot = literal.indexOf('.');
        if (literal.contains("${")) {
            throw new IllegalArgumentException("a placeholder lacks its closing brace");
        }
        if (dot <= 0 || dot == literal.length() - 1 || literal.indexOf('.', dot + 1) >= 0) {
            throw new IllegalArgumentException("expected schema.table, with one dot outside placeholders");
        }
    }

    static Map<String, String> schemaMapping(List<String> pairs) {
        Map<String, String> mapping = new HashMap<>();
        for (String pair : pairs) {
            int colon = colon(pair);
            String from = pair.substring(0, colon).strip();
            String to = pair.substring(colon + 1).strip();
            if (from.isEmpty() || to.isEmpty()) {
                throw new IllegalArgumentException("expected from:to, found \"" + pair + "\"");
            }
            requireNew(mapping.put(from, to) == null, from);
        }
        return mapping;
    }

    static Map<TableId, TableId> tableMapping(List<String> pairs) {
        Map<TableId, TableId> mapping = new HashMap<>();
        for (String pair : pairs) {
            int colon = colon(pair);
            TableId from = TableId.parse(pair.substring(0, colon).strip());
            requireNew(mapping.put(from, TableId.parse(pair.substring(colon + 1).strip())) == null, from.toString());
        }
        return mapping;
    }

    private static int colon(String pair) {
        boolean isQuoted = false;
        for (int i = 0; i < pair.length(); i++) {
            char character = pair.charAt(i);
            if (character == '"') {
                isQuoted = !isQuoted;
            }
            if (character == ':' && !isQuoted) {
                return i;
            }
        }
        throw new IllegalArgumentException("expected two names with a colon between them, found \"" + pair + "\"");
    }

    private static void requireNew(boolean isNew, String from) {
        if (!isNew) {
            throw new IllegalArgumentException("maps \"" + from + "\" twice");
        }
    }

    private static int separator(String format) {
        int depth = 0;
        for (int i = 0; i < format.length(); i++) {
            char character = format.charAt(i);
            if (character == '{') {
                depth++;
            }
            if (character == '}') {
                depth--;
            }
            if (character == '.' && depth == 0) {
                return i;
            }
        }
        throw new IllegalStateException("table.name.format without a dot was not refused: " + format);
    }

    private static String fill(String part, String topic, String schema, String table) {
        return PLACEHOLDER
                .matcher(part)
                .replaceAll(match -> Matcher.quoteReplacement(
                        switch (match.group(1)) {
                            case "schema" -> schema;
                            case "table" -> table;
                            default -> topic;
                        }));
    }
}
