import { createServer } from 'node:http';
import path from 'node:path';
import { streamInLoop } from '#media/loop-stream.js';

/**
 * The demo's cameras: a program that plays video files as live streams on 127.0.0.1, `node source.js PORT FILE…`. Each file is at
 * `/NAME.mkv`, where NAME is its name up to the first dash or dot. Every viewer begins at the beginning.
 */
const MOST_VIEWERS = 16;

const [port, ...files] = process.argv.slice(2);
const fileAt = new Map(files.map((file) => [`/${path.basename(file).split(/[-.]/)[0]}.mkv`, file]));
const stopping = new AbortController();

const server = createServer((request, response) => {
  const file = fileAt.get(request.url ?? '');
  if (file === undefined || request.method !== 'GET') {
    response.writeHead(file === undefined ? 404 : 405).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'video/x-matroska', 'cache-control': 'no-store' });
  streamInLoop(file, response, stopping.signal).catch((problem: unknown) => {
    process.stderr.write(`${String(problem)}\n`);
  });
});
server.maxConnections = MOST_VIEWERS;
server.listen(Number(port), '127.0.0.1', () => {
  process.stdout.write(`plays ${[...fileAt.keys()].join(' and ')} on 127.0.0.1:${port}\n`);
});
process.on('SIGTERM', () => {
  stopping.abort();
  server.close();
});
