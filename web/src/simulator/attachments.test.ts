import { describe, expect, it } from 'vitest';
import { degrees, placeText } from './attachments';

describe('a place from a phone', () => {
  it('is written as channels hand it on', () => {
    expect(placeText({ latitude: ' 51.19 ', longitude: '-5,99', name: ' Station ' })).toBe(
      '51.19,-5.99 Station',
    );
    expect(placeText({ latitude: '0', longitude: '+180', name: '' })).toBe('0,180');
  });

  it.each(['', 'here', '91', '-90.1', '1e1', '5.', 'NaN', '1,2,3'])('has no latitude of “%s”', (latitude) => {
    expect(degrees(latitude, 90)).toBeUndefined();
    expect(placeText({ latitude, longitude: '5', name: 'x' })).toBeUndefined();
  });
});
