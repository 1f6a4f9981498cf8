import { seededRandom } from '#base/random.js';
import { formatMot, parseMot, type MotRow } from './mot-file.js';

describe('MOT files', () => {
  it('are read line by line, boxes as corners', () => {
    expect(parseMot('1,3,10,20,5,6,0.5,-1,-1,-1\r\n\n2,3,11,20,5,6,1\n', 'a.txt')).toEqual([
      { frame: 1, id: 3, box: [10, 20, 15, 26], confidence: 0.5 },
      { frame: 2, id: 3, box: [11, 20, 16, 26], confidence: 1 },
    ]);
  });

  it('take a missing confidence as unknown, and blanks as separators', () => {
    expect(parseMot('1 3 10 20 5 6', 'a.txt')).toEqual([{ frame: 1, id: 3, box: [10, 20, 15, 26], confidence: -1 }]);
  });

  it('come back as they were written', () => {
    const random = seededRandom(5);
    const rows: MotRow[] = Array.from({ length: 200 }, (_, index) => {
      const [x, y] = [Math.round(random() * 1e4) / 100, Math.round(random() * 1e4) / 100];
      const box = [x, y, x + 1 + Math.round(random() * 50), y + 1 + Math.round(random() * 50)] as const;
      return {
        frame: 1 + Math.floor(index / 5),
        id: 1 + (index % 5),
        box,
        confidence: Math.round(random() * 1e4) / 1e4,
      };
    });
    const again = parseMot(formatMot(rows), 'again.txt');
    expect(again).toHaveLength(rows.length);
    again.forEach((row, index) => {
      expect({ ...row, box: null }).toEqual({ ...rows[index], box: null });
      row.box.forEach((value, at) => {
        expect(value).toBeCloseTo(rows[index].box[at], 6);
      });
    });
  });

  it.each([
    [
      'a word where a number belongs',
      '1,1,1,1,9,9\n1,2,abc,1,9,9',
      'x.txt, line 2, frame 1: field 3 (left) is "abc"; it must be a number',
    ],
    ['a line that is too short', '1,1,1,1,9', 'x.txt, line 1, frame 1: field 6 (height) is missing'],
    ['an empty field', '1,1,,1,9,9', 'x.txt, line 1, frame 1: field 3 (left) is ""; it must be a number'],
    ['a frame 0', '0,1,1,1,9,9', 'x.txt, line 1: field 1 (frame) is 0; frames are whole numbers from 1'],
    ['half an id', '1,1.5,1,1,9,9', 'x.txt, line 1, frame 1: field 2 (id) is 1.5; ids are whole numbers'],
    ['a box without width', '1,1,1,1,0,9', 'x.txt, line 1, frame 1: the box is 0 × 9; both must be above 0'],
    ['an id twice in a frame', '1,4,1,1,9,9\n\n1,4,2,2,9,9', 'x.txt, line 3: id 4 is already in frame 1 (line 1)'],
    ['no text format at all', '\u0000\u0001PNG', 'x.txt, line 1: field 1 (frame) is'],
  ])('refuse %s', (_, text, message) => {
    expect(() => parseMot(text, 'x.txt')).toThrow(message);
  });
});
