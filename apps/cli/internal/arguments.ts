import { parseArgs, type ParseArgsConfig } from 'node:util';
import { AppError, asAppError } from '#base/errors.js';

/**
 * Flags and operands of a command line, by Node's own parser.
 * @throws AppError `invalid-input` that names the unknown or incomplete flag, or an operand too many.
 */
export function parseFlags<const T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: T,
  operands: { readonly atMost: number } = { atMost: 0 },
) {
  const parsed = parsedBy(args, options);
  const extra = parsed.positionals.at(operands.atMost);
  if (extra !== undefined) throw new AppError('invalid-input', `"${extra}" is one operand too many.`);
  return parsed;
}

function parsedBy<const T extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (problem) {
    const reason = asAppError(problem).message.split('. To specify', 1).join(''); // the rest is advice on operands with a dash
    throw new AppError('invalid-input', `${reason}.`, { cause: problem });
  }
}
