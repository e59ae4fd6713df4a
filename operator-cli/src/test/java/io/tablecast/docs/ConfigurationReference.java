// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.docs;

import io.tablecast.docs.DocumentedSettings.Connector;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** The page {@code docs/configuration.md}, made of the connectors' definitions. */
final class ConfigurationReference {

    static final String COMMAND =
            "mvn -q test -pl operator-cli -am -Dtest=ConfigurationReferenceTest -Dconfiguration.reference=write";

    private static final String PREFACE = """
            # Configuration

            <!-- Made of the connectors' definitions, and checked by a test. Change those, then write it anew:
                 %s -->

            Every setting of the connectors. What they do together stands in [modes](modes.md) and
            [destination tables](destination.md); files to start from are in [config](../config/README.md).

            - A key that is *per table* may also be set for one table, as `table.<schema>.<table>.<key>`:
              `table.shop.orders.mode`. In a source that is the source's table, in a sink the destination's. Names with dots
              stand in double quotes: `table.shop."order.lines".mode`.
            - Keys that begin with `connection.properties.` are handed to the database's driver, without that beginning:
              `connection.properties.sslmode`.
            - Connect's own settings hold as for all connectors: `tasks.max`, converters, `topics` and `topics.regex`,
              `errors.tolerance`, `transaction.boundary` and the like.
              [Which of them matter](../config/README.md) stands with the files.
            - A key that neither Tablecast nor Connect knows is refused where it looks like one of ours, and named in the
              worker's log elsewhere.
            """.formatted(COMMAND);

    private static final Map<String, String> UNITS = Map.of(
            "fillfactor", "percent",
            "boundary", "milliseconds, or a count",
            "server.id", "a number");
    private static final Map<String, String> UNITS_OF_ENDINGS = Map.of(
            ".ms", "milliseconds",
            ".rows", "rows",
            ".bytes", "bytes",
            ".threads", "connections");

    private static final Pattern RANGE = Pattern.compile("\\[(\\d+),\\.\\.\\.(?:,(\\d+))?]");
    private static final Pattern WORDS = Pattern.compile("\\[([A-Za-z0-9_, -]+)]");
    /** What Markdown would take for markup, or a reader for prose. */
    private static final Pattern CODE = Pattern.compile("[^\\s(]*[<{_*=][^\\s),;]*[^\\s),;.:]");

    private ConfigurationReference() {}

    static String page() {
        return Stream.concat(
                        Stream.of(PREFACE),
                        DocumentedSettings.connectors().stream().map(ConfigurationReference::section))
                .collect(Collectors.joining("\n"));
    }

    /** In which unit a number is given; empty where it needs one and has none. */
    static String unit(String key) {
        return UNITS_OF_ENDINGS.entrySet().stream()
                .filter(ending -> key.endsWith(ending.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(UNITS.getOrDefault(key, ""));
    }

    static boolean isNumber(ConfigKey key) {
        return List.of(ConfigDef.Type.INT, ConfigDef.Type.LONG).contains(key.type);
    }

    private static String section(Connector connector) {
        String groups = connector.definition().groups().stream()
                .map(group -> group(connector, group))
                .collect(Collectors.joining("\n"));
        return "## " + connector.title() + "\n\n`" + connector.className() + "`\n\n" + groups;
    }

    private static String group(Connector connector, String group) {
        String rows = connector.keys().stream()
                .filter(key -> group.equals(key.group))
                .map(key -> row(connector, key))
                .collect(Collectors.joining());
        return "### " + connector.title() + ": " + group.toLowerCase(Locale.ROOT) + "\n\n"
                + "| key | type | default | values | per table | meaning |\n|---|---|---|---|---|---|\n" + rows;
    }

    private static String row(Connector connector, ConfigKey key) {
        return Stream.of(
                        code(key.name),
                        type(key),
                        defaultValue(key),
                        values(key),
                        connector.isOfTables(key.name) ? "yes" : "",
                        sentence(connector.sentence(key)))
                .map(cell -> cell.replace("|", "\\|"))
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private static String type(ConfigKey key) {
        String type = key.type().name().toLowerCase(Locale.ROOT);
        return isNumber(key) ? type + ", " + unit(key.name) : type;
    }

    private static String defaultValue(ConfigKey key) {
        if (!key.hasDefault()) {
            return "**required**";
        }
        if (key.defaultValue == null || ConfigDef.Type.PASSWORD == key.type) {
            return "";
        }
        String value = ConfigDef.convertToString(key.defaultValue, key.type);
        return value.isEmpty() ? "" : code(value);
    }

    private static String values(ConfigKey key) {
        if (ConfigDef.Type.BOOLEAN == key.type) {
            return "`true`, `false`";
        }
        if (key.validator == null) {
            return "";
        }
        String values = key.validator.toString().replaceFirst("^null or ", "");
        Matcher range = RANGE.matcher(values);
        if (range.matches()) {
            return range.group(2) == null ? range.group(1) + " or more" : range.group(1) + " to " + range.group(2);
        }
        Matcher words = WORDS.matcher(values);
        if (words.matches()) {
            return Stream.of(words.group(1).split(", ", -1))
                    .map(ConfigurationReference::code)
                    .collect(Collectors.joining(", "));
        }
        return sentence(values);
    }

    private static String sentence(String text) {
        return CODE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(code(match.group())));
    }

    private static String code(String text) {
        return "`" + text + "`";
    }
}
