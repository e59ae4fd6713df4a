// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.postgres.CapturedTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TableAssignmentTest {

    @Test
    void tasksDifferByOneTableAtMost() {
        for (int count = 1; count < 40; count++) {
            for (int tasks = 1; tasks < 8; tasks++) {
                List<List<TableId>> spread = spread(tables(count), tasks);

                assertThat(spread).hasSize(Math.min(tasks, count));
                int smallest = spread.stream().mapToInt(List::size).min().orElseThrow();
                assertThat(spread).allMatch(table -> table.size() - smallest <= 1);
                assertThat(spread.stream().flatMap(Collection::stream))
                        .containsExactlyInAnyOrderElementsOf(tables(count));
            }
        }
    }

    @Test
    void largeTablesAreSpreadLikeSmallOnes() {
        List<CapturedTable> tables = new ArrayList<>();
        tables(40).forEach(table -> tables.add(new CapturedTable(table, 2)));
        IntStream.range(0, 4).forEach(i -> tables.add(new CapturedTable(new TableId("shop", "large" + i), 1L << 20)));

        assertThat(TableAssignment.spread(tables, 4))
                .allSatisfy(ofTask -> assertThat(ofTask)
                        .filteredOn(table -> table.name().startsWith("large"))
                        .hasSize(1))
                .allSatisfy(ofTask -> assertThat(ofTask).hasSize(11));
    }

    @Test
    void noTablesMakeNoTasks() {
        assertThat(TableAssignment.spread(List.of(), 3)).isEmpty();
    }

    @Test
    void orderOfTheTablesDoesNotMatter() {
        List<TableId> tables = new ArrayList<>(tables(20));
        List<List<TableId>> spread = spread(tables, 4);
        Collections.reverse(tables);

        assertThat(spread(tables, 4)).isEqualTo(spread);
    }

    @Test
    void newTableMovesFewOthers() {
        List<TableId> tables = tables(100);
        List<List<TableId>> before = spread(tables, 4);
        List<TableId> more = new ArrayList<>(tables);
        more.add(new TableId("shop", "new"));
        List<List<TableId>> after = spread(more, 4);

        long stayed = IntStream.range(0, 4)
                .mapToLong(task -> before.get(task).stream()
                        .filter(after.get(task)::contains)
                        .count())
                .sum();
        assertThat(stayed).isGreaterThan(80);
    }

    @Test
    void oddNamesSurviveTheTaskConfiguration() {
        List<TableId> odd = List.of(new TableId("a.b", "c,\"d\""), new TableId("Shop", "ö 1"));

        assertThat(TableAssignment.decode(TableAssignment.encode(odd))).isEqualTo(odd);
    }

    private static List<TableId> tables(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new TableId("shop", "t" + i))
                .toList();
    }

    private static List<List<TableId>> spread(List<TableId> tables, int tasks) {
        return TableAssignment.spread(
                tables.stream().map(table -> new CapturedTable(table, 0)).toList(), tasks);
    }
}
