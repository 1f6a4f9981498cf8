import { brightnessOf } from './brightness.js';

describe('brightnessOf', () => {
  it('is 1 in the longest cell, and lets a quarter of its time be half as bright', () => {
    expect(brightnessOf([0, 25, 100])).toEqual([0, 0.5, 1]);
  });

  it('is dark everywhere when nobody was there', () => {
    expect(brightnessOf([0, 0])).toEqual([0, 0]);
  });
});
