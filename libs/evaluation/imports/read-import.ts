import { AppError } from '#base/errors.js';
import { JsonValue } from '../json-value.js';
import type { ImportedSequence, ImportFormat } from './imported-sequence.js';
import { refuseEmpty } from './people-of-frames.js';
import { readAnnotations } from './read-annotations.js';
import { readCocoResults } from './read-coco-results.js';
import { readMot } from './read-mot.js';

/**
 * What a PoseTrack, COCO or MOT file holds. The whole file is checked before anything is returned.
 * @param wanted the format; null: told from the content (a list is COCO results, an object annotations of PoseTrack or COCO, lines of
 * numbers MOT).
 * @throws AppError `invalid-input` that names file, frame and field.
 */
export function readImport(text: string, fileName: string, wanted: ImportFormat | null): ImportedSequence {
  const sequence = read(text.replace(/^\uFEFF/, ''), fileName, wanted);
  refuseEmpty(sequence.frames, fileName);
  return sequence;
}

function read(text: string, fileName: string, wanted: ImportFormat | null): ImportedSequence {
  switch (wanted ?? formatOf(text, fileName)) {
    case 'mot':
      return readMot(text, fileName);
    case 'posetrack':
      return readAnnotations(JsonValue.parse(text, fileName), 'posetrack');
    case 'coco': {
      const root = JsonValue.parse(text, fileName);
      return text.trimStart().startsWith('[') ? readCocoResults(root) : readAnnotations(root, 'coco');
    }
    case 'annotations':
      return readAnnotations(JsonValue.parse(text, fileName), null);
  }
}

/** What the first character says; only the names of the joints tell PoseTrack's annotations from COCO's. */
function formatOf(text: string, fileName: string): 'annotations' | 'coco' | 'mot' {
  const first = /\S/.exec(text)?.[0];
  if (first === undefined) throw new AppError('invalid-input', `${fileName} is empty.`);
  if (first === '{') return 'annotations';
  if (first === '[') return 'coco';
  if (/[\d-]/.test(first)) return 'mot';
  throw new AppError(
    'invalid-input',
    `${fileName} starts with "${first}": it is neither PoseTrack or COCO JSON nor a MOT text file.`,
  );
}
