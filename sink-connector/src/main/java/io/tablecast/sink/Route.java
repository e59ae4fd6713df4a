// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.snapshot.StagedTable;
import java.util.List;

/**
 * Where a record goes.
 *
 * @param tables that its change is for
 * @param followers tables that follow what it says of columns, and take nothing else of it
 * @param stages staged loads that its change is for
 */
record Route(Way way, List<TableId> tables, List<TableId> followers, List<StagedTable> stages) {

    /** It belongs to a load that has it, or it is turned away until that is possible. */
    static final Route LOADED = new Route(Way.LOADED, List.of(), List.of(), List.of());

    /** It says nothing new; its offset counts as written. */
    static final Route PASSED_OVER = new Route(Way.GATHERED, List.of(), List.of(), List.of());

    Route {
        tables = List.copyOf(tables);
        followers = List.copyOf(followers);
        stages = List.copyOf(stages);
    }

    /** What becomes of the record itself. */
    enum Way {
        /** No flush has anything to do with it. */
        LOADED,
        /** It is part of the next flush. */
        GATHERED,
        /**
         * Its change is part of the next flush, but it counts as written only with the switch that it brings about: so it
         * comes again if the task dies before.
         */
        GATHERED_AHEAD
    }

    static Route to(TableId table) {
        return new Route(Way.GATHERED, List.of(table), List.of(), List.of());
    }

    static Route to(List<TableId> tables, StagedTable stage) {
        return new Route(Way.GATHERED, tables, List.of(), List.of(stage));
    }

    /** Into the table of a staged load alone. */
    static Route aside(StagedTable stage, List<TableId> followers) {
        return new Route(Way.GATHERED, List.of(), followers, List.of(stage));
    }

    Route ahead() {
        return new Route(Way.GATHERED_AHEAD, tables, followers, stages);
    }
}
