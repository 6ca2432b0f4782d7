package dev.wharf.extensions.factorial;

import dev.wharf.shmem.MessageQueueSender;
import dev.wharf.shmem.WaitEvent;
import dev.wharf.shmem.bgworker.BackgroundWorkerContext;
import dev.wharf.shmem.bgworker.BackgroundWorkerMain;
import java.math.BigInteger;
import org.agrona.concurrent.UnsafeBuffer;

/** The worker: computes what is asked, one after the other, and sleeps on its latch. */
public final class FactorialWorker implements BackgroundWorkerMain {
    /** Factors that are multiplied one by one. */
    private static final int FEW = 16;

    public FactorialWorker() {
    }

    @Override
    public void main(BackgroundWorkerContext context) {
        FactorialRequests requests = new FactorialRequests(context.segment(), context.proc());
        requests.begin();
        for (;;) {
            int place = requests.next();
            if (place == FactorialRequests.NONE) {
                context.await(-1, WaitEvent.LATCH);
            } else {
                answer(requests, place);
            }
        }
    }

    private static void answer(FactorialRequests requests, int place) {
        byte[] number = factorial(requests.n(place)).toByteArray();
        try (MessageQueueSender sender = requests.queue(place).attachSender(requests.proc())) {
            requests.answer(place);
            // In vain if who asked has left
            sender.send(new UnsafeBuffer(number), 0, number.length);
        }
        requests.finish(place);
    }

    static BigInteger factorial(int n) {
        return n < 2 ? BigInteger.ONE : product(2, n);
    }

    /** Of the numbers from {@code first} to {@code last}: by halves, so that the factors are about as long as each other. */
    private static BigInteger product(int first, int last) {
        if (last - first < FEW) {
            BigInteger product = BigInteger.valueOf(first);
            for (int factor = first + 1; factor <= last; factor++) {
                product = product.multiply(BigInteger.valueOf(factor));
            }
            return product;
        }
        int middle = first + (last - first) / 2;
        return product(first, middle).multiply(product(middle + 1, last));
    }
}
