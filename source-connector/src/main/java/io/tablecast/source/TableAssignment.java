// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.postgres.CapturedTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * Which task reads which tables. Tasks differ by one table at most, large tables are spread like small ones, and a table
 * that comes or goes moves few others: each one prefers tasks in an order that only its name decides, and takes the first
 * that has room.
 */
final class TableAssignment {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<String>> NAMES = new TypeReference<>() {};
    private static final int BITS_PER_CLASS = 3;

    private TableAssignment() {}

    /** Spreads tables over at most so many tasks; no task is without a table. */
    static List<List<TableId>> spread(Collection<CapturedTable> tables, int maxTasks) {
        int tasks = Math.min(maxTasks, tables.size());
        if (tasks == 0) {
            return List.of();
        }
        Map<Integer, List<TableId>> bySize = new TreeMap<>(Comparator.reverseOrder());
        tables.stream()
                .sorted(Comparator.comparing(CapturedTable::id))
                .forEach(table -> bySize.computeIfAbsent(sizeClass(table), each -> new ArrayList<>())
                        .add(table.id()));
        Spread spread = new Spread(tables.size(), tasks);
        bySize.values().forEach(spread::add);
        return spread.assigned;
    }

    /** Tables that differ less than eightfold are taken to be equally large, so that growth rarely moves any. */
    private static int sizeClass(CapturedTable table) {
        return (Long.SIZE - Long.numberOfLeadingZeros(table.pages())) / BITS_PER_CLASS;
    }

    /** The tables given out so far. */
    private static final class Spread {

        private final List<List<TableId>> assigned = new ArrayList<>();
        private final int room;
        private int tasksWithOneMore;

        Spread(int tables, int tasks) {
            IntStream.range(0, tasks).forEach(task -> assigned.add(new ArrayList<>()));
            room = tables / tasks;
            tasksWithOneMore = tables % tasks;
        }

        /** Gives out tables of one size: as many to each task as possible. */
        void add(List<TableId> tables) {
            int share = (tables.size() + assigned.size() - 1) / assigned.size();
            int[] given = new int[assigned.size()];
            for (TableId table : tables) {
                List<Integer> tasksWithRoom = IntStream.range(0, assigned.size())
                        .boxed()
                        .filter(this::hasRoom)
                        .sorted(Comparator.comparingLong(task -> preference(table, task)))
                        .toList();
                int task = tasksWithRoom.stream()
                        .filter(candidate -> given[candidate] < share)
                        .findFirst()
                        .orElse(tasksWithRoom.get(0));
                if (assigned.get(task).size() == room) {
                    tasksWithOneMore--;
                }
                given[task]++;
                assigned.get(task).add(table);
            }
        }

        private boolean hasRoom(int task) {
            int size = assigned.get(task).size();
            return size < room || (size == room && tasksWithOneMore > 0);
        }
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
