// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import io.tablecast.testing.Database;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.ConnectSchema;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.json.JsonConverter;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/** Carries the values of a column into a column of the type that they ask for, once per way of writing. */
final class RoundTrip {

    private final Database database;
    private final TypeModes modes;
    private final Through through;
    private final List<String> differences = new ArrayList<>();
    private String sourceType = "";
    private String destinationType = "";
    private Schema fieldSchema = Schema.STRING_SCHEMA;
    private List<Object> values = List.of();

    /** How the values get from the source to the sink. */
    enum Through {
        MEMORY,
        JSON
    }

    RoundTrip(Database database, TypeModes modes, Through through) {
        this.database = database;
        this.modes = modes;
        this.through = through;
    }

    /** Makes both tables anew, fills the first with the literals and a NULL, and carries them over. */
    void run(String type, String... literals) throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'America/St_Johns'");
            statement.execute("DROP TABLE IF EXISTS source.t, destination.t");
            statement.execute("CREATE TABLE source.t (id int PRIMARY KEY, v %s)".formatted(type));
            insert(connection, type, literals);
            TypedColumn source = column(connection, "source.t");
            sourceType = source.type().name();
            ColumnReader reader = ColumnReader.create(source, modes);
            fieldSchema = reader.fieldSchema();
            values = read(connection, reader);
            List<SchemaAndValue> received = received();
            create(connection);
            TypedColumn destination = column(connection, "destination.t");
            destinationType = destination.type().name();
            ColumnWriter writer = ColumnWriter.create(received.get(0).schema(), destination);
            writeBinary(connection, writer, received);
            compare(connection, "binary");
            writeText(connection, writer, received);
            compare(connection, "text");
        }
    }

    /** Rows that are not equal, as text. */
    List<String> differences() {
        return differences;
    }

    String sourceType() {
        return sourceType;
    }

    String destinationType() {
        return destinationType;
    }

    /** The schema of the record's field. */
    Schema fieldSchema() {
        return fieldSchema;
    }

    /** The values in the record; the last is null. */
    List<Object> values() {
        return values;
    }

    private static void insert(Connection connection, String type, String... literals) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO source.t VALUES (?, CAST(CAST(? AS text) AS %s))".formatted(type))) {
            List<String> rows = new ArrayList<>(Arrays.asList(literals));
            if (!type.endsWith(".fee")) {
                rows.add(null);
            }
            for (int i = 0; i < rows.size(); i++) {
                insert.setInt(1, i);
                insert.setString(2, rows.get(i));
                insert.executeUpdate();
            }
        }
    }

    static TypedColumn column(Connection connection, String table) throws SQLException {
        return columns(connection, table).get(1);
    }

    static List<TypedColumn> columns(Connection connection, String table) throws SQLException {
        String query = CatalogTypes.QUERY.replace("?", "'" + table + "'::regclass");
        List<TypedColumn> columns = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                columns.add(column(row));
            }
        }
        return columns;
    }

    private static TypedColumn column(ResultSet row) throws SQLException {
        Array labels = row.getArray("labels");
        return new CatalogTypes.Row(
                        row.getString("column_name"),
                        row.getBoolean("nullable"),
                        row.getLong("type_oid"),
                        row.getString("type_name"),
                        row.getLong("element_oid"),
                        row.getLong("scalar_oid"),
                        row.getString("scalar_name"),
                        row.getString("scalar_kind"),
                        row.getInt("scalar_modifier"),
                        row.getString("scalar_format"),
                        row.getInt("dimensions"),
                        List.of((String[]) labels.getArray()))
                .toColumn();
    }

    private static List<Object> read(Connection connection, ColumnReader reader) throws SQLException {
        CopyOut copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY (SELECT %s FROM source.t ORDER BY id) TO STDOUT (FORMAT binary)"
                        .formatted(reader.selectExpression("\"v\"")));
        CopyReader rows = new CopyReader();
        List<Object> values = new ArrayList<>();
        for (byte[] message = copy.readFromCopy(); message != null; message = copy.readFromCopy()) {
            if (rows.next(message)) {
                Object value = rows.isNull(0) ? null : reader.read(rows.buffer(), rows.offset(0), rows.length(0));
                ConnectSchema.validateValue(reader.fieldSchema(), value);
                values.add(value);
            }
        }
        return values;
    }

    private List<SchemaAndValue> received() {
        if (through == Through.MEMORY) {
            return values.stream()
                    .map(value -> new SchemaAndValue(fieldSchema, value))
                    .toList();
        }
        try (JsonConverter converter = new JsonConverter()) {
            converter.configure(Map.of("schemas.enable", "true"), false);
            return values.stream()
                    .map(value -> converter.toConnectData("t", converter.fromConnectData("t", fieldSchema, value)))
                    .toList();
        }
    }

    private void create(Connection connection) throws SQLException {
        DestinationType type = DestinationTypes.typeFor(fieldSchema);
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE destination.t (id int PRIMARY KEY, v %s)".formatted(type.preferred()));
        }
    }

    private void writeBinary(Connection connection, ColumnWriter writer, List<SchemaAndValue> rows)
            throws SQLException {
        CopyBuffer buffer = new CopyBuffer(16);
        buffer.header();
        for (int i = 0; i < rows.size(); i++) {
            buffer.beginTuple(2);
            int start = buffer.beginField();
            buffer.writeInt(i);
            buffer.endField(start);
            writer.write(rows.get(i).value(), buffer);
        }
        buffer.trailer();
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS staging");
            statement.execute("CREATE TEMP TABLE staging (id int, v %s)".formatted(writer.stagingType()));
            copyIn(connection, "COPY staging FROM STDIN (FORMAT binary)", buffer);
            statement.execute(
                    "INSERT INTO destination.t SELECT id, %s FROM staging".formatted(writer.fromStaging("\"v\"")));
        }
    }

    private void writeText(Connection connection, ColumnWriter writer, List<SchemaAndValue> rows) throws SQLException {
        CopyBuffer buffer = new CopyBuffer(16);
        for (int i = 0; i < rows.size(); i++) {
            buffer.textField(Integer.toString(i));
            buffer.textDelimiter();
            writer.writeText(rows.get(i).value(), buffer);
            buffer.textEndOfRow();
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE destination.t");
            copyIn(connection, "COPY destination.t FROM STDIN", buffer);
        }
    }

    static void copyIn(Connection connection, String sql, CopyBuffer buffer) throws SQLException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
        try {
            copy.writeToCopy(buffer.array(), 0, buffer.length());
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private void compare(Connection connection, String way) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT id, s.v::text, d.v::text
                        FROM source.t s FULL JOIN destination.t d USING (id)
                        WHERE s.v::text IS DISTINCT FROM d.v::text
                        ORDER BY id
                        """)) {
            while (row.next()) {
                differences.add("%s: %s became %s".formatted(way, row.getString(2), row.getString(3)));
            }
        }
    }
}
