// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A chart of horizontal bars as SVG.
 *
 * @param title above the bars
 * @param unit of all values, behind each of them
 */
public record BarChart(String title, String unit, List<Bar> bars) {
    private static final int LABEL_WIDTH = 300;
    private static final int BAR_WIDTH = 420;
    private static final int VALUE_WIDTH = 120;
    private static final int ROW_HEIGHT = 26;
    private static final int TOP = 44;

    public BarChart {
        bars = List.copyOf(bars);
    }

    /** One bar. */
    public record Bar(String label, double value) {}

    /** The chart as the text of an SVG file. */
    public String svg() {
        double longest = bars.stream().mapToDouble(Bar::value).max().orElse(1);
        List<String> lines = new ArrayList<>();
        int width = LABEL_WIDTH + BAR_WIDTH + VALUE_WIDTH;
        int height = TOP + bars.size() * ROW_HEIGHT + 10;
        lines.add(("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"13\">")
                .formatted(width, height));
        lines.add("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
        lines.add("<text x=\"10\" y=\"24\" font-weight=\"bold\">" + escaped(title) + "</text>");
        for (int i = 0; i < bars.size(); i++) {
            lines.addAll(bar(bars.get(i), TOP + i * ROW_HEIGHT, longest));
        }
        lines.add("</svg>");
        return String.join("\n", lines) + "\n";
    }

    private List<String> bar(Bar bar, int top, double longest) {
        double length = Math.max(1, bar.value() / longest * BAR_WIDTH);
        int baseline = top + ROW_HEIGHT - 10;
        return List.of(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
                        .formatted(LABEL_WIDTH - 10, baseline, escaped(bar.label())),
                String.format(
                        Locale.ROOT,
                        "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                        LABEL_WIDTH,
                        top,
                        length,
                        ROW_HEIGHT - 6,
                        bar.label().startsWith("Tablecast") ? "#1f77b4" : "#9aa5b1"),
                String.format(
                        Locale.ROOT,
                        "<text x=\"%.1f\" y=\"%d\">%s %s</text>",
                        LABEL_WIDTH + length + 6,
                        baseline,
                        value(bar.value()),
                        unit));
    }

    private static String value(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
