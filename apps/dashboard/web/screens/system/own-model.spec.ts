import type { Decoder } from '../../api/types.js';
import { fitted, idFrom, objectOf, startDescription, tripleOf } from './own-model.js';

it.each([
  ['RTMPose-M (body 7)', 'rtmpose-m-body-7'],
  ['Über Pose', 'uber-pose'],
  ['--', ''],
  ['x'.repeat(99), 'x'.repeat(64)],
])('gives %s the id %s', (title, id) => {
  expect(idFrom(title)).toBe(id);
});

const decoders: readonly Decoder[] = [
  { name: 'heatmap', tasks: ['person-pose'], skeletons: ['coco17', 'lsp14'], outputs: [output('heatmaps')] },
  { name: 'simcc', tasks: ['person-pose'], skeletons: ['coco17', 'lsp14'], outputs: [output('x'), output('y')] },
  { name: 'detections', tasks: ['person-detection'], skeletons: [], outputs: [output('dets')] },
];

function output(role: string): Decoder['outputs'][number] {
  return { role, types: ['float32'], shape: '[N]', optional: false };
}

it('brings a decoder, a skeleton and outputs that go with another task', () => {
  const before = { ...startDescription, outputs: { x: 'simcc_x', y: 'simcc_y' } };
  expect(fitted(before, decoders)).toEqual(before);
  const finder = fitted({ ...before, task: 'person-detection' }, decoders);
  expect(finder).toMatchObject({ decoder: 'detections', skeleton: null, outputs: {} });
  expect(fitted({ ...finder, task: 'person-pose' }, decoders)).toMatchObject({
    decoder: 'heatmap',
    skeleton: 'coco17',
  });
  expect(fitted({ ...before, skeleton: 'lsp14' }, decoders).skeleton).toBe('lsp14');
  expect(fitted({ ...before, skeleton: 'blazepose33' }, decoders).skeleton).toBe('coco17');
});

it.each([
  ['1, 2.5, 3', [1, 2.5, 3]],
  ['1 2 3', [1, 2, 3]],
  ['1, 2', null],
  ['1, 2, 3, 4', null],
  ['a, b, c', null],
])('reads %j as three numbers: %j', (text, triple) => {
  expect(tripleOf(text)).toEqual(triple);
});

it.each([
  ['{"id":"a"}', { id: 'a' }],
  ['[1]', null],
  ['{', null],
  ['null', null],
])('reads %j as an object: %j', (text, object) => {
  expect(objectOf(text)).toEqual(object);
});
