// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

import static io.tablecast.sink.config.SinkKeys.ANALYZE;
import static io.tablecast.sink.config.SinkKeys.APPLY_MODE;
import static io.tablecast.sink.config.SinkKeys.AUTO_CREATE;
import static io.tablecast.sink.config.SinkKeys.BATCH_LINGER_MS;
import static io.tablecast.sink.config.SinkKeys.BATCH_MAX_BYTES;
import static io.tablecast.sink.config.SinkKeys.BATCH_MAX_ROWS;
import static io.tablecast.sink.config.SinkKeys.COLUMN_DROP;
import static io.tablecast.sink.config.SinkKeys.CONNECTION_PASSWORD;
import static io.tablecast.sink.config.SinkKeys.CONNECTION_URL;
import static io.tablecast.sink.config.SinkKeys.CONNECTION_USER;
import static io.tablecast.sink.config.SinkKeys.DELETE_MODE;
import static io.tablecast.sink.config.SinkKeys.ENUM_MODE;
import static io.tablecast.sink.config.SinkKeys.FILLFACTOR;
import static io.tablecast.sink.config.SinkKeys.FOREIGN_KEY_WAIT_MS;
import static io.tablecast.sink.config.SinkKeys.GEOMETRY_MODE;
import static io.tablecast.sink.config.SinkKeys.GRANT_SELECT_TO;
import static io.tablecast.sink.config.SinkKeys.IDENTIFIER_CASE;
import static io.tablecast.sink.config.SinkKeys.INDEXES;
import static io.tablecast.sink.config.SinkKeys.LOCK_TIMEOUT_MS;
import static io.tablecast.sink.config.SinkKeys.METADATA_RETENTION_MS;
import static io.tablecast.sink.config.SinkKeys.METADATA_SCHEMA;
import static io.tablecast.sink.config.SinkKeys.NUL_MODE;
import static io.tablecast.sink.config.SinkKeys.OFFSET_NAMESPACE;
import static io.tablecast.sink.config.SinkKeys.ON_TABLE_ERROR;
import static io.tablecast.sink.config.SinkKeys.POST_SWAP_SQL;
import static io.tablecast.sink.config.SinkKeys.RESET_SEQUENCES;
import static io.tablecast.sink.config.SinkKeys.RUN_LOG;
import static io.tablecast.sink.config.SinkKeys.SCHEMA_EVOLUTION;
import static io.tablecast.sink.config.SinkKeys.SCHEMA_MAPPING;
import static io.tablecast.sink.config.SinkKeys.SNAPSHOT_APPLY;
import static io.tablecast.sink.config.SinkKeys.SNAPSHOT_IDLE_MAX_MS;
import static io.tablecast.sink.config.SinkKeys.SNAPSHOT_TRANSACTION_MAX_MS;
import static io.tablecast.sink.config.SinkKeys.SOFT_DELETE_COLUMN;
import static io.tablecast.sink.config.SinkKeys.SOFT_DELETE_HISTORY;
import static io.tablecast.sink.config.SinkKeys.SWAP_KEEP_PREVIOUS;
import static io.tablecast.sink.config.SinkKeys.SWAP_MODE;
import static io.tablecast.sink.config.SinkKeys.TABLE_MAPPING;
import static io.tablecast.sink.config.SinkKeys.TABLE_NAME_FORMAT;
import static io.tablecast.sink.config.SinkKeys.TRUNCATE_CASCADE;
import static io.tablecast.sink.config.SinkKeys.TRUNCATE_MODE;
import static io.tablecast.sink.config.SinkKeys.TYPE_OVERRIDES;
import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

import io.tablecast.sink.snapshot.SnapshotApply;
import io.tablecast.sink.snapshot.SwapMode;
import io.tablecast.sink.structure.ColumnDrop;
import io.tablecast.sink.structure.EnumMode;
import io.tablecast.sink.structure.EvolutionMode;
import io.tablecast.sink.structure.GeometryMode;
import io.tablecast.sink.structure.IdentifierCase;
import io.tablecast.sink.structure.IndexCopy;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The definition of all settings of the PostgreSQL sink: REST, documentation and parsing read it. */
public final class SinkDefinition {

    public static final ConfigDef CONFIG = define();

    private static final String PER_TABLE = " Also per destination table, as table.<schema>.<table>.";

    private SinkDefinition() {}

    private static ConfigDef define() {
        Definer definer = new Definer();
        connection(definer);
        names(definer);
        applying(definer);
        snapshots(definer);
        structure(definer);
        batches(definer);
        metadata(definer);
        return definer.config;
    }

    private static void connection(Definer definer) {
        definer.group("Connection");
        definer.key(
                        CONNECTION_URL,
                        ConfigDef.Type.STRING,
                        NO_DEFAULT_VALUE,
                        ConfigChecks.JDBC_URL,
                        HIGH,
                        "Connection URL")
                .doc("JDBC URL of the destination database, jdbc:postgresql://host:port/database. Keys that begin with"
                        + " connection.properties. are handed to the driver: TLS, time-outs.");
        definer.key(CONNECTION_USER, ConfigDef.Type.STRING, "", null, HIGH, "User")
                .doc("Role to connect as; it owns the tables that the connector creates.");
        definer.key(CONNECTION_PASSWORD, ConfigDef.Type.PASSWORD, "", null, HIGH, "Password")
                .doc("Password of the role; leave it out where the server asks for none.");
    }

    private static void names(Definer definer) {
        definer.group("Names");
        definer.key(
                        TABLE_NAME_FORMAT,
                        ConfigDef.Type.STRING,
                        TableNaming.DEFAULT_FORMAT,
                        ConfigChecks.NAME_FORMAT,
                        MEDIUM,
                        "Table name")
                .doc("Name of the destination table, schema.table, where ${schema} and ${table} stand for the source"
                        + " table (without a source block in the record: the topic's last two parts) and ${topic} for"
                        + " the topic.");
        definer.key(SCHEMA_MAPPING, ConfigDef.Type.LIST, List.of(), ConfigChecks.SCHEMA_MAPPING, MEDIUM, "Schemas")
                .doc("Comma-separated pairs from:to by which ${schema} is replaced.");
        definer.key(TABLE_MAPPING, ConfigDef.Type.LIST, List.of(), ConfigChecks.TABLE_MAPPING, MEDIUM, "Tables")
                .doc("Comma-separated pairs from.table:to.table, source table and destination table, which win over"
                        + " table.name.format.");
        definer.key(IDENTIFIER_CASE, ConfigDef.Type.STRING, "keep", oneOf(IdentifierCase.class), LOW, "Case of names")
                .doc("Whether the source's names of schemas, tables, columns and indexes stay as they are (keep) or are"
                        + " written in small letters (lower) or capital ones (upper). Names that the configuration"
                        + " spells out stay as they are.");
    }

    private static void applying(Definer definer) {
        definer.group("Applying changes");
        definer.key(APPLY_MODE, ConfigDef.Type.STRING, "upsert", oneOf(ApplyMode.class), HIGH, "Apply mode")
                .tableDoc(
                        APPLY_MODE,
                        "Whether the row of a key is inserted or updated (upsert), or every row of a record is"
                                + " inserted (append). Rows without a key are always inserted.");
        definer.key(DELETE_MODE, ConfigDef.Type.STRING, "delete", oneOf(DeleteMode.class), HIGH, "Delete mode")
                .tableDoc(
                        DELETE_MODE,
                        "Whether a row deleted at the source is deleted (delete), stays and is marked with the time of"
                                + " the deletion (soft), or stays as it is (ignore).");
        definer.key(
                        SOFT_DELETE_COLUMN,
                        ConfigDef.Type.STRING,
                        "tablecast_deleted_at",
                        ConfigChecks.COLUMN_NAME,
                        LOW,
                        "Deletion column")
                .tableDoc(
                        SOFT_DELETE_COLUMN,
                        "Column of type timestamptz that delete.mode=soft marks deleted rows in, NULL in all others;"
                                + " added with an index where it is missing.");
        definer.key(SOFT_DELETE_HISTORY, ConfigDef.Type.BOOLEAN, false, null, LOW, "Deletion history")
                .tableDoc(
                        SOFT_DELETE_HISTORY,
                        "Whether delete.mode=soft also writes every deleted state of every row to a table"
                                + " <table>_deleted.");
        definer.key(TRUNCATE_MODE, ConfigDef.Type.STRING, "apply", oneOf(TruncateMode.class), MEDIUM, "Truncate mode")
                .tableDoc(TRUNCATE_MODE, "Whether a table truncated at the source is emptied (apply) or not (ignore).");
        definer.key(ON_TABLE_ERROR, ConfigDef.Type.STRING, "fail", oneOf(TableErrorMode.class), MEDIUM, "Table errors")
                .tableDoc(
                        ON_TABLE_ERROR,
                        "Whether a failure that concerns one table alone stops the task (fail), or only that table and"
                                + " whatever shares its partitions, until it is copied again or the task is restarted"
                                + " (quarantine).");
        definer.key(NUL_MODE, ConfigDef.Type.STRING, "fail", oneOf(NulMode.class), LOW, "NUL characters")
                .doc("What becomes of the character U+0000, which PostgreSQL's texts cannot hold: the record is refused"
                        + " (fail), the character is left out (strip), or U+FFFD takes its place (replace).");
    }

    private static void snapshots(Definer definer) {
        definer.group("Snapshots");
        definer.key(SNAPSHOT_APPLY, ConfigDef.Type.STRING, "swap", oneOf(SnapshotApply.class), HIGH, "Snapshots")
                .tableDoc(
                        SNAPSHOT_APPLY,
                        "How a snapshot takes the place of what is there: by a new table (swap), by emptying and filling"
                                + " the table (truncate), or by changing the rows that differ (merge).");
        definer.key(SWAP_MODE, ConfigDef.Type.STRING, "auto", oneOf(SwapMode.class), MEDIUM, "Swap mode")
                .tableDoc(
                        SWAP_MODE,
                        "What readers of a swapped table see: a view over the table of the last snapshot (view), a table"
                                + " that is renamed into place (rename), or the view for periodic snapshots where the"
                                + " name is free or such a view, else the table (auto).");
        definer.key(SWAP_KEEP_PREVIOUS, ConfigDef.Type.BOOLEAN, true, null, LOW, "Keep previous")
                .tableDoc(SWAP_KEEP_PREVIOUS, "Whether the table that was swapped out stays until the next swap.");
        definer.key(
                        SNAPSHOT_TRANSACTION_MAX_MS,
                        ConfigDef.Type.LONG,
                        600_000L,
                        Range.between(0, 86_400_000L),
                        LOW,
                        "Longest load")
                .doc(
                        "Milliseconds that one transaction may take the rows of a snapshot; a longer load begins again and is"
                                + " committed in batches. So long, too, its switch then waits for older transactions.");
        definer.key(
                        SNAPSHOT_IDLE_MAX_MS,
                        ConfigDef.Type.LONG,
                        600_000L,
                        Range.between(100, 86_400_000L),
                        LOW,
                        "Idle load")
                .doc(
                        "Milliseconds without a record after which the transaction of an unfinished load is rolled back and"
                                + " its table marked incomplete in table_state.");
        definer.key(TRUNCATE_CASCADE, ConfigDef.Type.BOOLEAN, false, null, LOW, "Cascade")
                .tableDoc(
                        TRUNCATE_CASCADE,
                        "Whether snapshot.apply=truncate also empties the tables that refer to the table by foreign"
                                + " keys.");
        definer.key(RESET_SEQUENCES, ConfigDef.Type.BOOLEAN, true, null, LOW, "Sequences")
                .tableDoc(
                        RESET_SEQUENCES,
                        "Whether sequences of an existing table are set beyond its values after snapshot.apply=truncate"
                                + " or merge.");
        definer.key(ANALYZE, ConfigDef.Type.BOOLEAN, true, null, LOW, "Statistics")
                .tableDoc(ANALYZE, "Whether the planner's statistics are gathered before a snapshot is shown.");
        definer.key(POST_SWAP_SQL, ConfigDef.Type.STRING, "", null, LOW, "SQL after a swap")
                .tableDoc(
                        POST_SWAP_SQL,
                        "Statement that is run in the swap's transaction when the table's columns have changed.");
        definer.key(GRANT_SELECT_TO, ConfigDef.Type.LIST, List.of(), null, LOW, "Readers")
                .tableDoc(GRANT_SELECT_TO, "Comma-separated roles that may read the tables that snapshots create.");
    }

    private static void structure(Definer definer) {
        definer.group("Tables");
        definer.key(AUTO_CREATE, ConfigDef.Type.BOOLEAN, true, null, MEDIUM, "Create tables")
                .tableDoc(AUTO_CREATE, "Whether a destination table and its schema are created when they are missing.");
        definer.key(
                        SCHEMA_EVOLUTION,
                        ConfigDef.Type.STRING,
                        "basic",
                        oneOf(EvolutionMode.class),
                        MEDIUM,
                        "Schema evolution")
                .tableDoc(
                        SCHEMA_EVOLUTION,
                        "What is done when the source's columns change: nothing, so that a record with an unknown"
                                + " column stops the task (none); add columns and loosen NOT NULL (basic); also"
                                + " rename, retype and, with column.drop, drop them (full).");
        definer.key(COLUMN_DROP, ConfigDef.Type.STRING, "keep", oneOf(ColumnDrop.class), LOW, "Dropped columns")
                .tableDoc(
                        COLUMN_DROP,
                        "Whether a column dropped at the source stays and takes NULL (keep) or is dropped under"
                                + " schema.evolution=full (drop).");
        definer.key(INDEXES, ConfigDef.Type.STRING, "copy", oneOf(IndexCopy.class), LOW, "Indexes")
                .tableDoc(
                        INDEXES,
                        "Which indexes of the source a created table gets: the key and the secondary ones, of which"
                                + " unique ones become plain ones (copy) or stay unique (unique), the key (key), or"
                                + " only what applying needs (none).");
        definer.key(FILLFACTOR, ConfigDef.Type.INT, 100, Range.between(10, 100), LOW, "Fill factor")
                .tableDoc(FILLFACTOR, "How full the pages of created tables are packed, in percent.");
        definer.key(TYPE_OVERRIDES, ConfigDef.Type.STRING, "", ConfigChecks.TYPE_OVERRIDES, LOW, "Types")
                .tableDoc(
                        TYPE_OVERRIDES,
                        "Comma-separated pairs from:to that choose the types of columns that are created: from is a"
                                + " type of the source, with or without its arguments, or the word column and a column's"
                                + " name; to is a type of the destination. Example: tinyint(1):boolean.");
        definer.key(ENUM_MODE, ConfigDef.Type.STRING, "auto", oneOf(EnumMode.class), LOW, "Enums")
                .tableDoc(
                        ENUM_MODE,
                        "What columns of enums become: of the type with the source's name where the destination has it"
                                + " with all labels, else text (auto); text (text); of a type that is created and gets"
                                + " labels that the source adds (type).");
        definer.key(GEOMETRY_MODE, ConfigDef.Type.STRING, "auto", oneOf(GeometryMode.class), LOW, "Geometries")
                .tableDoc(
                        GEOMETRY_MODE,
                        "What columns of geometries become: PostGIS's type where the destination has it, else text"
                                + " (auto); hexadecimal extended well-known binary (text); the same as bytea (wkb).");
    }

    private static void batches(Definer definer) {
        definer.group("Batches");
        definer.key(BATCH_MAX_ROWS, ConfigDef.Type.INT, 20_000, Range.between(1, 1_000_000), MEDIUM, "Batch rows")
                .doc("How many records a task gathers before it writes them in one transaction.");
        definer.key(
                        BATCH_MAX_BYTES,
                        ConfigDef.Type.LONG,
                        64L * 1024 * 1024,
                        Range.between(1024, 1024L * 1024 * 1024),
                        MEDIUM,
                        "Batch bytes")
                .doc("How many bytes of values a task gathers, roughly counted, before it writes them.");
        definer.key(BATCH_LINGER_MS, ConfigDef.Type.LONG, 100L, Range.between(0, 60_000), MEDIUM, "Batch linger")
                .doc("Milliseconds that a record waits for more at most before it is written.");
        definer.key(
                        FOREIGN_KEY_WAIT_MS,
                        ConfigDef.Type.LONG,
                        60_000L,
                        Range.between(0, 3_600_000L),
                        LOW,
                        "Wait for parents")
                .doc("Milliseconds that a row waits for the row that its foreign key means, which may come by another"
                        + " partition, before its record is refused.");
        definer.key(LOCK_TIMEOUT_MS, ConfigDef.Type.LONG, 1_000L, Range.between(10, 600_000), LOW, "Lock time-out")
                .doc("Milliseconds that altering, truncating or switching a table waits for its readers before it"
                        + " gives way to them and tries again later.");
    }

    private static void metadata(Definer definer) {
        definer.group("Metadata");
        definer.key(
                        METADATA_SCHEMA,
                        ConfigDef.Type.STRING,
                        "tablecast",
                        ConfigChecks.SCHEMA_NAME,
                        LOW,
                        "Metadata schema")
                .doc("Schema of the destination database that holds offsets, table states and errors; created when it"
                        + " is missing.");
        definer.key(OFFSET_NAMESPACE, ConfigDef.Type.STRING, "", null, LOW, "Offset namespace")
                .doc("Name under which this connector's offsets are stored; unless set, the connector's own name. Set"
                        + " it to the old name when a connector is renamed.");
        definer.key(RUN_LOG, ConfigDef.Type.BOOLEAN, true, null, LOW, "Run log")
                .doc("Whether every snapshot that was loaded or failed is noted in run_log of the metadata schema.");
        definer.key(
                        METADATA_RETENTION_MS,
                        ConfigDef.Type.LONG,
                        2_592_000_000L,
                        Range.between(0, 315_360_000_000L),
                        LOW,
                        "Metadata retention")
                .doc(
                        "Milliseconds after which this connector's entries of run_log and record_error are deleted, but for"
                                + " the last run of each table; 0 keeps them for ever. The default is 30 days.");
    }

    private static Validator oneOf(Class<? extends Enum<?>> type) {
        return in(Spelling.all(type));
    }

    /** Numbers the keys of a group and lets each be written as one call. */
    private static final class Definer {

        private final ConfigDef config = new ConfigDef();
        private String group = "";
        private int order;

        void group(String name) {
            group = name;
            order = 0;
        }

        Undocumented key(
                String name,
                ConfigDef.Type type,
                Object defaultValue,
                Validator validator,
                Importance importance,
                String displayName) {
            return doc -> config.define(
                    name, type, defaultValue, validator, importance, doc, group, ++order, width(type), displayName);
        }

        private static Width width(ConfigDef.Type type) {
            return switch (type) {
                case STRING, LIST, CLASS -> Width.LONG;
                case PASSWORD -> Width.MEDIUM;
                case BOOLEAN, INT, SHORT, LONG, DOUBLE -> Width.SHORT;
            };
        }
    }

    /** A key that waits for its sentence. */
    private interface Undocumented {
        void doc(String sentence);

        default void tableDoc(String key, String sentence) {
            doc(sentence + PER_TABLE + key + ".");
        }
    }
}
