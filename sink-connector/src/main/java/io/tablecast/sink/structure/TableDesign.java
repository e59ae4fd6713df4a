// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.Sequence;
import io.tablecast.contract.table.TableId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A table to be created, in terms of the destination.
 *
 * @param table the name that readers will use
 * @param sequences of identity columns, with the source's last values
 * @param comment empty for none
 * @param remarks where it departs from the source, each a sentence for the log
 */
public record TableDesign(
        TableId table,
        List<NewColumn> columns,
        NewKey key,
        List<NewIndex> indexes,
        List<Sequence> sequences,
        String comment,
        TableShape shape,
        List<String> remarks) {

    public TableDesign {
        requireNonNull(table, "table is null");
        requireNonNull(key, "key is null");
        requireNonNull(comment, "comment is null");
        requireNonNull(shape, "shape is null");
        columns = List.copyOf(columns);
        indexes = List.copyOf(indexes);
        sequences = List.copyOf(sequences);
        remarks = List.copyOf(remarks);
    }

    /** The columns' names in order. */
    public List<String> columnNames() {
        return columns.stream().map(NewColumn::name).toList();
    }

    /** The types of the columns in the destination's SQL, by the columns' names here. */
    public Map<String, String> types() {
        Map<String, String> types = new LinkedHashMap<>();
        columns.forEach(column -> types.put(column.name(), column.type()));
        return types;
    }

    /** The columns of the key in key order; none when the table has no key. */
    public List<String> keyColumns() {
        return key.columns();
    }

    /** What the source calls the key, empty when there is none. */
    public String keyName() {
        return key.name();
    }
}
