// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import io.tablecast.contract.record.SchemaChange;

/** What {@link EvolutionMode#FULL} does: the same as the source did. */
record FullChanges(ColumnDrop columnDrop) implements SchemaChange.Cases<Alteration.Step> {

    @Override
    public Alteration.Step add(SchemaChange.Add change) {
        return alteration -> alteration.add(change.column());
    }

    @Override
    public Alteration.Step drop(SchemaChange.Drop change) {
        return switch (columnDrop) {
            case KEEP -> alteration -> alteration.relax(change.column());
            case DROP -> alteration -> alteration.drop(change.column());
        };
    }

    @Override
    public Alteration.Step rename(SchemaChange.Rename change) {
        return alteration -> alteration.rename(change.from(), change.to());
    }

    @Override
    public Alteration.Step type(SchemaChange.Type change) {
        return alteration -> {
            if (change.column().nullable()) {
                alteration.relax(change.column().name());
            }
            alteration.retype(change.column());
        };
    }
}
