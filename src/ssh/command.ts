/** A program to run, as data: built in pure functions, run by the runner. Never passes a shell. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Added to the environment; undefined takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}
