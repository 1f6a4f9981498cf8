import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RequestHandler } from 'express';
import { errorCode } from '#base/errors.js';

const MOST_FILES = 100;
/** Names that the build made: letters, digits, and a hash that changes with the content. */
const ASSET = /^\/assets\/[\w.-]+\.(js|css|svg|json)$/;
const mediaTypes: Readonly<Partial<Record<string, string>>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  json: 'application/json',
};

/**
 * Sends scripts and styles of the built page compressed, to browsers that take gzip. Each file is compressed once and kept: its
 * name changes with its content. Everything else goes on to whoever is next.
 */
export function compressedAssets(folder: string): RequestHandler {
  const compressed = new Map<string, Promise<Buffer>>();
  const compress = (name: string): Promise<Buffer> => {
    const known = compressed.get(name);
    if (known !== undefined) return known;
    const made = readFile(path.join(folder, name)).then((bytes) => promisify(gzip)(bytes, { level: 9 }));
    if (compressed.size < MOST_FILES) compressed.set(name, made);
    made.catch(() => compressed.delete(name));
    return made;
  };
  return async (request, response, next) => {
    const type = mediaTypes[ASSET.exec(request.path)?.[1] ?? ''];
    const wanted = request.method === 'GET' && type !== undefined && request.acceptsEncodings('gzip') === 'gzip';
    if (!wanted) {
      next();
      return;
    }
    try {
      const bytes = await compress(request.path);
      response.setHeader('content-type', type);
      response.setHeader('content-encoding', 'gzip');
      response.setHeader('vary', 'accept-encoding');
      response.setHeader('cache-control', 'public, max-age=31536000, immutable');
      response.end(bytes);
    } catch (problem) {
      if (errorCode(problem) !== 'ENOENT') throw problem;
      next();
    }
  };
}
