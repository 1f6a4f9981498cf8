import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/**
 * The structured log of one service: JSON lines on stdout with `service`, `level`, `time` (ms) and the event's own fields.
 * Fields named `url`, `password`, `token` or `credentials` never leave the process in clear.
 */
export function createLogger(options: { readonly service: string; readonly level: string }): Logger {
  return pino({
    level: options.level,
    base: { service: options.service },
    redact: {
      paths: ['password', 'token', 'credentials', 'url', '*.password', '*.token', '*.credentials', '*.url'],
      censor: '[redacted]',
    },
    formatters: { level: (label) => ({ level: label }) },
  });
}
