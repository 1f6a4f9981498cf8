import { AppError } from '#base/errors.js';

/** Schemes a camera may be reached by. */
export const cameraSchemes = ['rtsp', 'rtsps', 'http', 'https'] as const;

/** A camera's address in two parts, of which only the first may be shown or logged. */
export interface CameraAddress {
  /** Without credentials. */
  readonly url: string;
  /** `user:password`, percent-encoded as in a URL; null when the address held none. */
  readonly credentials: string | null;
}

/**
 * Takes the credentials out of a camera's URL.
 * @throws AppError `invalid-input` for what is not a URL, has no host, or has a scheme that no camera is reached by.
 */
export function splitCameraUrl(text: string): CameraAddress {
  const example = 'Use something like rtsp://user:password@192.168.1.20/stream1.';
  if (!URL.canParse(text)) {
    throw new AppError('invalid-input', `url: this is not the URL of a camera. ${example}`, {
      details: { field: 'url' },
    });
  }
  const url = new URL(text);
  const scheme = url.protocol.slice(0, -1);
  if (!(cameraSchemes as readonly string[]).includes(scheme)) {
    throw new AppError('invalid-input', `url: cameras cannot be reached by ${scheme}:. ${example}`, {
      details: { field: 'url', scheme, allowed: cameraSchemes },
    });
  }
  if (url.hostname === '') {
    throw new AppError('invalid-input', `url: the host is missing. ${example}`, { details: { field: 'url' } });
  }
  const { username, password } = url;
  url.username = '';
  url.password = '';
  return { url: url.href, credentials: username === '' && password === '' ? null : `${username}:${password}` };
}

/** The address to connect to: `url` with `credentials` (percent-encoded `user:password`, or null) put back. Never log it. */
export function joinCameraUrl({ url, credentials }: CameraAddress): string {
  if (credentials === null) return url;
  const joined = new URL(url);
  const colon = credentials.indexOf(':');
  joined.username = colon < 0 ? credentials : credentials.slice(0, colon);
  joined.password = colon < 0 ? '' : credentials.slice(colon + 1);
  return joined.href;
}
