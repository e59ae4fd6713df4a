// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.detach;

import io.tablecast.cli.pipeline.DescribedSource;
import io.tablecast.cli.pipeline.Route;
import io.tablecast.cli.pipeline.SourceShape;
import io.tablecast.contract.table.ForeignKey;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.structure.DestinationCatalog;
import io.tablecast.sink.structure.EnumTypes;
import io.tablecast.sink.structure.TableCreator;
import io.tablecast.sink.structure.TableDesigner;
import io.tablecast.sink.structure.TableShape;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Creates destination tables as their sink would, without rows. */
public final class SchemaCopy {

    private SchemaCopy() {}

    /** What became of a table. */
    public enum Outcome {
        CREATED,
        WAS_THERE
    }

    /** Creates a table with its key, indexes and comments, unless it is there. */
    public static Outcome create(Route route, DescribedSource source) throws SQLException {
        SourceShape shape = shape(route, source);
        TableId destination = route.destination();
        try (Connection connection = route.sink().connections().open()) {
            connection.setAutoCommit(false);
            boolean isThere = DestinationCatalog.read(
                            connection,
                            destination,
                            route.sink().settings().naming().identifierCase())
                    .isPresent();
            if (!isThere) {
                TableShape design = route.sink().settings().of(destination).shape();
                EnumTypes.ensure(
                        connection,
                        destination,
                        EnumTypes.missing(connection, destination, Optional.empty(), shape.row(), design.types()));
                TableCreator.create(
                        connection,
                        TableDesigner.ofStructure(connection, destination, shape.structure(), shape.row(), design));
            }
            connection.commit();
            return isThere ? Outcome.WAS_THERE : Outcome.CREATED;
        }
    }

    /** Makes the foreign keys of a table, and tells which could not be made. */
    public static List<String> makeForeignKeys(Route route, DescribedSource source) throws SQLException {
        List<String> faults = new ArrayList<>();
        SourceShape shape = shape(route, source);
        try (Connection connection = route.sink().connections().open()) {
            connection.setAutoCommit(false);
            ForeignKeys keys =
                    new ForeignKeys(connection, route.sink().settings().naming());
            for (ForeignKey key : shape.structure().foreignKeys()) {
                keys.make(route.destination(), key).ifPresent(faults::add);
            }
        }
        return faults;
    }

    private static SourceShape shape(Route route, DescribedSource source) throws SQLException {
        TableId id = route.table().id();
        return source.shape(id).orElseThrow(() -> new SQLException("There is no table " + id + " at the source."));
    }
}
