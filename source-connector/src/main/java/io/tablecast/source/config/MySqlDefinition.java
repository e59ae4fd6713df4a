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
import io.tablecast.source.config.SourceDefinition.Definer;
import io.tablecast.source.mysql.type.MySqlModes;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigException;

/** The definition of all settings of the MySQL source. */
public final class MySqlDefinition {

    public static final ConfigDef CONFIG = define();

    private static final long LARGEST_SERVER_ID = 4_294_967_295L;

    private MySqlDefinition() {}

    private static ConfigDef define() {
        Definer definer = new Definer();
        connection(definer);
        tables(definer);
        MySqlIncrementalDefinition.define(definer);
        records(definer);
        return definer.config();
    }

    private static void connection(Definer definer) {
        definer.group("Connection");
        definer.key(
                        CONNECTION_URL,
                        ConfigDef.Type.STRING,
                        NO_DEFAULT_VALUE,
                        check("jdbc:mysql://host:port", MySqlDefinition::url),
                        HIGH,
                        "Connection URL")
                .doc("JDBC URL of the server, jdbc:mysql://host:port, also of a MariaDB. Keys that begin with"
                        + " connection.properties. are handed to the driver.");
        definer.key(CONNECTION_USER, ConfigDef.Type.STRING, NO_DEFAULT_VALUE, null, HIGH, "User")
                .doc(
                        "User to connect as; it needs SELECT on the tables, for mode binlog REPLICATION SLAVE and CLIENT, for"
                                + " incremental PROCESS.");
        definer.key(CONNECTION_PASSWORD, ConfigDef.Type.PASSWORD, "", null, HIGH, "Password")
                .doc("Password of the user; leave it out where the server asks for none.");
        definer.key(
                        MySqlKeys.SSL_MODE,
                        ConfigDef.Type.STRING,
                        "preferred",
                        SourceDefinition.oneOf(Spelling.all(MySqlTls.Mode.class)),
                        MEDIUM,
                        "TLS")
                .doc("Whether connections are encrypted: never (disabled), where the server can (preferred), always"
                        + " (required), or always and with a certificate that is trusted (verify_ca), and of the host"
                        + " that the URL names (verify_identity).");
        store(
                definer,
                MySqlKeys.SSL_TRUSTSTORE,
                "Trusted certificates",
                "the certificates of trusted authorities; empty" + " for those that Java trusts");
        store(
                definer,
                MySqlKeys.SSL_KEYSTORE,
                "Own certificate",
                "the certificate and key by which the client shows who"
                        + " it is, for users that need one; empty for none");
        definer.key(
                        MySqlKeys.SERVER_ID,
                        ConfigDef.Type.LONG,
                        null,
                        check("null or [1,...,4294967295]", MySqlDefinition::serverId),
                        MEDIUM,
                        "Server id")
                .doc("Number by which the server knows this client, of the first task; the others take the numbers"
                        + " behind it. No server or other client may have one of them. Unless set, made of the"
                        + " connector's name.");
    }

    private static void store(Definer definer, String prefix, String title, String what) {
        definer.key(prefix + MySqlKeys.STORE_LOCATION, ConfigDef.Type.STRING, "", null, LOW, title)
                .doc("File on the workers that holds " + what + ".");
        definer.key(prefix + MySqlKeys.STORE_PASSWORD, ConfigDef.Type.PASSWORD, "", null, LOW, title + ": password")
                .doc("Password of that file; empty where it has none.");
        definer.key(
                        prefix + MySqlKeys.STORE_TYPE,
                        ConfigDef.Type.STRING,
                        "PKCS12",
                        SourceDefinition.oneOf("PKCS12", "JKS"),
                        LOW,
                        title + ": type")
                .doc("Format in which that file is stored.");
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
                .doc("Name of this source; topics are named <topic.prefix>.<database>.<table>, and offsets belong to"
                        + " it, so a changed prefix copies everything again.");
        definer.key(
                        MODE,
                        ConfigDef.Type.STRING,
                        NO_DEFAULT_VALUE,
                        SourceDefinition.oneOf(Spelling.all(MySqlMode.class)),
                        HIGH,
                        "Mode")
                .tableDoc(
                        MODE,
                        "How tables are read: binlog copies them once and sends each change that the binlog holds;"
                                + " snapshot copies them again and again, with or without a key; incremental copies them"
                                + " once, then reads new and changed rows by a control column.");
        definer.key(
                        TABLE_INCLUDE_LIST,
                        ConfigDef.Type.STRING,
                        NO_DEFAULT_VALUE,
                        ConfigChecks.EXPRESSIONS,
                        HIGH,
                        "Tables")
                .doc("Comma-separated regular expressions; tables whose whole name database.table matches one are"
                        + " captured (system databases never).");
        definer.key(TABLE_EXCLUDE_LIST, ConfigDef.Type.STRING, "", ConfigChecks.EXPRESSIONS, MEDIUM, "Tables left out")
                .doc("Comma-separated regular expressions; what matches one is not captured.");
        definer.key(COLUMNS, ConfigDef.Type.LIST, List.of(), null, MEDIUM, "Columns")
                .tableDoc(COLUMNS, "Comma-separated names of the columns to replicate; empty means all.");
        definer.key(CONDITION, ConfigDef.Type.STRING, "", null, MEDIUM, "Condition")
                .tableDoc(
                        CONDITION,
                        "SQL expression as after WHERE; copies read only rows for which it is true, while mode binlog"
                                + " sends all later changes, because the binlog cannot be asked.");
        definer.key(TOPIC, ConfigDef.Type.STRING, "", ConfigChecks.TOPIC, MEDIUM, "Topic")
                .tableDoc(TOPIC, "Name of the topic, instead of <topic.prefix>.<database>.<table>.");
        definer.key(KEY_COLUMNS, ConfigDef.Type.LIST, List.of(), null, MEDIUM, "Key columns")
                .tableDoc(
                        KEY_COLUMNS,
                        "Comma-separated names of the columns that identify a row, instead of the primary key or the"
                                + " first usable unique index.");
        definer.key(
                        NO_KEY_POLICY,
                        ConfigDef.Type.STRING,
                        "fail",
                        SourceDefinition.oneOf(Spelling.all(MySqlNoKeyPolicy.class)),
                        MEDIUM,
                        "Without key")
                .tableDoc(
                        NO_KEY_POLICY,
                        "What to do with a table of mode binlog that has no key: refuse it (fail), leave it out (skip),"
                                + " or send its rows without a key, which sinks can only add (append).");
        definer.key(
                        ON_TABLE_ERROR,
                        ConfigDef.Type.STRING,
                        "retry",
                        SourceDefinition.oneOf(Spelling.all(OnTableError.class)),
                        MEDIUM,
                        "On errors of a table")
                .tableDoc(
                        ON_TABLE_ERROR,
                        "What to do when one table cannot be read until somebody mends something: others go on, and in"
                                + " mode binlog the table stays as it is until its offset is deleted (retry), or the task"
                                + " stops (fail).");
        definer.key(
                        MySqlKeys.ON_TABLE_REPLACED,
                        ConfigDef.Type.STRING,
                        "repull",
                        SourceDefinition.oneOf(Spelling.all(OnTableReplaced.class)),
                        MEDIUM,
                        "Replaced tables")
                .tableDoc(
                        MySqlKeys.ON_TABLE_REPLACED,
                        "What to do when a table has other rows than before without events that say which (another"
                                + " table was renamed to its name, it was made anew, partitions were dropped or"
                                + " exchanged): copy it again (repull), treat it as an error of the table (fail), or send"
                                + " only what happens from then on (ignore).");
        definer.key(
                        MySqlKeys.BINLOG_PURGED_POLICY,
                        ConfigDef.Type.STRING,
                        "fail",
                        SourceDefinition.oneOf(Spelling.all(PurgedPolicy.class)),
                        MEDIUM,
                        "Purged binlog")
                .doc("What to do with a table whose next transactions are purged from the binlog: treat it as an error"
                        + " of the table (fail), or copy it again (resnapshot).");
        definer.key(
                        SKIP_OPERATIONS,
                        ConfigDef.Type.LIST,
                        List.of(),
                        ConfigChecks.OPERATIONS,
                        LOW,
                        "Operations left out")
                .tableDoc(
                        SKIP_OPERATIONS,
                        "Comma-separated operations that are not sent: c, u, d, t (truncates; copies then begin on their"
                                + " first row).");
        definer.key(
                        SNAPSHOT_MODE,
                        ConfigDef.Type.STRING,
                        "initial",
                        SourceDefinition.oneOf(Spelling.all(SnapshotMode.class)),
                        MEDIUM,
                        "First copy")
                .tableDoc(
                        SNAPSHOT_MODE,
                        "Whether a table is copied when it is seen for the first time (initial) or"
                                + " only followed from then on (no_data).");
        runs(definer);
        definer.key(
                        MySqlKeys.SNAPSHOT_CHUNK_ROWS,
                        ConfigDef.Type.INT,
                        5_000,
                        Range.between(1, 100_000),
                        LOW,
                        "Rows of a chunk")
                .doc("How many rows of a table one query of a copy reads; they are held in memory.");
    }

    private static void runs(Definer definer) {
        definer.key(POLL_INTERVAL_MS, ConfigDef.Type.LONG, null, ConfigChecks.POLL_INTERVAL, MEDIUM, "Poll interval")
                .tableDoc(
                        POLL_INTERVAL_MS,
                        "Milliseconds from the end of a run to the next, in mode snapshot from its beginning; unless"
                                + " set, 3600000 in mode snapshot and 1000 in mode incremental.");
        definer.key(SCHEDULE, ConfigDef.Type.STRING, "", ConfigChecks.SCHEDULE, MEDIUM, "Schedule")
                .tableDoc(
                        SCHEDULE,
                        "Times of the runs in modes snapshot and incremental instead of poll.interval.ms, as a cron"
                                + " expression of five fields in UTC.");
        definer.key(SNAPSHOT_MAX_THREADS, ConfigDef.Type.INT, 2, Range.between(1, 16), LOW, "Copies at once")
                .doc("How many tables of mode snapshot a task copies at once, and how many of mode incremental besides,"
                        + " each with a connection of its own.");
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
                .doc("Milliseconds for which whole transactions of the source are gathered into one Kafka transaction"
                        + " where exactly-once delivery is on and transaction.boundary=connector; consumers see them when"
                        + " it ends.");
        definer.key(
                        DECIMAL_HANDLING_MODE,
                        ConfigDef.Type.STRING,
                        "precise",
                        SourceDefinition.oneOf(Spelling.allDashed(TypeModes.DecimalMode.class)),
                        LOW,
                        "Decimals")
                .doc("Form of decimal: Connect's Decimal (precise), a rounded float (double), or text (string).");
        definer.key(
                        MySqlKeys.BIGINT_UNSIGNED_HANDLING_MODE,
                        ConfigDef.Type.STRING,
                        "precise",
                        SourceDefinition.oneOf(Spelling.allDashed(MySqlModes.UnsignedBigintMode.class)),
                        LOW,
                        "Unsigned bigint")
                .doc("Form of bigint unsigned: Connect's Decimal (precise), or a 64-bit integer in which large values"
                        + " become negative (long).");
        definer.key(
                        BINARY_HANDLING_MODE,
                        ConfigDef.Type.STRING,
                        "bytes",
                        SourceDefinition.oneOf(Spelling.allDashed(TypeModes.BinaryMode.class)),
                        LOW,
                        "Binary data")
                .doc("Form of binary strings and blobs: bytes, or text in base64, base64-url-safe or hex.");
        definer.key(
                        MySqlKeys.ZERO_DATE_HANDLING_MODE,
                        ConfigDef.Type.STRING,
                        "null",
                        SourceDefinition.oneOf(Spelling.allDashed(MySqlModes.ZeroDateMode.class)),
                        LOW,
                        "Zero dates")
                .doc("What becomes of dates that no calendar has, such as 0000-00-00: NULL, in columns that take NULL"
                        + " whatever the source says (null), 1970-01-01 (epoch), or an error (fail).");
        definer.key(
                        SCHEMA_NAME_ADJUSTMENT_MODE,
                        ConfigDef.Type.STRING,
                        "none",
                        SourceDefinition.oneOf(Spelling.all(SchemaNames.class)),
                        LOW,
                        "Schema names")
                .doc("How schema names are made legal for a serialisation format: not at all (none), or for Avro"
                        + " (avro, avro_unicode).");
    }

    private static Validator check(String description, java.util.function.BiConsumer<String, Object> check) {
        return LambdaValidator.with(check, () -> description);
    }

    private static void url(String name, Object value) {
        if (value != null && MySqlUrl.parse((String) value).isEmpty()) {
            throw new ConfigException(
                    name,
                    "[hidden]",
                    "expected jdbc:mysql://host:port of one server, without a database and parameters; users go to"
                            + " connection.user and parameters to connection.properties.*");
        }
    }

    private static void serverId(String name, Object value) {
        if (value != null && ((Long) value < 1 || (Long) value > LARGEST_SERVER_ID)) {
            throw new ConfigException(name, value, "expected a number from 1 to " + LARGEST_SERVER_ID);
        }
    }
}
