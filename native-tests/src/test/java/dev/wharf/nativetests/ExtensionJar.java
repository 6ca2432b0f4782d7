package dev.wharf.nativetests;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles Java text, with Wharf on the class path, and packs a jar of it. */
final class ExtensionJar {
    private static final Pattern PACKAGE = Pattern.compile("package (\\w+);");
    private static final Pattern TYPE = Pattern.compile("(?:class|interface|record) (\\w+)");

    private ExtensionJar() {
    }

    /** @param sources a file each, which says its package and begins with its main type */
    static void write(Path jar, String... sources) {
        List<JavaFileObject> files = new ArrayList<>();
        for (String source : sources) {
            files.add(new SimpleJavaFileObject(URI.create("string:///" + find(PACKAGE, source) + "/" + find(TYPE, source)
                    + ".java"), JavaFileObject.Kind.SOURCE) {
                @Override
                public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                    return source;
                }
            });
        }
        try {
            Files.createDirectories(jar.getParent());
            Path classes = Files.createTempDirectory(jar.toAbsolutePath().getParent().getParent().getParent(), "classes");
            JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
            StringWriter messages = new StringWriter();
            boolean compiled = compiler.getTask(messages, null, null, List.of("-d", classes.toString(), "-proc:none", "-cp",
                    System.getProperty("java.class.path")), null, files).call();
            if (!compiled) {
                throw new AssertionError(messages.toString());
            }
            pack(classes, jar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All files below a folder of classes. */
    static void pack(Path classes, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar)); var tree = Files.walk(classes)) {
            for (Path file : tree.filter(Files::isRegularFile).sorted().toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }

    private static String find(Pattern pattern, String source) {
        Matcher matcher = pattern.matcher(source);
        if (!matcher.find()) {
            throw new IllegalArgumentException(pattern + " is not in " + source);
        }
        return matcher.group(1);
    }
}
