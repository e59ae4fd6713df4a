// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.MissingRights;
import io.tablecast.source.postgres.MissingRights.Right;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;

/** What a role needs to follow a table by its queue, and may lose while it does. Immutable. */
final class QueueRights {

    private final QueueRegistry registry;
    private final Connections source;

    QueueRights(QueueRegistry registry, Connections source) {
        this.registry = registry;
        this.source = source;
    }

    /** A failure that names the grants; empty when no right is known to be missing. */
    Optional<ConnectException> refusal(TableId table, Exception failure) {
        Throwable cause = failure instanceof ConnectException ? failure.getCause() : failure;
        if (!(cause instanceof SQLException ofServer) || !MissingRights.REFUSED.equals(ofServer.getSQLState())) {
            return Optional.empty();
        }
        List<String> grants = MissingRights.grants(source, needed(table));
        return grants.isEmpty()
                ? Optional.empty()
                : Optional.of(new ConnectException(
                        "Cannot read " + table + " from " + source.target() + ": " + ofServer.getMessage() + ". Run "
                                + String.join("; ", grants) + ", or take the table out of table.include.list.",
                        failure));
    }

    /** Both names that the queue may have: what is not there needs no right. */
    private List<Right> needed(TableId table) {
        return List.of(
                new Right(table, "SELECT"),
                new Right(in("queue"), "SELECT"),
                new Right(in("queue_version"), "SELECT"),
                new Right(in("queue_consumer"), "SELECT, INSERT, UPDATE, DELETE"),
                new Right(in("queue_structure"), "SELECT, INSERT, UPDATE, DELETE"),
                new Right(in(QueueNames.queue(table)), "SELECT, UPDATE, DELETE"),
                new Right(in(QueueNames.distinctQueue(table)), "SELECT, UPDATE, DELETE"));
    }

    private TableId in(String name) {
        return new TableId(registry.schema(), name);
    }
}
