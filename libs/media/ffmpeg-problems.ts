import { AppError, type ErrorKind } from '#base/errors.js';
import { withoutCredentials } from './input-name.js';

/** What FFmpeg and ffprobe write on stderr, and what it means for a person. The only place that reads their words. */
interface KnownProblem {
  readonly pattern: RegExp;
  readonly kind: ErrorKind;
  /** Completes "<input> …". */
  readonly text: string;
  readonly of: 'file' | 'network' | 'any';
}

const knownProblems: readonly KnownProblem[] = [
  {
    pattern: /\b401 Unauthorized|authorization failed/i,
    kind: 'unauthorised',
    of: 'network',
    text: 'refuses the user name or password. Correct the login of this camera.',
  },
  {
    pattern: /\b403 Forbidden/i,
    kind: 'unauthorised',
    of: 'network',
    text: 'forbids this user to watch. Give the user the right to stream on the camera.',
  },
  {
    pattern: /\b(404 Not Found|454 Session|Stream Not Found)/i,
    kind: 'not-found',
    of: 'network',
    text: 'has no stream under this path. Look up the stream path in the manual of the camera.',
  },
  {
    pattern: /Failed to resolve hostname/i,
    kind: 'unavailable',
    of: 'network',
    text: 'cannot be found: its host name is unknown. Check the address.',
  },
  {
    pattern: /Connection refused/i,
    kind: 'unavailable',
    of: 'network',
    text: 'refuses the connection: nothing listens at this address and port. Check both, and that the camera is on.',
  },
  {
    pattern: /No route to host|Network is unreachable|Host is down/i,
    kind: 'unavailable',
    of: 'network',
    text: 'cannot be reached from this machine. Check the address and the network.',
  },
  {
    pattern: /timed out|Timeout/i,
    kind: 'timeout',
    of: 'network',
    text: 'does not answer. Check the address, the network, and that the camera is on.',
  },
  {
    pattern: /Protocol not found|Protocol .* not on whitelist/i,
    kind: 'invalid-input',
    of: 'any',
    text: 'has an address of a kind that cannot be opened. Use rtsp://, rtsps://, http:// or https://.',
  },
  {
    pattern: /moov atom not found/i,
    kind: 'invalid-input',
    of: 'file',
    text: 'is cut off: the index at its end is missing (moov atom). Copy or export the file again.',
  },
  {
    pattern: /Could not find codec parameters|dimensions not set/i,
    kind: 'unavailable',
    of: 'network',
    text: 'shows no key frame soon enough. Set a key frame at least every two seconds on the camera.',
  },
  {
    pattern: /Decoder .*not found|Could not find codec parameters|Unsupported codec|unknown codec|Unknown decoder/i,
    kind: 'invalid-input',
    of: 'any',
    text: 'holds video in a codec that FFmpeg cannot decode. Convert it to H.264.',
  },
  {
    pattern: /No such file or directory/i,
    kind: 'not-found',
    of: 'file',
    text: 'does not exist any more.',
  },
  { pattern: /Permission denied/i, kind: 'invalid-input', of: 'file', text: 'may not be read by this program.' },
  {
    pattern:
      /Invalid data found|Format .* not on whitelist|Unknown input format|End of file|does not contain any stream/i,
    kind: 'invalid-input',
    of: 'file',
    text: 'is not a video or picture that FFmpeg can read.',
  },
  {
    pattern: /Invalid data found|Input\/output error|End of file|Server returned 5|Broken pipe|Connection reset/i,
    kind: 'unavailable',
    of: 'network',
    text: 'answers, but not with a video stream. Check the address; restart the camera if it worked before.',
  },
];

/** What was opened, for messages. */
export interface InputLabel {
  /** Without credentials; see `inputName`. */
  readonly name: string;
  readonly network: boolean;
}

/** The first known problem, by importance, in lines of stderr; null when they name none. Its details hold the line itself. */
export function problemIn(lines: readonly string[], input: InputLabel): AppError | null {
  for (const known of knownProblems) {
    if (known.of !== 'any' && (known.of === 'network') !== input.network) continue;
    const line = lines.find((candidate) => known.pattern.test(candidate));
    if (line === undefined) continue;
    return new AppError(known.kind, `${input.name} ${known.text}`, { details: { said: withoutCredentials(line) } });
  }
  return null;
}

/** True for a line that says an MP4 has no index. */
export function saysNoIndex(line: string): boolean {
  return /moov atom not found/i.test(line);
}

/** True for a line that stands for one picture that could not be decoded (FFmpeg 5 and 6 wording). */
export function saysUndecodable(line: string): boolean {
  return /Error while decoding stream|Error submitting (a )?packet to (the )?decoder|Error submitting video frame/i.test(
    line,
  );
}

/** True for a line that says a file ends before its index says it should. */
export function saysCutOff(line: string): boolean {
  return /: partial file|File ended prematurely|Truncating packet|Packet corrupt|overread|invalid as first byte/i.test(
    line,
  );
}
