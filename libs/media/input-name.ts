import path from 'node:path';
import { mapSecretParameters } from '#base/secret-parameters.js';

const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;

/** Any text with the user and password of every URL in it replaced by `***`, before the host and in parameters. */
export function withoutCredentials(text: string): string {
  return mapSecretParameters(text.replace(USER_INFO, '$1***@'), () => '***');
}

/** True for `rtsp://…`, `http://…` and the like; false for a path of this machine. */
export function isNetworkUrl(url: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(url) && !/^file:/i.test(url);
}

/** How a message names an input: a URL without credentials and query, or a file's own name. */
export function inputName(url: string): string {
  if (!isNetworkUrl(url)) return path.basename(url);
  return withoutCredentials(url).replace('***@', '').replace(/\?.*$/, '');
}
