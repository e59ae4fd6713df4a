// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.ColumnNames;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.type.DestinationType;
import io.tablecast.contract.type.DestinationTypes;
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

    /** The type for a record's field. */
    DestinationType typeFor(Field field) {
        DestinationType usual = DestinationTypes.typeFor(field.schema());
        List<String> ofSource = DestinationTypes.sourceTypes(field.schema());
        return overrides
                .typeOf(ColumnNames.of(field), ofSource.isEmpty() ? List.of(usual.preferred()) : ofSource)
                .map(TypeRules::only)
                .orElseGet(() -> byKind(field, usual));
    }

    /** The type for a column of the source that a record does not hold. */
    DestinationType typeFor(Column column) {
        return overrides
                .typeOf(column.name(), List.of(column.type()))
                .map(TypeRules::only)
                .orElseGet(() -> new DestinationType(List.of(column.type(), "text"), List.of()));
    }

    private DestinationType byKind(Field field, DestinationType usual) {
        if (DestinationTypes.isGeometry(field.schema())) {
            return switch (geometries) {
                case AUTO -> usual;
                case TEXT -> only("text");
                case WKB -> only("bytea");
            };
        }
        return enums == EnumMode.TEXT && !usual.labels().isEmpty() ? only(usual.fallback()) : usual;
    }

    private static DestinationType only(String type) {
        return new DestinationType(List.of(type), List.of());
    }
}
