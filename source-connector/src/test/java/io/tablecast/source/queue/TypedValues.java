// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.testing.Database;
import io.tablecast.testing.TypeSample;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Tables with a column of every type, filled with the most awkward values. */
final class TypedValues {

    private static final List<TypeSample> OWN = List.of(
            TypeSample.of("real", "-0", "NaN", "Infinity", "-Infinity", "0.1", "1.17549435e-38"),
            TypeSample.of("double precision", "-0", "NaN", "Infinity", "-Infinity", "0.1", "4.9e-324"),
            TypeSample.of("\"Shop\".amount", "12.30"),
            TypeSample.of("\"Shop\".scores", "{1,NULL}"),
            TypeSample.of("\"Shop\".amount[]", "{12.30,NULL}"),
            TypeSample.of("regclass", "pg_class"));

    /** What PostgreSQL 14 does not know. */
    private static final List<String> NEWER_TYPES = List.of("numeric(5,-2)", "numeric(3,5)");

    private TypedValues() {}

    /** Makes the types that are no built-in ones. */
    static void makeTypes(Database database) {
        database.execute(TypeSample.neededStatements());
        database.execute(
                "CREATE DOMAIN \"Shop\".amount AS numeric(10,2) CHECK (VALUE >= 0)",
                "CREATE DOMAIN \"Shop\".scores AS int[]");
    }

    /** The definitions of columns c1, c2 and so on, as far as the server knows their types. */
    static String columns(Database database) {
        List<String> columns = new ArrayList<>();
        for (TypeSample column : known(database)) {
            columns.add("c" + (columns.size() + 1) + " " + column.type());
        }
        return String.join(", ", columns);
    }

    /** Fills a table of a key and these columns; the last row has only NULLs. */
    static int insertInto(Database database, String table) {
        List<TypeSample> known = known(database);
        int rows = 1
                + known.stream()
                        .mapToInt(column -> column.literals().size())
                        .max()
                        .orElseThrow();
        String marks = known.stream().map(column -> "?::" + column.type()).collect(Collectors.joining(", "));
        try (Connection connection = database.connection();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO " + table + " VALUES (?, " + marks + ")")) {
            for (int row = 0; row < rows; row++) {
                insert.setInt(1, row);
                for (int i = 0; i < known.size(); i++) {
                    List<String> literals = known.get(i).literals();
                    insert.setString(i + 2, row < literals.size() ? literals.get(row) : null);
                }
                insert.executeUpdate();
            }
        } catch (SQLException e) {
            throw new AssertionError("Cannot fill " + table, e);
        }
        return rows;
    }

    private static List<TypeSample> known(Database database) {
        long version = database.number("SELECT current_setting('server_version_num')");
        if (version >= 170_000) {
            return all();
        }
        return all().stream()
                .filter(column -> version >= 150_000 || !NEWER_TYPES.contains(column.type()))
                .map(TypedValues::withoutNewerIntervals)
                .toList();
    }

    private static TypeSample withoutNewerIntervals(TypeSample sample) {
        return sample.type().equals("interval")
                ? new TypeSample(
                        sample.type(),
                        sample.literals().stream()
                                .filter(literal -> !literal.contains("infinity") && !literal.contains("2562047788"))
                                .toList())
                : sample;
    }

    private static List<TypeSample> all() {
        List<TypeSample> all = new ArrayList<>(TypeSample.all());
        all.addAll(OWN);
        return all;
    }
}
