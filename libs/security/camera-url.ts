import { AppError } from '#base/errors.js';
import { mapSecretParameters } from '#base/secret-parameters.js';

/** Schemes a camera may be reached by. */
export const cameraSchemes = ['rtsp', 'rtsps', 'http', 'https'] as const;

/** A camera's address in two parts, of which only the first may be shown or logged. */
export interface CameraAddress {
  /** Without credentials; parameters that hold one are there with an empty value. */
  readonly url: string;
  /**
   * `user:password`, percent-encoded as in a URL, then `?` and those parameters where there are any: `?user=admin&password=x`.
   * Null when the address held neither.
   */
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
  const userInfo = username === '' && password === '' ? '' : `${username}:${password}`;
  url.username = '';
  url.password = '';
  const found: string[] = [];
  const shown = mapSecretParameters(url.href, (name, value) => {
    if (value !== '') found.push(`${name}=${value}`);
    return '';
  });
  const credentials = userInfo + (found.length === 0 ? '' : `?${found.join('&')}`);
  return { url: shown, credentials: credentials === '' ? null : credentials };
}

/**
 * The address to connect to: `url` with `credentials` put back where it has none of its own: before the host, and into empty
 * parameters of the same name. Never log it.
 */
export function joinCameraUrl({ url, credentials }: CameraAddress): string {
  if (credentials === null) return url;
  const mark = credentials.indexOf('?');
  const userInfo = mark < 0 ? credentials : credentials.slice(0, mark);
  const parameters = mark < 0 ? [] : credentials.slice(mark + 1).split('&');
  return withUserInfo(withParameters(url, parameters), userInfo);
}

function withParameters(url: string, parameters: readonly string[]): string {
  const left = [...parameters];
  return mapSecretParameters(url, (name, value) => {
    const at = left.findIndex((each) => each.startsWith(`${name}=`));
    if (at < 0) return value;
    const [taken] = left.splice(at, 1);
    return value === '' ? taken.slice(name.length + 1) : value;
  });
}

function withUserInfo(url: string, userInfo: string): string {
  const joined = new URL(url);
  if (userInfo === '' || joined.username !== '' || joined.password !== '') return url;
  const colon = userInfo.indexOf(':');
  joined.username = colon < 0 ? userInfo : userInfo.slice(0, colon);
  joined.password = colon < 0 ? '' : userInfo.slice(colon + 1);
  return joined.href;
}
