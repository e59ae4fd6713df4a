// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.source.config.RecordSettings;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.postgres.SourceTable;
import io.tablecast.source.queue.QueueProbe.State;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Tells whether a table can go on where an offset says. Immutable; transactions are the caller's. */
final class QueuePositions {

    private final QueueProbe probe;
    private final RecordSettings records;

    QueuePositions(QueueProbe probe, RecordSettings records) {
        this.probe = probe;
        this.records = records;
    }

    /**
     * Why the table must be copied instead, as the second half of a sentence about it; empty when it can go on.
     *
     * @param keptSince what the consumer had confirmed: the queue still holds everything later
     */
    Optional<String> obstacle(
            Connection connection,
            SourceTable table,
            InstalledQueue queue,
            Optional<PgSnapshot> keptSince,
            TableOffset.Window position)
            throws SQLException {
        SourceIdentity identity = new SourceCatalog(connection, records).identity();
        if (!position.source().equals(identity)) {
            return Optional.of("its offset belongs to another server or database (" + position.source() + ")");
        }
        Optional<StructureMark> mark = StructureMark.parse(position.structure());
        if (mark.isEmpty() || mark.get().generation() != queue.generation()) {
            return Optional.of("its triggers were changed or set up anew since its offset was stored");
        }
        if (!mark.get().isOfChoice(table)) {
            return Optional.of("its condition, key or topic has changed");
        }
        State state = probe.states(connection, List.of(table.id())).of(table.id());
        if (!mark.get().timeline().equals(state.timeline())) {
            return Optional.of("a standby has taken over since its offset was stored (timeline "
                    + mark.get().timeline() + ", now " + state.timeline() + "), and may lack the last changes");
        }
        if (mark.get().mayBeRewrittenIn(state)) {
            return Optional.of("its columns were changed in a way that may have changed its rows");
        }
        PgSnapshot from = PgSnapshot.parse(position.from());
        if (keptSince.isEmpty() || !from.seesAllOf(keptSince.get())) {
            return Optional.of("its offset (" + from + ") is older than what the queue still holds ("
                    + keptSince.map(PgSnapshot::toString).orElse("nothing") + ")");
        }
        if (PgSnapshot.parse(position.to()).xmax() > PgSnapshot.now(connection).xmax()) {
            return Optional.of("its offset is newer than the database, which was set back");
        }
        return Optional.empty();
    }
}
