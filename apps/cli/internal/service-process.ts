import { spawn, type ChildProcess } from 'node:child_process';
import type { Clock } from '#base/clock.js';
import { RotatingLog } from './rotating-log.js';

/** How to start one program, and how to end it. */
export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** User and group to run as; absent: our own. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  readonly logFile: string;
  /** Asks the program to end; SIGKILL follows after `graceMs`. */
  readonly stopSignal: NodeJS.Signals;
  readonly graceMs: number;
  /** Done before every start, for example to clear what a killed predecessor left. */
  readonly prepare?: () => Promise<void>;
}

/** What is known of a kept process. `pid` is null while it is down. */
export interface ProcessStatus {
  readonly name: string;
  readonly pid: number | null;
  readonly startedAtMs: number | null;
  readonly restarts: number;
  /** How it ended last, for a person; null while it never has. */
  readonly lastExit: string | null;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;
const STEADY_AFTER_MS = 30_000;

/** Pause before start number `failures` + 1 in a row (milliseconds): doubles from 0.2 s up to 30 s. */
export function backOffMs(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 20));
}

/** Keeps one program running until `stop`: starts it again with exponential back-off whenever it ends by itself. */
export class KeptProcess {
  private readonly spec: ProcessSpec;
  private readonly clock: Clock;
  private readonly onChange: () => void;
  private readonly log: RotatingLog;
  private child: ChildProcess | null = null;
  private startedAtMs: number | null = null;
  private restarts = 0;
  private failures = 0;
  private lastExit: string | null = null;
  private pause: NodeJS.Timeout | null = null;
  private starting: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(spec: ProcessSpec, options: { readonly clock: Clock; readonly onChange?: () => void }) {
    this.spec = spec;
    this.clock = options.clock;
    this.onChange = options.onChange ?? (() => undefined);
    this.log = new RotatingLog(spec.logFile);
  }

  get name(): string {
    return this.spec.name;
  }

  status(): ProcessStatus {
    const { restarts, lastExit } = this;
    return { name: this.name, pid: this.child?.pid ?? null, startedAtMs: this.startedAtMs, restarts, lastExit };
  }

  start(): void {
    this.starting = this.launch().catch((problem: unknown) => {
      this.ended(problem instanceof Error ? problem.message : String(problem));
    });
  }

  /** Asks the program to end, insists after the grace period, and resolves when it is gone. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.pause !== null) clearTimeout(this.pause);
    await this.starting;
    const child = this.child;
    if (child !== null) {
      const exit = new Promise((resolve) => child.once('exit', resolve));
      child.kill(this.spec.stopSignal);
      const insist = setTimeout(() => child.kill('SIGKILL'), this.spec.graceMs);
      await exit;
      clearTimeout(insist);
    }
    this.log.close();
  }

  private async launch(): Promise<void> {
    await this.spec.prepare?.();
    if (this.stopping) return;
    const { command, args, cwd, env, owner } = this.spec;
    const child = spawn(command, args, { cwd, env: { ...env }, ...owner, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk: Buffer) => {
      this.log.write(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      this.log.write(chunk);
    });
    child.once('error', (problem) => {
      if (child.pid === undefined) this.ended(problem.message);
    });
    child.once('exit', (code, signal) => {
      this.ended(signal === null ? `exit code ${code ?? 0}` : `killed by ${signal}`);
    });
    if (child.pid === undefined) return;
    this.child = child;
    this.startedAtMs = this.clock.nowMs();
    this.onChange();
  }

  private ended(how: string): void {
    const ranMs = this.startedAtMs === null ? 0 : this.clock.nowMs() - this.startedAtMs;
    this.child = null;
    this.startedAtMs = null;
    this.lastExit = how;
    if (!this.stopping) {
      this.failures = ranMs > STEADY_AFTER_MS ? 0 : this.failures + 1;
      const pauseMs = backOffMs(Math.max(0, this.failures - 1));
      this.log.write(`posewatch: ${this.name} ended (${how}); starts again in ${pauseMs} ms\n`);
      this.pause = setTimeout(() => {
        this.restarts += 1;
        this.start();
      }, pauseMs);
    }
    this.onChange();
  }
}
