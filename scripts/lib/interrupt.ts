/** Exit codes of a program that a signal ended, as shells tell them. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** The wish of a person that a script should end. */
export interface Interrupt {
  /** Aborted by Ctrl+C, SIGTERM or the end of the terminal. */
  readonly signal: AbortSignal;
  /** What the script then exits with; undefined until then. */
  exitCode(): number | undefined;
}

/**
 * Takes the signals that would end this process, so that it can end its own programs first. They
 * stay taken until its end: an impatient second Ctrl+C does not leave half of them behind.
 */
export const onInterrupt = (): Interrupt => {
  const controller = new AbortController();
  let exitCode: number | undefined;
  for (const [name, code] of Object.entries(SIGNALS)) {
    process.on(name, () => {
      exitCode ??= code;
      controller.abort();
    });
  }
  return { signal: controller.signal, exitCode: () => exitCode };
};
