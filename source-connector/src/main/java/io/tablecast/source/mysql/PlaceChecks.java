// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.offset.BinlogOffset;
import io.tablecast.contract.offset.InvalidOffset;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.MySqlSettings;
import io.tablecast.source.mysql.binlog.BinlogPosition;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks places that a user sends against the source: whether tables can go on there. */
public final class PlaceChecks {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private PlaceChecks() {}

    /** What is wrong with which place, as sentences. Connects to the source. */
    public static List<String> faults(MySqlSettings settings, Map<TableId, BinlogOffset> offsets) throws SQLException {
        List<String> faults = new ArrayList<>();
        if (offsets.isEmpty()) {
            return faults;
        }
        try (Connection connection = new MySqlConnections(settings.connection()).open(PATIENCE)) {
            BinlogPlaces places = new BinlogPlaces(connection, MySqlServer.read(connection));
            for (Map.Entry<TableId, BinlogOffset> entry : offsets.entrySet()) {
                fault(places, entry.getValue())
                        .ifPresent(fault -> faults.add("The table " + entry.getKey()
                                + " cannot go on at this offset: " + fault
                                + (fault.endsWith(".") ? "" : ".")
                                + " Delete the table's offset instead; then it is copied again."));
            }
        }
        return faults;
    }

    private static Optional<String> fault(BinlogPlaces places, BinlogOffset offset) throws SQLException {
        BinlogPosition place = new BinlogPosition(offset.file(), offset.position(), offset.gtids());
        try {
            return offset.isRequest()
                    ? places.whyLostHere(places.named(place))
                    : places.whyLost(offset.system(), place, offset.prepared());
        } catch (InvalidOffset | IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
