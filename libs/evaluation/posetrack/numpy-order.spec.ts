import { seededRandom } from '#base/random.js';
import { numpyOrder } from './numpy-order.js';

describe('the order of numpy', () => {
  it('sorts any numbers, with and without equal ones', () => {
    const random = seededRandom(7);
    for (let size = 0; size < 400; size += 13) {
      const values = Array.from({ length: size }, () => Math.floor(random() * 40));
      const order = numpyOrder(values);
      expect([...order].sort((a, b) => a - b)).toEqual(values.map((_, index) => index));
      expect(order.map((index) => values[index])).toEqual([...values].sort((a, b) => a - b));
    }
  });

  it('keeps the order of equal numbers up to 16 of them', () => {
    expect(numpyOrder(Array.from({ length: 16 }, () => 1))).toEqual(Array.from({ length: 16 }, (_, index) => index));
  });
});
