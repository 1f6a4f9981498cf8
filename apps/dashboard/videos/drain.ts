import type { Request } from 'express';

/** How long the rest of a refused body is read and thrown away, so that the sender gets to read the refusal. */
const DRAIN_MS = 10_000;

/** Reads on what is left of a refused body. */
export function drain(request: Request): void {
  if (request.complete || request.destroyed) return;
  request.on('error', () => undefined);
  request.resume();
  const timer = setTimeout(() => request.destroy(), DRAIN_MS);
  timer.unref();
  request.once('close', () => {
    clearTimeout(timer);
  });
}
