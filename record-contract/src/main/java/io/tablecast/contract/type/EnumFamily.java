// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.Optional;
import org.apache.kafka.connect.data.Schema;

/** Enums of the user's as io.debezium.data.Enum. */
final class EnumFamily implements TypeFamily {

    @Override
    public Optional<ReadPlan> reading(TypedColumn source, TypeModes modes) {
        if (!(source.type() instanceof PostgresType.Enumerated type)) {
            return Optional.empty();
        }
        return Optional.of(ReadPlan.of(
                SemanticTypes.string(SemanticTypes.ENUM)
                        .parameter(SemanticTypes.ALLOWED, String.join(",", type.labels())),
                TextFamily::read));
    }

    @Override
    public Optional<ValueWriter> writing(Schema schema, TypedColumn destination) {
        if (!(destination.type() instanceof PostgresType.Enumerated) || schema.type() != Schema.Type.STRING) {
            return Optional.empty();
        }
        // Labels are not checked against the type: it may have gained one since it was read.
        return Optional.of(new TextWriter(String.class::cast));
    }
}
