import { createLogger, type Logger, type LogLevel } from '../core/logger.ts';

/** Lets clients hear what the hub logs while it works for them. */
export interface LogRelay {
  readonly logger: Logger;
  /** Calls back with each line of at least `level`, until the returned function is called. */
  listen(level: LogLevel, write: (level: LogLevel, message: string) => void): () => void;
}

export const createLogRelay = (): LogRelay => {
  const listeners = new Set<Logger>();
  const tell = (level: LogLevel, message: string) => {
    for (const one of [...listeners]) one[level](message);
  };
  return {
    logger: createLogger('debug', tell),
    listen: (level, write) => {
      const one = createLogger(level, write);
      listeners.add(one);
      return () => listeners.delete(one);
    },
  };
};
