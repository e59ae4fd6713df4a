// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.contract.TablecastVersion;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.queue.QueueAdministration;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tablecast setup}. */
@Command(
        name = "setup",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = "Sets up the queues that mode queue needs at the source.",
        description = {
            "",
            "Makes queue tables and triggers for each table that the configuration reads in mode queue, makes whole"
                    + " what was changed by hand, and upgrades what an earlier version made. What is right already is"
                    + " left alone. Each table is one transaction: all of it is there afterwards, or nothing.",
            "",
            "With queue.setup=auto connectors do the same themselves.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every queue is set up, or printed",
            "1:the configuration has a problem, or a queue could not be set up",
            "2:wrong usage, or a file could not be read"
        },
        footer = {
            "",
            "Examples:",
            "  tablecast setup --print source.json > setup.sql",
            "  PGPASSWORD=... tablecast setup --user postgres source.json"
        })
final class SetupCommand implements Callable<Integer> {
    private final KnownConnectors connectors;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SourceOptions source;

    @Option(names = "--print", description = "Print the SQL for a database administrator, and change nothing.")
    private boolean isPrinted;

    SetupCommand(KnownConnectors connectors) {
        this.connectors = connectors;
    }

    @Override
    public Integer call() throws UnreadableFileException, IOException, InterruptedException {
        SourceOptions.Configuration configuration = source.read(connectors);
        SourceSession session = source.session(configuration, spec.commandLine());
        return session.run((connection, queues) -> {
            String reader = configuration.readerBy(connection);
            List<TableId> tables = queues.tables(connection);
            if (tables.isEmpty()) {
                session.complain(() -> configuration.file() + " reads no table in mode queue.");
                return false;
            }
            return isPrinted
                    ? print(session, connection, queues, tables, reader)
                    : setUp(session, connection, queues, tables, reader);
        });
    }

    private static boolean print(
            SourceSession session,
            Connection connection,
            QueueAdministration queues,
            List<TableId> tables,
            String reader)
            throws SQLException, InterruptedException {
        session.say("-- Queues of Tablecast " + TablecastVersion.version() + " for role \"" + reader + "\".");
        session.say("-- Run as the owner of the tables or a superuser: psql -v ON_ERROR_STOP=1 -f FILE");
        session.say("-- A table that is in use makes its transaction fail (lock_timeout); run it again then.");
        boolean isWell = true;
        for (TableId table : tables) {
            isWell &= session.attempt(connection, () -> {
                List<String> script = queues.script(connection, table, reader);
                session.say("");
                if (script.isEmpty()) {
                    session.say("-- " + oneLine(table) + " is set up.");
                    return;
                }
                session.say("-- " + oneLine(table));
                session.say("BEGIN;\n" + String.join(";\n", script) + ";\nCOMMIT;");
            });
        }
        return isWell;
    }

    /** A name may hold line breaks, behind which a comment would end. */
    static String oneLine(TableId table) {
        return table.toString().replaceAll("\\R", " ");
    }

    private static boolean setUp(
            SourceSession session,
            Connection connection,
            QueueAdministration queues,
            List<TableId> tables,
            String reader)
            throws SQLException, InterruptedException {
        boolean isWell = true;
        for (TableId table : tables) {
            isWell &= session.attempt(
                    connection, () -> session.say(table + ": " + said(queues.setUp(connection, table, reader))));
        }
        return isWell;
    }

    private static String said(QueueAdministration.Outcome outcome) {
        return switch (outcome) {
            case SET_UP -> "set up";
            case RENEWED -> "renewed";
            case UNCHANGED -> "is set up";
            case REMOVED, LEFT -> throw new IllegalStateException("Setting up a queue has " + outcome);
        };
    }
}
