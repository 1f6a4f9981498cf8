import { ApiError } from '../../../api/client.js';

/** Whether a request is sent again after it failed: what the server refuses it will refuse again. */
export function isWorthAgain(failures: number, error: Error): boolean {
  return failures < 2 && !(error instanceof ApiError && error.status < 500);
}
