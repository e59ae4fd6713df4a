// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;

/** What text says of the {@code tablecast} command, held against the command. */
public final class DocumentedCommands {

    /** A call, up to where a shell or the sentence goes on with something else. */
    private static final Pattern CALL =
            Pattern.compile("(?<![\\w./-])(?:operator-cli/bin/)?tablecast ([a-z][a-z-]*)((?: [^`|>#;&]*)?)");

    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*");

    private static final CommandLine TABLECAST = TablecastCommand.create(new KnownConnectors(List.of()));

    private DocumentedCommands() {}

    /** What a text calls of commands and options that do not exist, in words; none when all exist. */
    public static List<String> faults(String text) {
        return CALL.matcher(text)
                .results()
                .flatMap(call -> faults(call.group(1), call.group(2)))
                .toList();
    }

    /** How many calls a text holds. */
    public static long calls(String text) {
        return CALL.matcher(text).results().count();
    }

    private static Stream<String> faults(String name, String arguments) {
        Optional<CommandLine> command =
                Optional.ofNullable(TABLECAST.getSubcommands().get(name));
        if (command.isEmpty()) {
            return Stream.of("no command " + name);
        }
        Matcher options = OPTION.matcher(arguments);
        return options.results()
                .map(option -> option.group())
                .filter(option -> command.get().getCommandSpec().findOption(option) == null)
                .map(option -> name + " has no option " + option);
    }
}
