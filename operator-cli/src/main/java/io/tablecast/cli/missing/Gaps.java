// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.missing;

import io.tablecast.cli.pipeline.CapturedTable;
import io.tablecast.cli.pipeline.DescribedSource;
import io.tablecast.cli.pipeline.Pipeline;
import io.tablecast.cli.pipeline.Route;
import io.tablecast.cli.pipeline.SourceShape;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.config.TableSettings;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.structure.SoftDelete;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares the catalogs of a source and its destinations. Used once. */
public final class Gaps {
    private final Pipeline pipeline;
    private final DescribedSource source;
    private final List<Gap> gaps = new ArrayList<>();

    private Gaps(Pipeline pipeline, DescribedSource source) {
        this.pipeline = pipeline;
        this.source = source;
    }

    /** What of one source's tables is missing, in order of their names. */
    public static List<Gap> of(Pipeline pipeline, DescribedSource source) throws SQLException {
        Gaps gaps = new Gaps(pipeline, source);
        gaps.find();
        return gaps.gaps;
    }

    private void find() throws SQLException {
        Map<TableId, CapturedTable> captured = new LinkedHashMap<>();
        pipeline.tables(source).forEach(table -> captured.put(table.id(), table));
        for (TableId id : source.everyTable()) {
            CapturedTable table = captured.get(id);
            if (table == null) {
                if (pipeline.scope() == Pipeline.Scope.ALL_TABLES) {
                    addUnlessOfAnother(id);
                }
                continue;
            }
            List<Route> routes = pipeline.routes(source, table);
            if (routes.isEmpty()) {
                add(id, "no sink takes its topic " + table.topic());
                continue;
            }
            Optional<SourceShape> shape = source.shape(id);
            for (Route route : routes) {
                if (shape.isPresent()) {
                    compare(route, shape.get());
                }
            }
        }
    }

    /** Another connector may capture it from the same database. */
    private void addUnlessOfAnother(TableId id) {
        boolean isOfAnother = pipeline.sources().stream()
                .filter(other ->
                        !other.connector().name().equals(source.connector().name()))
                .anyMatch(other -> other.connector()
                                .settings()
                                .getOrDefault("connection.url", "")
                                .equals(source.connector().settings().get("connection.url"))
                        && pipeline.tables(other).stream()
                                .anyMatch(table -> table.id().equals(id)));
        if (!isOfAnother) {
            add(id, "is not captured");
        }
    }

    private void add(TableId table, String what) {
        gaps.add(new Gap(source.connector().name(), table, what));
    }

    private void compare(Route route, SourceShape shape) throws SQLException {
        TableId table = route.table().id();
        TableId destination = route.destination();
        String at = "at the destination of " + route.sink().connector().name();
        Map<String, String> types = types(route, destination);
        if (types.isEmpty()) {
            add(table, "there is no table " + destination + " " + at);
            return;
        }
        Map<String, String> besides = new LinkedHashMap<>(types);
        Map<String, String> wanted = wanted(route, shape, types);
        for (Column column : shape.structure().columns()) {
            String name = route.sink().settings().naming().identifierCase().column(column.name());
            String type = besides.remove(name);
            if (type == null) {
                add(table, "column " + name + " is not there " + at);
            } else if (!type.equals(wanted.getOrDefault(name, column.type()))) {
                boolean isSame = wanted.getOrDefault(name, column.type()).equals(column.type());
                String becomes = isSame ? "" : ", which becomes " + wanted.get(name);
                add(table, "column " + name + " is " + column.type() + becomes + ", and " + type + " " + at);
            }
        }
        TableSettings settings = route.sink().settings().of(destination);
        settings.softDelete().map(SoftDelete::column).ifPresent(besides::remove);
        besides.keySet().forEach(name -> add(table, "column " + name + " is only " + at));
    }

    /** The types that the sink would give, where they may be others than the source's. */
    private static Map<String, String> wanted(Route route, SourceShape shape, Map<String, String> types)
            throws SQLException {
        boolean areSame = shape.isOfPostgres()
                && shape.structure().columns().stream()
                        .allMatch(column -> column.type()
                                .equals(types.get(route.sink()
                                        .settings()
                                        .naming()
                                        .identifierCase()
                                        .column(column.name()))));
        return areSame ? Map.of() : WantedTypes.of(route, shape);
    }

    private static Map<String, String> types(Route route, TableId table) throws SQLException {
        Map<String, String> types = new LinkedHashMap<>();
        try (Connection connection = route.sink().open();
                PreparedStatement statement = connection.prepareStatement("""
                        SELECT attname, pg_catalog.format_type(atttypid, atttypmod) FROM pg_catalog.pg_attribute
                        WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped ORDER BY attnum""")) {
            statement.setString(1, Identifiers.quote(table));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    types.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        return types;
    }
}
