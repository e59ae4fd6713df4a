// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.json;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.kafka.connect.data.Schema;

/** Schemas that were written lately: found by identity at once, else by equality. Thread-safe. */
final class KnownSchemas {

    private static final int SLOTS = 256;

    private final AtomicReferenceArray<Slot> slots = new AtomicReferenceArray<>(SLOTS);
    private final Map<Schema, Known> bySchema;

    KnownSchemas(int maxSchemas) {
        this.bySchema = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Schema, Known> eldest) {
                return size() > maxSchemas;
            }
        };
    }

    Optional<Known> find(Schema schema) {
        int index = System.identityHashCode(schema) & (SLOTS - 1);
        Slot slot = slots.get(index);
        if (slot != null && slot.schema() == schema) {
            return Optional.of(slot.known());
        }
        synchronized (bySchema) {
            Known known = bySchema.get(schema);
            if (known != null) {
                slots.set(index, new Slot(schema, known));
            }
            return Optional.ofNullable(known);
        }
    }

    void add(Schema schema, Known known) {
        synchronized (bySchema) {
            bySchema.put(schema, known);
        }
    }

    /**
     * A schema as it is embedded, and the writer of its payloads.
     *
     * @param writer empty when Kafka's converter writes the payload
     */
    record Known(EmbeddedSchema embedded, Optional<ValueWriter> writer) {}

    private record Slot(Schema schema, Known known) {}
}
