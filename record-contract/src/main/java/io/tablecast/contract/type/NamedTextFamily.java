// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.Optional;
import org.apache.kafka.connect.data.Schema;

/**
 * Types that Debezium names but that are only exchanged as text: {@code xml}, which in binary would lose its declaration's
 * wording, {@code tsvector} and {@code ltree}.
 */
final class NamedTextFamily implements TypeFamily {

    @Override
    public Optional<ReadPlan> reading(TypedColumn source, TypeModes modes) {
        return name(source.type()).map(name -> ReadPlan.text(SemanticTypes.string(name)));
    }

    @Override
    public Optional<ValueWriter> writing(Schema schema, TypedColumn destination) {
        return Optional.empty();
    }

    private static Optional<String> name(PostgresType type) {
        if (type.oid() == Oids.XML) {
            return Optional.of(SemanticTypes.XML);
        }
        if (type.oid() == Oids.TSVECTOR) {
            return Optional.of(SemanticTypes.TSVECTOR);
        }
        boolean ltree = type instanceof PostgresType.Base
                && !type.isBuiltIn()
                && type.baseName().equals("ltree");
        return ltree ? Optional.of(SemanticTypes.LTREE) : Optional.empty();
    }
}
