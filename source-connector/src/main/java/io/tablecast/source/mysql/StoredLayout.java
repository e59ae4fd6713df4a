// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tablecast.contract.offset.InvalidOffset;
import io.tablecast.source.mysql.type.MySqlColumn;
import io.tablecast.source.mysql.type.MySqlType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The key and the columns of a table as an offset holds them, so that a restart begins with the columns of the row events
 * that come next, whatever the table has become since.
 *
 * @param altered what statements have done since the last row event; empty when none has altered the table
 */
record StoredLayout(List<String> key, List<MySqlColumn> columns, Optional<AlteredColumns> altered) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<List<String>>> TEXTS = new TypeReference<>() {};
    private static final String NULLABLE = "null";
    private static final int PARTS = 4;
    private static final int NAMES = 2;

    StoredLayout {
        key = List.copyOf(key);
        columns = List.copyOf(columns);
        requireNonNull(altered, "altered is null");
    }

    /**
     * The key's names first, then of each column name, type, character set, and whether it takes NULL; then, if the table was
     * altered, an empty list, and old and new name of each column that was renamed.
     */
    String text() {
        List<List<String>> lists = new ArrayList<>();
        lists.add(key);
        for (MySqlColumn column : columns) {
            lists.add(List.of(
                    column.name(), column.type().name(), column.type().charset(), column.nullable() ? NULLABLE : ""));
        }
        altered.ifPresent(since -> {
            lists.add(List.of());
            since.names().forEach((before, now) -> lists.add(List.of(before, now)));
        });
        try {
            return JSON.writeValueAsString(lists);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Cannot write " + lists + " as JSON", impossible);
        }
    }

    /** @throws InvalidOffset when the text is not of that form */
    static StoredLayout parse(String text) {
        try {
            List<List<String>> lists = JSON.readValue(text, TEXTS);
            List<List<String>> described = lists.subList(1, lists.size());
            int end = described.indexOf(List.of());
            Optional<AlteredColumns> altered = end < 0
                    ? Optional.empty()
                    : Optional.of(new AlteredColumns(names(text, described.subList(end + 1, described.size()))));
            List<MySqlColumn> columns = new ArrayList<>();
            for (List<String> parts : described.subList(0, end < 0 ? described.size() : end)) {
                if (parts.size() != PARTS) {
                    throw unreadable(text, null);
                }
                columns.add(new MySqlColumn(
                        parts.get(0),
                        MySqlType.parse(parts.get(1), parts.get(2)),
                        parts.get(3).equals(NULLABLE)));
            }
            return new StoredLayout(lists.get(0), columns, altered);
        } catch (JsonProcessingException | IllegalArgumentException | IndexOutOfBoundsException notOurs) {
            throw unreadable(text, notOurs);
        }
    }

    private static Map<String, String> names(String text, List<List<String>> pairs) {
        Map<String, String> names = new LinkedHashMap<>();
        for (List<String> pair : pairs) {
            if (pair.size() != NAMES) {
                throw unreadable(text, null);
            }
            names.put(pair.get(0), pair.get(1));
        }
        return names;
    }

    private static InvalidOffset unreadable(String text, Exception cause) {
        return new InvalidOffset(
                "The offset holds the structure " + text
                        + ", which cannot be read. Delete the offset, so that the table is copied again.",
                cause);
    }
}
