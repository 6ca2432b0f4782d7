package dev.wharf.nativetests.judge;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Options of a COPY as the fuzzer draws them, and what they make of a file's characters. Of options that not all combine, most
 * do here, and some do not.
 */
final class FuzzOptions {
    /** What an engine may not have yet, with a COPY that asks for it; {@code #} stands for the table. */
    enum Feature {
        TEXT("COPY # FROM 'in' (FORMAT text)"), FORCE_NULL("COPY # FROM 'in' (FORMAT csv, FORCE_NULL *)"),
        FORCE_NOT_NULL("COPY # FROM 'in' (FORMAT csv, FORCE_NOT_NULL *)"),
        FORCE_QUOTE("COPY # TO STDOUT (FORMAT csv, FORCE_QUOTE *)"), ON_ERROR("COPY # FROM 'in' (FORMAT csv, ON_ERROR ignore)"),
        ENCODING("COPY # FROM 'in' (FORMAT csv, ENCODING 'LATIN1')");

        final String probe;

        Feature(String probe) {
            this.probe = probe;
        }
    }

    private static final char[] DELIMITERS = {',', ',', '|', ';', '\t', ' ', 'a', '1', '\\', '.', ':', '-', '"', '\''};
    private static final char[] QUOTES = {'"', '"', '\'', '`', 'a', '1', '\\', ',', 'é'};
    /** So many of them from the start never clash. */
    private static final int PLAIN_DELIMITERS = 5;
    private static final int PLAIN_QUOTES = 4;
    private static final int PLAIN_NULLS = 6;
    private static final String[] NULLS = {"", "NULL", "\\N", "x", "0", "é", " ", "\"", "\\", "a,b", "1", "\\."};

    final boolean text;
    final char delimiter;
    final char quote;
    final char escape;
    final String nullPrint;
    /** 0 for none, 1 for any, 2 for one that must match. */
    final int header;
    final List<String> list = new ArrayList<>();

    FuzzOptions(SplittableRandom random, List<Feature> features, boolean from, List<String> columns, boolean careful) {
        text = features.contains(Feature.TEXT) && random.nextInt(3) == 0;
        char delim = text ? '\t' : ',';
        char q = '"';
        char e = '"';
        String nul = text ? "\\N" : "";
        int head = 0;
        if (!text || random.nextInt(4) == 0) {
            list.add("FORMAT " + (text ? "text" : "csv"));
        }
        if (random.nextInt(4) == 0) {
            delim = DELIMITERS[random.nextInt(careful ? PLAIN_DELIMITERS : DELIMITERS.length)];
            list.add("DELIMITER " + literal(String.valueOf(delim)));
        }
        if (!text && random.nextInt(6) == 0) {
            q = QUOTES[random.nextInt(careful ? PLAIN_QUOTES : QUOTES.length)];
            e = q;
            list.add("QUOTE " + literal(String.valueOf(q)));
        }
        if (!text && random.nextInt(4) == 0) {
            e = careful || random.nextBoolean() ? '\\' : QUOTES[random.nextInt(QUOTES.length)];
            list.add("ESCAPE " + literal(String.valueOf(e)));
        }
        if (random.nextInt(4) == 0) {
            nul = NULLS[random.nextInt(careful ? PLAIN_NULLS : NULLS.length)];
            list.add("NULL " + literal(nul));
        }
        if (random.nextInt(6) == 0) {
            head = from && random.nextInt(3) == 0 ? 2 : 1;
            list.add(head == 2 ? "HEADER match" : "HEADER");
        }
        delimiter = delim;
        quote = q;
        escape = e;
        nullPrint = nul;
        header = head;
        addFeatures(random, features, from, columns);
    }

    private void addFeatures(SplittableRandom random, List<Feature> features, boolean from, List<String> columns) {
        for (Feature feature : features) {
            boolean fits = switch (feature) {
                case TEXT -> false;
                case FORCE_NULL, FORCE_NOT_NULL -> from && !text;
                case FORCE_QUOTE -> !from && !text;
                case ON_ERROR -> from;
                case ENCODING -> true;
            };
            if (!fits || random.nextInt(5) != 0) {
                continue;
            }
            switch (feature) {
                case ON_ERROR -> onError(random);
                case ENCODING -> list.add("ENCODING '" + (random.nextBoolean() ? "LATIN1" : "UTF8") + "'");
                default -> list.add(feature + (random.nextBoolean() ? " *"
                        : " (" + columns.get(random.nextInt(columns.size())) + ")"));
            }
        }
    }

    private void onError(SplittableRandom random) {
        list.add("ON_ERROR ignore");
        if (random.nextInt(3) == 0) {
            list.add("REJECT_LIMIT " + random.nextInt(1, 4));
        }
        if (random.nextInt(2) == 0) {
            list.add("LOG_VERBOSITY verbose");
        }
    }

    private static String literal(String value) {
        return value.equals("\t") ? "E'\\t'" : "'" + value.replace("'", "''") + "'";
    }
}
