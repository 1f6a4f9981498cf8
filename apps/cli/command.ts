/** Where a command writes. `out` is stdout (with --json exactly one object), `progress` is stderr. */
export interface CommandIo {
  readonly out: (line: string) => void;
  readonly progress: (line: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborts on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** One subcommand of `posewatch`: a file in `commands/`. */
export interface Command {
  readonly name: string;
  /** One line of `posewatch --help`. */
  readonly summary: string;
  /** Flags and operands, printed by `posewatch NAME --help` and with every wrong usage. */
  readonly usage: string;
  /** @throws AppError `invalid-input` for wrong usage (exit code 2), any other kind for a failure (exit code 1). */
  readonly run: (args: readonly string[], io: CommandIo) => Promise<void>;
}
