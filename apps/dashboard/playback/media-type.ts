import path from 'node:path';

const byExtension: Readonly<Record<string, string>> = {
  '.mp4': 'video/mp4',
  '.m4v': 'video/mp4',
  '.mov': 'video/quicktime',
  '.mkv': 'video/x-matroska',
  '.webm': 'video/webm',
  '.avi': 'video/x-msvideo',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
};

/** The media type of a stored upload. Only pictures and videos have one: nothing uploaded is ever run as a page. */
export function mediaTypeOf(file: string): string {
  return byExtension[path.extname(file).toLowerCase()] ?? 'application/octet-stream';
}

/** The ending a stored upload keeps of the name its user gave: one of the known ones, or none. */
export function keptExtension(name: string): string {
  const extension = path.extname(name).toLowerCase();
  return extension in byExtension ? extension : '';
}
