import { movedTo, placeAfterKey } from './wall-order.js';

const nine = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];

describe('movedTo', () => {
  it.each([
    ['a', 4, 'bcdeafghi'],
    ['i', 0, 'iabcdefgh'],
    ['e', 8, 'abcdfghie'],
    ['c', 2, 'abcdefghi'],
  ])('puts %s at place %d', (id, index, order) => {
    expect(movedTo(nine, id, index).join('')).toBe(order);
  });
});

describe('placeAfterKey', () => {
  const grid = { columns: 3, count: 8 };

  it.each([
    ['ArrowRight', 0, 1],
    ['ArrowLeft', 3, 2],
    ['ArrowDown', 1, 4],
    ['ArrowUp', 7, 4],
    ['Home', 5, 0],
    ['End', 5, 7],
  ])('%s takes place %d to %d', (key, from, to) => {
    expect(placeAfterKey(key, from, grid)).toBe(to);
  });

  it.each([
    ['ArrowLeft', 0],
    ['ArrowUp', 2],
    ['ArrowDown', 6],
    ['ArrowRight', 7],
    ['End', 7],
    ['x', 3],
  ])('%s leaves place %d alone', (key, from) => {
    expect(placeAfterKey(key, from, grid)).toBeNull();
  });
});
