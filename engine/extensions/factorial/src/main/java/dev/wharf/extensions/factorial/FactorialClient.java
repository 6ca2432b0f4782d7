package dev.wharf.extensions.factorial;

import dev.wharf.core.error.PgError;
import dev.wharf.core.error.SqlState;
import dev.wharf.shmem.MessageQueue.Result;
import dev.wharf.shmem.MessageQueueReceiver;
import dev.wharf.shmem.bgworker.BackgroundWorkers;
import java.math.BigInteger;
import java.util.function.BooleanSupplier;

/** Asks the worker, and waits for what it has found out. */
final class FactorialClient {
    /** So often a worker may end in the middle of it before this one is no longer tried. */
    private static final int ATTEMPTS = 3;
    private static final int LOOK_MILLIS = 100;

    private final FactorialRequests requests;
    private BigInteger answer;

    FactorialClient(FactorialRequests requests) {
        this.requests = requests;
    }

    /** @throws PgError 53400 if too many ask at once, 55000 if there is no worker, 38000 if it keeps dying of it */
    BigInteger factorial(int n) {
        int place = requests.take();
        if (place == FactorialRequests.NONE) {
            throw new PgError(SqlState.CONFIGURATION_LIMIT_EXCEEDED, "too many processes wait for the factorial worker");
        }
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                if (ask(place, n)) {
                    return answer;
                }
            }
            throw new PgError(SqlState.EXTERNAL_ROUTINE_EXCEPTION, "factorial worker ended " + ATTEMPTS
                    + " times while it computed the factorial of " + n);
        } finally {
            requests.giveBack(place);
        }
    }

    /** False if the worker died in the middle of it. */
    private boolean ask(int place, int n) {
        requests.queue(place).reset();
        try (MessageQueueReceiver receiver = requests.queue(place).attachReceiver(requests.proc())) {
            requests.ask(place, n);
            if (awaitAnswer(place) && receiver.receive((buffer, offset, length) -> {
                byte[] number = new byte[length];
                buffer.getBytes(offset, number);
                answer = new BigInteger(number);
            }) == Result.SUCCESS) {
                return true;
            }
        }
        await(() -> requests.state(place) == FactorialRequests.LOST);
        return false;
    }

    /** Until there is something to receive; false if there will be nothing. */
    private boolean awaitAnswer(int place) {
        await(() -> requests.state(place) >= FactorialRequests.ANSWERED);
        return requests.state(place) != FactorialRequests.LOST;
    }

    private void await(BooleanSupplier condition) {
        for (;;) {
            requests.proc().latch().reset();
            if (condition.getAsBoolean()) {
                return;
            }
            checkSupervisor();
            requests.proc().latch().await(LOOK_MILLIS);
        }
    }

    private void checkSupervisor() {
        if (BackgroundWorkers.postmasterPid(requests.segment()) == 0) {
            throw new PgError(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "factorial worker is not running")
                    .withHint("It runs while the data directory is served.");
        }
    }
}
