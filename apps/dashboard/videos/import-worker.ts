/** The thread of `import-thread.ts`. */
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { asAppError } from '#base/errors.js';
import { readImport } from '#evaluation/imports/read-import.js';
import { createLogger } from '#observability/logger.js';
import { openDatabase } from '#storage/database.js';
import { importedTotals, importId, importTracks } from '#storage/imports.js';
import type { ImportMessage, ImportResult, ImportStart } from './import-thread.js';

function tell(message: ImportMessage): void {
  parentPort?.postMessage(message);
}

async function run(start: ImportStart): Promise<ImportResult> {
  const content = await readFile(start.file);
  const id = importId(content);
  const sequence = readImport(content.toString('utf8'), start.name, start.format);
  const database = await openDatabase(start.databaseUrl, createLogger({ service: 'dashboard', level: 'silent' }));
  try {
    const { name: fileName, fps, size, link, startedAtMs } = start;
    const { isKnown, linking, leftOut } = await importTracks(database, sequence, {
      ...{ id, fileName, bytes: content.length, fps, size, link, startedAtMs, picture: null },
      ...{ now: new Date(start.nowMs), signal: new AbortController().signal },
      onFrames: (done, total) => {
        tell({ kind: 'progress', done, total });
      },
    });
    return { id, isKnown, linking, leftOut, ...(await importedTotals(database, id)) };
  } finally {
    await database.$disconnect();
  }
}

try {
  // Only `importInThread` starts this.
  tell({ kind: 'done', result: await run(workerData as ImportStart) });
} catch (thrown) {
  const { kind, message, details } = asAppError(thrown);
  tell({ kind: 'failed', problem: { kind, message, details: { ...details } } });
}
