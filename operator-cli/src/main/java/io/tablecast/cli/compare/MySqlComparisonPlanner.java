// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import io.tablecast.cli.pipeline.MySqlSource;
import io.tablecast.cli.pipeline.Route;
import io.tablecast.contract.record.Operation;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.config.ApplyMode;
import io.tablecast.sink.config.DeleteMode;
import io.tablecast.sink.config.NulMode;
import io.tablecast.sink.config.TableSettings;
import io.tablecast.source.config.MySqlMode;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.mysql.MySqlRows;
import io.tablecast.source.mysql.MySqlRows.Shape;
import io.tablecast.source.postgres.Identifiers;
import io.tablecast.source.postgres.Literals;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.postgres.SourceTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;

/** Finds out what is to be compared of one table of MySQL or MariaDB, from its connectors' settings and both catalogs. */
public final class MySqlComparisonPlanner {

    /** How values are read at the destination: each in the form that loses nothing. */
    private static final Map<String, String> LOSSLESS = Map.of(
            "connection.url", "jdbc:postgresql://destination/",
            "connection.user", "",
            "topic.prefix", "destination",
            "mode", "snapshot",
            "table.include.list", ".*");

    /** Contents and types whose rows MySQL finds again by what they say. */
    private static final Pattern SOUGHT_IN_MYSQL = Pattern.compile("NUMBER ((tiny|small|medium|big)?int|decimal).*"
            + "|TEXT ((var)?char|(tiny|medium|long)?text|enum|set)\\b.*|BYTES (var)?binary.*");

    /** The same of PostgreSQL, where every value has one text. */
    private static final Pattern SOUGHT_IN_POSTGRES =
            Pattern.compile("NUMBER (smallint|integer|bigint|numeric.*)|TEXT .*|BYTES bytea");

    private final Route route;
    private final MySqlSource source;
    private final Patience patience;
    private final Optional<String> from;
    private final Optional<String> to;
    private final List<String> remarks = new ArrayList<>();

    /**
     * A planner for one table.
     *
     * @param from the first control value that is compared, of mode {@code incremental}
     * @param to the control value before which comparing ends
     */
    public MySqlComparisonPlanner(
            Route route, MySqlSource source, Patience patience, Optional<String> from, Optional<String> to) {
        this.route = route;
        this.source = source;
        this.patience = patience;
        this.from = from;
        this.to = to;
    }

    /**
     * Opens both sides; the caller closes the comparison.
     *
     * @throws SQLException also when a table is not there; the message says which
     */
    public TableComparison open() throws SQLException {
        MySqlRows atSource = source.rows(id());
        try {
            Connection atDestination = route.sink().connections().open();
            try {
                return plan(atSource, atDestination);
            } catch (SQLException | RuntimeException e) {
                atDestination.close();
                throw e;
            }
        } catch (SQLException | RuntimeException e) {
            atSource.close();
            throw e;
        }
    }

    private TableComparison plan(MySqlRows atSource, Connection atDestination) throws SQLException {
        Shape shape =
                atSource.shape().orElseThrow(() -> new SQLException("There is no table " + id() + " at the source."));
        SourceSettings reading = SourceSettings.parse(LOSSLESS);
        SourceTable destination = new SourceCatalog(atDestination, reading.records())
                .table(route.destination(), reading.of(route.destination()))
                .orElseThrow(() -> new SQLException("There is no table " + route.destination()
                        + " at the destination of " + route.sink().connector().name() + " yet."));
        ChosenControls controls = controls();
        List<DecodedColumn> ofSource = new ArrayList<>();
        List<DecodedColumn> ofDestination = new ArrayList<>();
        for (Field field : shape.schema().fields()) {
            String type =
                    shape.structure().column(field.name()).map(Column::type).orElse("");
            pair(field, type, destination, ofSource, ofDestination);
        }
        if (ofSource.isEmpty()) {
            throw new SQLException("None of its columns can be compared with those of " + route.destination()
                    + " at the destination of " + route.sink().connector().name() + ": " + String.join("; ", remarks)
                    + ".");
        }
        List<String> key = isAppended() || !isWholeKeyThere(shape, ofSource) ? List.of() : shape.key();
        List<DecodedColumn> sourceKey = columns(key, ofSource);
        List<DecodedColumn> destinationKey = columns(key, ofDestination);
        boolean isNumbered = !key.isEmpty()
                && sourceKey.get(0).isWholeNumber()
                && destinationKey.get(0).isWholeNumber();
        return new TableComparison(
                new BothSides(
                        new DecodedSide(new DecodedMySqlRows(atSource, shape.schema(), controls), ofSource, sourceKey),
                        new DecodedSide(
                                new DecodedPostgresRows(atDestination, destination, destinationCondition(controls)),
                                ofDestination,
                                destinationKey)),
                allowance(),
                isNumbered,
                remarks,
                patience);
    }

    /** Takes a column into both sides, if it is there and says the same there. */
    private void pair(
            Field field,
            String type,
            SourceTable destination,
            List<DecodedColumn> ofSource,
            List<DecodedColumn> ofDestination) {
        String name = renamed(field.name());
        Optional<Column> column = destination.structure().column(name);
        if (column.isEmpty()) {
            remarks.add("the destination has no column " + name);
            return;
        }
        Field other = destination.envelopes().rowSchema().field(name);
        Optional<Content> content = content(field.schema(), other.schema());
        if (content.isEmpty()) {
            remarks.add("column " + name + " is left out: its values cannot be compared with those of type "
                    + column.get().type());
            return;
        }
        boolean isPadded = column.get().type().startsWith("character(");
        NulMode nulMode = route.sink().settings().nulMode();
        // A text may lack characters U+0000, and a padded one lacks its spaces, with which MySQL finds it in columns of
        // one length only.
        boolean isSought = SOUGHT_IN_MYSQL.matcher(content.get() + " " + type).matches()
                && (!isPadded || type.startsWith("char("))
                && (content.get() != Content.TEXT || nulMode == NulMode.FAIL);
        ofSource.add(new DecodedColumn(field.name(), field, content.get(), isPadded, nulMode, isSought));
        ofDestination.add(new DecodedColumn(
                field.name(),
                other,
                content.get(),
                isPadded,
                nulMode,
                SOUGHT_IN_POSTGRES
                        .matcher(content.get() + " " + column.get().type())
                        .matches()));
    }

    private static Optional<Content> content(Schema source, Schema destination) {
        return Content.of(source).filter(content -> Content.of(destination).equals(Optional.of(content)));
    }

    private static boolean isWholeKeyThere(Shape shape, List<DecodedColumn> compared) {
        return columns(shape.key(), compared).size() == shape.key().size();
    }

    private static List<DecodedColumn> columns(List<String> names, List<DecodedColumn> among) {
        return names.stream()
                .flatMap(name -> among.stream().filter(column -> column.name().equals(name)))
                .toList();
    }

    /** What the source has read so far. */
    private ChosenControls controls() {
        if (!isIncremental() || controlColumn().isEmpty()) {
            return ChosenControls.all();
        }
        Optional<String> last =
                Optional.ofNullable(route.table().offset().get("control.after")).map(String::valueOf);
        if (last.isPresent() && to.isEmpty()) {
            remarks.add(
                    "rows are compared up to " + controlColumn() + " " + last.get() + ", which the source has read");
        }
        return new ChosenControls(from, to, last);
    }

    private String destinationCondition(ChosenControls controls) {
        String control = Identifiers.quote(renamed(controlColumn()));
        List<String> conditions = new ArrayList<>(List.of("true"));
        controls.from().ifPresent(value -> conditions.add(control + " >= " + Literals.quote(value)));
        controls.to().ifPresent(value -> conditions.add(control + " < " + Literals.quote(value)));
        controls.last().ifPresent(value -> conditions.add(control + " <= " + Literals.quote(value)));
        destinationSettings()
                .softDelete()
                .ifPresent(soft -> conditions.add(Identifiers.quote(soft.column()) + " IS NULL"));
        return String.join(" AND ", conditions);
    }

    private Allowance allowance() {
        boolean keepsDeleted = destinationSettings().deleteMode() == DeleteMode.IGNORE
                || source.settings().of(id()).skips(Operation.DELETE)
                || isIncremental();
        return isAppended() || keepsDeleted ? Allowance.FURTHER_ROWS : Allowance.NONE;
    }

    private boolean isIncremental() {
        return source.settings().of(id()).mode() == MySqlMode.INCREMENTAL;
    }

    private boolean isAppended() {
        return destinationSettings().applyMode() == ApplyMode.APPEND;
    }

    private String controlColumn() {
        return String.valueOf(route.table().offset().getOrDefault("control.column", ""));
    }

    /** What the sink calls a column. */
    private String renamed(String column) {
        return route.sink().settings().naming().identifierCase().column(column);
    }

    private TableSettings destinationSettings() {
        return route.sink().settings().of(route.destination());
    }

    private TableId id() {
        return route.table().id();
    }
}
