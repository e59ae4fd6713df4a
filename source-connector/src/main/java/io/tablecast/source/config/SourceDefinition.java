// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import static io.tablecast.source.config.SourceKeys.*;
import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;

import io.tablecast.contract.record.SchemaNames;
import io.tablecast.contract.type.TypeModes;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The definition of all settings of the PostgreSQL source: REST, documentation and parsing read it. */
public final class SourceDefinition {

    public static final ConfigDef CONFIG = define();

    private static final String PER_TABLE = " Also per table, as table.<schema>.<table>.";

    private SourceDefinition() {}

    private static ConfigDef define() {
        Definer definer = new Definer();
        connection(definer);
        tables(definer);
        snapshots(definer);
        IncrementalDefinition.define(definer);
        queues(definer);
        records(definer);
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
                .doc("JDBC URL of the source database, jdbc:postgresql://host:port/database. Keys that begin with"
                        + " connection.properties. are handed to the driver: TLS, time-outs.");
        definer.key(CONNECTION_USER, ConfigDef.Type.STRING, "", null, HIGH, "User")
                .doc("Role to connect as; it needs SELECT on the tables, and for mode queue also TRIGGER.");
        definer.key(CONNECTION_PASSWORD, ConfigDef.Type.PASSWORD, "", null, HIGH, "Password")
                .doc("Password of the role; leave it out where the server asks for none.");
    }

    private static void tables(Definer definer) {
        definer.group("Tables");
        definer.key(
                        TOPIC_PREFIX,
                        ConfigDef.Type.STRING,
                        NO_DEFAULT_VALUE,
                        ConfigChecks.TOPIC_PREFIX,
                        HIGH,
                        "Topic prefix")
                .doc("Name of this source; topics are named <topic.prefix>.<schema>.<table>, and offsets belong to it,"
                        + " so a changed prefix copies everything again.");
        definer.key(MODE, ConfigDef.Type.STRING, NO_DEFAULT_VALUE, oneOf(Spelling.all(Mode.class)), HIGH, "Mode")
                .tableDoc(
                        MODE,
                        "How tables are read: snapshot copies the whole table now and then, queue copies it"
                                + " once and then sends each change that triggers have noted, incremental copies it once"
                                + " and then sends the rows whose control column has moved on.");
        definer.key(
                        TABLE_INCLUDE_LIST,
                        ConfigDef.Type.STRING,
                        NO_DEFAULT_VALUE,
                        ConfigChecks.EXPRESSIONS,
                        HIGH,
                        "Tables")
                .doc("Comma-separated regular expressions; tables, views and foreign tables whose whole name"
                        + " schema.table matches one are captured (system schemas never, and partitions only where"
                        + " their parent is not captured).");
        definer.key(TABLE_EXCLUDE_LIST, ConfigDef.Type.STRING, "", ConfigChecks.EXPRESSIONS, MEDIUM, "Tables left out")
                .doc("Comma-separated regular expressions; what matches one is not captured.");
        definer.key(COLUMNS, ConfigDef.Type.LIST, List.of(), null, MEDIUM, "Columns")
                .tableDoc(COLUMNS, "Comma-separated names of the columns to replicate; empty means all.");
        definer.key(CONDITION, ConfigDef.Type.STRING, "", null, MEDIUM, "Condition")
                .tableDoc(
                        CONDITION,
                        "SQL expression as after WHERE; only rows for which it is true are replicated,"
                                + " and it may ask other tables by EXISTS or IN.");
        definer.key(TOPIC, ConfigDef.Type.STRING, "", ConfigChecks.TOPIC, MEDIUM, "Topic")
                .tableDoc(TOPIC, "Name of the topic, instead of <topic.prefix>.<schema>.<table>.");
        definer.key(KEY_COLUMNS, ConfigDef.Type.LIST, List.of(), null, MEDIUM, "Key columns")
                .tableDoc(
                        KEY_COLUMNS,
                        "Comma-separated names of the columns that identify a row, instead of the"
                                + " primary key or the first usable unique index.");
        definer.key(
                        NO_KEY_POLICY,
                        ConfigDef.Type.STRING,
                        "fail",
                        oneOf(Spelling.all(NoKeyPolicy.class)),
                        MEDIUM,
                        "Without key")
                .tableDoc(
                        NO_KEY_POLICY,
                        "What to do with a table of mode queue that has no key: refuse it (fail),"
                                + " leave it out (skip), or read it in mode snapshot (snapshot).");
        definer.key(
                        ON_TABLE_ERROR,
                        ConfigDef.Type.STRING,
                        "retry",
                        oneOf(Spelling.all(OnTableError.class)),
                        MEDIUM,
                        "On errors of a table")
                .tableDoc(
                        ON_TABLE_ERROR,
                        "What to do when one table cannot be read until somebody mends something:"
                                + " try it again, less and less often, while others go on (retry), or stop the task"
                                + " (fail).");
        definer.key(
                        SKIP_OPERATIONS,
                        ConfigDef.Type.LIST,
                        List.of(),
                        ConfigChecks.OPERATIONS,
                        LOW,
                        "Operations left out")
                .tableDoc(
                        SKIP_OPERATIONS,
                        "Comma-separated operations that are not sent: c, u, d, t (truncates;"
                                + " snapshots then begin on their first row).");
    }

    private static void snapshots(Definer definer) {
        definer.group("Snapshots");
        definer.key(
                        SNAPSHOT_MODE,
                        ConfigDef.Type.STRING,
                        "initial",
                        oneOf(Spelling.all(SnapshotMode.class)),
                        MEDIUM,
                        "First copy")
                .tableDoc(
                        SNAPSHOT_MODE,
                        "Whether a table is copied when it is seen for the first time (initial) or"
                                + " only followed from then on (no_data).");
        definer.key(SNAPSHOT_SKIP_UNCHANGED, ConfigDef.Type.BOOLEAN, true, null, MEDIUM, "Skip unchanged tables")
                .tableDoc(
                        SNAPSHOT_SKIP_UNCHANGED,
                        "Whether a run of mode snapshot is left out when the server's"
                                + " statistics prove that nothing has changed; what cannot be proven is copied.");
        definer.key(
                        SNAPSHOT_FORMAT,
                        ConfigDef.Type.STRING,
                        "records",
                        oneOf(Spelling.all(SnapshotFormat.class)),
                        MEDIUM,
                        "Form of copies")
                .tableDoc(
                        SNAPSHOT_FORMAT,
                        "How mode snapshot sends rows: each as a change event (records), or many to a record in"
                                + " PostgreSQL's binary form, much faster and only for Tablecast's sink, in the topic"
                                + " <topic>.copy (copy); other modes send records.");
        definer.key(SNAPSHOT_MAX_THREADS, ConfigDef.Type.INT, 2, Range.between(1, 64), MEDIUM, "Copies at once")
                .doc("With how many connections each task copies at the same time: a table each, or several for one"
                        + " large table.");
        definer.key(
                        SNAPSHOT_CHUNK_ROWS,
                        ConfigDef.Type.INT,
                        100_000,
                        Range.between(100, 1_000_000_000),
                        LOW,
                        "Rows of a chunk")
                .doc("How many rows, roughly, each connection reads at a time of a table that several connections"
                        + " copy; a table that has fewer is copied by one.");
        definer.key(POLL_INTERVAL_MS, ConfigDef.Type.LONG, null, ConfigChecks.POLL_INTERVAL, MEDIUM, "Poll interval")
                .tableDoc(
                        POLL_INTERVAL_MS,
                        "Milliseconds from the end of a run to the next, in mode snapshot from its beginning; unless"
                                + " set, 3600000 in mode snapshot, 1000 in mode incremental and 100 in mode queue.");
        definer.key(SCHEDULE, ConfigDef.Type.STRING, "", ConfigChecks.SCHEDULE, MEDIUM, "Schedule")
                .tableDoc(
                        SCHEDULE,
                        "Times of the runs in modes snapshot and incremental instead of poll.interval.ms, as a cron"
                                + " expression of five fields in UTC.");
    }

    private static void queues(Definer definer) {
        definer.group("Queues");
        definer.key(
                        QUEUE_SCHEMA,
                        ConfigDef.Type.STRING,
                        "tablecast",
                        new ConfigDef.NonEmptyString(),
                        LOW,
                        "Queue schema")
                .doc("Schema of the source database that holds queue tables and their functions.");
        definer.key(
                        QUEUE_SETUP,
                        ConfigDef.Type.STRING,
                        "auto",
                        oneOf(Spelling.all(QueueSetupMode.class)),
                        MEDIUM,
                        "Queue setup")
                .doc("Who makes queue tables and triggers: the connector (auto) or a database administrator"
                        + " beforehand (manual).");
        definer.key(QUEUE_OLD_ROWS, ConfigDef.Type.BOOLEAN, false, null, LOW, "Keep deleted rows")
                .tableDoc(
                        QUEUE_OLD_ROWS,
                        "Whether queues keep all values of deleted rows, so that deletes carry them in before.");
        definer.key(
                        QUEUE_CONSUMER_MAX_AGE_MS,
                        ConfigDef.Type.LONG,
                        604_800_000L,
                        Range.atLeast(60_000),
                        LOW,
                        "Consumer age")
                .doc("Milliseconds that a connector may be away before queues stop keeping rows for it; it then"
                        + " copies its tables again.");
        definer.key(BATCH_MAX_ROWS, ConfigDef.Type.INT, 10_000, Range.between(1, 1_000_000), LOW, "Batch size")
                .tableDoc(
                        BATCH_MAX_ROWS,
                        "How many rows of a table are read by one query in mode incremental, and how many records of"
                                + " a table's changes are handed on at once in mode queue, where what has changed between"
                                + " two polls is read by one query, however much it is.");
    }

    private static void records(Definer definer) {
        definer.group("Records");
        definer.key(TOMBSTONES_ON_DELETE, ConfigDef.Type.BOOLEAN, true, null, LOW, "Tombstones")
                .doc("Whether each delete is followed by a record with the same key and no value, for compacted"
                        + " topics.");
        definer.key(HEARTBEAT_INTERVAL_MS, ConfigDef.Type.LONG, 30_000L, Range.atLeast(0), LOW, "Heartbeat interval")
                .doc("Milliseconds after which a table without records moves its offset by a record in the topic"
                        + " __tablecast-heartbeat.<topic.prefix>; 0 sends none but a no_data table's first position.");
        definer.key(
                        EXACTLY_ONCE_COMMIT_MS,
                        ConfigDef.Type.LONG,
                        200L,
                        Range.between(0, 2_000),
                        LOW,
                        "Kafka transactions")
                .doc("Milliseconds for which records are gathered into one Kafka transaction where exactly-once"
                        + " delivery is on and transaction.boundary=connector; consumers see them when it ends.");
        definer.key(
                        DECIMAL_HANDLING_MODE,
                        ConfigDef.Type.STRING,
                        "precise",
                        oneOf(Spelling.allDashed(TypeModes.DecimalMode.class)),
                        LOW,
                        "Decimals")
                .doc("Form of numeric and money: Connect's Decimal (precise), a rounded float (double), or text"
                        + " (string), which also holds NaN and Infinity.");
        definer.key(
                        INTERVAL_HANDLING_MODE,
                        ConfigDef.Type.STRING,
                        "string",
                        oneOf(Spelling.allDashed(TypeModes.IntervalMode.class)),
                        LOW,
                        "Intervals")
                .doc("Form of interval: an exact ISO 8601 duration (string), or microseconds with 30.4375 days to"
                        + " the month (numeric).");
        definer.key(
                        BINARY_HANDLING_MODE,
                        ConfigDef.Type.STRING,
                        "bytes",
                        oneOf(Spelling.allDashed(TypeModes.BinaryMode.class)),
                        LOW,
                        "Binary data")
                .doc("Form of bytea: bytes, or text in base64, base64-url-safe or hex.");
        definer.key(
                        ARRAY_HANDLING_MODE,
                        ConfigDef.Type.STRING,
                        "array",
                        oneOf(Spelling.allDashed(TypeModes.ArrayMode.class)),
                        LOW,
                        "Arrays")
                .doc("Form of arrays: Connect arrays (array), or PostgreSQL's text form (text), which also holds"
                        + " values of several dimensions in columns declared with one.");
        definer.key(
                        COLUMN_PROPAGATE_SOURCE_TYPE,
                        ConfigDef.Type.STRING,
                        "",
                        ConfigChecks.EXPRESSIONS,
                        LOW,
                        "Propagated types")
                .doc("Comma-separated regular expressions; columns whose whole name schema.table.column matches one"
                        + " carry type, length and scale as Debezium's parameters __debezium.source.column.*, which"
                        + " makes each record with an embedded schema larger.");
        definer.key(
                        SCHEMA_NAME_ADJUSTMENT_MODE,
                        ConfigDef.Type.STRING,
                        "none",
                        oneOf(Spelling.all(SchemaNames.class)),
                        LOW,
                        "Schema names")
                .doc("How schema names are made legal for a serialisation format: not at all (none), or for Avro"
                        + " (avro, avro_unicode).");
    }

    static Validator oneOf(String... values) {
        return ValidString.in(values);
    }

    /** Adds keys with their group and order. */
    static final class Definer {

        private final ConfigDef config = new ConfigDef();
        private String group = "";
        private int order;

        ConfigDef config() {
            return config;
        }

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
    interface Undocumented {
        void doc(String sentence);

        default void tableDoc(String key, String sentence) {
            doc(sentence + PER_TABLE + key + ".");
        }
    }
}
