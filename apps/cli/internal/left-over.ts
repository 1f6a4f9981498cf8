import { endProcess, isProcess } from './process-table.js';
import type { SystemState } from './system-state.js';

const GRACE_MS: Readonly<Record<string, number>> = { postgres: 15_000 };
const USUAL_GRACE_MS = 6000;

function stopSignal(name: string): NodeJS.Signals {
  return name === 'postgres' ? 'SIGINT' : 'SIGTERM';
}

/**
 * Ends, in the order in which they are listed, the processes that a dead supervisor left running.
 * @returns their names; empty when there were none.
 */
export async function endLeftOver(state: SystemState): Promise<readonly string[]> {
  const ended: string[] = [];
  for (const { name, pid, mark } of state.processes) {
    if (pid === null || !isProcess(pid, mark)) continue;
    await endProcess(pid, stopSignal(name), GRACE_MS[name] ?? USUAL_GRACE_MS);
    ended.push(name);
  }
  return ended;
}
