package dev.wharf.core.extension;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;

/**
 * Finds classes of extensions: on Wharf's class path, else in the data directory's {@code extensions} folder. What is in that
 * folder, a jar or a folder of jars, is an extension with all that it brings along: it has a class loader of its own above
 * Wharf's, so that two may have different classes of one name.
 */
final class ExtensionClassLoaders implements AutoCloseable {
    private static final ClassLoader PARENT = Extension.class.getClassLoader();

    private final Path folder;
    private final Map<Path, URLClassLoader> loaders = new HashMap<>();
    private PgError damaged;

    ExtensionClassLoaders(Path folder) {
        this.folder = folder;
    }

    /**
     * The loader that knows a class.
     *
     * @throws PgError 58P01 if there is none, or if it is in several extensions
     */
    ClassLoader find(String className) throws IOException {
        String entry = className.replace('.', '/') + ".class";
        if (PARENT.getResource(entry) != null) {
            return PARENT;
        }
        List<Path> found = new ArrayList<>();
        for (Path extension : list(folder)) {
            for (Path jar : jars(extension)) {
                if (has(jar, entry)) {
                    found.add(extension);
                    break;
                }
            }
        }
        if (found.size() > 1) {
            throw new PgError(SqlState.UNDEFINED_FILE, "class " + className + " is in several extensions")
                    .withDetail("It is in \"" + found.get(0) + "\" and in \"" + found.get(1) + "\".");
        }
        if (found.isEmpty()) {
            throw damaged != null ? damaged : new PgError(SqlState.UNDEFINED_FILE, "class " + className + " not found")
                    .withHint("It is looked for on the class path, in the jars of \"" + folder
                            + "\", and in those of the folders there.");
        }
        return loader(found.getFirst());
    }

    private URLClassLoader loader(Path extension) throws IOException {
        URLClassLoader loader = loaders.get(extension);
        if (loader == null) {
            List<URL> urls = new ArrayList<>();
            for (Path jar : jars(extension)) {
                urls.add(jar.toUri().toURL());
            }
            loader = new URLClassLoader(extension.getFileName().toString(), urls.toArray(URL[]::new), PARENT);
            loaders.put(extension, loader);
        }
        return loader;
    }

    private static List<Path> jars(Path extension) throws IOException {
        return Files.isDirectory(extension) ? list(extension).stream().filter(ExtensionClassLoaders::isJar).toList()
                : isJar(extension) ? List.of(extension) : List.of();
    }

    private static boolean isJar(Path file) {
        return file.getFileName().toString().endsWith(".jar");
    }

    /** By name, so that every process goes through them in the same order. */
    private static List<Path> list(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
                stream.forEach(entries::add);
            }
        }
        Collections.sort(entries);
        return entries;
    }

    /** A damaged jar matters only if the class is nowhere else. */
    private boolean has(Path jar, String entry) {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getEntry(entry) != null;
        } catch (IOException e) {
            damaged = new PgError(SqlState.UNDEFINED_FILE, "could not read \"" + jar + "\": " + e.getMessage(), e);
            return false;
        }
    }

    @Override
    public void close() {
        for (URLClassLoader loader : loaders.values()) {
            try {
                loader.close();
            } catch (IOException e) {
                System.getLogger(ExtensionClassLoaders.class.getName())
                        .log(System.Logger.Level.DEBUG, "could not close extension " + loader.getName(), e);
            }
        }
    }
}
