// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tablecast.contract.table.TableId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * Which task reads which tables. Tasks differ by one table at most, and a table that comes or goes moves few others: each
 * one prefers tasks in an order that only its name decides, and takes the first that has room.
 */
final class TableAssignment {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<String>> NAMES = new TypeReference<>() {};

    private TableAssignment() {}

    /** Spreads tables over at most so many tasks; no task is without a table. */
    static List<List<TableId>> spread(Collection<TableId> tables, int maxTasks) {
        int tasks = Math.min(maxTasks, tables.size());
        List<List<TableId>> assigned = new ArrayList<>();
        IntStream.range(0, tasks).forEach(task -> assigned.add(new ArrayList<>()));
        int room = tasks == 0 ? 0 : tables.size() / tasks;
        int tasksWithOneMore = tasks == 0 ? 0 : tables.size() % tasks;
        for (TableId table : new TreeSet<>(tables)) {
            int full = tasksWithOneMore;
            int task = IntStream.range(0, tasks)
                    .boxed()
                    .sorted(Comparator.comparingLong(candidate -> preference(table, candidate)))
                    .filter(candidate -> assigned.get(candidate).size() < room
                            || (full > 0 && assigned.get(candidate).size() == room))
                    .findFirst()
                    .orElseThrow();
            if (assigned.get(task).size() == room) {
                tasksWithOneMore--;
            }
            assigned.get(task).add(table);
        }
        return assigned;
    }

    /** The tables as a task's configuration holds them. */
    static String encode(List<TableId> tables) {
        try {
            return JSON.writeValueAsString(
                    tables.stream().map(TableId::toString).toList());
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Cannot write " + tables + " as JSON", impossible);
        }
    }

    static List<TableId> decode(String text) {
        try {
            return JSON.readValue(text, NAMES).stream().map(TableId::parse).toList();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not a list of tables: " + text, e);
        }
    }

    private static long preference(TableId table, int task) {
        CRC32C hash = new CRC32C();
        hash.update((table + "/" + task).getBytes(UTF_8));
        return hash.getValue();
    }
}
