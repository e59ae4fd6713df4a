// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.offset;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/** Where the next run of a table starts. Stored by {@link OffsetCodec}. */
public sealed interface TableOffset {

    SourceIdentity source();

    /** The table's mode, in the spelling of the setting {@code mode}. */
    String mode();

    <R> R match(Cases<R> cases);

    /** One branch per kind of offset. */
    interface Cases<R> {
        R copying(Copying offset);

        R copied(Copied offset);

        R window(Window offset);

        R following(Following offset);
    }

    /**
     * A snapshot or first copy had begun and has not ended: the next run begins a new one.
     *
     * @param mode the setting that the copy was begun under: snapshot, queue or incremental
     */
    record Copying(SourceIdentity source, String mode, String snapshotId) implements TableOffset {
        public Copying {
            requireNonNull(source, "source is null");
            requireNonNull(mode, "mode is null");
            requireNonNull(snapshotId, "snapshotId is null");
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.copying(this);
        }
    }

    /**
     * The copy of a table in snapshot mode is complete.
     *
     * @param snapshotId the last one that was sent; empty when none was wanted ({@code snapshot.mode=no_data})
     * @param checked when the table was last found copied or unchanged
     * @param fingerprint proves by equality that nothing has changed since; empty when nothing can prove it
     */
    record Copied(SourceIdentity source, String snapshotId, Instant checked, String fingerprint)
            implements TableOffset {
        public Copied {
            requireNonNull(source, "source is null");
            requireNonNull(snapshotId, "snapshotId is null");
            requireNonNull(checked, "checked is null");
            requireNonNull(fingerprint, "fingerprint is null");
        }

        @Override
        public String mode() {
            return "snapshot";
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.copied(this);
        }
    }

    /**
     * Changes of mode {@code queue} are sent up to here: all that is visible in {@code from}, and of those visible in
     * {@code to} the ones whose queue id is at most {@code lastId}.
     *
     * @param from the snapshot (text form of pg_snapshot) where the window begins
     * @param to the snapshot where the window ends; equal to {@code from} when the window is finished
     * @param lastId the queue id sent last within the window; 0 when it is finished or none was sent yet
     * @param structure fingerprint of the columns that the last record had, and of the queue's triggers
     */
    record Window(SourceIdentity source, String from, String to, long lastId, String structure) implements TableOffset {
        public Window {
            requireNonNull(source, "source is null");
            requireNonNull(from, "from is null");
            requireNonNull(to, "to is null");
            requireNonNull(structure, "structure is null");
        }

        /** All changes visible in a snapshot are sent. */
        public static Window finished(SourceIdentity source, String snapshot, String structure) {
            return new Window(source, snapshot, snapshot, 0, structure);
        }

        public boolean isFinished() {
            return from.equals(to);
        }

        @Override
        public String mode() {
            return "queue";
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.window(this);
        }
    }

    /**
     * Rows of mode {@code incremental} are sent up to here.
     *
     * @param column the name of the control column
     * @param columns the columns that the last record had, as JSON
     * @param selection fingerprint of the condition that chooses the rows, and of the key
     * @param structure fingerprints of columns and files, by which a rewrite is noticed
     */
    record Following(
            SourceIdentity source,
            String column,
            ControlType type,
            ControlPosition position,
            String columns,
            String selection,
            String structure)
            implements TableOffset {
        public Following {
            requireNonNull(source, "source is null");
            requireNonNull(column, "column is null");
            requireNonNull(type, "type is null");
            requireNonNull(position, "position is null");
            requireNonNull(columns, "columns is null");
            requireNonNull(selection, "selection is null");
            requireNonNull(structure, "structure is null");
        }

        /** The same table further on. */
        public Following at(ControlPosition next) {
            return new Following(source, column, type, next, columns, selection, structure);
        }

        @Override
        public String mode() {
            return "incremental";
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.following(this);
        }
    }
}
