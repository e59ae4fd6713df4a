// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.Optional;
import org.apache.kafka.connect.data.Schema;

/** The read and the write side of a few PostgreSQL types that belong together. All families stand in {@link TypeFamilies}. */
interface TypeFamily {

    /** How the column is read, or empty if its type is another family's. */
    Optional<ReadPlan> reading(TypedColumn source, TypeModes modes);

    /**
     * How values of the schema are written in binary into the destination column, or empty if its type is another
     * family's or such values only have a text form for it.
     */
    Optional<ValueWriter> writing(Schema schema, TypedColumn destination);
}
