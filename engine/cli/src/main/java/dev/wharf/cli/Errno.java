package dev.wharf.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** File errors in the words of strerror: Java's exceptions hold those only for the rarer ones. */
final class Errno {
    private Errno() {
    }

    static String describe(IOException e) {
        if (!(e instanceof FileSystemException file)) {
            return e.getMessage() == null ? e.toString() : e.getMessage();
        }
        String what = switch (file) {
            case NoSuchFileException _ -> "No such file or directory";
            case AccessDeniedException _ -> "Permission denied";
            case FileAlreadyExistsException _ -> "File exists";
            case DirectoryNotEmptyException _ -> "Directory not empty";
            case NotDirectoryException _ -> "Not a directory";
            default -> file.getReason() == null ? file.toString() : file.getReason();
        };
        return file.getFile() + ": " + what;
    }
}
