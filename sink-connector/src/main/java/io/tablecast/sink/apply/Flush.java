// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import io.tablecast.contract.record.SourceInfo;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.metadata.SourceTable;
import io.tablecast.sink.offset.Advance;
import io.tablecast.sink.snapshot.StagedTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * What one transaction writes: the changes of each table in the order they came, and how far they take each partition.
 * One thread fills it and hands it over; nobody changes it after that.
 */
public final class Flush {

    private final Map<TableId, List<Change>> tables = new HashMap<>();
    private final Map<TableId, SourceTables> sources = new HashMap<>();
    private final Map<TopicPartition, Advance> advances = new HashMap<>();
    private final List<Rejection> unreadable = new ArrayList<>();
    private final Map<TableId, StagedTable> stages = new HashMap<>();
    private final Map<TopicPartition, FlushNote> notes = new HashMap<>();
    private final Set<TableId> changedElsewhere = new HashSet<>();
    private int records;
    private long bytes;

    /**
     * Adds a change of a table.
     *
     * @return whether it is the table's first
     */
    public boolean add(TableId table, Change change, SourceInfo source) {
        List<Change> changes = tables.computeIfAbsent(table, missing -> new ArrayList<>());
        changes.add(change);
        sources.computeIfAbsent(table, missing -> new SourceTables()).add(change, source);
        return changes.size() == 1;
    }

    /** Says that changes of its id go into the table of a staged load. */
    public void stage(StagedTable table) {
        stages.put(table.id(), table);
    }

    /** Has something written down in its transaction for as long as the partition is part of it; the last note counts. */
    public void note(TopicPartition partition, FlushNote note) {
        notes.put(partition, note);
    }

    /** Says that a table is not what it was: the writer looks at it again. */
    public void reread(TableId table) {
        changedElsewhere.add(table);
    }

    /** Notes a record that could not be read and is put aside. */
    public void addUnreadable(Rejection rejection) {
        unreadable.add(rejection);
    }

    /**
     * Notes that a record is part of this flush, whether or not it changes a table.
     *
     * @param from what is stored of the partition before this flush
     * @param size of the record's values in bytes, roughly
     */
    public void cover(TopicPartition partition, long from, long offset, long epoch, long size) {
        advances.merge(
                partition,
                new Advance(partition, from, offset + 1, epoch),
                (first, last) -> new Advance(partition, first.from(), last.to(), first.epoch()));
        records++;
        bytes += size;
    }

    /** How many records are in it. */
    public int records() {
        return records;
    }

    /** The size of their values, roughly. */
    public long bytes() {
        return bytes;
    }

    public boolean isEmpty() {
        return advances.isEmpty();
    }

    /** The moves of partitions that it makes. */
    public Collection<Advance> advances() {
        return advances.values();
    }

    /** The partitions that its changes of a table, and of staged loads of it, came from. */
    public Set<TopicPartition> partitionsOf(TableId table) {
        return tables.entrySet().stream()
                .filter(changed -> isOf(table, changed.getKey()))
                .flatMap(changed -> changed.getValue().stream())
                .map(change -> change.origin().partition())
                .collect(Collectors.toSet());
    }

    private boolean isOf(TableId table, TableId changed) {
        return changed.equals(table)
                || stage(changed)
                        .filter(stage -> stage.destination().equals(table))
                        .isPresent();
    }

    /** Whether a partition's changes are all of one table, or of staged loads of it. */
    public boolean isOnlyOf(TopicPartition partition, TableId table) {
        return tables.entrySet().stream()
                .filter(changed -> !isOf(table, changed.getKey()))
                .flatMap(changed -> changed.getValue().stream())
                .noneMatch(change -> change.origin().partition().equals(partition));
    }

    /** The partitions that an even share of its records, or more, may come from. */
    public Set<TopicPartition> mainPartitions() {
        return advances.values().stream()
                .filter(advance -> advance.from() < 0 || (advance.to() - advance.from()) * advances.size() >= records)
                .map(Advance::partition)
                .collect(Collectors.toSet());
    }

    /** Whether any offset is another one afterwards: rows may be written ahead of their record. */
    boolean movesAnything() {
        return advances.values().stream().anyMatch(advance -> advance.from() != advance.to());
    }

    /** The tables that it changes; those of staged loads are not among them. */
    public Set<TableId> tableIds() {
        Set<TableId> ids = new HashSet<>(tables.keySet());
        ids.removeAll(stages.keySet());
        return ids;
    }

    /** The staged load that the table of this id belongs to. */
    Optional<StagedTable> stage(TableId table) {
        return Optional.ofNullable(stages.get(table));
    }

    /** What is to be written down with it. */
    Collection<FlushNote> notes() {
        return notes.values();
    }

    /** Tables that somebody else has changed since the flush before. */
    Set<TableId> changedElsewhere() {
        return changedElsewhere;
    }

    /** Its tables in the order that all tasks write them in, so that they do not deadlock. */
    Map<TableId, List<Change>> tables() {
        return new TreeMap<>(tables);
    }

    /** What the last record of a table says of its source. */
    SourceInfo lastSource(TableId table) {
        return sources.get(table).last();
    }

    /** The source tables that its changes of a table come from, as far as they tell. */
    Set<SourceTable> sources(TableId table) {
        return sources.get(table).tables();
    }

    List<Rejection> unreadable() {
        return unreadable;
    }

    /** The same without what came from the given partitions. */
    public Flush without(Set<TopicPartition> partitions) {
        Flush rest = new Flush();
        tables.forEach((table, changes) -> {
            List<Change> kept = changes.stream()
                    .filter(change -> !partitions.contains(change.origin().partition()))
                    .toList();
            if (!kept.isEmpty()) {
                rest.tables.put(table, new ArrayList<>(kept));
                rest.addSources(table, sources.get(table));
            }
        });
        advances.forEach((partition, advance) -> {
            if (!partitions.contains(partition)) {
                rest.advances.put(partition, advance);
            }
        });
        unreadable.stream()
                .filter(rejection -> !partitions.contains(rejection.origin().partition()))
                .forEach(rest.unreadable::add);
        notes.forEach((partition, note) -> {
            if (!partitions.contains(partition)) {
                rest.notes.put(partition, note);
            }
        });
        rest.stages.putAll(stages);
        rest.changedElsewhere.addAll(changedElsewhere);
        rest.records = records;
        rest.bytes = bytes;
        return rest;
    }

    private void addSources(TableId table, SourceTables added) {
        sources.computeIfAbsent(table, missing -> new SourceTables()).addAll(added);
    }

    /** This flush followed by a later one, as one. */
    public Flush followedBy(Flush later) {
        Flush both = without(Set.of());
        later.tables.forEach((table, changes) ->
                both.tables.computeIfAbsent(table, missing -> new ArrayList<>()).addAll(changes));
        later.sources.forEach(both::addSources);
        later.advances.forEach((partition, advance) -> both.advances.merge(
                partition, advance, (first, last) -> new Advance(partition, first.from(), last.to(), first.epoch())));
        both.unreadable.addAll(later.unreadable);
        both.stages.putAll(later.stages);
        both.notes.putAll(later.notes);
        both.changedElsewhere.addAll(later.changedElsewhere);
        both.records += later.records;
        both.bytes += later.bytes;
        return both;
    }
}
