// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * States of one row whose records have different fields: a later record leaves alone what it does not have, so that the
 * row ends with the fields of both. A record that was sent again may call a column by a former name. For one reduction.
 */
final class MergedRows {

    private final IdentityHashMap<Schema, IdentityHashMap<Schema, Schema>> schemas = new IdentityHashMap<>();
    private final Function<Field, String> columns;

    /**
     * Merges rows.
     *
     * @param columns the destination's column of a field
     */
    MergedRows(Function<Field, String> columns) {
        this.columns = columns;
    }

    /** Whether the earlier state has fields that the later one leaves alone. */
    boolean isNeeded(Change.OfRow before, Change.OfRow next) {
        if (!(before instanceof Change.WithRow earlier) || !(next instanceof Change.WithRow later)) {
            return false;
        }
        Schema schema = later.row().schema();
        return earlier.row().schema() != schema && union(earlier.row().schema(), schema) != schema;
    }

    /** The later state with what only the earlier one has. */
    Change.OfRow of(Change.OfRow before, Change.OfRow next) {
        Struct earlier = ((Change.WithRow) before).row();
        Struct later = ((Change.WithRow) next).row();
        Struct row = new Struct(union(earlier.schema(), later.schema()));
        for (Field field : row.schema().fields()) {
            Field own = later.schema().field(field.name());
            row.put(
                    field,
                    own == null ? Values.of(earlier, earlier.schema().field(field.name())) : Values.of(later, own));
        }
        return next instanceof Change.Retired retired
                ? new Change.Retired(retired.origin(), retired.key(), row, retired.deletion())
                : ((Change.Write) next).withRow(row, ((Change.Write) next).former());
    }

    private Schema union(Schema earlier, Schema later) {
        return schemas.computeIfAbsent(earlier, missing -> new IdentityHashMap<>())
                .computeIfAbsent(later, missing -> unite(earlier, later));
    }

    private Schema unite(Schema earlier, Schema later) {
        Set<String> ofLater = later.fields().stream().map(columns).collect(Collectors.toSet());
        List<Field> left = earlier.fields().stream()
                .filter(field -> !ofLater.contains(columns.apply(field)))
                .toList();
        if (left.isEmpty()) {
            return later;
        }
        SchemaBuilder union = SchemaBuilder.struct().name(later.name()).optional();
        later.fields().forEach(field -> union.field(field.name(), field.schema()));
        left.forEach(field -> union.field(field.name(), field.schema()));
        return union.build();
    }
}
