// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;

/**
 * For programs: <code>{"files": [{"file", "result": "fine"|"problems"|"unreadable", "name", "connector.class",
 * "problems": [{"field", "message"}], "reason"}]}</code>; what is not known is left out.
 */
final class JsonReport implements Report {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Override
    public void print(List<CheckedFile> files, PrintWriter out) {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode list = root.putArray("files");
        for (CheckedFile file : files) {
            ObjectNode node = list.addObject().put("file", file.path().toString());
            if (file instanceof CheckedFile.Read read) {
                describe(read, node);
            } else if (file instanceof CheckedFile.Unreadable unreadable) {
                node.put("result", "unreadable").put("reason", unreadable.reason());
            }
        }
        try {
            out.println(JSON.writeValueAsString(root));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Cannot write the report as JSON", e);
        }
    }

    private static void describe(CheckedFile.Read file, ObjectNode node) {
        node.put("result", file.problems().isEmpty() ? "fine" : "problems");
        file.name().ifPresent(name -> node.put(ConnectKeys.NAME, name));
        file.connectorClass().ifPresent(name -> node.put(ConnectKeys.CONNECTOR_CLASS, name));
        ArrayNode problems = node.putArray("problems");
        for (Problem problem : file.problems()) {
            problems.addObject().put("field", problem.field()).put("message", problem.message());
        }
    }
}
