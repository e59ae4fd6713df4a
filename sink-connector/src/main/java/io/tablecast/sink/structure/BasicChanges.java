// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import io.tablecast.contract.record.SchemaChange;

/** What {@link EvolutionMode#BASIC} does: nothing that loses or rewrites values. */
final class BasicChanges implements SchemaChange.Cases<Alteration.Step> {

    @Override
    public Alteration.Step add(SchemaChange.Add change) {
        return alteration -> alteration.add(change.column());
    }

    @Override
    public Alteration.Step drop(SchemaChange.Drop change) {
        return alteration -> alteration.relax(change.column());
    }

    @Override
    public Alteration.Step rename(SchemaChange.Rename change) {
        return alteration -> {
            if (alteration.isOneColumn(change.from(), change.to())) {
                return;
            }
            alteration.relax(change.from());
            alteration.warn("Column \"" + change.from() + "\" was renamed to \"" + change.to()
                    + "\", which becomes a new column that is NULL in rows from before,");
        };
    }

    @Override
    public Alteration.Step type(SchemaChange.Type change) {
        return alteration -> {
            if (change.column().nullable()) {
                alteration.relax(change.column().name());
            }
            alteration.warn("Column \"" + change.column().name() + "\" is now "
                    + change.column().type());
        };
    }
}
