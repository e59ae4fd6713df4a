// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/** The list of all families, and the text form of every type that none of them knows. */
final class TypeFamilies {

    private static final List<TypeFamily> ALL = List.of(
            new BooleanFamily(),
            new IntegerFamily(),
            new FloatFamily(),
            new NumericFamily(),
            new TextFamily(),
            new ByteaFamily(),
            new DateFamily(),
            new TimestampFamily(),
            new UuidFamily(),
            new JsonFamily(),
            new TimeFamily(),
            new IntervalFamily(),
            new BitFamily(),
            new NetworkFamily(),
            new EnumFamily(),
            new PointFamily(),
            new HstoreFamily(),
            new NamedTextFamily(),
            new ArrayFamily());

    private TypeFamilies() {}

    /** How the column is read: by its family, else as text. */
    static ReadPlan reading(TypedColumn source, TypeModes modes) {
        for (TypeFamily family : ALL) {
            Optional<ReadPlan> plan = family.reading(source, modes);
            if (plan.isPresent()) {
                return plan.get();
            }
        }
        return ReadPlan.text(SchemaBuilder.string());
    }

    /** How values of the schema are written in binary into the destination, or empty if only their text form works. */
    static Optional<ValueWriter> writing(Schema schema, TypedColumn destination) {
        for (TypeFamily family : ALL) {
            Optional<ValueWriter> writer = family.writing(schema, destination);
            if (writer.isPresent()) {
                return writer;
            }
        }
        return Optional.empty();
    }
}
