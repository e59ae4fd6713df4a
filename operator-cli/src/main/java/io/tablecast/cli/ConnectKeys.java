// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.cli.ConnectorFile.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Connect's own keys, as far as they are the usual slips. The worker checks all of them when it gets the connector. */
final class ConnectKeys {
    static final String NAME = "name";
    static final String CONNECTOR_CLASS = "connector.class";
    static final String TASKS_MAX = "tasks.max";
    static final String ERRORS_TOLERANCE = "errors.tolerance";

    private ConnectKeys() {}

    /** The problems among resolved settings, but for those of {@link #CONNECTOR_CLASS}. */
    static List<Problem> problems(Map<String, String> settings, Form form) {
        List<Problem> problems = new ArrayList<>();
        addName(settings.get(NAME), form, problems);
        addTasksMax(settings.get(TASKS_MAX), problems);
        addErrorsTolerance(settings.get(ERRORS_TOLERANCE), problems);
        return problems;
    }

    private static void addName(String name, Form form, List<Problem> problems) {
        if (name == null) {
            if (form != Form.SETTINGS) {
                problems.add(new Problem(NAME, "The connector has no name. Add \"name\"" + place(form) + "."));
            }
            return;
        }
        if (name.isBlank()) {
            problems.add(new Problem(NAME, "The connector's name is empty. Give it one, such as \"shop-source\"."));
        } else if (name.chars().anyMatch(Character::isISOControl)) {
            problems.add(new Problem(NAME, "The connector's name holds control characters. Take them out."));
        }
    }

    private static String place(Form form) {
        return form == Form.REQUEST ? " beside \"config\"" : "";
    }

    private static void addTasksMax(String value, List<Problem> problems) {
        if (value != null && !isPositive(value.strip())) {
            problems.add(new Problem(TASKS_MAX, "\"" + value + "\" is not a whole number of 1 or more."));
        }
    }

    private static boolean isPositive(String value) {
        try {
            return Integer.parseInt(value) > 0;
        } catch (NumberFormatException notANumber) {
            return false;
        }
    }

    private static void addErrorsTolerance(String value, List<Problem> problems) {
        if (value != null && !value.equals("none") && !value.equals("all")) {
            problems.add(new Problem(ERRORS_TOLERANCE, "\"" + value + "\" is neither \"none\" nor \"all\"."));
        }
    }
}
