import { runCommandLine } from './internal/command-line.js';
import { commandTable } from './internal/command-table.js';

const stopping = new AbortController();
let asked = 0;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    asked += 1;
    if (asked > 1) process.exit(1); // asked twice: end at once
    stopping.abort(new Error(`stopped by ${signal}`));
  });
}
process.stdout.on('error', (problem: NodeJS.ErrnoException) => {
  if (problem.code === 'EPIPE') process.exit(0); // the reader, such as head, has enough
  throw problem;
});

const exitCode = await runCommandLine(process.argv.slice(2), commandTable, {
  out: (line) => process.stdout.write(`${line}\n`),
  progress: (line) => process.stderr.write(`${line}\n`),
  environment: process.env,
  signal: stopping.signal,
});
process.exit(exitCode); // whatever a command left open, such as a connection that waits, does not hold the line
