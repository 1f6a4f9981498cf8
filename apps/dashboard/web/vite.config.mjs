import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const web = import.meta.dirname;
const repository = path.resolve(web, '../../..');
const api = process.env.POSEWATCH_API ?? 'http://127.0.0.1:8420';
// The API refuses requests of another origin: the host stays as the browser sent it.
const proxy = Object.fromEntries(
  ['/api', '/ws', '/metrics'].map((path) => [path, { target: api, ws: path === '/ws', changeOrigin: false }]),
);

export default defineConfig({
  root: web,
  plugins: [react()],
  resolve: {
    // The same meaning as "imports" in package.json, for sources that were not built.
    alias: [{ find: /^#(?!apps\/)(.*)\.js$/, replacement: `${repository}/libs/$1.ts` }],
  },
  build: {
    outDir: path.join(repository, 'dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // No data: URLs for small files, so that the content security policy can stay strict.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: { proxy },
  preview: { proxy },
});
