/** Severity of a log line; `debug` is what `-v` shows. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where porthole tells what it does. Secrets never go in here. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** A logger that hands each line of at least `level` to `write`. */
export const createLogger = (
  level: LogLevel,
  write: (level: LogLevel, message: string) => void,
): Logger => {
  const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
  const at = (own: LogLevel) =>
    order.indexOf(own) >= order.indexOf(level)
      ? (message: string) => write(own, message)
      : () => undefined;
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};

/** Tells every one of these. */
export const combineLoggers = (...all: readonly Logger[]): Logger => {
  const tell = (level: LogLevel) => (message: string) => {
    for (const one of all) one[level](message);
  };
  return { debug: tell('debug'), info: tell('info'), warn: tell('warn'), error: tell('error') };
};

/** Says nothing. */
export const silentLogger: Logger = createLogger('error', () => undefined);
