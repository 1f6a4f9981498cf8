/** Installs models in the background, one after another, and remembers how each went. */
import { asAppError } from '#base/errors.js';
import type { PullSteps } from '../parts.js';

/** How the installation of one model stands; nothing is kept of one that went well. */
export type PullState =
  | { readonly kind: 'waiting' }
  /** `bytes` of `total` of a download; both null while nothing is being downloaded, `total` also where nobody knows it. */
  | {
      readonly kind: 'running';
      readonly line: string | null;
      readonly bytes: number | null;
      readonly total: number | null;
    }
  | { readonly kind: 'failed'; readonly problem: string };

/** Installs one model; a line for a person about each step. Rejects with `cancelled` once the signal aborts. */
export type PullModel = (id: string, how: PullSteps) => Promise<unknown>;

/** Which models are being installed. What broke off goes on from there when it is asked for again. */
export class ModelPulls {
  private readonly states = new Map<string, PullState>();
  private readonly waiting: string[] = [];
  private running: { readonly id: string; readonly ending: AbortController; readonly ended: Promise<void> } | null =
    null;

  constructor(private readonly pull: PullModel) {}

  /** How it stands with a model; null: nobody asked, or it is done. */
  stateOf(id: string): PullState | null {
    return this.states.get(id) ?? null;
  }

  /** Starts, or waits for its turn; nothing happens for a model that is under way. */
  start(id: string): void {
    if (this.running?.id === id || this.waiting.includes(id)) return;
    this.states.set(id, { kind: 'waiting' });
    this.waiting.push(id);
    this.next();
  }

  /** Stops or forgets the installation of a model; resolves when it has stopped. */
  async cancel(id: string): Promise<void> {
    const at = this.waiting.indexOf(id);
    if (at >= 0) this.waiting.splice(at, 1);
    if (this.running?.id === id) {
      const { ending, ended } = this.running;
      ending.abort();
      await ended;
    }
    this.states.delete(id);
  }

  /** Stops everything. */
  async close(): Promise<void> {
    this.waiting.length = 0;
    this.running?.ending.abort();
    await this.running?.ended;
  }

  private next(): void {
    const id = this.running === null ? this.waiting.shift() : undefined;
    if (id === undefined) return;
    const ending = new AbortController();
    this.running = { id, ending, ended: this.run(id, ending.signal) };
  }

  private async run(id: string, signal: AbortSignal): Promise<void> {
    const tell = (line: string | null, bytes: number | null, total: number | null): void => {
      this.states.set(id, { kind: 'running', line, bytes, total });
    };
    tell(null, null, null);
    const how: PullSteps = {
      from: null,
      signal,
      onProgress: (line) => {
        tell(line, null, null);
      },
      onBytes: ({ text, bytes, total }) => {
        tell(text, bytes, total);
      },
    };
    try {
      await this.pull(id, how);
      this.states.delete(id);
    } catch (thrown) {
      this.states.set(id, { kind: 'failed', problem: asAppError(thrown).message });
    }
    this.running = null;
    this.next();
  }
}
