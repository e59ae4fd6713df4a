// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import io.tablecast.contract.type.TypeModes.ArrayMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * Arrays of one dimension as Connect arrays of what their elements are, which may be null. Columns that were declared
 * with several dimensions, and all by {@code array.handling.mode=text}, are read as text.
 */
final class ArrayFamily implements TypeFamily {

    private static final int HEAD_LENGTH = 12;
    private static final int DIMENSION_LENGTH = 8;
    private static final String REMEDY = "Set array.handling.mode=text to carry it.";

    @Override
    public Optional<ReadPlan> reading(TypedColumn source, TypeModes modes) {
        if (!(source.type() instanceof PostgresType.Array type)) {
            return Optional.empty();
        }
        if (modes.array() == ArrayMode.TEXT || type.dimensions() > 1) {
            return Optional.of(ReadPlan.text(SchemaBuilder.string()));
        }
        ReadPlan element = TypeFamilies.reading(source.withType(type.element()), modes);
        Schema elementSchema = element.schema().optional().build();
        ValueReader reader = element.decoder().apply(elementSchema);
        ReadPlan plan = ReadPlan.of(
                SchemaBuilder.array(elementSchema), (buffer, offset, length) -> list(source, reader, buffer, offset));
        return Optional.of(element.cast().isEmpty() ? plan : plan.castTo(element.cast() + "[]"));
    }

    @Override
    public Optional<ValueWriter> writing(Schema schema, TypedColumn destination) {
        if (!(destination.type() instanceof PostgresType.Array type) || schema.type() != Schema.Type.ARRAY) {
            return Optional.empty();
        }
        return TypeFamilies.writing(schema.valueSchema(), destination.withType(type.element()))
                .map(element -> new Writer(element, type.elementOid()));
    }

    // The binary form is the number of dimensions, whether there are NULLs, the element type; then per dimension its
    // length and lower bound; then the elements, each with its length, which is -1 for NULL.
    private static List<Object> list(TypedColumn source, ValueReader reader, byte[] buffer, int offset) {
        int dimensions = Binary.readInt(buffer, offset);
        if (dimensions == 0) {
            return List.of();
        }
        if (dimensions > 1) {
            throw new UnreadableValueException(source, "an array of " + dimensions + " dimensions", REMEDY);
        }
        int count = Binary.readInt(buffer, offset + HEAD_LENGTH);
        int lowerBound = Binary.readInt(buffer, offset + HEAD_LENGTH + 4);
        if (lowerBound != 1) {
            throw new UnreadableValueException(source, "an array that starts at index " + lowerBound, REMEDY);
        }
        List<Object> elements = new ArrayList<>(count);
        int position = offset + HEAD_LENGTH + DIMENSION_LENGTH;
        for (int i = 0; i < count; i++) {
            int length = Binary.readInt(buffer, position);
            position += 4;
            elements.add(length < 0 ? null : reader.read(buffer, position, length));
            position += Math.max(length, 0);
        }
        return elements;
    }

    private record Writer(ValueWriter element, int elementOid) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            List<?> elements = (List<?>) value;
            if (elements.isEmpty()) {
                head(0, 0, out);
                return;
            }
            head(1, hasNull(elements) ? 1 : 0, out);
            out.writeInt(elements.size());
            out.writeInt(1);
            for (Object item : elements) {
                if (item == null) {
                    out.nullField();
                    continue;
                }
                int start = out.beginField();
                element.write(item, out);
                out.endField(start);
            }
        }

        @Override
        public String text(Object value) {
            return ArrayText.literal((List<?>) value, element::text);
        }

        // contains(null) fails on Java's own immutable lists.
        private static boolean hasNull(List<?> elements) {
            for (Object element : elements) {
                if (element == null) {
                    return true;
                }
            }
            return false;
        }

        private void head(int dimensions, int hasNulls, CopyBuffer out) {
            out.writeInt(dimensions);
            out.writeInt(hasNulls);
            out.writeInt(elementOid);
        }
    }
}
