// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.ColumnNames;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.type.DestinationType;
import io.tablecast.contract.type.DestinationTypes;
import io.tablecast.sink.postgres.Identifiers;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Field;

/** Which types created columns get, as configured. */
public record TypeRules(TypeOverrides overrides, EnumMode enums, GeometryMode geometries) {

    public static final TypeRules DEFAULT = new TypeRules(TypeOverrides.NONE, EnumMode.AUTO, GeometryMode.AUTO);

    public TypeRules {
        requireNonNull(overrides, "overrides is null");
        requireNonNull(enums, "enums is null");
        requireNonNull(geometries, "geometries is null");
    }

    /** The type for a record's field in a table. */
    DestinationType typeFor(TableId table, Field field) {
        DestinationType usual = DestinationTypes.typeFor(field.schema());
        List<String> ofSource = DestinationTypes.sourceTypes(field.schema());
        return overrides
                .typeOf(ColumnNames.of(field), ofSource.isEmpty() ? List.of(usual.preferred()) : ofSource)
                .map(TypeRules::only)
                .orElseGet(() -> byKind(table, field, usual));
    }

    /** The type for a column of the source that a record does not hold. */
    DestinationType typeFor(Column column) {
        return overrides
                .typeOf(column.name(), List.of(column.type()))
                .map(TypeRules::only)
                .orElseGet(() -> new DestinationType(List.of(column.type(), "text"), List.of()));
    }

    private DestinationType byKind(TableId table, Field field, DestinationType usual) {
        if (DestinationTypes.isGeometry(field.schema())) {
            return switch (geometries) {
                case AUTO -> usual;
                case TEXT -> only("text");
                case WKB -> only("bytea");
            };
        }
        if (usual.labels().isEmpty()) {
            return usual;
        }
        return switch (enums) {
            case AUTO -> usual;
            case TEXT -> only(usual.fallback());
            case TYPE -> withOwnEnum(table, field, usual);
        };
    }

    private static DestinationType withOwnEnum(TableId table, Field field, DestinationType usual) {
        List<String> candidates = new ArrayList<>(usual.candidates());
        String array = usual.fallback().endsWith("[]") ? "[]" : "";
        candidates.add(candidates.size() - 1, Identifiers.quote(ownEnum(table, field, usual)) + array);
        return new DestinationType(candidates, usual.labels());
    }

    /** The enum that the destination makes for a field: by the name that it has at the source, else by table and column. */
    static TableId ownEnum(TableId table, Field field, DestinationType usual) {
        int last = usual.candidates().size() - 1;
        String unqualified = last > 0 ? usual.candidates().get(last - 1).replace("[]", "") : "";
        String name = unqualified.startsWith("\"")
                ? unqualified.substring(1, unqualified.length() - 1).replace("\"\"", "\"")
                : unqualified;
        String ofColumn = Names.withoutSnapshotSuffix(table.name()) + "_" + ColumnNames.of(field);
        return new TableId(table.schema(), name.isEmpty() ? Names.withSuffix(ofColumn, "_enum") : Names.fit(name));
    }

    private static DestinationType only(String type) {
        return new DestinationType(List.of(type), List.of());
    }
}
