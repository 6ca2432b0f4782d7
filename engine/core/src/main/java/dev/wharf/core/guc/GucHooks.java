package dev.wharf.core.guc;

import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What is called as a parameter changes, or is shown. Any may be null.
 *
 * @param check  before a value is taken; gives back the value to take, most often the same
 * @param assign after a value was taken, and once at first; must not fail
 * @param show   the text for SHOW
 */
public record GucHooks<T>(CheckHook<T> check, Consumer<T> assign, Function<T, String> show) {
    /** Looks at a value that is of the right type and in its range. */
    @FunctionalInterface
    public interface CheckHook<T> {
        T check(T value, GucSource source) throws GucCheckException;
    }

    public static <T> GucHooks<T> none() {
        return new GucHooks<>(null, null, null);
    }

    public static <T> GucHooks<T> onAssign(Consumer<T> assign) {
        return new GucHooks<>(null, assign, null);
    }

    public static <T> GucHooks<T> onCheck(CheckHook<T> check) {
        return new GucHooks<>(check, null, null);
    }
}
