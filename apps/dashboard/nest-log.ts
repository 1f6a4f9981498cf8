import type { LoggerService } from '@nestjs/common';
import type { Logger } from '#observability/logger.js';

/** The framework's own messages in the log of the service; its start-up chatter at debug. */
export function nestLog(log: Logger): LoggerService {
  return {
    log: (message: unknown) => {
      log.debug({ event: 'nest' }, String(message));
    },
    warn: (message: unknown) => {
      log.warn({ event: 'nest' }, String(message));
    },
    error: (message: unknown, ...more: unknown[]) => {
      log.error({ event: 'nest', more }, String(message));
    },
    debug: (message: unknown) => {
      log.debug({ event: 'nest' }, String(message));
    },
  };
}
