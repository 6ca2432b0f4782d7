package dev.wharf.shmem.bgworker;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What a supervisor has said, in its order. */
final class MessageLog implements Consumer<PostmasterMessage> {
    private final List<PostmasterMessage> messages = new ArrayList<>();

    @Override
    public synchronized void accept(final PostmasterMessage message) {
        messages.add(message);
        notifyAll();
    }

    synchronized List<String> texts() {
        return messages.stream().map(PostmasterMessage::message).toList();
    }

    synchronized List<PostmasterMessage> all() {
        return List.copyOf(messages);
    }

    /** Until it has been said so often. */
    synchronized void await(final String text, final int times) throws InterruptedException {
        while (texts().stream().filter(text::equals).count() < times) {
            wait();
        }
    }

    @Override
    public String toString() {
        return String.join("\n", texts());
    }
}
