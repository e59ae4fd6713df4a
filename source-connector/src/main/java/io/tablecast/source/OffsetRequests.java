// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.offset.InvalidOffset;
import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.Mode;
import io.tablecast.source.config.NoKeyPolicy;
import io.tablecast.source.config.SourceKeys;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.config.TableSettings;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.SourceFailures;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Checks offsets that a user sends: whoever moves an offset by hand must hear at once that it cannot be used, rather than
 * see the table copied again. Offsets may be deleted whatever they are, also of tables that are captured no longer.
 */
final class OffsetRequests {

    private static final String REMEDY = " Delete the table's offset instead; then it is copied again.";

    private final Map<String, String> properties;
    private final List<String> faults = new ArrayList<>();
    private final Map<TableId, TableOffset> wanted = new TreeMap<>();

    private OffsetRequests(Map<String, String> properties) {
        this.properties = properties;
    }

    /**
     * Checks all of them, as maps, against the configuration, and against the source.
     *
     * @throws ConnectException naming every fault of every map
     */
    static void check(Map<String, String> properties, Map<Map<String, ?>, Map<String, ?>> offsets) {
        OffsetRequests requests = new OffsetRequests(properties);
        offsets.forEach(requests::read);
        requests.checkWanted();
        if (!requests.faults.isEmpty()) {
            throw new ConnectException(String.join(" ", requests.faults));
        }
    }

    private void read(Map<String, ?> partition, Map<String, ?> offset) {
        try {
            TableId table = table(partition);
            // No offset means: copy the table again.
            if (offset != null) {
                wanted.put(table, OffsetCodec.decode(offset));
            }
        } catch (InvalidOffset e) {
            faults.add(e.getMessage());
        }
    }

    private TableId table(Map<String, ?> partition) {
        SourcePartition named = SourcePartition.of(partition);
        String prefix = properties.getOrDefault(SourceKeys.TOPIC_PREFIX, "");
        if (!named.topicPrefix().equals(prefix)) {
            throw new InvalidOffset("Source partition " + partition + " belongs to topic.prefix \""
                    + named.topicPrefix() + "\"; this connector's is \"" + prefix + "\".");
        }
        // Connect compares partitions as they are written, and would never find another spelling again.
        if (!named.toMap().equals(partition)) {
            throw new InvalidOffset(
                    "Source partition " + partition + " must be written as it is stored: " + named.toMap() + ".");
        }
        return named.table();
    }

    private void checkWanted() {
        if (wanted.isEmpty()) {
            return;
        }
        SourceSettings settings = SourceSettings.parse(properties);
        wanted.keySet().removeIf(table -> !fits(settings, table, wanted.get(table)));
        try {
            new SourceOffsetChecks(settings).faults(wanted).forEach(fault -> faults.add(fault + REMEDY));
        } catch (SQLException e) {
            throw SourceFailures.of(
                    "Cannot check the offsets against the source", new Connections(settings.connection()), e);
        }
    }

    /** Whether the configuration has a use for an offset. */
    private boolean fits(SourceSettings settings, TableId table, TableOffset offset) {
        if (!settings.tables().includes(table)) {
            faults.add("The table " + table + " is not captured: it does not match table.include.list, or matches"
                    + " table.exclude.list. Its offset can only be deleted.");
            return false;
        }
        TableSettings ofTable = settings.of(table);
        boolean mayFallBack = ofTable.mode() == Mode.QUEUE && ofTable.noKeyPolicy() == NoKeyPolicy.SNAPSHOT;
        boolean isOfItsMode = offset.mode().equals(ofTable.mode().configName())
                || (mayFallBack && offset.mode().equals(Mode.SNAPSHOT.configName()));
        if (!isOfItsMode) {
            faults.add("The table " + table + " is read in mode "
                    + ofTable.mode().configName() + ", and cannot go on at an offset of mode " + offset.mode() + "."
                    + REMEDY);
        }
        return isOfItsMode;
    }
}
