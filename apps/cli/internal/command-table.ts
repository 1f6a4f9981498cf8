import type { Command } from '../command.js';

/** Every subcommand and how to load it: one command does not pay for the libraries of another. */
export const commandTable: Readonly<Record<string, () => Promise<Command>>> = {
  up: async () => (await import('../commands/up.js')).up,
  down: async () => (await import('../commands/down.js')).down,
  status: async () => (await import('../commands/status.js')).status,
  logs: async () => (await import('../commands/logs.js')).logs,
  test: async () => (await import('../commands/test.js')).test,
  analyze: async () => (await import('../commands/analyze.js')).analyze,
  cameras: async () => (await import('../commands/cameras.js')).cameras,
  models: async () => (await import('../commands/models.js')).models,
  evaluate: async () => (await import('../commands/evaluate.js')).evaluate,
  import: async () => (await import('../commands/import.js')).importCommand,
  db: async () => (await import('../commands/db.js')).db,
  query: async () => (await import('../commands/query.js')).query,
  bench: async () => (await import('../commands/bench.js')).bench,
};
