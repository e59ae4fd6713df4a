// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.detach;

import io.tablecast.cli.pipeline.PostgresSource;
import io.tablecast.cli.pipeline.Route;
import io.tablecast.contract.table.ForeignKey;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.structure.DestinationCatalog;
import io.tablecast.sink.structure.TableCreator;
import io.tablecast.sink.structure.TableDesigner;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.postgres.SourceTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Creates destination tables as their sink would, without rows. */
public final class SchemaCopy {

    private SchemaCopy() {}

    /** What became of a table. */
    public enum Outcome {
        CREATED,
        WAS_THERE
    }

    /** Creates a table with its key, indexes and comments, unless it is there. */
    public static Outcome create(Route route, PostgresSource source) throws SQLException {
        SourceTable table = table(route, source);
        TableId destination = route.destination();
        try (Connection connection = route.sink().connections().open()) {
            connection.setAutoCommit(false);
            boolean isThere = DestinationCatalog.read(
                            connection,
                            destination,
                            route.sink().settings().naming().identifierCase())
                    .isPresent();
            if (!isThere) {
                TableCreator.create(
                        connection,
                        TableDesigner.ofStructure(
                                connection,
                                destination,
                                table.structure(),
                                table.envelopes().rowSchema(),
                                route.sink().settings().of(destination).shape()));
            }
            connection.commit();
            return isThere ? Outcome.WAS_THERE : Outcome.CREATED;
        }
    }

    /** Makes the foreign keys of a table, and tells which could not be made. */
    public static List<String> makeForeignKeys(Route route, PostgresSource source) throws SQLException {
        List<String> faults = new ArrayList<>();
        SourceTable table = table(route, source);
        try (Connection connection = route.sink().connections().open()) {
            connection.setAutoCommit(false);
            ForeignKeys keys =
                    new ForeignKeys(connection, route.sink().settings().naming());
            for (ForeignKey key : table.structure().foreignKeys()) {
                keys.make(route.destination(), key).ifPresent(faults::add);
            }
        }
        return faults;
    }

    private static SourceTable table(Route route, PostgresSource source) throws SQLException {
        TableId id = route.table().id();
        try (Connection connection = source.connections().open()) {
            return new SourceCatalog(connection, source.settings().records())
                    .table(id, source.settings().of(id))
                    .orElseThrow(() -> new SQLException("There is no table " + id + " at the source."));
        }
    }
}
