// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import io.tablecast.contract.type.UnavailableValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * Values that a record says it does not know: an update left them unchanged and the source did not repeat them
 * (Debezium's {@code __debezium_unavailable_value}). An earlier state of the row in the same flush may have them.
 */
final class MissingValues {

    private final List<Suspect> suspects = new ArrayList<>();

    private MissingValues(Schema row) {
        UnavailableValue unavailable = new UnavailableValue(UnavailableValue.DEFAULT_PLACEHOLDER);
        for (Field field : row.fields()) {
            switch (field.schema().type()) {
                case STRING, BYTES, ARRAY, MAP ->
                    suspects.add(new Suspect(field, unavailable.detector(field.schema())));
                default -> {
                    // Values of fixed length are always there.
                }
            }
        }
    }

    private record Suspect(Field field, Predicate<Object> detector) {
        boolean isMissing(Struct row) {
            Object value = row.get(field);
            return value != null && detector.test(value);
        }
    }

    static MissingValues of(Schema row) {
        return new MissingValues(row);
    }

    /** Whether a value of the row is missing. */
    boolean isAnyIn(Struct row) {
        for (int i = 0; i < suspects.size(); i++) {
            if (suspects.get(i).isMissing(row)) {
                return true;
            }
        }
        return false;
    }

    /** The fields whose values are missing. */
    List<Field> in(Struct row) {
        return suspects.stream()
                .filter(suspect -> suspect.isMissing(row))
                .map(Suspect::field)
                .toList();
    }

    /** The changes with missing values taken from earlier states of the same rows, as far as these are among them. */
    static List<Change.OfRow> filled(List<Change.OfRow> changes, TablePlans plans) {
        EarlierStates states = new EarlierStates(plans);
        List<Change.OfRow> filled = new ArrayList<>(changes.size());
        for (Change.OfRow change : changes) {
            filled.add(change instanceof Change.Write write ? states.filled(write) : states.seen(change));
        }
        return filled;
    }

    /** What the changes so far say of rows, those that have left their key included. */
    private static final class EarlierStates {
        private final TablePlans plans;
        private final Map<Object, Change.Write> known = new HashMap<>();
        private final Map<Object, Change.Write> left = new HashMap<>();

        EarlierStates(TablePlans plans) {
            this.plans = plans;
        }

        Change.OfRow seen(Change.OfRow change) {
            identity(change).ifPresent(identity -> {
                // The tombstone behind a delete says nothing new of the row.
                Change.Write last = known.remove(identity);
                if (last != null) {
                    left.put(identity, last);
                }
            });
            return change;
        }

        Change.Write filled(Change.Write write) {
            Optional<Object> identity = identity(write);
            if (identity.isEmpty()) {
                return write;
            }
            Change.Write whole = fill(write, earlier(write, identity.get()));
            known.put(identity.get(), whole);
            return whole;
        }

        private Optional<Change.Write> earlier(Change.Write write, Object identity) {
            return write.former().isPresent()
                    ? identity(write.former().get()).map(left::get)
                    : Optional.ofNullable(known.get(identity));
        }

        private Change.Write fill(Change.Write write, Optional<Change.Write> earlier) {
            List<Field> missing = plans.missing(write).in(write.row());
            if (missing.isEmpty() || earlier.isEmpty()) {
                return write;
            }
            Struct merged = new Struct(write.row().schema());
            for (Field field : write.row().schema().fields()) {
                Field before = earlier.get().row().schema().field(field.name());
                boolean isTaken = missing.contains(field)
                        && before != null
                        && before.schema().equals(field.schema());
                merged.put(field, isTaken ? Values.of(earlier.get().row(), before) : Values.of(write.row(), field));
            }
            // What is missing still is where the row was before the first of these changes.
            Optional<Change.Delete> former = earlier.get().former().or(write::former);
            return write.withRow(merged, former);
        }

        private Optional<Object> identity(Change.OfRow change) {
            return plans.key(change).map(key -> key.identity(change));
        }
    }
}
