import { existsSync } from 'node:fs';
import path from 'node:path';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { compressedAssets } from './compressed-assets.js';

const NOT_BUILT = `The page of Posewatch has not been built. Run: npm run build
The API is at /api/docs.
`;

const isPagePath = (where: string): boolean => !/^\/(api|ws|metrics)(\/|$)/.test(where);

/**
 * Serves the built page: files whose name holds a hash for a year, everything else (each address of the page is the same
 * document) for no time at all. A file that is missing is a 404, never the page.
 */
export function servePage(folder: string): RequestHandler[] {
  const files = express.static(folder, {
    index: false,
    fallthrough: true,
    redirect: false,
    setHeaders: (response: Response, file: string) => {
      const hashed = path.dirname(file).endsWith(`${path.sep}assets`);
      response.setHeader('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  const page = path.join(folder, 'index.html');
  const fallback = (request: Request, response: Response, next: NextFunction): void => {
    const wantsPage = (request.method === 'GET' || request.method === 'HEAD') && isPagePath(request.path);
    if (!wantsPage || path.extname(request.path) !== '') {
      next();
    } else if (!existsSync(page)) {
      response.status(503).type('text/plain').send(NOT_BUILT);
    } else {
      response.sendFile('index.html', {
        root: folder,
        dotfiles: 'allow',
        cacheControl: false,
        headers: { 'cache-control': 'no-cache' },
      });
    }
  };
  return [compressedAssets(folder), files, fallback];
}
