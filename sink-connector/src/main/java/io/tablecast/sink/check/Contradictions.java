// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.check;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.config.ApplyMode;
import io.tablecast.sink.config.DeleteMode;
import io.tablecast.sink.config.SinkKeys;
import io.tablecast.sink.config.SinkSettings;
import io.tablecast.sink.config.TableSettings;
import io.tablecast.sink.structure.HistoryTable;
import io.tablecast.sink.structure.IndexCopy;
import io.tablecast.sink.structure.SoftDelete;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Settings that do not go together, as far as the configuration alone tells. */
final class Contradictions {

    private static final Logger LOG = LoggerFactory.getLogger(Contradictions.class);

    private final Report report;
    private final SetKeys keys;
    private final SinkSettings settings;
    private final Map<String, String> properties;

    Contradictions(Report report, Map<String, String> properties) {
        this.report = report;
        this.keys = new SetKeys(properties);
        this.settings = SinkSettings.parse(properties);
        this.properties = Map.copyOf(properties);
    }

    void check() {
        checkIndexes(settings.tableDefaults(), SinkKeys.INDEXES);
        settings.tableOverrides()
                .forEach((table, ofTable) -> Stream.of(SinkKeys.INDEXES, SinkKeys.APPLY_MODE, SinkKeys.DELETE_MODE)
                        .flatMap(key -> keys.own(table, key).stream())
                        .findFirst()
                        .ifPresent(key -> checkIndexes(ofTable, key)));
        checkHistories();
        Map<TableId, List<NamedSources.NamedSource>> byDestination = new LinkedHashMap<>();
        NamedSources.of(settings, properties)
                .forEach(named -> byDestination
                        .computeIfAbsent(named.destination(), missing -> new ArrayList<>())
                        .add(named));
        byDestination.values().forEach(this::checkSources);
    }

    private void checkIndexes(TableSettings ofTable, String key) {
        boolean areRowsAlone = ofTable.applyMode() == ApplyMode.UPSERT && ofTable.deleteMode() == DeleteMode.DELETE;
        if (ofTable.shape().indexes() == IndexCopy.UNIQUE && !areRowsAlone) {
            report.error(
                    key,
                    "indexes=unique needs apply.mode=upsert and delete.mode=delete: rows that stay when the source has"
                            + " others in their place would keep these out. Set indexes=copy.");
        }
    }

    private void checkHistories() {
        List<NamedTables.NamedTable> tables = NamedTables.of(settings, properties);
        for (NamedTables.NamedTable named : tables) {
            boolean hasHistory = settings.of(named.id())
                    .softDelete()
                    .filter(kept -> kept.history() == SoftDelete.History.EVERY)
                    .isPresent();
            TableId history = HistoryTable.of(named.id());
            if (hasHistory && tables.stream().anyMatch(other -> other.id().equals(history))) {
                report.error(
                        keys.of(named.id(), SinkKeys.SOFT_DELETE_HISTORY),
                        "Deleted rows of " + named.id() + " go to " + history
                                + ", which is the table of other records as"
                                + " well. Map one of them to another table by table.mapping, or set"
                                + " soft.delete.history=false.");
            }
        }
    }

    private void checkSources(List<NamedSources.NamedSource> ofOne) {
        Optional<NamedSources.NamedSource> second = ofOne.stream()
                .filter(named -> !named.source().isSame(ofOne.get(0).source()))
                .findFirst();
        if (second.isEmpty()) {
            return;
        }
        NamedSources.NamedSource first = ofOne.get(0);
        TableId table = first.destination();
        String key = first.key().equals(NamedTables.TOPICS) ? second.get().key() : first.key();
        if (first.source().differsInCaseAlone(second.get().source())) {
            boolean areNamed =
                    Stream.of(first, second.get()).allMatch(named -> named.certainty() == NamedTables.Certainty.NAMED);
            report.fault(
                    areNamed ? first.named() : new NamedTables.NamedTable(table, key, NamedTables.Certainty.LIKELY),
                    key,
                    "The tables " + first.source() + " and " + second.get().source() + " would both be written to "
                            + table
                            + ". Set identifier.case=keep, or map one of them to another table by table.mapping.");
            return;
        }
        String fault =
                "The tables " + first.source() + " and " + second.get().source() + " are both written to " + table
                        + ", and a copy or a TRUNCATE of one of them would remove the rows of both; it is refused when it comes."
                        + " Give one of them another table by table.mapping or table.name.format, or see that neither is copied"
                        + " (snapshot.mode=no_data) and set truncate.mode=ignore.";
        if (keys.isSet(table, SinkKeys.SNAPSHOT_APPLY) || keys.isSet(table, SinkKeys.SWAP_MODE)) {
            report.error(key, fault);
        } else {
            LOG.warn("{}: {}", key, fault);
        }
    }
}
