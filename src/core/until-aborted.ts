/** The promise, or the signal's reason, whichever is first; the one that comes second is nobody's business. */
export const untilAborted = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    // First, so that it counts where both are there already; the promise is listened to all the same, since
    // a rejection that nobody listens to ends the process.
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.finally(() => signal.removeEventListener('abort', abort)).then(resolve, reject);
  });
