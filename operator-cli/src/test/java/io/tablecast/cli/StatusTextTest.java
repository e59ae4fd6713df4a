// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.cli.connect.Deployed;
import io.tablecast.cli.pipeline.Pipeline;
import io.tablecast.cli.status.CopyProgress;
import io.tablecast.cli.status.Level;
import io.tablecast.cli.status.PipelineStatus;
import io.tablecast.cli.status.StatusReader;
import io.tablecast.cli.status.TableStatus;
import io.tablecast.cli.status.TableStatus.Content;
import io.tablecast.cli.status.TableStatus.State;
import io.tablecast.cli.status.Thresholds;
import io.tablecast.contract.table.TableId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class StatusTextTest {
    private static final TableId ORDERS = new TableId("shop", "orders");

    @Test
    void progressHasBarRateAndTimeLeft() {
        CopyProgress copy = new CopyProgress("loading", 400_000, OptionalLong.of(1_000_000), 8);

        assertThat(StatusText.progress(copy))
                .isEqualTo(
                        "[############..................]  40%  loading 400,000 of 1,000,000 rows, 50,000/s, 12 s left");
    }

    @Test
    void progressWithoutAnEstimateShowsWhatIsKnown() {
        assertThat(StatusText.progress(new CopyProgress("loading", 0, OptionalLong.empty(), 0)))
                .isEqualTo("loading 0 rows");
        assertThat(StatusText.progress(new CopyProgress("loading in batches", 1_500, OptionalLong.empty(), 3)))
                .isEqualTo("loading in batches 1,500 rows, 500/s");
    }

    @Test
    void moreRowsThanEstimatedAreAllOfThem() {
        assertThat(StatusText.progress(new CopyProgress("building indexes", 30, OptionalLong.of(20), 10)))
                .isEqualTo("[##############################] 100%  building indexes 30 of 30 rows, 3/s");
    }

    @Test
    void tablesStandInColumnsBelowTheirConnectors() {
        PipelineStatus status = new PipelineStatus(
                List.of(
                        new Deployed("erp-source", Deployed.Kind.SOURCE, Map.of(), "RUNNING", "", List.of()),
                        new Deployed(
                                "erp-sink",
                                Deployed.Kind.SINK,
                                Map.of(),
                                "RUNNING",
                                "",
                                List.of(
                                        new Deployed.Task(0, "FAILED", "x.Y: broken"),
                                        new Deployed.Task(1, "RUNNING", "")))),
                List.of(row(State.FOLLOWING, 0.25, ""), row(State.QUARANTINED, 7200, "no such column")),
                List.of("erp-sink has failed: broken"));

        assertThat(StatusText.lines(status))
                .containsExactly(
                        "erp-source  source  running",
                        "erp-sink    sink    running (1 of 2 tasks failed)",
                        "",
                        "TABLE        MODE   STATE        LAG    ROWS   TO",
                        "shop.orders  queue  following    0.3 s  1,000  erp-sink dw.order",
                        "    loading 10 rows, 5/s",
                        "shop.orders  queue  quarantined  2.0 h  1,000  erp-sink dw.order",
                        "",
                        "erp-sink has failed: broken",
                        "shop.orders: no such column");
        assertThat(StatusText.summary(status))
                .isEqualTo("CRITICAL: erp-sink has failed: broken; shop.orders quarantined, lag 2.0 h (of 2 tables)");
    }

    @Test
    void nothingIsNotWell() {
        PipelineStatus status = new StatusReader(
                        new Pipeline(
                                Pipeline.Scope.ALL_TABLES,
                                List.of(),
                                List.of(),
                                List.of(),
                                Map.of(),
                                List.of(),
                                Map.of()),
                        new Thresholds(1, 2),
                        Optional.empty())
                .read();

        assertThat(StatusText.summary(status))
                .isEqualTo("CRITICAL: The worker has no connector of Tablecast. (of 0 tables)");
        assertThat(StatusText.lines(status)).contains("The worker has no connector of Tablecast.");
    }

    @Test
    void tasksWithoutAWorkerAreTold() {
        Deployed sink = new Deployed(
                "erp-sink",
                Deployed.Kind.SINK,
                Map.of(),
                "RUNNING",
                "",
                List.of(
                        new Deployed.Task(0, "UNASSIGNED", ""),
                        new Deployed.Task(1, "FAILED", "x.Y: broken"),
                        new Deployed.Task(2, "RUNNING", "")));

        assertThat(sink.description()).isEqualTo("running (1 of 3 tasks failed, 1 of 3 tasks unassigned)");
        assertThat(sink.lacksWorker()).isTrue();
        assertThat(State.UNASSIGNED.level()).isEqualTo(Level.WARNING);
    }

    @Test
    void whatConcernsPeopleMostComesFirstAndTheRestIsCounted() {
        PipelineStatus status = new PipelineStatus(
                List.of(new Deployed("erp-source", Deployed.Kind.SOURCE, Map.of(), "RUNNING", "", List.of())),
                List.of(row(State.FOLLOWING, 0.25, ""), row(State.QUARANTINED, 7200, "no such column")),
                List.of("erp-sink has failed: broken"));

        assertThat(Screen.fitting(StatusText.urgentFirst(status), 8))
                .containsExactly(
                        "erp-sink has failed: broken",
                        "shop.orders: no such column",
                        "",
                        "erp-source  source  running",
                        "",
                        "TABLE        MODE   STATE        LAG    ROWS   TO",
                        "shop.orders  queue  quarantined  2.0 h  1,000  erp-sink dw.order",
                        "... 2 more lines in a taller window");
        assertThat(Screen.fitting(List.of("one", "two"), 2)).containsExactly("one", "two");
        assertThat(Screen.fitting(List.of("one", "two"), 0))
                .containsExactly("one", "... 1 more line in a taller window");
    }

    @Test
    void picturesFollowEachOtherWhereThereIsNoTerminal() {
        StringWriter out = new StringWriter();
        Screen screen = new Screen(new PrintWriter(out), false);

        screen.show(List.of("one"));
        screen.show(List.of("two"));

        assertThat(out.toString().lines()).containsExactly("one", "", "two");
    }

    @Test
    void picturesTakeEachOthersPlaceOnATerminal() {
        StringWriter out = new StringWriter();
        Screen screen = new Screen(new PrintWriter(out), true);

        screen.show(List.of("one"));
        screen.show(List.of("two"));

        assertThat(out).hasToString("\u001b[2J\u001b[Hone\u001b[K\n\u001b[J\u001b[Htwo\u001b[K\n\u001b[J");
    }

    private static TableStatus row(State state, double lag, String remark) {
        return new TableStatus(
                ORDERS,
                "erp-source",
                Optional.of("erp-sink"),
                Optional.of(new TableId("dw", "order")),
                "queue",
                state,
                OptionalDouble.of(lag),
                OptionalLong.of(1000),
                remark.isEmpty()
                        ? Optional.of(new CopyProgress("loading", 10, OptionalLong.empty(), 2))
                        : Optional.empty(),
                remark.isEmpty() ? Content.WHOLE : Content.LACKS_ROWS,
                remark,
                Level.OK.or(state.level()));
    }
}
