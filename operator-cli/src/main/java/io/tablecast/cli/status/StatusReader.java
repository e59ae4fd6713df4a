// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.status;

import io.tablecast.cli.connect.Deployed;
import io.tablecast.cli.pipeline.CapturedTable;
import io.tablecast.cli.pipeline.Pipeline;
import io.tablecast.cli.pipeline.PipelineSink;
import io.tablecast.cli.pipeline.PipelineSource;
import io.tablecast.cli.pipeline.Route;
import io.tablecast.cli.status.TableStatus.Content;
import io.tablecast.cli.status.TableStatus.State;
import io.tablecast.contract.table.TableId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;

/** Puts together what workers, sources and destinations say of each table. Used once. */
public final class StatusReader {

    private final Pipeline pipeline;
    private final Thresholds thresholds;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Map<TableId, DestinationState>> destinations = new HashMap<>();
    private final Map<String, Map<TableId, Double>> waiting = new HashMap<>();
    private final Map<String, Map<String, Double>> waitingRecords = new HashMap<>();
    private final Optional<KafkaLog> kafka;

    /** @param kafka is asked for records that wait, if it is there */
    public StatusReader(Pipeline pipeline, Thresholds thresholds, Optional<KafkaLog> kafka) {
        this.pipeline = pipeline;
        this.thresholds = thresholds;
        this.kafka = kafka;
    }

    /** Asks all databases. What cannot be asked is a problem of the result. */
    public PipelineStatus read() {
        problems.addAll(pipeline.problems());
        if (pipeline.connectors().isEmpty()) {
            problems.add("The worker has no connector of Tablecast.");
        }
        pipeline.connectors()
                .forEach(connector -> connector
                        .failure()
                        .ifPresent(reason -> problems.add(connector.name() + " has failed: " + reason)));
        pipeline.sinks().forEach(this::readDestination);
        pipeline.sources().forEach(this::readWaiting);
        List<TableStatus> tables = new ArrayList<>();
        for (PipelineSource source : pipeline.sources()) {
            for (CapturedTable table : pipeline.tables(source)) {
                List<Route> routes = pipeline.routes(source, table);
                if (routes.isEmpty()) {
                    tables.add(withoutSink(source, table));
                }
                routes.forEach(route -> tables.add(status(route)));
            }
        }
        return new PipelineStatus(pipeline.connectors(), tables, problems);
    }

    private void readDestination(PipelineSink sink) {
        String name = sink.connector().name();
        try {
            destinations.put(name, DestinationStates.read(sink));
            if (kafka.isPresent()) {
                waitingRecords.put(name, WaitingRecords.read(sink, kafka.get()));
            }
        } catch (KafkaException e) {
            problems.add("Kafka cannot be asked for records that " + name + " has not written: "
                    + kafka.orElseThrow().description(e));
        } catch (SQLException e) {
            problems.add("The destination of " + name + " cannot be asked: at "
                    + sink.connections().target() + ": " + pipeline.withoutSecrets(name, e));
        }
    }

    private void readWaiting(PipelineSource source) {
        Map<TableId, Instant> applied = new HashMap<>();
        for (CapturedTable table : pipeline.tables(source)) {
            pipeline.routes(source, table).stream()
                    .flatMap(route -> state(route).flatMap(DestinationState::sourceTime).stream())
                    .min(Instant::compareTo)
                    .ifPresent(time -> applied.put(table.id(), time));
        }
        String name = source.connector().name();
        try {
            waiting.put(name, source.waiting(applied));
        } catch (SQLException e) {
            // That the source does not answer is among the pipeline's problems when it lists its tables.
            waiting.put(name, Map.of());
        }
    }

    private Optional<DestinationState> state(Route route) {
        return Optional.ofNullable(destinations
                .getOrDefault(route.sink().connector().name(), Map.of())
                .get(route.destination()));
    }

    private TableStatus withoutSink(PipelineSource source, CapturedTable table) {
        State state = ofConnectors(Stream.of(source.connector())).orElse(State.NO_SINK);
        return new TableStatus(
                table.id(),
                source.connector().name(),
                Optional.empty(),
                Optional.empty(),
                table.mode(),
                state,
                OptionalDouble.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Content.WHOLE,
                "no sink takes the topic " + table.topic(),
                state.level());
    }

    private TableStatus status(Route route) {
        CapturedTable table = route.table();
        Optional<DestinationState> destination = state(route);
        Optional<CopyProgress> copy = destination
                .flatMap(DestinationState::copy)
                .map(running ->
                        new CopyProgress(running.phase(), running.rows(), table.estimatedRows(), running.seconds()));
        State state = state(route, destination, copy.isPresent());
        OptionalDouble lag = lag(route, destination);
        Level level = state.level().or(lag.isPresent() ? thresholds.of(lag.getAsDouble()) : Level.OK);
        return new TableStatus(
                table.id(),
                route.source().connector().name(),
                Optional.of(route.sink().connector().name()),
                Optional.of(route.destination()),
                table.mode(),
                state,
                lag,
                destination.isPresent() ? OptionalLong.of(destination.get().rows()) : OptionalLong.empty(),
                copy,
                isIncomplete(destination) ? Content.LACKS_ROWS : Content.WHOLE,
                remark(table, destination),
                level);
    }

    private static State state(Route route, Optional<DestinationState> destination, boolean isLoading) {
        Optional<State> broken =
                ofConnectors(Stream.of(route.source().connector(), route.sink().connector()));
        boolean isIncomplete = isIncomplete(destination);
        if (broken.isPresent() && (broken.get() == State.FAILED || !isIncomplete)) {
            return broken.get();
        }
        if (isIncomplete && !isLoading) {
            return destination.get().isQuarantined() ? State.QUARANTINED : State.INCOMPLETE;
        }
        if (isLoading || route.table().state().equals("copying")) {
            return State.COPYING;
        }
        boolean isWritten = destination.isPresent() && destination.get().wasWritten();
        return isWritten || isDone(route.table()) ? State.FOLLOWING : State.WAITING;
    }

    private static boolean isIncomplete(Optional<DestinationState> destination) {
        return destination.isPresent() && !destination.get().incomplete().isEmpty();
    }

    /** An empty table is followed without anything being written, and so is one without a copy. */
    private static boolean isDone(CapturedTable table) {
        return !table.state().isEmpty();
    }

    private static Optional<State> ofConnectors(Stream<Deployed> connectors) {
        return connectors
                .map(connector -> {
                    if (connector.failure().isPresent()) {
                        return Optional.of(State.FAILED);
                    }
                    if (connector.lacksWorker()) {
                        return Optional.of(State.UNASSIGNED);
                    }
                    return switch (connector.state()) {
                        case "PAUSED" -> Optional.of(State.PAUSED);
                        case "STOPPED" -> Optional.of(State.STOPPED);
                        default -> Optional.<State>empty();
                    };
                })
                .flatMap(Optional::stream)
                .max(State::compareTo);
    }

    /** The longer one of what waits at the source and of what waits in Kafka. */
    private OptionalDouble lag(Route route, Optional<DestinationState> destination) {
        Double inKafka = waitingRecords
                .getOrDefault(route.sink().connector().name(), Map.of())
                .get(route.table().topic());
        OptionalDouble atSource = lagOfSource(route, destination);
        return inKafka == null ? atSource : OptionalDouble.of(Math.max(inKafka, atSource.orElse(0)));
    }

    /** Where the source knows what waits there, that; else how late the last change was. */
    private OptionalDouble lagOfSource(Route route, Optional<DestinationState> destination) {
        Double seconds = waiting.getOrDefault(route.source().connector().name(), Map.of())
                .get(route.table().id());
        if (seconds != null) {
            return OptionalDouble.of(seconds);
        }
        if (route.table().overdue().isPresent()) {
            return OptionalDouble.of(route.table().overdue().get().toMillis() / 1000.0);
        }
        return destination.map(DestinationState::lagSeconds).orElse(OptionalDouble.empty());
    }

    private static String remark(CapturedTable table, Optional<DestinationState> destination) {
        String incomplete = destination.map(DestinationState::incomplete).orElse("");
        if (incomplete.startsWith(DestinationState.QUARANTINED)) {
            return incomplete.substring(DestinationState.QUARANTINED.length());
        }
        return incomplete.isEmpty() ? table.remark() : incomplete;
    }
}
