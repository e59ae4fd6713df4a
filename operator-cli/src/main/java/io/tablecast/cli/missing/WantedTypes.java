// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.missing;

import io.tablecast.cli.pipeline.Route;
import io.tablecast.cli.pipeline.SourceShape;
import io.tablecast.sink.structure.TableDesigner;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The types that a sink gives to columns, by its settings and by what the database is. */
final class WantedTypes {

    private static final Pattern MODIFIED = Pattern.compile("(?:\"[^\"]*\"|[^\"(])*(\\([^\"()]+\\))[^\"(]*");
    private static final Pattern TIME = Pattern.compile("(timestamp|time|interval)(.*)");
    private static final Pattern ARRAY = Pattern.compile("(.*?)((\\[])+)");

    private WantedTypes() {}

    /** The types as the destination writes them, by the columns' names there. */
    static Map<String, String> of(Route route, SourceShape shape) throws SQLException {
        try (Connection connection = route.sink().open()) {
            Map<String, String> types = TableDesigner.ofStructure(
                            connection,
                            route.destination(),
                            shape.structure(),
                            shape.row(),
                            route.sink().settings().of(route.destination()).shape())
                    .types();
            Map<String, String> written = new LinkedHashMap<>();
            for (Map.Entry<String, String> column : types.entrySet()) {
                written.put(column.getKey(), written(connection, column.getValue()));
            }
            return written;
        }
    }

    /** Only the server knows how it calls a type; modifiers stand where it puts them. */
    private static String written(Connection connection, String type) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT pg_catalog.format_type(to_regtype(?), NULL)")) {
            query.setString(1, type);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                // A type that is not there yet has the name that it will get.
                String name = row.getString(1);
                return name == null ? type : withModifiers(name, type);
            }
        }
    }

    /** A type's name with the modifiers of another spelling of it. */
    static String withModifiers(String name, String type) {
        Matcher modified = MODIFIED.matcher(type);
        if (!modified.matches()) {
            return name;
        }
        String modifiers = modified.group(1).replace(" ", "");
        for (Pattern pattern : new Pattern[] {TIME, ARRAY}) {
            Matcher parts = pattern.matcher(name);
            if (parts.matches()) {
                return parts.group(1) + modifiers + parts.group(2);
            }
        }
        return name + modifiers;
    }
}
