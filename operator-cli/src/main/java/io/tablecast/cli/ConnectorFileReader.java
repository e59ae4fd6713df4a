// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tablecast.cli.ConnectorFile.Form;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads connector configurations from JSON and properties files, which it tells apart by their content. */
final class ConnectorFileReader {
    private static final String NAME = "name";
    private static final String CONFIG = "config";
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ConnectorFileReader() {}

    /** @throws UnreadableFileException naming the file and, where one can be told, the place in it */
    static ConnectorFile read(Path path) throws UnreadableFileException {
        String text = text(path);
        if (isProperties(path, text)) {
            return new ConnectorFile(path, Form.PROPERTIES, PropertiesFile.read(path), List.of());
        }
        return json(path, text);
    }

    private static String text(Path path) throws UnreadableFileException {
        try {
            return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    static UnreadableFileException unreadable(Path path, IOException e) {
        if (e instanceof NoSuchFileException) {
            return new UnreadableFileException("There is no file " + path + ".", e);
        }
        if (e instanceof AccessDeniedException) {
            return new UnreadableFileException("You may not read " + path + ".", e);
        }
        if (Files.isDirectory(path)) {
            return new UnreadableFileException(path + " is a directory. Name the files in it.", e);
        }
        return new UnreadableFileException("Cannot read " + path + ": " + e.getMessage(), e);
    }

    private static boolean isProperties(Path path, String text) {
        String name = path.toString();
        if (name.endsWith(".json")) {
            return false;
        }
        return name.endsWith(".properties") || !text.stripLeading().startsWith("{");
    }

    private static ConnectorFile json(Path path, String text) throws UnreadableFileException {
        JsonNode root = parse(path, text);
        if (!root.isObject()) {
            throw new UnreadableFileException(path + " holds no JSON object. Write {\"key\": \"value\", ...}, or"
                    + " {\"name\": \"...\", \"config\": {\"key\": \"value\", ...}}.");
        }
        if (!root.path(CONFIG).isObject()) {
            return settings(path, Form.SETTINGS, root, new LinkedHashMap<>(), new ArrayList<>());
        }
        Map<String, String> settings = new LinkedHashMap<>();
        List<Problem> problems = new ArrayList<>();
        JsonNode config = root.get(CONFIG);
        JsonNode name = root.path(NAME);
        if (name.isTextual()) {
            settings.put(NAME, name.textValue());
            checkSameName(name.textValue(), config.path(NAME), problems);
        }
        return settings(path, Form.REQUEST, config, settings, problems);
    }

    private static void checkSameName(String name, JsonNode inConfig, List<Problem> problems) {
        if (inConfig.isTextual() && !inConfig.textValue().equals(name)) {
            problems.add(new Problem(
                    NAME,
                    "The connector is named \"" + name + "\", its config says \"" + inConfig.textValue()
                            + "\". Take \"name\" out of \"config\"."));
        }
    }

    private static ConnectorFile settings(
            Path path, Form form, JsonNode object, Map<String, String> settings, List<Problem> problems) {
        for (Map.Entry<String, JsonNode> property : object.properties()) {
            String key = property.getKey();
            JsonNode value = property.getValue();
            if (value.isNull()) {
                problems.add(new Problem(key, "The value is null. Leave the key out, or give it a value."));
            } else if (value.isContainerNode()) {
                problems.add(new Problem(
                        key,
                        "The value is " + (value.isArray() ? "an array" : "an object")
                                + ". Connect takes strings, numbers and booleans only; write lists as \"a,b,c\"."));
            } else {
                settings.putIfAbsent(key, value.asText());
            }
        }
        return new ConnectorFile(path, form, settings, problems);
    }

    private static JsonNode parse(Path path, String text) throws UnreadableFileException {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            JsonLocation place = e.getLocation();
            String where = place == null ? "" : " at line " + place.getLineNr() + ", column " + place.getColumnNr();
            throw new UnreadableFileException(path + " is not valid JSON" + where + ": " + reason(e) + ".", e);
        }
    }

    /** The parser quotes unknown words, and such a word may be a password without its quotes. */
    private static String reason(JsonProcessingException e) {
        String reason = e.getOriginalMessage();
        if (reason.startsWith("Unrecognized token")) {
            return "a value is neither in double quotes nor a number, true or false";
        }
        return reason;
    }
}
